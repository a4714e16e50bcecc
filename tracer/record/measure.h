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
 *     struct ls_reading base = ls_recorder.base;
 *     ...
 *     if (now - begin > one millisecond)
 *         measured = ls_measure_since(&base, begin, now, &m);
 *
 * Units: nanoseconds; BEGIN and NOW in ticks.
 * Ownership: none.
 * Errors: false when the kernel does not tell the run-queue delay; then
 *     nothing is claimed at all.
 * Threads: each for itself.
 */
#include <stdbool.h>
#include <stdint.h>

#include "tracer/record/ring.h"

/* Before a process has many threads: what would make its first reading slow. */
void ls_measure_prepare(void);

/* The slow half of ls_measure_base(). */
void ls_measure_read(uint64_t now);

/* Read the clocks if the last reading is a millisecond old or more. */
static inline void ls_measure_base(uint64_t now)
{
    if (__builtin_expect(now >= ls_recorder.base_until, 0))
        ls_measure_read(now);
}

/*
 * What the thread used from BEGIN to NOW. BASE, the last reading when it
 * began, may be up to a millisecond older than BEGIN: what lies between is
 * taken off as computing, so that the error is below that. A call inside a
 * turn moves the last reading, so each keeps its own base. The reading becomes
 * the last.
 */
bool ls_measure_since(const struct ls_reading *base, uint64_t begin,
                      uint64_t now, struct ls_measure *m);

#endif
