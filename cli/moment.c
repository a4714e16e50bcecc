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
    int64_t warn_ns;
    struct ls_moment *items;
    size_t n;
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

static void collect_await(struct collecting *c, uint32_t task, uint32_t idx)
{
    const struct ls_stretch *stretch = &c->trace->stretches[idx];
    bool made = is_first_run(c->trace, stretch);
    collect(c, (struct ls_moment){
                   .at_ns = stretch->begin_ns,
                   .thread = c->trace->tasks[task].thread,
                   .subject = task,
                   .stretch = idx,
                   .verb = made ? LS_VERB_MAKE : LS_VERB_AWAIT,
               });
    if (!stretch->open)
        collect(c, (struct ls_moment){
                       .at_ns = stretch->end_ns,
                       .thread = stretch->thread,
                       .subject = task,
                       .stretch = idx,
                       .verb = made ? LS_VERB_START : LS_VERB_RESUME,
                   });
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
        uint32_t stretch = task->first_stretch + i;
        if (c->trace->stretches[stretch].kind == LS_STRETCH_AWAIT)
            collect_await(c, idx, stretch);
        else
            last_thread = c->trace->stretches[stretch].thread;
    }
    if (task->state == LS_TASK_OPEN)
        return;
    moment.at_ns = task->end_ns;
    moment.thread = last_thread;
    moment.verb = LS_VERB_FINISH;
    collect(c, moment);
}

/* What kept a loop: its blocking calls; a long turn only if it has none. */
static void collect_loop(struct collecting *c, const struct ls_loop *loop)
{
    const struct ls_thread *thread = &c->trace->threads[loop->thread];
    for (uint32_t i = 0; i < loop->n_turns; i++) {
        uint32_t turn = loop->turns[i];
        uint32_t end =
            i + 1 < loop->n_turns ? loop->turns[i + 1] : thread->n_slices;
        if (ls_slice_own_ns(c->trace, &thread->slices[turn]) < c->warn_ns)
            continue;
        struct ls_moment moment = {.thread = loop->thread, .stretch = LS_NONE};
        bool called = false;
        for (uint32_t j = turn + 1; j < end; j++) {
            const struct ls_slice *slice = &thread->slices[j];
            if (slice->kind != LS_SLICE_BLOCKING ||
                ls_slice_own_ns(c->trace, slice) < c->warn_ns)
                continue;
            moment.at_ns = slice->begin_ns;
            moment.subject = j;
            moment.verb = LS_VERB_BLOCK;
            collect(c, moment);
            called = true;
        }
        moment.at_ns = thread->slices[turn].begin_ns;
        moment.subject = turn;
        moment.verb = LS_VERB_HOLD;
        if (!called)
            collect(c, moment);
    }
}

static void collect_all(struct collecting *c)
{
    const struct ls_trace *trace = c->trace;
    for (uint32_t i = 0; i < trace->n_tasks; i++)
        collect_task(c, i);
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

int64_t ls_moment_shown(int64_t at_ns, int64_t unit_ns)
{
    return at_ns / unit_ns + (at_ns % unit_ns * 2 >= unit_ns);
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
                            const struct ls_moment *first,
                            const struct ls_moment *next, int64_t unit_ns)
{
    if (ls_moment_shown(first->at_ns, unit_ns) ==
        ls_moment_shown(next->at_ns, unit_ns))
        return true;
    if (next->at_ns - first->at_ns >= unit_ns || next->thread != first->thread)
        return false;
    uint32_t turn = turn_of(trace, first);
    return turn != LS_NONE && turn == turn_of(trace, next);
}

static void group(struct ls_moments *moments, const struct ls_trace *trace,
                  int64_t unit_ns)
{
    for (size_t i = 0; i < moments->n; i++) {
        if (moments->n_groups) {
            size_t first = moments->groups[moments->n_groups - 1];
            if (belong_together(trace, &moments->items[first],
                                &moments->items[i], unit_ns))
                continue;
        }
        moments->groups[moments->n_groups++] = i;
    }
    moments->groups[moments->n_groups] = moments->n;
}

bool ls_moments_collect(struct ls_moments *moments,
                        const struct ls_trace *trace, int64_t warn_ns,
                        int64_t unit_ns)
{
    *moments = (struct ls_moments){0};
    struct collecting c = {trace, warn_ns, NULL, 0};
    collect_all(&c);
    moments->n = c.n;
    moments->items = calloc(c.n + 1, sizeof(*moments->items));
    moments->groups = calloc(c.n + 1, sizeof(*moments->groups));
    if (!moments->items || !moments->groups) {
        ls_moments_free(moments);
        return false;
    }
    c = (struct collecting){trace, warn_ns, moments->items, 0};
    collect_all(&c);
    qsort(moments->items, moments->n, sizeof(*moments->items), compare);
    group(moments, trace, unit_ns);
    return true;
}

void ls_moments_free(struct ls_moments *moments)
{
    free(moments->items);
    free(moments->groups);
    *moments = (struct ls_moments){0};
}
