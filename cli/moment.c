/* SPDX-License-Identifier: MIT */
/*
 * Two passes over the trace with the same code: the first only counts
 * (items is NULL), the second fills. Then a sort by time, then the groups.
 */
#include "moment.h"

#include "tracer/vocabulary.h"

#include <stdlib.h>
#include <string.h>

struct collecting {
    const struct ls_trace *trace;
    const struct ls_moment_limits *limits;
    struct ls_moment *items;
    size_t n;
    size_t n_short;
    size_t n_auto;
    bool tells_auto; /* few enough arose by themselves to be told */
};

static void collect(struct collecting *c, struct ls_moment moment)
{
    if (c->items)
        c->items[c->n] = moment;
    c->n++;
}

static bool is_first_run(const struct ls_trace *trace,
                         const struct ls_stretch *stretch)
{
    return stretch->kind == LS_STRETCH_AWAIT &&
           !strcmp(ls_trace_string(trace, stretch->what), LS_AWAIT_FIRST_RUN);
}

/* "first run": the task is started when it is made, if it ever runs. */
static void collect_first_run(struct collecting *c, struct ls_moment moment)
{
    const struct ls_stretch *wait = &c->trace->stretches[moment.stretch];
    moment.verb = wait->open ? LS_VERB_MAKE : LS_VERB_START;
    collect(c, moment);
    if (wait->open || wait->end_ns - wait->begin_ns < c->limits->late_ns)
        return;
    moment.at_ns = wait->end_ns;
    moment.thread = wait->thread;
    moment.verb = LS_VERB_RUN;
    collect(c, moment);
}

static void collect_await(struct collecting *c, struct ls_moment moment)
{
    const struct ls_stretch *await = &c->trace->stretches[moment.stretch];
    if (!await->open && await->end_ns - await->begin_ns < c->limits->unit_ns) {
        c->n_short++;
        return;
    }
    moment.verb = LS_VERB_AWAIT;
    collect(c, moment);
    if (await->open)
        return;
    moment.at_ns = await->end_ns;
    moment.thread = await->thread;
    moment.verb = LS_VERB_RESUME;
    collect(c, moment);
}

static void collect_stretch(struct collecting *c, uint32_t task, uint32_t idx,
                            uint32_t thread)
{
    const struct ls_stretch *stretch = &c->trace->stretches[idx];
    struct ls_moment moment = {.at_ns = stretch->begin_ns,
                               .thread = thread,
                               .subject = task,
                               .stretch = idx};
    if (stretch->kind != LS_STRETCH_AWAIT)
        return;
    if (is_first_run(c->trace, stretch))
        collect_first_run(c, moment);
    else
        collect_await(c, moment);
}

/* Where tasks that arose by themselves do so much that nothing else would be
 * seen between it, only what held them up is told. */
#define MAX_AUTO 24 /* stretches */

static bool are_few_auto(const struct ls_trace *trace)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < trace->n_tasks; i++)
        if (trace->tasks[i].flags & LS_TASK_AUTO)
            n += trace->tasks[i].n_stretches;
    return n <= MAX_AUTO;
}

static void collect_held_up(struct collecting *c, uint32_t idx)
{
    const struct ls_task *task = &c->trace->tasks[idx];
    c->n_auto++;
    for (uint32_t i = 0; i < task->n_stretches; i++) {
        uint32_t stretch = task->first_stretch + i;
        const struct ls_stretch *s = &c->trace->stretches[stretch];
        if (ls_stretch_held_up_ns(s) >= c->limits->warn_ns && !s->open)
            collect(c, (struct ls_moment){.at_ns = s->end_ns,
                                          .thread = s->thread,
                                          .subject = idx,
                                          .stretch = stretch,
                                          .verb = LS_VERB_RESUME});
    }
}

static void collect_task(struct collecting *c, uint32_t idx)
{
    const struct ls_task *task = &c->trace->tasks[idx];
    struct ls_moment moment = {.at_ns = task->begin_ns,
                               .thread = task->thread,
                               .subject = idx,
                               .stretch = LS_NONE,
                               .verb = LS_VERB_START};
    if (!(task->flags & (LS_TASK_NO_START | LS_TASK_MADE)))
        collect(c, moment);
    uint32_t last_thread = task->thread;
    for (uint32_t i = 0; i < task->n_stretches; i++) {
        const uint32_t stretch = task->first_stretch + i;
        if (c->trace->stretches[stretch].kind == LS_STRETCH_RUN)
            last_thread = c->trace->stretches[stretch].thread;
        collect_stretch(c, idx, stretch, last_thread);
    }
    if (task->state == LS_TASK_OPEN)
        return;
    moment.at_ns = task->end_ns;
    moment.thread = last_thread;
    moment.verb = LS_VERB_FINISH;
    collect(c, moment);
}

/* The blocking calls among slices FROM up to TO; returns how many. A call in
 * which the trace ends may have been long. */
static size_t collect_calls(struct collecting *c, uint32_t thread_idx,
                            uint32_t from, uint32_t to)
{
    const struct ls_thread *thread = &c->trace->threads[thread_idx];
    size_t n_before = c->n;
    for (uint32_t i = from; i < to; i++) {
        const struct ls_slice *slice = &thread->slices[i];
        if (slice->kind != LS_SLICE_BLOCKING)
            continue;
        if (slice->flags & LS_SLICE_OPEN ||
            ls_slice_own_ns(c->trace, slice) >= c->limits->warn_ns)
            collect(c, (struct ls_moment){.at_ns = slice->begin_ns,
                                          .thread = thread_idx,
                                          .subject = i,
                                          .stretch = LS_NONE,
                                          .verb = LS_VERB_BLOCK});
    }
    return c->n - n_before;
}

