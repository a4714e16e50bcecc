/* SPDX-License-Identifier: MIT */
/*
 * lost-wake: a task awaits, and nothing is left that could resume it. Which
 * tasks those are is found out in waits.c.
 */
#include "judge.h"

#include "sentence.h"

#include <stdio.h>

void ls_rule_lost_wake(struct ls_judge *judge)
{
    const struct ls_trace *t = judge->trace;
    for (uint32_t i = 0; i < t->n_tasks; i++) {
        enum ls_fate fate = judge->waits->fate[i];
        if (fate != LS_FATE_FORGOTTEN && fate != LS_FATE_STARVED)
            continue;
        const struct ls_stretch *await = ls_waits_last(t, i);
        char what[200];
        struct ls_finding f =
            ls_judge_of_task(judge, i, LS_RULE_LOST_WAKE, LS_SEVERITY_WARNING);
        f.start_ns = await->begin_ns;
        f.duration_ns = await->end_ns - await->begin_ns;
        snprintf(what, sizeof(what), "%.90s awaits %.90s",
                 ls_trace_string(t, t->tasks[i].kind),
                 ls_trace_string(t, await->what));
        ls_judge_add(judge, &f, what);
    }
}

void ls_say_lost_wake(const struct ls_sentence *s)
{
    const struct ls_finding *f = s->finding;
    const struct ls_stretch *await = ls_waits_last(s->trace, f->task);
    ls_say_task(s);
    ls_say(s, " awaits");
    if (await->what) {
        ls_say(s, " \"");
        ls_say_quoted(s, await->what);
        ls_say(s, "\"");
    }
    ls_say(s, " in vain: ");
    if (await->n_on) {
        ls_say(s, "what it awaits was over ");
        ls_say_time(s, await->end_ns - ls_waits_over_ns(s->trace, await));
        ls_say(s, " before the end, and nobody resumed it");
    } else {
        ls_say(s,
               "the loop ended because nothing was left that could resume it");
    }
    ls_say_count(s);
    ls_say_behind(s);
}
