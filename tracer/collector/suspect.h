#ifndef LS_COLLECTOR_SUSPECT_H
#define LS_COLLECTOR_SUSPECT_H
/* SPDX-License-Identifier: MIT */
/*
 * suspect.h - when to look at one thread, and which looks become samples.
 *
 * From half the threshold on a turn is suspect: a thread that runs is sampled
 * from there, so that there are samples when it becomes a stall. From the
 * threshold on it is looked at, often in the beginning and ever more seldom:
 * a stall of ten minutes is told in tens of samples, and what each stands for
 * is its weight. Pure: no clock, no kernel.
 *
 *     ls_suspect_begin(&suspect, turn);
 *     switch (ls_suspect_due(&suspect, age_ns, threshold_ns, &wait_ns)) ...
 *     if (ls_suspect_same(&suspect, &sight))
 *         weight_ns = ls_suspect_stays(&suspect, age_ns);
 *
 * Units: ns of the turn's age; ticks for the turn itself.
 * Ownership: the caller's.
 * Errors: none.
 * Threads: one.
 */
#include "sight.h"

struct ls_suspect {
    uint64_t turn;  /* ticks of its begin; 0: none */
    bool armed;     /* it is over half the threshold */
    int64_t due_ns; /* the next look */

    /* what was seen last, and since when it was not told */
    bool seen;
    struct ls_sight last;
    int64_t looked_ns; /* when; before the first look: when it was armed */
    int64_t owed_ns;   /* at the last place, not yet told */
    int64_t told_ns;   /* when last told */

    /* samples of the running thread: period and how many were at it */
    int64_t period_ns;
    int n_at_period;
};

enum ls_suspect_due {
    LS_SUSPECT_WAIT,
    LS_SUSPECT_ARM,   /* begin to sample, and call again */
    LS_SUSPECT_WATCH, /* take the samples that are there */
    LS_SUSPECT_LOOK   /* that, and look at it */
};

void ls_suspect_begin(struct ls_suspect *s, uint64_t turn);

/* What is to be done at this age; *WAIT_NS: when to ask again. */
enum ls_suspect_due ls_suspect_due(struct ls_suspect *s, int64_t age_ns,
                                   int64_t threshold_ns, int64_t *wait_ns);

/* Whether this is the place where it was seen last. */
bool ls_suspect_same(const struct ls_suspect *s, const struct ls_sight *sight);

/* It is at the same place. Returns the time there that is to be told now, 0:
 * not yet. */
int64_t ls_suspect_stays(struct ls_suspect *s, int64_t age_ns);

/* It has left its place: the time there that is still to be told. */
int64_t ls_suspect_owes(struct ls_suspect *s);

/* It is at another place; what was owed is told. Returns the time to be told
 * of it. */
int64_t ls_suspect_moves(struct ls_suspect *s, const struct ls_sight *sight,
                         int64_t age_ns);

/* A sample of the running thread was taken. True: PERIOD_NS is longer now. */
bool ls_suspect_sampled(struct ls_suspect *s);

/* In milliseconds, at least 1: the unit of a sample's weight. */
uint32_t ls_suspect_weight(int64_t ns);

#endif
