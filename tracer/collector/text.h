#ifndef LS_COLLECTOR_TEXT_H
#define LS_COLLECTOR_TEXT_H
/* SPDX-License-Identifier: MIT */
/*
 * text.h - a growing piece of JSON text.
 *
 * Not a JSON library: it appends what the callers know to be valid, and makes
 * strings safe.
 *
 *     struct ls_text text = {0};
 *     ls_text_add(&text, "{\"name\":");
 *     ls_text_add_string(&text, name);
 *     ls_text_destroy(&text);
 *
 * Units: times in ns are written as microseconds with three decimals.
 * Ownership: the text owns its bytes.
 * Errors: without memory it stays as it was and `failed` is set.
 * Threads: one at a time.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ls_text {
    char *bytes;
    size_t n, capacity;
    bool failed;
};

/* Room for N more bytes; NULL without memory. */
char *ls_text_reserve(struct ls_text *text, size_t n);

void ls_text_add_bytes(struct ls_text *text, const char *bytes, size_t n);

/* A NUL-terminated piece, as it is. */
void ls_text_add(struct ls_text *text, const char *piece);

void ls_text_add_int(struct ls_text *text, int64_t value);

/* "0x2a", with the quotes. */
void ls_text_add_hex(struct ls_text *text, uint64_t value);

/* 12345 -> 12.345 */
void ls_text_add_time(struct ls_text *text, int64_t ns);

/* A JSON number that reads back as the same double; VALUE is finite. */
void ls_text_add_double(struct ls_text *text, double value);

/* A JSON string with its quotes; bytes that are no UTF-8 become U+FFFD. */
void ls_text_add_string_n(struct ls_text *text, const char *string, size_t n);
void ls_text_add_string(struct ls_text *text, const char *string);

void ls_text_destroy(struct ls_text *text);

#endif
