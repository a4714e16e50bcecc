/* SPDX-License-Identifier: MIT */
#include "gate.h"

static void count(const struct ls_findings *findings, struct ls_counts *counts)
{
    counts->n_errors += findings->n_errors;
    counts->n_warnings += findings->n_warnings;
    counts->n_notes += findings->n_notes;
    for (size_t i = 0; i < findings->n; i++) {
        const enum ls_standing standing = findings->items[i].standing;
        counts->n_suppressed += standing == LS_STANDING_SUPPRESSED;
        counts->n_known += standing == LS_STANDING_KNOWN;
    }
}

struct ls_counts ls_gate_count(const struct ls_gate *gate)
{
    struct ls_counts counts = {0};
    for (size_t i = 0; i < gate->n; i++)
        if (gate->judged[i].findings)
            count(gate->judged[i].findings, &counts);
    return counts;
}

enum ls_verdict ls_gate_verdict(const struct ls_gate *gate)
{
    enum ls_verdict worst =
        ls_budgets_are_over(&gate->budgets) ? LS_VERDICT_FAIL : LS_VERDICT_PASS;
    for (size_t i = 0; i < gate->n; i++)
        worst = ls_verdict_worse(worst, gate->judged[i].verdict);
    return worst;
}
