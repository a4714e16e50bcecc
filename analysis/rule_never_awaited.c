/* SPDX-License-Identifier: MIT */
/*
 * never-awaited: a task that was made and never started; or one whose result
 * nobody waited for, though it outlived the task that made it: so that task
 * cannot have taken the result either.
 *
 * The second can only be told where the program says what its tasks await; so
 * it is asked of processes alone in which some task awaits another by name.
 */
#include "judge.h"

#include "sentence.h"

#include <stdio.h>
#include <stdlib.h>

struct asked {
    struct ls_judge *judge;
    uint8_t *awaited;     /* by task: somebody awaits it, or did */
    uint8_t *names_tasks; /* by process: a task of it awaits another */
};

static void look_at_awaits(struct asked *asked)
{
    const struct ls_trace *t = asked->judge->trace;
    for (uint32_t i = 0; i < t->n_awaited; i++)
        asked->awaited[t->awaited[i]] = 1;
    for (uint32_t i = 0; i < t->n_awaited; i++)
        asked->names_tasks[t->tasks[t->awaited[i]].process] = 1;
}

/* It was over in the way that tasks are: a task that was cancelled may leave
 * others to be cancelled too. */
static bool is_done(const struct ls_task *task)
{
    return task->state == LS_TASK_OK || task->state == LS_TASK_FAILED;
}

static bool is_unawaited(const struct asked *asked, uint32_t i)
{
    const struct ls_trace *t = asked->judge->trace;
    const struct ls_task *task = &t->tasks[i];
    if (asked->awaited[i] || !asked->names_tasks[task->process] ||
        task->by == LS_NONE || !is_done(task) ||
        task->flags & (LS_TASK_AUTO | LS_TASK_DETACHED | LS_TASK_NO_START))
        return false;
    const struct ls_task *maker = &t->tasks[task->by];
    return is_done(maker) && !(maker->flags & LS_TASK_AUTO) &&
           maker->end_ns < task->end_ns;
}

static void add(const struct asked *asked, uint32_t i, const char *how)
{
    struct ls_judge *judge = asked->judge;
    const struct ls_trace *t = judge->trace;
    char what[160];
    struct ls_finding f =
        ls_judge_of_task(judge, i, LS_RULE_NEVER_AWAITED, LS_SEVERITY_WARNING);
    snprintf(what, sizeof(what), "%s %s", how,
             ls_trace_string(t, t->tasks[i].kind));
    ls_judge_add(judge, &f, what);
}

static void ask(const struct asked *asked)
{
    const struct ls_judge *judge = asked->judge;
    const bool has_end = ls_judge_has_end(judge);
    for (uint32_t i = 0; i < judge->trace->n_tasks; i++) {
        if (judge->waits->fate[i] == LS_FATE_NOT_STARTED)
            add(asked, i, "not started:");
        else if (has_end && is_unawaited(asked, i))
            add(asked, i, "not awaited:");
    }
}

void ls_rule_never_awaited(struct ls_judge *judge)
{
    const struct ls_trace *t = judge->trace;
    struct asked asked = {judge, calloc(t->n_tasks + 1ul, 1),
                          calloc(t->n_processes + 1ul, 1)};
    if (asked.awaited && asked.names_tasks) {
        look_at_awaits(&asked);
        ask(&asked);
    } else {
        judge->failed = true;
    }
    free(asked.awaited);
    free(asked.names_tasks);
}

void ls_say_never_awaited(const struct ls_sentence *s)
{
    const struct ls_finding *f = s->finding;
    const struct ls_task *task = &s->trace->tasks[f->task];
    const struct ls_task *maker =
        task->by == LS_NONE ? NULL : &s->trace->tasks[task->by];
    if (task->state == LS_TASK_OPEN) {
        ls_say_task(s);
        ls_say(s, " was made and never started");
    } else {
        ls_say(s, "nobody waited for ");
        ls_say_task(s);
    }
    if (maker) {
        ls_say(s, task->state == LS_TASK_OPEN ? ", by " : ": ");
        ls_say_named(s, task->by);
    }
    if (maker && task->state != LS_TASK_OPEN) {
        ls_say(s, ", which made it, was over ");
        ls_say_time(s, task->end_ns - maker->end_ns);
        ls_say(s, " before it");
    }
    ls_say_count(s);
    ls_say_behind(s);
}

void ls_advise_never_awaited(const struct ls_sentence *s)
{
    if (s->trace->tasks[s->finding->task].state == LS_TASK_OPEN)
        ls_say(s, "Start the task and await it where it is made; or, if it is "
                  "not needed after all, finish it as cancelled.");
    else
        ls_say(s, "Await it in the task that makes it: nobody hears of its "
                  "failure otherwise. If it is meant to run by itself, say so "
                  "with ls_task_detach().");
}
