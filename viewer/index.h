#ifndef LS_VIEWER_INDEX_H
#define LS_VIEWER_INDEX_H
/* SPDX-License-Identifier: MIT */
/*
 * index.h - a trace's slices, stretches and points as series to draw from.
 *
 * Built once when a trace is opened (in the loading thread). Not for what the
 * lanes look like (tracks.h).
 *
 *     struct ls_index *index = ls_index_make(trace);
 *     struct ls_index_range row = ls_index_row(index, thread, 0);
 *     ls_lod_query(&index->slices, row.lo, row.hi, ...);
 *     ls_index_free(index);
 *
 * Units: nanoseconds.
 * Ownership: the caller's, to be freed before the trace.
 * Errors: NULL without memory.
 * Threads: constant once made.
 */
#include "analysis/trace.h"
#include "viewer/lod.h"

struct ls_index_range {
    uint32_t lo, hi;
};

struct ls_index {
    const struct ls_trace *trace;

    /* Slices by thread, row, begin; item: index in the thread's slices. The
     * weight of a turn is its own time. On a loop's thread blocking calls
     * have no row: they lie on the turns. */
    struct ls_series slices;
    uint32_t *first_row; /* per thread, and one behind: in row_begin */
    uint32_t *row_begin; /* per row, and one behind: in slices */

    /* The blocking calls of loops' threads, the outermost; item as above. */
    struct ls_series blocking;
    uint32_t *first_blocking; /* per thread, and one behind */

    /* Of tasks; item: index in trace->stretches. */
    struct ls_series runs, awaits, held;
    uint32_t *first_run, *first_await, *first_held;

    struct ls_series marks; /* item: index in trace->marks */
    uint32_t *first_mark;   /* per thread, and one behind */

    struct ls_series counters; /* item: index in the counter's points */
    uint32_t *first_point;     /* per counter, and one behind */
};

struct ls_index *ls_index_make(const struct ls_trace *trace);
void ls_index_free(struct ls_index *index);

uint32_t ls_index_n_rows(const struct ls_index *index, uint32_t thread);
struct ls_index_range ls_index_row(const struct ls_index *index,
                                   uint32_t thread, uint32_t row);

/* The first of the blocking calls of THREAD that reach into the stretch from
 * BEGIN to END, in index->blocking; LS_NONE if none does. */
uint32_t ls_index_first_blocking(const struct ls_index *index, uint32_t thread,
                                 int64_t begin_ns, int64_t end_ns);

#endif
