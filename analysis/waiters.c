/* SPDX-License-Identifier: MIT */
/*
 * Who was held up: awaits whose ready time lies before their end, sorted by
 * it. Where it is not known (a socket has no such time), it lies in the turn
 * before the one in which the task was resumed, or in that one: had it come
 * earlier, the turn before would have served it already. That is an upper
 * bound, and is only kept where one of the two turns took long. Of each prefix
 * the latest end is kept, so that asking for a stretch of time is two binary
 * searches and a walk over what may overlap.
 */
#include "judge.h"

#include "sort.h"

#include <stdlib.h>

struct hold {
    int64_t ready_ns; /* first: the key */
    int64_t end_ns;
    int64_t latest_ns; /* the end of any hold up to this one */
    uint32_t task, loop;
    bool at_most; /* ready_ns is the earliest that it can be */
};

struct ls_holds {
    struct hold *items;
    size_t n;
};

/* Where it will run: known from its resume, else where it began. */
static uint32_t loop_of(const struct ls_trace *t, const struct ls_task *task,
                        const struct ls_stretch *stretch)
{
    return stretch->thread == LS_NONE ? task->loop
                                      : t->threads[stretch->thread].loop;
}

/* A wait that nothing ends was held up only by the turn in which the awaited
 * came: after that the loop would have got to it. */
static int64_t end_of(const struct ls_trace *t, uint32_t loop_idx,
                      const struct ls_stretch *stretch)
{
    const struct ls_loop *loop = &t->loops[loop_idx];
    uint32_t turn = ls_loop_first_turn(t, loop, stretch->ready_ns);
    if (!stretch->open || turn >= loop->n_turns)
        return stretch->end_ns;
    return t->threads[loop->thread].slices[loop->turns[turn]].end_ns;
}

static const struct ls_slice *turn_at(const struct ls_trace *t, uint32_t loop,
                                      uint32_t turn)
{
    return &t->threads[t->loops[loop].thread]
                .slices[t->loops[loop].turns[turn]];
}

/* A poll that has nothing to report waits; one that has returns at once. */
#define AT_ONCE_NS 1000000

/* Whether a slow turn goes on at AT, or is the last one before the turn that
 * does: most awaits need no more than this. */
static bool is_near_slow_turn(const struct ls_trace *t, uint32_t loop_idx,
                              int64_t at_ns)
{
    const struct ls_loop *loop = &t->loops[loop_idx];
    uint32_t low = 0, high = loop->n_slow;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (turn_at(t, loop_idx, loop->slow[middle])->begin_ns <= at_ns)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return false;
    uint32_t turn = loop->slow[low - 1];
    if (turn + 1 < loop->n_turns)
        turn++;
    return turn_at(t, loop_idx, turn)->end_ns >= at_ns;
}

int64_t ls_wait_earliest_ns(const struct ls_trace *t,
                            const struct ls_stretch *s, int64_t warn_ns)
{
    if (s->kind != LS_STRETCH_AWAIT || s->ready_ns != LS_UNKNOWN || s->open ||
        s->n_on || s->thread == LS_NONE || s->what == 0 ||
        t->threads[s->thread].loop == LS_NONE)
        return LS_UNKNOWN;
    uint32_t loop_idx = t->threads[s->thread].loop;
    const struct ls_loop *loop = &t->loops[loop_idx];
    if (warn_ns >= LS_SLOW_NS && !is_near_slow_turn(t, loop_idx, s->end_ns))
        return LS_UNKNOWN;
    uint32_t i = ls_loop_first_turn(t, loop, s->end_ns - 1);
    if (i >= loop->n_turns)
        return LS_UNKNOWN;
    const struct ls_slice *turn = turn_at(t, loop_idx, i);
    int64_t from = turn->begin_ns, took = s->end_ns - turn->begin_ns;
    const struct ls_slice *before = i ? turn_at(t, loop_idx, i - 1) : NULL;
    if (before && from - before->end_ns < AT_ONCE_NS) {
        from = before->begin_ns;
        if (before->end_ns - from > took)
            took = before->end_ns - from;
    }
    if (took < warn_ns || from >= s->end_ns)
        return LS_UNKNOWN;
    return s->begin_ns > from ? s->begin_ns : from;
}

