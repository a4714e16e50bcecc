#ifndef LS_COLLECTOR_TIMELINE_H
#define LS_COLLECTOR_TIMELINE_H
/* SPDX-License-Identifier: MIT */
/*
 * timeline.h - ticks of the session's clock to nanoseconds since it began.
 *
 * Piecewise linear: the rate is set anew every second so that the line meets
 * CLOCK_MONOTONIC again a second later; it never jumps and never turns back,
 * and where one of the clocks jumps, it goes on as before.
 * Reading the clocks is the caller's (ls_timeline_read), so that tests can
 * inject them.
 *
 *     ls_timeline_begin(&timeline, first, second);
 *     int64_t ns = ls_timeline_ns(&timeline, record.ticks);
 *
 * Units: ticks, ns.
 * Ownership, Errors: none.
 * Threads: one.
 */
#include <stdint.h>

struct ls_instant {
    uint64_t ticks;
    uint64_t monotonic_ns;
};

struct ls_timeline {
    struct ls_instant origin; /* ts 0 */
    struct ls_instant last;   /* at the last correction */
    uint64_t anchor_ticks;
    int64_t anchor_ns;
    double ns_per_tick;
};

/* Both clocks at one moment: the closest of some tries. */
struct ls_instant ls_timeline_read(void);

/* Begin at FIRST, with the rate between FIRST and SECOND. */
void ls_timeline_begin(struct ls_timeline *timeline, struct ls_instant first,
                       struct ls_instant second);

/* Make INSTANT, at which nothing has been converted yet, ts 0. */
void ls_timeline_restart(struct ls_timeline *timeline,
                         struct ls_instant instant);

/* Correct the rate from AT on, by what the clocks say NOW. AT is at or after
 * everything converted so far. */
void ls_timeline_correct(struct ls_timeline *timeline, uint64_t at_ticks,
                         struct ls_instant now);

int64_t ls_timeline_ns(const struct ls_timeline *timeline, uint64_t ticks);

/* A time of CLOCK_MONOTONIC on the same scale. */
int64_t ls_timeline_of_monotonic(const struct ls_timeline *timeline,
                                 uint64_t monotonic_ns);

/* The same for when something is due: -1 if that is not known (0), and not
 * before the trace began. */
int64_t ls_timeline_due(const struct ls_timeline *timeline,
                        uint64_t monotonic_ns);

#endif
