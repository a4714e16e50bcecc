#ifndef LS_ANALYSIS_STATISTICS_H
#define LS_ANALYSIS_STATISTICS_H
/* SPDX-License-Identifier: MIT */
/*
 * statistics.h - how long things took, per kind of task, callback and loop.
 *
 * Exact percentiles (nearest rank) over all values; not an estimate.
 *
 *     struct ls_statistics *s = ls_statistics_make(trace, 50000000);
 *     printf("%.1f %%\n", 100 * s->loops[0].utilisation);
 *     ls_statistics_free(s);
 *
 * Units: nanoseconds; ratios 0..1.
 * Ownership: rows point into the trace; free them before it.
 * Errors: NULL when there is no memory.
 * Threads: any; the trace is only read.
 */
#include "trace.h"

struct ls_summary {
    uint64_t count;
    int64_t total_ns, mean_ns, p50_ns, p90_ns, p99_ns, max_ns;
};

/* VALUES is sorted by the call. Nearest rank: the smallest value that at
 * least p of all are not above. */
struct ls_summary ls_summary_of(int64_t *values, size_t n);

/* The same of values that are sorted already. */
struct ls_summary ls_summary_of_sorted(const int64_t *values, size_t n);

struct ls_task_row {
    ls_string kind;
    struct ls_summary life;    /* start to finish */
    struct ls_summary running; /* per task: the sum of its run stretches */
    struct ls_summary awaiting;
    struct ls_summary held_up;
    uint32_t n_open, n_failed, n_cancelled;
};

struct ls_callback_row {
    ls_string name;
    uint8_t kind; /* LS_SLICE_CALLBACK, _SPAN, _BLOCKING */
    struct ls_summary time;
};

/* Callbacks by what called them, and in which phase of the loop. */
struct ls_kind_row {
    ls_string kind, phase;
    struct ls_summary time;
};

struct ls_loop_row {
    uint32_t loop;
    struct ls_summary turns; /* own time of each turn */
    double utilisation;      /* time in turns / time of the loop */
    int64_t span_ns;         /* first turn's begin to last turn's end */
    int64_t blocking_ns;     /* total blocking time: the sum over turns of
                                own time beyond the budget, as Lighthouse's
                                total blocking time */
};

struct ls_statistics {
    struct ls_task_row *tasks;         /* by total life, longest first */
    struct ls_callback_row *callbacks; /* by total time, longest first */
    struct ls_kind_row *kinds;         /* by total time, longest first */
    struct ls_loop_row *loops;         /* in the trace's order */
    uint32_t n_tasks, n_callbacks, n_kinds, n_loops;
    struct ls_summary pool_queued; /* work for libuv's thread pool: from */
    struct ls_summary pool_worked; /* asked for to begun, and begun to done */
};

/* BUDGET: what a turn may take before it counts as blocking. */
struct ls_statistics *ls_statistics_make(const struct ls_trace *trace,
                                         int64_t budget_ns);

void ls_statistics_free(struct ls_statistics *statistics);

#endif