static bool keep(struct ls_holds *holds, size_t *cap, const struct hold *hold)
{
    if (holds->n == *cap) {
        size_t more = *cap ? *cap * 2 : 64;
        struct hold *items = realloc(holds->items, more * sizeof(*items));
        if (!items)
            return false;
        holds->items = items;
        *cap = more;
    }
    holds->items[holds->n++] = *hold;
    return true;
}

static bool add(const struct ls_trace *t, struct ls_holds *holds, size_t *cap,
                uint32_t task_idx, int64_t warn_ns)
{
    const struct ls_task *task = &t->tasks[task_idx];
    for (uint32_t i = 0; i < task->n_stretches; i++) {
        const struct ls_stretch *s = &t->stretches[task->first_stretch + i];
        uint32_t loop = loop_of(t, task, s);
        if (loop == LS_NONE)
            continue;
        struct hold hold = {.task = task_idx, .loop = loop};
        if (ls_stretch_held_up_ns(s) > 0) {
            hold.ready_ns = s->ready_ns;
            hold.end_ns = end_of(t, loop, s);
        } else {
            hold.ready_ns = ls_wait_earliest_ns(t, s, warn_ns);
            hold.end_ns = s->end_ns;
            hold.at_most = true;
        }
        if (hold.ready_ns != LS_UNKNOWN && !keep(holds, cap, &hold))
            return false;
    }
    return true;
}

struct ls_holds *ls_holds_new(const struct ls_trace *t, int64_t warn_ns)
{
    struct ls_holds *holds = calloc(1, sizeof(*holds));
    size_t cap = 0;
    bool good = holds;
    for (uint32_t i = 0; good && i < t->n_tasks; i++)
        good = add(t, holds, &cap, i, warn_ns);
    if (!good) {
        ls_holds_free(holds);
        return NULL;
    }
    if (!ls_sort_by_time(holds->items, holds->n, sizeof(*holds->items))) {
        ls_holds_free(holds);
        return NULL;
    }
    int64_t latest = LS_UNKNOWN;
    for (size_t i = 0; i < holds->n; i++) {
        if (holds->items[i].end_ns > latest)
            latest = holds->items[i].end_ns;
        holds->items[i].latest_ns = latest;
    }
    return holds;
}

