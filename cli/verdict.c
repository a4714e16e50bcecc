/* SPDX-License-Identifier: MIT */
#include "verdict.h"

static const struct {
    const char *name;
    int exit;
} verdicts[LS_VERDICTS] = {
    [LS_VERDICT_PASS] = {"pass", 0},
    [LS_VERDICT_NOTHING_TRACED] = {"nothing-traced", 3},
    [LS_VERDICT_FAIL] = {"fail", 1},
    [LS_VERDICT_UNUSABLE] = {"unusable", 2},
};

enum ls_verdict ls_verdict_of(const struct ls_trace *trace,
                              const struct ls_findings *findings)
{
    if (findings->n_errors)
        return LS_VERDICT_FAIL;
    for (uint32_t i = 0; i < trace->n_loops; i++)
        if (trace->loops[i].n_turns &&
            !ls_members_is_driver(
                trace, trace->threads[trace->loops[i].thread].process))
            return LS_VERDICT_PASS;
    return LS_VERDICT_NOTHING_TRACED;
}

enum ls_verdict ls_verdict_worse(enum ls_verdict a, enum ls_verdict b)
{
    return a > b ? a : b;
}

const char *ls_verdict_name(enum ls_verdict verdict)
{
    return verdicts[verdict].name;
}

int ls_verdict_exit(enum ls_verdict verdict)
{
    return verdicts[verdict].exit;
}

bool ls_judged_settle(struct ls_judged *judged)
{
    ls_members_take(&judged->members, judged->trace, judged->findings);
    judged->verdict = ls_verdict_of(judged->trace, judged->findings);
    return !judged->members.failed;
}

void ls_judged_destroy(struct ls_judged *judged)
{
    ls_members_destroy(&judged->members);
    ls_names_destroy(&judged->names);
    ls_findings_free(judged->findings);
    ls_trace_free(judged->trace);
    ls_text_destroy(&judged->why);
    *judged = (struct ls_judged){0};
}
