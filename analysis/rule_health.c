/* SPDX-License-Identifier: MIT */
/*
 * trace-health: what the trace cannot tell, and what that leaves unjudged.
 */
#include "judge.h"

#include "load.h"
#include "tracer/vocabulary.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 5, 6))) static void add(struct ls_judge *judge,
                                                      uint32_t process,
                                                      enum ls_severity severity,
                                                      const char *what,
                                                      const char *format, ...)
{
    char text[400];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    struct ls_finding f = ls_judge_blank(LS_RULE_TRACE_HEALTH, severity);
    f.process = process;
    f.message = strdup(text);
    if (!f.message) {
        judge->failed = true;
        return;
    }
    ls_judge_add(judge, &f, what);
}

static void judge_losses(struct ls_judge *judge)
{
    const struct ls_health *health = &judge->trace->health;
    if (health->n_lost)
        add(judge, LS_NONE, LS_SEVERITY_WARNING, "lost",
            "%llu records were dropped for want of memory; what they would "
            "have shown is missing, and tasks are not judged",
            (unsigned long long)health->n_lost);
    if (health->n_unregistered)
        add(judge, LS_NONE, LS_SEVERITY_WARNING, "unregistered",
            "%llu processes were not traced: too many ran at one time",
            (unsigned long long)health->n_unregistered);
    if (health->n_late)
        add(judge, LS_NONE, LS_SEVERITY_NOTE, "late",
            "%llu events came late and were put in their places",
            (unsigned long long)health->n_late);
}

static void judge_limit(struct ls_judge *judge)
{
    const struct ls_trace *t = judge->trace;
    if (t->health.limit_ns != LS_UNKNOWN)
        add(judge, LS_NONE, LS_SEVERITY_NOTE, "limit",
            "the trace reached its largest size after %.1f s; from then on "
            "only long turns were recorded, and tasks are not judged",
            (double)(t->health.limit_ns - t->begin_ns) / 1e9);
}

static bool is_cut(const struct ls_health *health)
{
    return health->ours &&
           (!health->complete || health->troubles[LS_TROUBLE_CUT].n);
}

static void judge_end(struct ls_judge *judge)
{
    const struct ls_health *health = &judge->trace->health;
    if (health->being_written)
        add(judge, LS_NONE, LS_SEVERITY_NOTE, "being written",
            "the trace is still being written: this is what there was");
    else if (is_cut(health))
        add(judge, LS_NONE, LS_SEVERITY_WARNING, "cut",
            "the trace is cut off: not enough data to tell which tasks never "
            "finished, or wait in vain");
}

/* Damage besides a cut, which has been told. */
static void judge_damage(struct ls_judge *judge)
{
    char text[256];
    const struct ls_health *health = &judge->trace->health;
    bool damaged = false;
    for (int i = 0; i < LS_TROUBLE_KINDS; i++)
        damaged |= i != LS_TROUBLE_CUT && health->troubles[i].n > 0;
    if (damaged || (health->troubles[LS_TROUBLE_CUT].n && !is_cut(health)))
        add(judge, LS_NONE, LS_SEVERITY_WARNING, "damaged",
            "the file is damaged: %s",
            ls_trace_trouble(judge->trace, text, sizeof(text)));
}

static void judge_format(struct ls_judge *judge)
{
    const struct ls_health *health = &judge->trace->health;
    if (health->ours && health->format > LS_FORMAT_VERSION)
        add(judge, LS_NONE, LS_SEVERITY_WARNING, "format",
            "the trace has format %lld and this loopscope knows format %d: "
            "what is new in it was not judged",
            (long long)health->format, LS_FORMAT_VERSION);
}

/* A program that is not built for it has functions of its own, and its
 * synopsis says what that means. */
static enum ls_severity hooks_level(const struct ls_trace *t, uint32_t process)
{
    for (uint32_t i = 0; i < t->n_unseen; i++)
        if (t->unseen[i].process == process)
            return LS_SEVERITY_NOTE;
    return LS_SEVERITY_WARNING;
}

static void judge_hooks(struct ls_judge *judge)
{
    const struct ls_trace *t = judge->trace;
    for (uint32_t i = 0; i < t->n_processes; i++)
        if (t->processes[i].hooks_missing)
            add(judge, i, hooks_level(t, i), "hooks",
                "calls of these functions were not seen: %s",
                ls_trace_string(t, t->processes[i].hooks_missing));
}

void ls_rule_health(struct ls_judge *judge)
{
    judge_losses(judge);
    judge_limit(judge);
    judge_end(judge);
    judge_damage(judge);
    judge_format(judge);
    judge_hooks(judge);
}
