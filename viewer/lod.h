#ifndef LS_VIEWER_LOD_H
#define LS_VIEWER_LOD_H
/* SPDX-License-Identifier: MIT */
/*
 * lod.h - level of detail: what of a long row of slices is worth drawing.
 *
 * A series is a row of stretches of time in order, with a tree of maxima over
 * it. A query gives at most two boxes per pixel column: a stretch longer than
 * a column as itself, shorter ones merged, standing for them the one of the
 * greatest weight. So the longest stall is there at any zoom, and the cost
 * follows the columns (a binary search each), not the events.
 *
 *     ls_series_init(&series, n, LS_WEIGHT_LENGTH);
 *     ls_series_put(&series, 0, &(struct ls_placed){begin_ns, end_ns, 0,
 * item}); ls_series_finish(&series); n = ls_lod_query(&series, lo, hi, &window,
 * boxes); ls_series_destroy(&series);
 *
 * Units: nanoseconds; columns of the window, counted from 0.
 * Ownership: the series owns its arrays; boxes are the caller's.
 * Errors: -1 without memory.
 * Threads: constant once finished.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LS_SERIES_LEVELS 8

/* The greatest of some stretches: which, and its weight. */
struct ls_peak {
    uint32_t index;
    float weight;
};

/* A stretch whose length has no room in 32 bits. */
struct ls_long {
    uint32_t index;
    int64_t length_ns;
};

/* Several rows can share one series; each is a range [lo, hi) in which begins
 * and ends do not go back. 16 bytes a stretch and 1 for searching, 4 more with
 * weights of their own. */
struct ls_series {
    uint32_t n;
    int64_t *begin_ns;
    uint32_t *length_ns; /* see ls_series_end_ns() */
    uint32_t *item;      /* what it is, for whoever made the series */
    float *weight;       /* NULL: the length is the weight */
    struct ls_long *longs;
    uint32_t n_longs, cap_longs;
    int64_t *step_ns; /* every 16th begin: where searches begin */
    struct ls_peak *level[LS_SERIES_LEVELS]; /* the greatest per 16 below */
    uint32_t n_level[LS_SERIES_LEVELS];
    bool failed; /* to put one, for want of memory */
};

enum ls_weight { LS_WEIGHT_LENGTH, LS_WEIGHT_OWN };

/* One stretch, as it is put in. */
struct ls_placed {
    int64_t begin_ns, end_ns; /* begin <= end */
    float weight;             /* 0: its length; with LS_WEIGHT_OWN only */
    uint32_t item;
};

struct ls_lod_window {
    int64_t begin_ns, end_ns; /* begin < end */
    uint32_t n_columns;       /* >= 1 */
};

struct ls_lod_box {
    uint32_t best;  /* index in the series: the greatest weight of them */
    uint32_t count; /* how many it stands for; 1: it is one stretch, whole */
    uint32_t column, end_column; /* [column, end_column), at least one */
};

/* How many boxes a query may give. */
#define LS_LOD_BOXES(n_columns) (2 * (size_t)(n_columns) + 2)

/* Arrays for N stretches, each of which is then put in once. */
int ls_series_init(struct ls_series *series, uint32_t n, enum ls_weight weight);
void ls_series_put(struct ls_series *series, uint32_t at,
                   const struct ls_placed *placed);
int ls_series_finish(struct ls_series *series);
void ls_series_destroy(struct ls_series *series);

int64_t ls_series_end_ns(const struct ls_series *series, uint32_t i);
double ls_series_weight(const struct ls_series *series, uint32_t i);

/* An index of the greatest weight in [lo, hi), which is not empty. */
uint32_t ls_series_greatest(const struct ls_series *series, uint32_t lo,
                            uint32_t hi);

/* The first in [lo, hi) that ends after AT; hi if none. */
uint32_t ls_series_ending_after(const struct ls_series *series, uint32_t lo,
                                uint32_t hi, int64_t at_ns);

/* The first in [lo, hi) that begins at AT or later; hi if none. */
uint32_t ls_series_beginning_at(const struct ls_series *series, uint32_t lo,
                                uint32_t hi, int64_t at_ns);

/* The boxes of [lo, hi) in WINDOW, by time; BOXES has room for
 * LS_LOD_BOXES(n_columns). Returns how many. */
uint32_t ls_lod_query(const struct ls_series *series, uint32_t lo, uint32_t hi,
                      const struct ls_lod_window *window,
                      struct ls_lod_box *boxes);

#endif
