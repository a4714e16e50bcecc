/* SPDX-License-Identifier: MIT */
/*
 * sequential-awaits: a task that makes a task, awaits it, makes the next, and
 * so on, where it could have made them all and awaited them together.
 *
 *     main   |#-----------------#-----------------#|    two waits in a row
 *     first   |#---------------#|
 *     second                     |#--------------#|     begun after the first
 *
 * Only awaits of tasks count: what a task awaits in itself, a read after a
 * read, a timer after a timer, mostly needs what was before it. And only the
 * time in which the loop had nothing to do: what was computed meanwhile would
 * have to be computed in a gather too.
 */
#include "judge.h"

#include "sentence.h"

#include <stdio.h>
#include <stdlib.h>

/* Longer between two awaits, and the task did something with the first. */
#define APART_NS 200000

/* Not worth a word below. */
#define SAVES_NS 10000000

struct sequence {
    uint32_t first, n; /* stretch and number of its awaits */
    int64_t begin_ns, end_ns;
    int64_t sum_ns, longest_ns;
};

struct search {
    struct ls_judge *judge;
    const struct ls_trace *trace;
    int64_t **busy_ns; /* by loop, and in it by turn: the turns before it, added
                          up; NULL: not needed yet */
    uint32_t task;
    struct sequence sequence;
};

/* ---- the loop's time ---------------------------------------------------- */

static const struct ls_slice *turn_at(const struct ls_trace *t,
                                      const struct ls_loop *loop, uint32_t i)
{
    return &t->threads[loop->thread].slices[loop->turns[i]];
}

static bool add_up(struct search *search, uint32_t loop_idx)
{
    const struct ls_loop *loop = &search->trace->loops[loop_idx];
    int64_t *sums = malloc((loop->n_turns + 1ul) * sizeof(*sums));
    if (!sums) {
        search->judge->failed = true;
        return false;
    }
    int64_t sum = 0;
    for (uint32_t i = 0; i < loop->n_turns; i++) {
        const struct ls_slice *turn = turn_at(search->trace, loop, i);
        sums[i] = sum;
        if (turn->depth == 0)
            sum = ls_sum(sum, turn->end_ns - turn->begin_ns);
    }
    sums[loop->n_turns] = sum;
    search->busy_ns[loop_idx] = sums;
    return true;
}

/* How long the loop was in turns, until AT. */
static int64_t busy_until(const struct search *search, uint32_t loop_idx,
                          int64_t at_ns)
{
    const struct ls_loop *loop = &search->trace->loops[loop_idx];
    uint32_t i = ls_loop_first_turn(search->trace, loop, at_ns);
    int64_t busy = search->busy_ns[loop_idx][i];
    if (i == loop->n_turns)
        return busy;
    int64_t begin_ns = turn_at(search->trace, loop, i)->begin_ns;
    return begin_ns < at_ns ? ls_sum(busy, at_ns - begin_ns) : busy;
}

/* The part of an await in which its loop waited for events. */
static int64_t idle_ns(struct search *search, const struct ls_stretch *await)
{
    int64_t length = await->end_ns - await->begin_ns;
    uint32_t loop = search->trace->threads[await->thread].loop;
    if (loop == LS_NONE)
        return length;
    if (!search->busy_ns[loop] && !add_up(search, loop))
        return 0;
    int64_t busy = busy_until(search, loop, await->end_ns) -
                   busy_until(search, loop, await->begin_ns);
    return busy < length ? length - busy : 0;
}

/* ---- sequences ---------------------------------------------------------- */

/* When it began to work; a task that was made waits to be started. */
static int64_t started_ns(const struct ls_trace *t, const struct ls_task *task)
{
    const struct ls_stretch *first = &t->stretches[task->first_stretch];
    if (!(task->flags & LS_TASK_MADE))
        return task->begin_ns;
    return first->ready_ns != LS_UNKNOWN ? first->ready_ns : first->end_ns;
}

/* Whether it waits for tasks that the task itself has made, and that began
 * to work after AFTER. */
static bool is_of_own_tasks(const struct search *search,
                            const struct ls_stretch *await, int64_t after_ns)
{
    const struct ls_trace *t = search->trace;
    if (await->kind != LS_STRETCH_AWAIT || await->open || !await->n_on ||
        await->on_others || await->thread == LS_NONE)
        return false;
    for (uint32_t k = 0; k < await->n_on; k++) {
        const struct ls_task *task = &t->tasks[t->awaited[await->first_on + k]];
        if (task->by != search->task || !task->n_stretches ||
            started_ns(t, task) < after_ns)
            return false;
    }
    return true;
}

