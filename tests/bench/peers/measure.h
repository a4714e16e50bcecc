#ifndef LS_BENCH_MEASURE_H
#define LS_BENCH_MEASURE_H
/* SPDX-License-Identifier: MIT */
/*
 * measure.h - what one step of something costs, as one row of a table, beside
 * what it costs to read the cycle counter.
 *
 * Not for whole programs: what is measured is called over and over.
 *
 *     measure_row("a tracepoint", &(struct measure){events, 1000000, 1});
 *
 * Units: nanoseconds of CLOCK_MONOTONIC.
 * Ownership: none.
 * Errors: none.
 * Threads: one.
 */
#include <stddef.h>

struct measure {
    void (*steps)(size_t n);
    size_t n;   /* steps in a round */
    int events; /* that one step makes */
};

/*
 * Print "name TAB ns an event TAB ns TAB ratio TAB to what". Rounds of the
 * steps and of the floor take turns, so that a busy moment of the machine hits
 * both; their medians count. Where there is no cycle counter that is known
 * here, the floor is clock_gettime().
 */
void measure_row(const char *name, const struct measure *measure);

#endif
