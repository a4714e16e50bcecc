#ifndef LS_ANALYSIS_SHARES_H
#define LS_ANALYSIS_SHARES_H
/* SPDX-License-Identifier: MIT */
/*
 * shares.h - what adds up to something, counted by name.
 *
 *     struct ls_shares shares = {.n = 0};
 *     ls_shares_add(&shares, slice->name, ns);
 *     ls_shares_give(&shares, &finding);   // the largest ones
 *
 * Units: nanoseconds. Of more than LS_SHARES_NAMES names the later ones count
 *     in the sums only.
 * Ownership: none.
 * Errors: none.
 * Threads: one.
 */
#include "sentence.h"

enum { LS_SHARES_NAMES = 64 };

struct ls_shares {
    struct ls_share names[LS_SHARES_NAMES];
    uint32_t n_names;
    uint32_t n;       /* all that were added */
    int64_t total_ns; /* of all */
};

void ls_shares_add(struct ls_shares *shares, ls_string name, int64_t ns);

/* The largest ones, and how many there were in all. SHARES is sorted by it, the
 * largest first. */
void ls_shares_give(struct ls_shares *shares, struct ls_finding *finding);

/* Whether PART is 80 % of ALL: what decides, here as elsewhere. */
static inline bool ls_share_decides(int64_t part_ns, int64_t all_ns)
{
    return part_ns >= all_ns - all_ns / 5;
}

/* on_read 300 times (45.0 ms), on_tick (1.2 ms) */
void ls_say_shares(const struct ls_sentence *sentence);

#endif
