/* SPDX-License-Identifier: MIT */
#include "verdict.h"

#include "tracer/vocabulary.h"

#include <string.h>

static const struct {
    const char *name;
    int exit;
} verdicts[LS_VERDICTS] = {
    [LS_VERDICT_PASS] = {"pass", 0},
    [LS_VERDICT_NOTHING_TRACED] = {"nothing-traced", 3},
    [LS_VERDICT_FAIL] = {"fail", 1},
    [LS_VERDICT_UNUSABLE] = {"unusable", 2},
};

static bool has_injected(const struct ls_trace *trace,
                         const struct ls_thread *thread)
{
    for (uint32_t i = 0; i < thread->n_slices; i++)
        if (thread->slices[i].kind == LS_SLICE_BLOCKING &&
            !strcmp(ls_trace_string(trace, thread->slices[i].name),
                    LS_NAME_INJECTED))
            return true;
    return false;
}

bool ls_verdict_lacks_injected(const struct ls_trace *trace)
{
    for (uint32_t i = 0; trace->inject_ns > 0 && i < trace->n_threads; i++)
        if (has_injected(trace, &trace->threads[i]))
            return false;
    return trace->inject_ns > 0;
}

enum ls_verdict ls_verdict_of(const struct ls_trace *trace,
                              const struct ls_findings *findings)
{
    if (findings->n_errors)
        return LS_VERDICT_FAIL;
    if (ls_verdict_lacks_injected(trace))
        return LS_VERDICT_NOTHING_TRACED;
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
