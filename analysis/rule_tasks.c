/* SPDX-License-Identifier: MIT */
/*
 * never-finished, unbalanced-task, task-failed: one look at each task.
 */
#include "judge.h"

static const char *kind_of(const struct ls_trace *t, const struct ls_task *task)
{
    return ls_trace_string(t, task->kind);
}

static void judge_open(struct ls_judge *judge, uint32_t i)
{
    const struct ls_trace *t = judge->trace;
    const struct ls_task *task = &t->tasks[i];
    if (task->state != LS_TASK_OPEN || task->flags & LS_TASK_AUTO ||
        t->processes[task->process].killed || t->processes[task->process].alive)
        return; /* a server's listeners are open when it ends */
    if (judge->waits->fate[i] != LS_FATE_MOVES)
        return; /* why it never finished is told by another rule */
    struct ls_finding f =
        ls_judge_of_task(judge, i, LS_RULE_NEVER_FINISHED, LS_SEVERITY_WARNING);
    ls_judge_add(judge, &f, kind_of(t, task));
}

static void judge_failed(struct ls_judge *judge, uint32_t i)
{
    const struct ls_trace *t = judge->trace;
    if (t->tasks[i].state != LS_TASK_FAILED)
        return;
    struct ls_finding f =
        ls_judge_of_task(judge, i, LS_RULE_TASK_FAILED, LS_SEVERITY_NOTE);
    ls_judge_add(judge, &f, kind_of(t, &t->tasks[i]));
}

static void judge_balance(struct ls_judge *judge, uint32_t i)
{
    const uint8_t odd = LS_TASK_RESUME_STRAY | LS_TASK_AWAIT_STRAY |
                        LS_TASK_FINISH_TWICE | LS_TASK_OVERLAP;
    const struct ls_trace *t = judge->trace;
    if (!(t->tasks[i].flags & odd) || t->tasks[i].flags & LS_TASK_AUTO)
        return;
    struct ls_finding f = ls_judge_of_task(judge, i, LS_RULE_UNBALANCED_TASK,
                                           LS_SEVERITY_WARNING);
    ls_judge_add(judge, &f, kind_of(t, &t->tasks[i]));
}

/* What is missing from the trace must not look like the program's fault. */
void ls_rule_tasks(struct ls_judge *judge)
{
    const struct ls_trace *t = judge->trace;
    bool has_all = ls_judge_has_all(judge), has_end = ls_judge_has_end(judge);
    for (uint32_t i = 0; i < t->n_tasks; i++) {
        if (has_end)
            judge_open(judge, i);
        if (has_all)
            judge_balance(judge, i);
        judge_failed(judge, i);
    }
}
