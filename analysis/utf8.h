#ifndef LS_ANALYSIS_UTF8_H
#define LS_ANALYSIS_UTF8_H
/* SPDX-License-Identifier: MIT */
/*
 * utf8.h - tell good UTF-8 from bad, and replace the bad.
 *
 * Good is what RFC 3629 allows, without NUL. Not for code points or widths.
 *
 *     if (!ls_utf8_is_valid(text, n))
 *         n = ls_utf8_clean(text, n, buffer);   // buffer holds 3 * n
 *
 * Units: bytes.
 * Ownership: the caller's buffers.
 * Errors, Threads: none.
 */
#include <stdbool.h>
#include <stddef.h>

bool ls_utf8_is_valid(const char *text, size_t n);

/* How much of N bytes of TEXT fits into MOST without cutting a character. */
size_t ls_utf8_fit(const char *text, size_t n, size_t most);

/* Copy TEXT to OUT, each bad byte as U+FFFD; returns the bytes written. */
size_t ls_utf8_clean(const char *text, size_t n, char *out);

#endif
