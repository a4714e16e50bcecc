#ifndef LS_ANALYSIS_WAITS_H
#define LS_ANALYSIS_WAITS_H
/* SPDX-License-Identifier: MIT */
/*
 * waits.h - who waits for whom when the trace ends, and which of them wait in
 * vain.
 *
 * Not for what held a task up for a while (waiters.c). Private to analysis.
 *
 *     struct ls_waits *waits = ls_waits_new(trace, true);
 *     if (waits->fate[task] == LS_FATE_RING)
 *         for (next = ls_waits_next(waits, task); next != task; ...)
 *     ls_waits_free(waits);
 *
 * Units: none.
 * Ownership: the caller's; it borrows the trace.
 * Errors: NULL without memory.
 * Threads: constant once made.
 */
#include "trace.h"

enum ls_fate {
    LS_FATE_MOVES,       /* over; or it runs, or something may resume it yet; or
                            the trace does not tell */
    LS_FATE_NOT_STARTED, /* it was made, and nobody is left to start it */
    LS_FATE_FORGOTTEN,   /* all tasks that it awaits are over, but nobody
                            resumed it */
    LS_FATE_STARVED,     /* its loop has nothing left to wait for */
    LS_FATE_RING,        /* it awaits a task that awaits it, directly or not */
    LS_FATE_BEHIND       /* it awaits only tasks of these fates */
};

struct ls_waits {
    const struct ls_trace *trace;
    uint8_t *fate;          /* enum ls_fate of each task */
    uint32_t *first_waiter; /* per task, and one behind: in waiters */
    uint32_t *waiters;      /* the tasks that await it, to the end */
};

/* HAS_END: nothing is missing from the trace, to its end. Else all tasks move.
 */
struct ls_waits *ls_waits_new(const struct ls_trace *trace, bool has_end);

/* The first task that TASK awaits and that waits in vain as well, in a ring or
 * behind one; or LS_NONE. Of a task in a ring, the ring's next. */
uint32_t ls_waits_next(const struct ls_waits *waits, uint32_t task);

/* All of the ring that TASK is in, TASK first: a new array of *N, to be freed;
 * NULL without memory. */
uint32_t *ls_waits_ring(const struct ls_waits *waits, uint32_t task,
                        uint32_t *n);

/* Those that wait behind TASK, the nearest first: a new array of *N, to be
 * freed; NULL if there are none. False without memory. */
bool ls_waits_behind(const struct ls_waits *waits, uint32_t task,
                     uint32_t **behind, uint32_t *n);

/* The await that TASK is in when the trace ends; NULL: it is in none. */
const struct ls_stretch *ls_waits_last(const struct ls_trace *trace,
                                       uint32_t task);

/* When the last of the tasks that it awaits was over. */
int64_t ls_waits_over_ns(const struct ls_trace *trace,
                         const struct ls_stretch *await);

void ls_waits_free(struct ls_waits *waits);

#endif
