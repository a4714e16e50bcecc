/* SPDX-License-Identifier: MIT */
/*
 * In three steps, none of them recursive:
 *
 *   1. Each task by itself: it moves (LS_FATE_MOVES), or waits in vain for a
 *      reason of its own, or awaits tasks of which some are not over.
 *   2. From those that move, along the awaits and against their direction: who
 *      awaits one that moves may move too. What is left of the others awaits
 *      nothing but tasks that wait in vain.
 *   3. From each of those, one step after the other to the first task that it
 *      awaits: who comes back to a task of this walk has found a ring.
 *
 * A task counts as stuck only if all that it awaits are: so an await of any of
 * several tasks is not taken for an await of all.
 */
#include "waits.h"

#include <stdlib.h>

/* A task whose awaited are all over is resumed on a loop's next pass, by any
 * runtime. One that is not even so long after it was forgotten. */
#define FORGOTTEN_NS 100000000

/* What is found out of each process first. */
struct process {
    bool has_loops;
    bool ran_out;   /* none of its loops has anything left to wait for */
    int64_t end_ns; /* of the last that was seen of it */
};

struct work {
    struct ls_waits *waits;
    const struct ls_trace *trace;
    struct process *processes;
    uint32_t *queue, n_queue;
    uint32_t *walk_of; /* the walk that was at a task; 0: none yet */
};

const struct ls_stretch *ls_waits_last(const struct ls_trace *t, uint32_t i)
{
    const struct ls_task *task = &t->tasks[i];
    if (task->state != LS_TASK_OPEN || !task->n_stretches)
        return NULL;
    const struct ls_stretch *last =
        &t->stretches[task->first_stretch + task->n_stretches - 1];
    return last->kind == LS_STRETCH_AWAIT && last->open ? last : NULL;
}

static bool is_open(const struct ls_trace *t, uint32_t task)
{
    return t->tasks[task].state == LS_TASK_OPEN;
}

/* ---- processes ---------------------------------------------------------- */

/* Whether uv_run() returned by itself after the loop's last turn. */
static bool loop_ran_out(const struct ls_trace *t, const struct ls_loop *loop)
{
    if (!loop->n_turns)
        return false;
    const struct ls_slice *turn =
        &t->threads[loop->thread].slices[loop->turns[loop->n_turns - 1]];
    const struct ls_detail *detail = ls_trace_detail(t, turn);
    return detail && detail->ran_out;
}

static void look_at_processes(struct work *w)
{
    const struct ls_trace *t = w->trace;
    for (uint32_t i = 0; i < t->n_processes; i++)
        w->processes[i].ran_out =
            !t->processes[i].killed && !t->processes[i].alive;
    for (uint32_t i = 0; i < t->n_loops; i++) {
        struct process *process =
            &w->processes[t->threads[t->loops[i].thread].process];
        process->has_loops = true;
        process->ran_out &= loop_ran_out(t, &t->loops[i]);
    }
    for (uint32_t i = 0; i < t->n_processes; i++) {
        w->processes[i].ran_out &= w->processes[i].has_loops;
        w->processes[i].end_ns = t->n_processes == 1 ? t->end_ns : 0;
    }
    for (uint32_t i = 0; i < t->n_threads; i++) {
        const struct ls_thread *thread = &t->threads[i];
        int64_t *end_ns = &w->processes[thread->process].end_ns;
        for (uint32_t k = 0; k < thread->n_slices; k++)
            if (thread->slices[k].end_ns > *end_ns)
                *end_ns = thread->slices[k].end_ns;
    }
}

/* ---- each task by itself ------------------------------------------------ */

static bool awaits_open(const struct ls_trace *t, const struct ls_stretch *s)
{
    for (uint32_t k = 0; k < s->n_on; k++)
        if (is_open(t, t->awaited[s->first_on + k]))
            return true;
    return false;
}

int64_t ls_waits_over_ns(const struct ls_trace *t, const struct ls_stretch *s)
{
    int64_t over_ns = s->begin_ns;
    for (uint32_t k = 0; k < s->n_on; k++) {
        int64_t end_ns = t->tasks[t->awaited[s->first_on + k]].end_ns;
        over_ns = end_ns > over_ns ? end_ns : over_ns;
    }
    return over_ns;
}

/* The loop on which the task ran last, or LS_NONE. */
static uint32_t loop_of(const struct ls_trace *t, const struct ls_task *task)
{
    const struct ls_stretch *run =
        task->n_stretches > 1
            ? &t->stretches[task->first_stretch + task->n_stretches - 2]
            : NULL;
    return run && run->thread != LS_NONE ? t->threads[run->thread].loop
                                         : task->loop;
}

/* Looked at twice: when its loop next polls after the awaited were over, and
 * well after that. */
