#ifndef LS_CLI_TEXT_H
#define LS_CLI_TEXT_H
/* SPDX-License-Identifier: MIT */
/*
 * text.h - a text that grows, into which everything is rendered before any of
 * it is written. Not for reading or for output (output.h).
 *
 *     struct ls_text text = {0};
 *     ls_text_add(&text, "took ");
 *     ls_text_addf(&text, "%d ms", 12);
 *     puts(ls_text_get(&text));
 *     ls_text_destroy(&text);
 *
 * Units: bytes.
 * Ownership: the text owns its bytes; strings are copied.
 * Errors: without memory it stops growing and remembers it in `failed`.
 * Threads: one text, one thread.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct ls_text {
    char *data; /* NUL-terminated; NULL while empty */
    size_t n;   /* without the NUL */
    size_t size;
    bool failed;
};

void ls_text_add(struct ls_text *text, const char *string);
void ls_text_add_bytes(struct ls_text *text, const char *bytes, size_t n);
void ls_text_add_char(struct ls_text *text, char c, size_t n_times);
void ls_text_addf(struct ls_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void ls_text_addv(struct ls_text *text, const char *format, va_list args);

/* The bytes so far; "" while empty. Valid until the next addition. */
const char *ls_text_get(const struct ls_text *text);

/* Keep only the first N bytes. */
void ls_text_cut(struct ls_text *text, size_t n);

void ls_text_clear(struct ls_text *text);
void ls_text_destroy(struct ls_text *text);

#endif
