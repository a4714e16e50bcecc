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
#include <string.h>

struct ls_text {
    char *bytes;
    size_t n, capacity;
    bool failed;
};

/* More memory, for N more bytes; NULL: there is none. */
char *ls_text_grow(struct ls_text *text, size_t n);

/* Room for N more bytes; NULL without memory. */
static inline char *ls_text_reserve(struct ls_text *text, size_t n)
{
    if (__builtin_expect(text->capacity - text->n >= n, 1))
        return text->bytes + text->n;
    return ls_text_grow(text, n);
}

static inline void ls_text_add_bytes(struct ls_text *text, const char *bytes,
                                     size_t n)
{
    char *to = ls_text_reserve(text, n);
    if (__builtin_expect(!to, 0))
        return;
    memcpy(to, bytes, n);
    text->n += n;
}

/* A NUL-terminated piece, as it is. Inline, because of most of them compilers
 * know the length. */
static inline void ls_text_add(struct ls_text *text, const char *piece)
{
    ls_text_add_bytes(text, piece, strlen(piece));
}

/* The same into room that is there, where many pieces are put in a row; returns
 * their end. */
static inline char *ls_text_put(char *to, const char *bytes, size_t n)
{
    memcpy(to, bytes, n);
    return to + n;
}

/* ... a number as below: at most this long. */
enum { LS_TEXT_NUMBER = 24 };
char *ls_text_put_int(char *to, int64_t value);
char *ls_text_put_hex(char *to, uint64_t value);
char *ls_text_put_time(char *to, int64_t ns);

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