static bool is_forgotten(const struct work *w, const struct ls_task *task,
                         const struct ls_stretch *await)
{
    const struct ls_trace *t = w->trace;
    uint32_t loop_idx = loop_of(t, task);
    if (loop_idx == LS_NONE)
        return false;
    const struct ls_loop *loop = &t->loops[loop_idx];
    uint32_t i = ls_loop_first_turn(t, loop, ls_waits_over_ns(t, await));
    if (i == loop->n_turns)
        return false;
    const struct ls_slice *turn =
        &t->threads[loop->thread].slices[loop->turns[i]];
    return w->processes[task->process].end_ns - turn->end_ns >= FORGOTTEN_NS;
}

/* Its maker may have been about to start it. */
static bool is_not_started(const struct work *w, const struct ls_task *task)
{
    const struct ls_process *process = &w->trace->processes[task->process];
    bool has_maker = task->by != LS_NONE && is_open(w->trace, task->by);
    return w->processes[task->process].ran_out ||
           (!has_maker && !process->killed && !process->alive);
}

/* Those that await tasks are LS_FATE_BEHIND until more is known. */
static enum ls_fate fate_of(const struct work *w, uint32_t i)
{
    const struct ls_task *task = &w->trace->tasks[i];
    const struct ls_stretch *await = ls_waits_last(w->trace, i);
    if (!await || task->flags & LS_TASK_AUTO || await->ready_ns != LS_UNKNOWN ||
        await->has_due || await->on_others)
        return LS_FATE_MOVES;
    if (task->flags & LS_TASK_MADE && task->n_stretches == 1)
        return is_not_started(w, task) ? LS_FATE_NOT_STARTED : LS_FATE_MOVES;
    if (awaits_open(w->trace, await))
        return LS_FATE_BEHIND;
    if (await->n_on && is_forgotten(w, task, await))
        return LS_FATE_FORGOTTEN;
    return w->processes[task->process].ran_out &&
                   loop_of(w->trace, task) != LS_NONE
               ? LS_FATE_STARVED
               : LS_FATE_MOVES;
}

/* ---- who awaits whom ---------------------------------------------------- */

/* Call ACT with each task that a task awaits, if that is not over. */
static void each_await(struct work *w,
                       void (*act)(struct work *w, uint32_t awaited,
                                   uint32_t waiter))
{
    const struct ls_trace *t = w->trace;
    for (uint32_t i = 0; i < t->n_tasks; i++) {
        if (w->waits->fate[i] != LS_FATE_BEHIND)
            continue;
        const struct ls_stretch *await = ls_waits_last(t, i);
        for (uint32_t k = 0; k < await->n_on; k++)
            if (is_open(t, t->awaited[await->first_on + k]))
                act(w, t->awaited[await->first_on + k], i);
    }
}

static void count_waiter(struct work *w, uint32_t awaited, uint32_t waiter)
{
    (void)waiter;
    w->waits->first_waiter[awaited + 1]++;
}

static void put_waiter(struct work *w, uint32_t awaited, uint32_t waiter)
{
    w->waits->waiters[w->queue[awaited]++] = waiter;
}

/* The queue holds each task's next free place meanwhile. */
static bool link_waiters(struct work *w)
{
    struct ls_waits *waits = w->waits;
    uint32_t n = w->trace->n_tasks;
    each_await(w, count_waiter);
    for (uint32_t i = 0; i < n; i++) {
        waits->first_waiter[i + 1] += waits->first_waiter[i];
        w->queue[i] = waits->first_waiter[i];
    }
    waits->waiters = malloc((waits->first_waiter[n] + 1ul) * sizeof(uint32_t));
    if (!waits->waiters)
        return false;
    each_await(w, put_waiter);
    return true;
}

/* Who awaits one that moves. */
static void spread_moves(struct work *w)
{
    struct ls_waits *waits = w->waits;
    w->n_queue = 0;
    for (uint32_t i = 0; i < w->trace->n_tasks; i++)
        if (waits->fate[i] == LS_FATE_MOVES && is_open(w->trace, i))
            w->queue[w->n_queue++] = i;
    while (w->n_queue) {
        uint32_t i = w->queue[--w->n_queue];
        for (uint32_t k = waits->first_waiter[i];
             k < waits->first_waiter[i + 1]; k++) {
            uint32_t waiter = waits->waiters[k];
            if (waits->fate[waiter] == LS_FATE_MOVES)
                continue;
            waits->fate[waiter] = LS_FATE_MOVES;
            w->queue[w->n_queue++] = waiter;
        }
    }
}

/* ---- rings -------------------------------------------------------------- */

uint32_t ls_waits_next(const struct ls_waits *waits, uint32_t task)
{
    const struct ls_trace *t = waits->trace;
    const struct ls_stretch *await = ls_waits_last(t, task);
    for (uint32_t k = 0; await && k < await->n_on; k++) {
        uint32_t next = t->awaited[await->first_on + k];
        if (waits->fate[next] >= LS_FATE_RING)
            return next;
    }
    return LS_NONE;
}

