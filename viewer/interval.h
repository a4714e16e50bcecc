#ifndef LS_VIEWER_INTERVAL_H
#define LS_VIEWER_INTERVAL_H
/* SPDX-License-Identifier: MIT */
/*
 * interval.h - what happened in a stretch of time: the loops' time, the tasks,
 * and what ran, by name.
 *
 * What reaches over an edge counts with the part inside; a turn's cause in
 * the same proportion. Not for how it looks (draw_interval.c).
 *
 *     struct ls_interval *i = ls_interval_make(document, begin_ns, end_ns);
 *     printf("%u turns\n", i->n_turns);
 *     ls_interval_free(i);
 *
 * Units: nanoseconds.
 * Ownership: the caller's.
 * Errors: NULL without memory.
 * Threads: constant once made.
 */
#include "viewer/document.h"

struct ls_interval_row {
    ls_string name;
    uint8_t kind; /* enum ls_slice_kind: CALLBACK, BLOCKING, SPAN, POOL */
    uint32_t n;
    int64_t total_ns, most_ns; /* of the parts inside */
    uint32_t thread, slice;    /* the longest */
};

struct ls_interval {
    int64_t begin_ns, end_ns;
    uint32_t n_loops; /* that were there then */
    uint32_t n_turns;
    int64_t lived_ns;      /* by the loops together */
    int64_t turns_ns;      /* of that in turns */
    struct ls_cause cause; /* of the turns of which it was measured */
    int64_t longest_ns;    /* turn, with what is outside; 0: none */
    uint32_t longest_thread, longest_slice;
    uint32_t n_tasks; /* alive */
    uint32_t n_started, n_ended, n_failed;
    uint32_t n_held; /* awaits that were held up, for sure */
    int64_t held_ns;
    struct ls_interval_row *rows; /* longest in all first */
    uint32_t n_rows;
};

struct ls_interval *ls_interval_make(const struct ls_document *document,
                                     int64_t begin_ns, int64_t end_ns);
void ls_interval_free(struct ls_interval *interval);

#endif
