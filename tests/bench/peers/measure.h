#ifndef LS_BENCH_MEASURE_H
#define LS_BENCH_MEASURE_H
/* SPDX-License-Identifier: MIT */
/*
 * measure.h - what one step of a loop costs, and one row of a table about it.
 *
 * Not for whole programs: what is measured is called over and over.
 *
 *     double clock = measure_ns(clock_loop, 1000000);
 *     measure_row("clock_gettime", clock, measure_tsc_ns());
 *
 * Units: nanoseconds of CLOCK_MONOTONIC for one step.
 * Ownership: none.
 * Errors: none.
 * Threads: one.
 */
#include <stddef.h>

/* The median of nine runs, each of N steps, after one that is not counted. */
double measure_ns(void (*steps)(size_t n), size_t n);

/* What it costs to read the processor's cycle counter, or 0 where this
 * program knows of none. */
double measure_tsc_ns(void);

/* What clock_gettime(CLOCK_MONOTONIC) costs. */
double measure_clock_ns(void);

/* "name TAB value TAB ns TAB ratio TAB to what", the ratio being to the cycle
 * counter, or to the clock where there is none. */
void measure_row(const char *name, double ns);

#endif