static void tell(struct search *search)
{
    const struct sequence *s = &search->sequence;
    const struct ls_trace *t = search->trace;
    int64_t saved_ns = s->sum_ns - s->longest_ns;
    if (s->n < 2 || saved_ns <= SAVES_NS)
        return;
    struct ls_finding f =
        ls_judge_of_task(search->judge, search->task, LS_RULE_SEQUENTIAL_AWAITS,
                         LS_SEVERITY_NOTE);
    f.start_ns = s->begin_ns;
    f.duration_ns = s->end_ns - s->begin_ns;
    f.first_await = s->first;
    f.n_awaits = s->n;
    f.saved_ns = saved_ns;
    const struct ls_stretch *await = &t->stretches[s->first];
    char what[200];
    snprintf(what, sizeof(what), "%.90s awaits %.90s",
             ls_trace_string(t, t->tasks[search->task].kind),
             ls_trace_string(t, t->tasks[t->awaited[await->first_on]].kind));
    ls_judge_add(search->judge, &f, what);
}

static void take(struct search *search, uint32_t stretch)
{
    struct sequence *s = &search->sequence;
    const struct ls_stretch *await = &search->trace->stretches[stretch];
    int64_t idle = idle_ns(search, await);
    if (!s->n) {
        s->first = stretch;
        s->begin_ns = await->begin_ns;
    }
    s->n++;
    s->end_ns = await->end_ns;
    s->sum_ns = ls_sum(s->sum_ns, idle);
    s->longest_ns = idle > s->longest_ns ? idle : s->longest_ns;
}

static void search_task(struct search *search, uint32_t task_idx)
{
    const struct ls_task *task = &search->trace->tasks[task_idx];
    struct sequence *s = &search->sequence;
    search->task = task_idx;
    *s = (struct sequence){0};
    for (uint32_t i = 0; i < task->n_stretches; i++) {
        uint32_t at = task->first_stretch + i;
        const struct ls_stretch *stretch = &search->trace->stretches[at];
        if (stretch->kind == LS_STRETCH_RUN)
            continue;
        bool goes_on = s->n && stretch->begin_ns - s->end_ns < APART_NS &&
                       is_of_own_tasks(search, stretch, s->end_ns);
        if (!goes_on) {
            tell(search);
            *s = (struct sequence){0};
        }
        if (goes_on || is_of_own_tasks(search, stretch, 0))
            take(search, at);
    }
    tell(search);
}

void ls_rule_sequential_awaits(struct ls_judge *judge)
{
    const struct ls_trace *t = judge->trace;
    uint32_t n_tasks = t->n_awaited ? t->n_tasks : 0;
    struct search search = {
        .judge = judge,
        .trace = t,
        .busy_ns = calloc(t->n_loops + 1ul, sizeof(*search.busy_ns))};
    if (!search.busy_ns)
        judge->failed = true;
    else if (!ls_judge_has_all(judge))
        n_tasks = 0; /* an await that is missing would make two of one */
    for (uint32_t i = 0; i < n_tasks && !judge->failed; i++)
        if (!(t->tasks[i].flags & LS_TASK_AUTO))
            search_task(&search, i);
    for (uint32_t i = 0; search.busy_ns && i < t->n_loops; i++)
        free(search.busy_ns[i]);
    free(search.busy_ns);
}

void ls_say_sequential_awaits(const struct ls_sentence *s)
{
    const struct ls_finding *f = s->finding;
    ls_say_task(s);
    ls_say(s, " awaited ");
    for (uint32_t i = 0; i < f->n_chain && i < LS_SAY_TASKS; i++) {
        bool last = i + 1 == f->n_chain;
        ls_say(s, i == 0 ? "" : last ? " and " : ", ");
        ls_say_named(s, f->chain[i]);
    }
    if (f->n_chain > LS_SAY_TASKS)
        ls_say(s, " and %u more", f->n_chain - LS_SAY_TASKS);
    ls_say(s, " one after the other: together they would take ");
    ls_say_time(s, f->saved_ns);
    ls_say(s, " less, if none needs the result of one before it");
    ls_say_count(s);
}
