/* SPDX-License-Identifier: MIT */
#include "timeline.h"

#include <math.h>

#include "tracer/record/clock.h"

/* The correction is spread over this long. */
#define HORIZON_NS 1e9

/* A rate that is this much different from one second to the next is no rate. */
#define JUMP 0.01

/* Seventy years: only a broken program's ticks are further away. Differences
 * of such times still fit into an int64_t. */
#define MOST_NS 0x1p61

struct ls_instant ls_timeline_read(void)
{
    enum { TRIES = 16 };
    struct ls_instant best = {0};
    uint64_t best_gap = UINT64_MAX;
    if (ls_clock_kind >= LS_CLOCK_MONOTONIC) {
        best.ticks = best.monotonic_ns = ls_clock_monotonic();
        return best;
    }
    for (int i = 0; i < TRIES; i++) {
        uint64_t before = ls_clock_ticks();
        uint64_t ns = ls_clock_monotonic();
        uint64_t after = ls_clock_ticks();
        if (after - before >= best_gap)
            continue;
        best_gap = after - before;
        best.ticks = before + best_gap / 2;
        best.monotonic_ns = ns;
    }
    return best;
}

void ls_timeline_begin(struct ls_timeline *t, struct ls_instant first,
                       struct ls_instant second)
{
    uint64_t ticks = second.ticks - first.ticks;
    uint64_t ns = second.monotonic_ns - first.monotonic_ns;
    *t = (struct ls_timeline){
        .origin = first,
        .last = second,
        .anchor_ticks = first.ticks,
        .ns_per_tick = ticks && ns ? (double)ns / (double)ticks : 1.0};
}

void ls_timeline_restart(struct ls_timeline *t, struct ls_instant instant)
{
    t->origin = t->last = instant;
    t->anchor_ticks = instant.ticks;
    t->anchor_ns = 0;
}

int64_t ls_timeline_ns(const struct ls_timeline *t, uint64_t ticks)
{
    double since = (double)(int64_t)(ticks - t->anchor_ticks);
    double ns = since * t->ns_per_tick;
    if (ns > MOST_NS)
        ns = MOST_NS;
    if (ns < -MOST_NS)
        ns = -MOST_NS;
    return t->anchor_ns + (int64_t)ns;
}

int64_t ls_timeline_of_monotonic(const struct ls_timeline *t,
                                 uint64_t monotonic_ns)
{
    return (int64_t)(monotonic_ns - t->origin.monotonic_ns);
}

int64_t ls_timeline_due(const struct ls_timeline *t, uint64_t monotonic_ns)
{
    if (monotonic_ns == 0)
        return -1;
    int64_t due = ls_timeline_of_monotonic(t, monotonic_ns);
    return due > 0 ? due : 0;
}

/* A clock has jumped (the machine was suspended, or moved to another one): the
 * ticks stay where they are, and times of CLOCK_MONOTONIC go along. */
static void absorb_jump(struct ls_timeline *t, struct ls_instant now)
{
    int64_t ns = ls_timeline_ns(t, now.ticks);
    t->origin.monotonic_ns = now.monotonic_ns - (uint64_t)ns;
}

void ls_timeline_correct(struct ls_timeline *t, uint64_t at_ticks,
                         struct ls_instant now)
{
    double ticks = (double)(int64_t)(now.ticks - t->last.ticks);
    double ns = (double)(int64_t)(now.monotonic_ns - t->last.monotonic_ns);
    t->last = now;
    if (!(ticks > 0) || fabs(ns / ticks / t->ns_per_tick - 1.0) > JUMP) {
        absorb_jump(t, now);
        return;
    }
    double error = (double)(ls_timeline_of_monotonic(t, now.monotonic_ns) -
                            ls_timeline_ns(t, now.ticks));
    t->anchor_ns = ls_timeline_ns(t, at_ticks);
    t->anchor_ticks = at_ticks;
    t->ns_per_tick = ns / ticks * (1.0 + error / HORIZON_NS);
}
