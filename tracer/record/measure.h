#ifndef LS_RECORD_MEASURE_H
#define LS_RECORD_MEASURE_H
/* SPDX-License-Identifier: MIT */
/*
 * measure.h - how the calling thread's time was spent.
 *
 * blocked = wall - CPU - run-queue delay. The three clocks cost about a
 * microsecond, so they are read at most once a millisecond, and at the end of
 * what took long. Not for the wall: that is the session's clock.
 *
 *     ls_measure_base(now);                 // at the begin
 *     ...
 *     if (now - begin > one millisecond)
 *         measured = ls_measure_since(begin, now, &m);
 *
 * Units: nanoseconds; BEGIN and NOW in ticks.
 * Ownership: none.
 * Errors: false when the kernel does not tell the run-queue delay; then
 *     nothing is claimed at all.
 * Threads: each for itself.
 */
#include <stdbool.h>
#include <stdint.h>

#include "tracer/record/shared.h"

/* Read the clocks if the last reading is a millisecond old or more. */
void ls_measure_base(uint64_t now);

/*
 * What the thread used from BEGIN to NOW. The base may be up to a millisecond
 * older than BEGIN: what lies between is taken off as computing, so that the
 * error is below that. The reading becomes the next base.
 */
bool ls_measure_since(uint64_t begin, uint64_t now, struct ls_measure *m);

#endif
