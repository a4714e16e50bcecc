#ifndef LS_CLI_GATE_H
#define LS_CLI_GATE_H
/* SPDX-License-Identifier: MIT */
/*
 * gate.h - all that a check came to: judged traces, budgets, what was
 * accepted. Every format of `check` renders one.
 *
 *     struct ls_gate gate = {.judged = judged, .n = 2};
 *     exit(ls_verdict_exit(ls_gate_verdict(&gate)));
 *
 * Units: none.
 * Ownership: borrows all it points to.
 * Errors: none.
 * Threads: any.
 */
#include "budget.h"
#include "suppressions.h"
#include "verdict.h"

struct ls_gate {
    const struct ls_judged *judged;
    size_t n;
    struct ls_budgets budgets;
    const struct ls_suppressions *suppressions; /* NULL: there are none */
    bool has_baseline;      /* standings are by comparison with one */
    bool has_said_unusable; /* standard error had a line of each such trace */
    const char *version; /* of loopscope, for formats that name their writer */
};

struct ls_counts {
    size_t n_errors, n_warnings, n_notes; /* that count */
    size_t n_suppressed, n_known;
};

struct ls_counts ls_gate_count(const struct ls_gate *gate);

/* The worst of all traces, and of the budgets. */
enum ls_verdict ls_gate_verdict(const struct ls_gate *gate);

#endif