static void collect_turn(struct collecting *c, const struct ls_loop *loop,
                         uint32_t nth)
{
    const struct ls_thread *thread = &c->trace->threads[loop->thread];
    uint32_t idx = loop->turns[nth];
    uint32_t next =
        nth + 1 < loop->n_turns ? loop->turns[nth + 1] : thread->n_slices;
    const struct ls_slice *turn = &thread->slices[idx];
    int64_t own_ns = ls_slice_own_ns(c->trace, turn);
    if (own_ns < c->limits->warn_ns && !(turn->flags & LS_SLICE_OPEN))
        return;
    size_t n_calls = collect_calls(c, loop->thread, idx + 1, next);
    if (n_calls == 0 && own_ns >= c->limits->late_ns)
        collect(c, (struct ls_moment){.at_ns = turn->begin_ns,
                                      .thread = loop->thread,
                                      .subject = idx,
                                      .stretch = LS_NONE,
                                      .verb = LS_VERB_HOLD});
}

/* What kept a loop: its blocking calls; a long turn only if it has none. */
static void collect_loop(struct collecting *c, const struct ls_loop *loop)
{
    for (uint32_t i = 0; i < loop->n_turns; i++)
        collect_turn(c, loop, i);
}

static void collect_all(struct collecting *c)
{
    const struct ls_trace *trace = c->trace;
    for (uint32_t i = 0; i < trace->n_tasks; i++) {
        if (trace->tasks[i].flags & LS_TASK_AUTO && !c->tells_auto)
            collect_held_up(c, i);
        else
            collect_task(c, i);
    }
    for (uint32_t i = 0; i < trace->n_loops; i++)
        collect_loop(c, &trace->loops[i]);
    for (uint32_t i = 0; i < trace->n_marks; i++)
        collect(c, (struct ls_moment){.at_ns = trace->marks[i].at_ns,
                                      .thread = trace->marks[i].thread,
                                      .subject = i,
                                      .stretch = LS_NONE,
                                      .verb = LS_VERB_MARK});
}

/* By time; what happens at once in the order of the verbs, then of tasks. */
static int compare(const void *a, const void *b)
{
    const struct ls_moment *x = a, *y = b;
    if (x->at_ns != y->at_ns)
        return x->at_ns < y->at_ns ? -1 : 1;
    if (x->verb != y->verb)
        return x->verb < y->verb ? -1 : 1;
    if (x->subject != y->subject)
        return x->subject < y->subject ? -1 : 1;
    return x->stretch < y->stretch ? -1 : x->stretch > y->stretch;
}

int64_t ls_moment_shown(const struct ls_moment_limits *limits, int64_t at_ns)
{
    int64_t since = at_ns - limits->origin_ns, unit = limits->unit_ns;
    return since / unit + (since % unit * 2 >= unit);
}

/* The turn in which a moment lies, by its index among the loop's; LS_NONE. */
static uint32_t turn_of(const struct ls_trace *trace,
                        const struct ls_moment *moment)
{
    uint32_t loop_idx = LS_NONE;
    if (moment->thread != LS_NONE)
        loop_idx = trace->threads[moment->thread].loop;
    if (loop_idx == LS_NONE)
        return LS_NONE;
    const struct ls_loop *loop = &trace->loops[loop_idx];
    uint32_t turn = ls_loop_first_turn(trace, loop, moment->at_ns);
    if (turn >= loop->n_turns)
        return LS_NONE;
    const struct ls_thread *thread = &trace->threads[loop->thread];
    bool inside = thread->slices[loop->turns[turn]].begin_ns <= moment->at_ns;
    return inside ? turn : LS_NONE;
}

static bool belong_together(const struct ls_trace *trace,
                            const struct ls_moment_limits *limits,
                            const struct ls_moment *first,
                            const struct ls_moment *next)
{
    if (ls_moment_shown(limits, first->at_ns) ==
        ls_moment_shown(limits, next->at_ns))
        return true;
    if (next->at_ns - first->at_ns >= limits->unit_ns ||
        next->thread != first->thread)
        return false;
    uint32_t turn = turn_of(trace, first);
    return turn != LS_NONE && turn == turn_of(trace, next);
}

static void group(struct ls_moments *moments, const struct ls_trace *trace,
                  const struct ls_moment_limits *limits)
{
    for (size_t i = 0; i < moments->n; i++) {
        if (moments->n_groups) {
            size_t first = moments->groups[moments->n_groups - 1];
            if (belong_together(trace, limits, &moments->items[first],
                                &moments->items[i]))
                continue;
        }
        moments->groups[moments->n_groups++] = i;
    }
    moments->groups[moments->n_groups] = moments->n;
}

bool ls_moments_collect(struct ls_moments *moments,
                        const struct ls_trace *trace,
                        const struct ls_moment_limits *limits)
{
    *moments = (struct ls_moments){0};
    struct collecting c = {
        .trace = trace, .limits = limits, .tells_auto = are_few_auto(trace)};
    collect_all(&c);
    moments->n = c.n;
    moments->n_short = c.n_short;
    moments->n_auto = c.n_auto;
    moments->items = calloc(c.n + 1, sizeof(*moments->items));
    moments->groups = calloc(c.n + 1, sizeof(*moments->groups));
    if (!moments->items || !moments->groups) {
        ls_moments_free(moments);
        return false;
    }
    c.items = moments->items;
    c.n = 0;
    collect_all(&c);
    qsort(moments->items, moments->n, sizeof(*moments->items), compare);
    group(moments, trace, limits);
    return true;
}

void ls_moments_free(struct ls_moments *moments)
{
    free(moments->items);
    free(moments->groups);
    *moments = (struct ls_moments){0};
}