static void find_rings(struct work *w)
{
    struct ls_waits *waits = w->waits;
    for (uint32_t i = 0; i < w->trace->n_tasks; i++) {
        uint32_t at = i;
        if (waits->fate[i] != LS_FATE_BEHIND)
            continue;
        while (at != LS_NONE && !w->walk_of[at]) {
            w->walk_of[at] = i + 1;
            at = ls_waits_next(waits, at);
        }
        if (at == LS_NONE || w->walk_of[at] != i + 1)
            continue; /* it ended, or came to what is known */
        while (waits->fate[at] != LS_FATE_RING) {
            waits->fate[at] = LS_FATE_RING;
            at = ls_waits_next(waits, at);
        }
    }
}

/* ---- the whole ---------------------------------------------------------- */

static bool judge(struct work *w)
{
    const struct ls_trace *t = w->trace;
    look_at_processes(w);
    for (uint32_t i = 0; i < t->n_tasks; i++)
        w->waits->fate[i] = (uint8_t)fate_of(w, i);
    if (!link_waiters(w))
        return false;
    spread_moves(w);
    find_rings(w);
    return true;
}

static bool has_open(const struct ls_trace *t)
{
    for (uint32_t i = 0; i < t->n_tasks; i++)
        if (is_open(t, i) && !(t->tasks[i].flags & LS_TASK_AUTO))
            return true;
    return false;
}

static bool work_on(struct ls_waits *waits)
{
    const struct ls_trace *t = waits->trace;
    struct work w = {.waits = waits, .trace = t};
    w.processes = calloc(t->n_processes + 1ul, sizeof(*w.processes));
    w.queue = malloc((t->n_tasks + 1ul) * sizeof(*w.queue));
    w.walk_of = calloc(t->n_tasks + 1ul, sizeof(*w.walk_of));
    bool good = w.processes && w.queue && w.walk_of && judge(&w);
    free(w.processes);
    free(w.queue);
    free(w.walk_of);
    return good;
}

struct ls_waits *ls_waits_new(const struct ls_trace *trace, bool has_end)
{
    struct ls_waits *waits = calloc(1, sizeof(*waits));
    if (!waits)
        return NULL;
    waits->trace = trace;
    waits->fate = calloc(trace->n_tasks + 1ul, sizeof(*waits->fate));
    waits->first_waiter =
        calloc(trace->n_tasks + 1ul, sizeof(*waits->first_waiter));
    bool good = waits->fate && waits->first_waiter;
    if (good && has_end && has_open(trace))
        good = work_on(waits);
    if (good)
        return waits;
    ls_waits_free(waits);
    return NULL;
}

uint32_t *ls_waits_ring(const struct ls_waits *waits, uint32_t task,
                        uint32_t *n)
{
    uint32_t size = 1;
    for (uint32_t i = ls_waits_next(waits, task); i != task;
         i = ls_waits_next(waits, i))
        size++;
    uint32_t *ring = malloc(size * sizeof(*ring));
    *n = 0;
    for (uint32_t i = task; ring && *n < size; i = ls_waits_next(waits, i))
        ring[(*n)++] = i;
    return ring;
}

struct list {
    uint32_t *items, n, cap;
};

static bool append(struct list *list, uint32_t task)
{
    if (list->n == list->cap) {
        uint32_t cap = list->cap ? list->cap * 2 : 16;
        uint32_t *items = realloc(list->items, cap * sizeof(*items));
        if (!items)
            return false;
        list->items = items;
        list->cap = cap;
    }
    list->items[list->n++] = task;
    return true;
}

static bool append_waiters(const struct ls_waits *waits, uint32_t task,
                           uint8_t *seen, struct list *list)
{
    for (uint32_t k = waits->first_waiter[task];
         k < waits->first_waiter[task + 1]; k++) {
        uint32_t waiter = waits->waiters[k];
        if (seen[waiter] || waits->fate[waiter] != LS_FATE_BEHIND)
            continue;
        seen[waiter] = 1;
        if (!append(list, waiter))
            return false;
    }
    return true;
}

/* Breadth first; the list is the queue too. */
bool ls_waits_behind(const struct ls_waits *waits, uint32_t task,
                     uint32_t **behind, uint32_t *n)
{
    struct list list = {NULL, 0, 0};
    *behind = NULL;
    *n = 0;
    if (!waits->waiters)
        return true;
    uint8_t *seen = calloc(waits->trace->n_tasks + 1ul, 1);
    bool good = seen && append_waiters(waits, task, seen, &list);
    for (uint32_t i = 0; good && i < list.n; i++)
        good = append_waiters(waits, list.items[i], seen, &list);
    free(seen);
    *behind = list.items;
    *n = list.n;
    return good;
}

void ls_waits_free(struct ls_waits *waits)
{
    if (!waits)
        return;
    free(waits->fate);
    free(waits->first_waiter);
    free(waits->waiters);
    free(waits);
}
