#ifndef LS_VIEWER_FORMAT_H
#define LS_VIEWER_FORMAT_H
/* SPDX-License-Identifier: MIT */
/*
 * format.h - times and numbers as a person reads them.
 *
 * Not for parsing (options.h).
 *
 *     char text[LS_FORMAT_MAX];
 *     ls_format_duration(text, 412300000);   -> "412 ms"
 *
 * Units: nanoseconds. Ownership: the caller's buffer of LS_FORMAT_MAX bytes,
 * which is returned. Errors: none. Threads: any.
 */
#include <stdint.h>

#define LS_FORMAT_MAX 40

/* At most three digits and a unit: "2.00 s", "12.4 ms", "35 µs", "0 s". */
char *ls_format_duration(char *text, int64_t ns);

/* A point of time in the unit and with the decimals that tell STEP apart
 * within times up to SPAN: "0.800 s". */
char *ls_format_time(char *text, int64_t at_ns, int64_t step_ns,
                     int64_t span_ns);

/* "12 410" with thin grouping. */
char *ls_format_count(char *text, uint64_t n);

/* The round step (1, 2 or 5 times a power of ten) not below LEAST. */
int64_t ls_round_step_ns(int64_t least_ns);

/* "s" unless N is 1. */
const char *ls_plural(uint64_t n);

#endif
