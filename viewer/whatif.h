#ifndef LS_VIEWER_WHATIF_H
#define LS_VIEWER_WHATIF_H
/* SPDX-License-Identifier: MIT */
/*
 * whatif.h - how tasks would have gone on without a stall, or if what they
 * awaited in turn had been gathered: an estimate.
 *
 * The rest of a task's life is moved by what it was held up, or by what a
 * gather saves; that others would then have had the loop earlier or later is
 * left out. Not for how it looks (draw_whatif.c).
 *
 *     struct ls_ghosts ghosts = {0};
 *     ls_whatif_make(&ghosts, trace, finding);
 *     for (uint32_t i = 0; i < ghosts.n; i++) ... ghosts.items[i]
 *
 * Units: nanoseconds.
 * Ownership: everything is in the struct.
 * Errors: those for whom there is no room are counted in n_more.
 * Threads: one at a time.
 */
#include "analysis/finding.h"

#define LS_GHOSTS 128

struct ls_ghost {
    uint32_t task;
    int64_t begin_ns, end_ns; /* of the rest of its life, as it would be */
    int64_t saved_ns;
    bool at_most;
};

struct ls_ghosts {
    struct ls_ghost items[LS_GHOSTS];
    uint32_t n, n_more, n_at_most;
    int64_t saved_ns; /* by all together */
    bool gathered;    /* what was awaited in turn, at once */
};

/* Of a stall or of sequential awaits; none of any other FINDING. */
void ls_whatif_make(struct ls_ghosts *ghosts, const struct ls_trace *trace,
                    const struct ls_finding *finding);

#endif
