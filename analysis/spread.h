#ifndef LS_ANALYSIS_SPREAD_H
#define LS_ANALYSIS_SPREAD_H
/* SPDX-License-Identifier: MIT */
/*
 * spread.h - how widely values lie, and whether two sets of them differ by
 * more than that. Times of programs are skewed and have outliers, so both
 * measures go by ranks and not by means.
 *
 *     int64_t mad_ns = ls_spread_mad(sorted, n);
 *     if (ls_spread_p(was, n_was, is, n_is) < 0.01) ...
 *
 * Units: whatever the values are in.
 * Ownership: values are only read; each array is sorted.
 * Errors: none.
 * Threads: any.
 */
#include <stddef.h>
#include <stdint.h>

/* The lower median: nearest rank, as in statistics.h. 0 of none. */
int64_t ls_spread_median(const int64_t *sorted, size_t n);

/*
 * The median absolute deviation from the median: half of the values lie no
 * farther from it. Hampel, The Influence Curve and Its Role in Robust
 * Estimation, JASA 69 (1974). Without the factor that would make it a normal
 * distribution's sigma.
 */
int64_t ls_spread_mad(const int64_t *sorted, size_t n);

/*
 * How likely two sets differ so much if they are of one kind: two-sided, 0..1.
 * Mann and Whitney, On a Test of Whether one of Two Random Variables is
 * Stochastically Larger than the Other, Ann. Math. Statist. 18 (1947), by the
 * normal approximation with its corrections for continuity and for ties.
 * Where neither side has six values it does not come below 0.01.
 */
double ls_spread_p(const int64_t *a, size_t n, const int64_t *b, size_t m);

#endif
