#ifndef LS_ANALYSIS_DIFF_H
#define LS_ANALYSIS_DIFF_H
/* SPDX-License-Identifier: MIT */
/*
 * diff.h - what is different between two traces: findings that are new, worse,
 * milder or gone, and times that changed by more than they vary.
 *
 *     struct ls_diff *diff = ls_diff_make(&(struct ls_side){was, found_was},
 *                                         &(struct ls_side){is, found_is});
 *     for (size_t i = 0; i < diff->n_findings; i++)
 *         if (diff->findings[i].change == LS_DIFF_NEW) ...
 *     ls_diff_free(diff);
 *
 * Findings are the same if rule and fingerprint are, in whichever process; of
 * several the worst is compared. Times are the same if kind and name are.
 * `descheduled` is left out: what the machine did to the one run says nothing
 * of the other.
 *
 * Units: nanoseconds.
 * Ownership: points into both sides; free it before them.
 * Errors: NULL when there is no memory.
 * Threads: any; both sides are only read.
 */
#include "finding.h"
#include "statistics.h"
#include "timings.h"

enum ls_diff_change {
    LS_DIFF_NEW,
    LS_DIFF_WORSE, /* of times: slower */
    LS_DIFF_SAME,
    LS_DIFF_BETTER, /* of times: faster */
    LS_DIFF_GONE,
    LS_DIFF_CHANGES
};

struct ls_side {
    const struct ls_trace *trace;
    const struct ls_findings *findings;
};

struct ls_diff_finding {
    enum ls_diff_change change;
    const struct ls_finding *was, *is; /* NULL: NEW; NULL: GONE */
};

/* What is marked as slower or faster: a rank test says that the two are not of
 * one kind (p below LS_DIFF_P), and the medians are farther apart than the
 * greater of the two MADs. See spread.h for both. */
#define LS_DIFF_P 0.01

struct ls_diff_time {
    enum ls_diff_change change;
    enum ls_timing_kind kind;
    const char *name;
    struct ls_summary was, is; /* count 0: it is not there */
    int64_t was_mad_ns, is_mad_ns;
    int64_t change_ns; /* of the medians; 0 if it is on one side only */
    double p;          /* 1 if it is on one side only */
};

struct ls_diff {
    struct ls_diff_finding *findings; /* by change, then as in the new one;
                                         those gone as in the old one */
    size_t n_findings;
    size_t n[LS_DIFF_CHANGES];  /* findings by change */
    size_t n_errors;            /* new or worse, at error level */
    struct ls_diff_time *times; /* by kind; in it by change (worse, better,
                                   new, gone, same), then the longest first */
    size_t n_times;
    struct ls_timings *timings[2]; /* private */
};

struct ls_diff *ls_diff_make(const struct ls_side *was,
                             const struct ls_side *is);
void ls_diff_free(struct ls_diff *diff);

/*
 * Whether a finding is worse than one that took WAS own time: more than twice
 * as long and at least 10 ms more; or of a higher level and a quarter longer
 * (or nothing that takes time), so that 49 and 51 ms on both sides of a limit
 * are the same.
 */
bool ls_diff_is_worse(int64_t was_own_ns, enum ls_severity was_severity,
                      int64_t own_ns, enum ls_severity severity);

#endif
