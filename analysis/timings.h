#ifndef LS_ANALYSIS_TIMINGS_H
#define LS_ANALYSIS_TIMINGS_H
/* SPDX-License-Identifier: MIT */
/*
 * timings.h - every single time that something took, by what it is and by
 * name: for comparing traces. Not for summaries of one (statistics.h).
 *
 *     struct ls_timings *timings = ls_timings_make(trace);
 *     for (uint32_t i = 0; i < timings->n; i++)
 *         median(timings->items[i].values, timings->items[i].n);
 *     ls_timings_free(timings);
 *
 * Units: nanoseconds.
 * Ownership: names are the trace's; free timings before it.
 * Errors: NULL when there is no memory.
 * Threads: any; the trace is only read.
 */
#include "trace.h"

enum ls_timing_kind {
    LS_TIMING_TURN,     /* own time; by loop, or by process if that has no
                           name of its own */
    LS_TIMING_TASK,     /* start to finish; by kind of task */
    LS_TIMING_RUNNING,  /* per task: all that it ran */
    LS_TIMING_HELD_UP,  /* per task: all that it was held up */
    LS_TIMING_CALLBACK, /* wall time, and of the following */
    LS_TIMING_SPAN,
    LS_TIMING_CALL, /* that blocked */
    LS_TIMING_POOL, /* work in the thread pool */
    LS_TIMING_KINDS
};

/* "turn", "task", "running", "held up", "callback", "span", "call", "pool" */
const char *ls_timing_kind_name(enum ls_timing_kind kind);

struct ls_timing {
    const char *name;
    enum ls_timing_kind kind;
    const int64_t *values; /* sorted */
    size_t n;              /* >= 1 */
};

struct ls_timings {
    struct ls_timing *items; /* by kind, then name, which is not there twice */
    uint32_t n;
    int64_t *values; /* private: of all items */
};

struct ls_timings *ls_timings_make(const struct ls_trace *trace);
void ls_timings_free(struct ls_timings *timings);

#endif
