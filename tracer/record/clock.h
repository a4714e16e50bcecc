#ifndef LS_RECORD_CLOCK_H
#define LS_RECORD_CLOCK_H
/* SPDX-License-Identifier: MIT */
/*
 * clock.h - the ticks that records carry.
 *
 * The processor's cycle counter where it is invariant, else CLOCK_MONOTONIC.
 * Not for converting: only the collector does that (collector/timeline.h).
 *
 * Units: ticks; nanoseconds when the kind is not a cycle counter.
 * Ownership: none.
 * Errors: none.
 * Threads: any. The kind is chosen before the first record and then constant.
 */
#include <stdint.h>
#include <time.h>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

enum ls_clock_kind {
    LS_CLOCK_TSC = 1,
    LS_CLOCK_CNTVCT,
    LS_CLOCK_MONOTONIC,
    LS_CLOCK_EXTERNAL /* CLOCK_MONOTONIC as the program sees it, which may be
                         replaced by a test's; merged when all is over */
};

extern enum ls_clock_kind ls_clock_kind;

/* The best kind of this machine; LOOPSCOPE_CLOCK=monotonic|external decides
 * otherwise. */
enum ls_clock_kind ls_clock_choose(const char *wish);

const char *ls_clock_name(enum ls_clock_kind kind);

static inline uint64_t ls_clock_monotonic(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * UINT64_C(1000000000) + (uint64_t)t.tv_nsec;
}

/* Where there is no cycle counter; out of line, to keep the hot path's frame
 * small. */
uint64_t ls_clock_slow_ticks(void);

static inline uint64_t ls_clock_ticks(void)
{
#if defined(__x86_64__)
    if (__builtin_expect(ls_clock_kind == LS_CLOCK_TSC, 1))
        return __rdtsc();
#elif defined(__aarch64__)
    if (__builtin_expect(ls_clock_kind == LS_CLOCK_CNTVCT, 1)) {
        uint64_t ticks;
        __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
        return ticks;
    }
#endif
    return ls_clock_slow_ticks();
}

#endif
