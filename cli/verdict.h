#ifndef LS_CLI_VERDICT_H
#define LS_CLI_VERDICT_H
/* SPDX-License-Identifier: MIT */
/*
 * verdict.h - one trace judged, and what several judged traces amount to.
 *
 *     struct ls_judged judged = {.path = path, .trace = trace, ...};
 *     judged.verdict = ls_verdict_of(trace, findings);
 *     worst = ls_verdict_worse(worst, judged.verdict);
 *
 * Units: none.
 * Ownership: a judged trace owns what ls_judged_destroy() frees.
 * Errors: none.
 * Threads: any.
 */
#include "members.h"
#include "names.h"
#include "text.h"

#include "analysis/finding.h"

/* From the best to the worst. */
enum ls_verdict {
    LS_VERDICT_PASS,
    LS_VERDICT_NOTHING_TRACED, /* no loop was seen, or none that ran, but of
                                  what only starts the tests */
    LS_VERDICT_FAIL,           /* a finding at error level */
    LS_VERDICT_UNUSABLE,       /* no trace could be read */
    LS_VERDICTS
};

struct ls_judged {
    const char *path; /* borrowed */
    enum ls_verdict verdict;
    struct ls_trace *trace;       /* NULL: unusable */
    struct ls_findings *findings; /* NULL: unusable */
    struct ls_names names;
    struct ls_members members; /* none: it has not been asked for them */
    struct ls_text why;        /* unusable: "no such file; check the path" */
};

enum ls_verdict ls_verdict_of(const struct ls_trace *trace,
                              const struct ls_findings *findings);
enum ls_verdict ls_verdict_worse(enum ls_verdict a, enum ls_verdict b);

/* A stall was to be planted (run --inject), but nothing shows it: there was no
 * loop, or none that came so far. */
bool ls_verdict_lacks_injected(const struct ls_trace *trace);

/* "pass", "fail", "unusable", "nothing-traced" */
const char *ls_verdict_name(enum ls_verdict verdict);

/* What `check` exits with: 0, 1, 2, 3. */
int ls_verdict_exit(enum ls_verdict verdict);

/* After findings were made, or what is accepted of them has changed: members
 * and verdict. False without memory. */
bool ls_judged_settle(struct ls_judged *judged);

void ls_judged_destroy(struct ls_judged *judged);

#endif
