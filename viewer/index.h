#ifndef LS_VIEWER_INDEX_H
#define LS_VIEWER_INDEX_H
/* SPDX-License-Identifier: MIT */
/*
 * index.h - a trace's slices, stretches and points as series to draw from.
 *
 * Built once when a trace is opened (in the loading thread). Not for what the
 * lanes look like (tracks.h).
 *
 *     struct ls_index *index = ls_index_make(trace, warn_ns);
 *     struct ls_index_range row = ls_index_row(index, thread, 0);
 *     ls_lod_query(&index->slices, row.lo, row.hi, ...);
 *     ls_index_free(index);
 *
 * Units: nanoseconds.
 * Ownership: the caller's, to be freed before the trace.
 * Errors: NULL without memory.
 * Threads: constant once made.
 */
#include "analysis/finding.h"
#include "viewer/lod.h"

struct ls_index_range {
    uint32_t lo, hi;
};

struct ls_index {
    const struct ls_trace *trace;
    int64_t warn_ns;

    /* Slices by thread, row, begin; item: index in the thread's slices. The
     * weight of a turn is its own time. On a loop's thread blocking calls
     * have no row, they lie on the turns; nor have tasks that nobody named,
     * because the callback in them says more. */
    struct ls_series slices;
    uint32_t *first_row; /* per thread, and one behind: in row_begin */
    uint32_t *row_begin; /* per row, and one behind: in slices */

    /* The blocking calls of loops' threads, the outermost; item as above. */
    struct ls_series blocking;
    uint32_t *first_blocking; /* per thread, and one behind */

    /* Of tasks; item: index in trace->stretches. `held` is the part of an
     * await in which it was held up, or may have been. */
    struct ls_series runs, awaits, held;
    uint32_t *first_run, *first_await, *first_held;

    struct ls_series marks; /* item: index in trace->marks */
    uint32_t *first_mark;   /* per thread, and one behind */

    struct ls_series samples; /* item: index in trace->samples */
    uint32_t *first_sample;   /* per thread, and one behind */

    struct ls_series counters; /* item: index in the counter's points */
    uint32_t *first_point;     /* per counter, and one behind */
};

/* Where an await may have been held up is told by turns of WARN and more. */
struct ls_index *ls_index_make(const struct ls_trace *trace, int64_t warn_ns);
void ls_index_free(struct ls_index *index);

uint32_t ls_index_n_rows(const struct ls_index *index, uint32_t thread);
struct ls_index_range ls_index_row(const struct ls_index *index,
                                   uint32_t thread, uint32_t row);

/* The first of the blocking calls of THREAD that reach into the stretch from
 * BEGIN to END, in index->blocking; LS_NONE if none does. */
uint32_t ls_index_first_blocking(const struct ls_index *index, uint32_t thread,
                                 int64_t begin_ns, int64_t end_ns);

/* From when on an await was held up; AT_MOST: not before that. LS_UNKNOWN: it
 * was not. */
int64_t ls_index_held_from(const struct ls_index *index,
                           const struct ls_stretch *stretch, bool *at_most);

#endif
