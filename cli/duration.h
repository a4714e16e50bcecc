#ifndef LS_CLI_DURATION_H
#define LS_CLI_DURATION_H
/* SPDX-License-Identifier: MIT */
/*
 * duration.h - times as people write and read them.
 *
 *     int64_t ns;
 *     if (!ls_duration_parse("1.5s", &ns)) ...
 *     char text[LS_DURATION_TEXT];
 *     puts(ls_duration_format(text, ns));    // "1500 ms"
 *
 * Units: nanoseconds.
 * Ownership: texts go into the caller's array.
 * Errors: false for what is no time.
 * Threads: any.
 */
#include "text.h"

#include <stdbool.h>
#include <stdint.h>

#define LS_DURATION_TEXT 32

/* "50ms", "1.5s", "200us", "10ns"; a bare number is milliseconds. Digits, one
 * point, nothing else; false too if it is no int64. */
bool ls_duration_parse(const char *text, int64_t *ns);

/* The value of an option: a time above 0. False: ERROR says what it wants. */
bool ls_duration_take(const char *value, int64_t *ns, struct ls_text *error);

/* For sentences: "0.3 ms", "42 ms", "2000 ms", "12.5 s". Returns TEXT. */
const char *ls_duration_format(char text[LS_DURATION_TEXT], int64_t ns);

/* For tables: milliseconds with one decimal, or three below 0.1. */
const char *ls_duration_format_ms(char text[LS_DURATION_TEXT], int64_t ns);

#endif
