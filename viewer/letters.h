#ifndef LS_VIEWER_LETTERS_H
#define LS_VIEWER_LETTERS_H
/* SPDX-License-Identifier: MIT */
/*
 * letters.h - one code point after the other, fit to be drawn.
 *
 * Not for validation: what is broken becomes U+FFFD, byte by byte.
 *
 *     while ((cp = ls_letter_next(&text)) != 0) ...
 *
 * Units: bytes. Ownership: none. Errors: none. Threads: any.
 */
#include <stddef.h>
#include <stdint.h>

/* The code point at *TEXT, which moves behind it; 0 at the end. */
uint32_t ls_letter_next(const char **text);

/* The same for display: control characters become a blank, marks of
 * direction and other invisible formats are skipped. */
uint32_t ls_letter_next_shown(const char **text);

/* Writes CODEPOINT to OUT (4 bytes or more); returns its length. */
size_t ls_letter_put(char *out, uint32_t codepoint);

#endif