/* The first hold that can end after AT. */
static size_t first_after(const struct ls_holds *holds, int64_t at_ns)
{
    size_t low = 0, high = holds->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (holds->items[middle].latest_ns <= at_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* What is asked. */
struct query {
    uint32_t loop, task;
    int64_t begin_ns, end_ns;
};

/* The part of HOLD that lies in the time asked for. */
static int64_t overlap(const struct hold *hold, const struct query *q)
{
    int64_t from = hold->ready_ns > q->begin_ns ? hold->ready_ns : q->begin_ns;
    int64_t to = hold->end_ns < q->end_ns ? hold->end_ns : q->end_ns;
    return hold->loop == q->loop && hold->task != q->task && to > from
               ? to - from
               : 0;
}

static int longest_first(const void *a, const void *b)
{
    const struct ls_waiter *x = a, *y = b;
    if (x->held_up_ns != y->held_up_ns)
        return x->held_up_ns > y->held_up_ns ? -1 : 1;
    return x->task < y->task ? -1 : x->task > y->task;
}

/* Whether who waited then waited for what the finding tells of. */
static bool holds_others_up(const struct ls_finding *f)
{
    if (f->rule > LS_RULE_DESCHEDULED || f->loop == LS_NONE ||
        f->duration_ns <= 0)
        return false;
    return f->rule != LS_RULE_DESCHEDULED ||
           f->cause.descheduled_ns > f->own_ns;
}

static int by_task(const void *a, const void *b)
{
    const struct ls_waiter *x = a, *y = b;
    return x->task < y->task ? -1 : x->task > y->task;
}

/* A task that was held up several times waited for all of them together. The
 * number of tasks is returned. */
static uint32_t fold(struct ls_waiter *waiters, uint32_t n)
{
    uint32_t kept = 0;
    qsort(waiters, n, sizeof(*waiters), by_task);
    for (uint32_t i = 0; i < n; i++) {
        struct ls_waiter *last = kept ? &waiters[kept - 1] : NULL;
        if (!last || last->task != waiters[i].task) {
            waiters[kept++] = waiters[i];
            continue;
        }
        last->held_up_ns = ls_sum(last->held_up_ns, waiters[i].held_up_ns);
        last->at_most |= waiters[i].at_most;
    }
    return kept;
}

/* As ls_holds_ask(); *N says how many there are without memory too. */
static struct ls_waiter *ask(const struct ls_holds *holds,
                             const struct query *q, uint32_t *n)
{
    size_t first = first_after(holds, q->begin_ns);
    uint32_t found = 0;
    for (size_t i = first; i < holds->n && holds->items[i].ready_ns < q->end_ns;
         i++)
        found += overlap(&holds->items[i], q) > 0;
    *n = found;
    struct ls_waiter *waiters = found ? malloc(found * sizeof(*waiters)) : NULL;
    if (!waiters)
        return NULL;
    uint32_t at = 0;
    for (size_t i = first; at < found; i++) {
        int64_t held_up = overlap(&holds->items[i], q);
        if (held_up > 0)
            waiters[at++] = (struct ls_waiter){holds->items[i].task, held_up,
                                               holds->items[i].at_most};
    }
    *n = fold(waiters, found);
    qsort(waiters, *n, sizeof(*waiters), longest_first);
    return waiters;
}

struct ls_waiter *ls_holds_ask(const struct ls_holds *holds, uint32_t loop,
                               uint32_t task, int64_t begin_ns, int64_t end_ns,
                               uint32_t *n)
{
    struct query q = {loop, task, begin_ns, end_ns};
    struct ls_waiter *waiters = ask(holds, &q, n);
    if (!waiters)
        *n = 0;
    return waiters;
}

/* Less is what a loop needs to get to a task at all. */
#define SHORT_NS 100000

/* What the machine did meanwhile is not the finding's: without it a task would
 * have run sooner by its own time at most. Who hardly waited is left out. */
static void limit(struct ls_finding *f)
{
    int64_t most_ns =
        f->rule == LS_RULE_DESCHEDULED ? f->cause.descheduled_ns : f->own_ns;
    uint32_t n = 0;
    for (; n < f->n_waiters && f->waiters[n].held_up_ns >= SHORT_NS; n++)
        if (f->waiters[n].held_up_ns > most_ns)
            f->waiters[n].held_up_ns = most_ns;
    f->n_waiters = n;
}

bool ls_holds_find(const struct ls_holds *holds, struct ls_finding *f)
{
    if (!holds_others_up(f))
        return true;
    struct query q = {f->loop, f->task, f->start_ns,
                      ls_sum(f->start_ns, f->duration_ns)};
    f->waiters = ask(holds, &q, &f->n_waiters);
    if (f->n_waiters && !f->waiters) {
        f->n_waiters = 0;
        return false;
    }
    limit(f);
    for (uint32_t i = 0; i < f->n_waiters; i++) {
        f->n_at_most += f->waiters[i].at_most;
        f->waited_ns = ls_sum(f->waited_ns, f->waiters[i].held_up_ns);
    }
    return true;
}

void ls_holds_free(struct ls_holds *holds)
{
    if (!holds)
        return;
    free(holds->items);
    free(holds);
}
