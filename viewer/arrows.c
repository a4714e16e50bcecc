/* SPDX-License-Identifier: MIT */
#include "viewer/arrows.h"

static void add(struct ls_arrows *arrows, enum ls_arrow_kind kind,
                struct ls_arrow_end from, struct ls_arrow_end to)
{
    if (arrows->n == LS_ARROWS)
        arrows->n_more++;
    else
        arrows->items[arrows->n++] = (struct ls_arrow){(uint8_t)kind, from, to};
}

static struct ls_arrow_end of_task(uint32_t task, int64_t at_ns)
{
    return (struct ls_arrow_end){false, task, at_ns};
}

static struct ls_arrow_end of_thread(uint32_t thread, int64_t at_ns)
{
    return (struct ls_arrow_end){true, thread, at_ns};
}

/* From the end of each task that S awaited to where S ends; only those that
 * had ended by then can have woken it. */
static void add_woken(struct ls_arrows *arrows, const struct ls_trace *trace,
                      uint32_t task, const struct ls_stretch *s, uint32_t only)
{
    for (uint32_t i = 0; i < s->n_on && !s->open; i++) {
        uint32_t on = trace->awaited[s->first_on + i];
        if (on >= trace->n_tasks || (only != LS_NONE && on != only) ||
            trace->tasks[on].end_ns > s->end_ns)
            continue;
        add(arrows, LS_ARROW_WOKE, of_task(on, trace->tasks[on].end_ns),
            of_task(task, s->end_ns));
    }
}

/* The awaits of OTHER that were for TASK. */
static void add_waker(struct ls_arrows *arrows, const struct ls_trace *trace,
                      uint32_t other, uint32_t task)
{
    const struct ls_task *t = &trace->tasks[other];
    for (uint32_t i = 0; i < t->n_stretches; i++) {
        const struct ls_stretch *s = &trace->stretches[t->first_stretch + i];
        if (s->kind == LS_STRETCH_AWAIT && s->n_on > 0)
            add_woken(arrows, trace, other, s, task);
    }
}

void ls_arrows_of_task(struct ls_arrows *arrows, const struct ls_trace *trace,
                       uint32_t task)
{
    const struct ls_task *t = &trace->tasks[task];
    if (t->by < trace->n_tasks)
        add(arrows, LS_ARROW_ASKED, of_task(t->by, t->begin_ns),
            of_task(task, t->begin_ns));
    for (uint32_t i = 0; i < t->n_stretches; i++) {
        const struct ls_stretch *s = &trace->stretches[t->first_stretch + i];
        if (s->kind == LS_STRETCH_AWAIT)
            add_woken(arrows, trace, task, s, LS_NONE);
    }
    for (uint32_t i = 0; i < trace->n_tasks; i++) {
        if (i == task)
            continue;
        if (trace->tasks[i].by == task)
            add(arrows, LS_ARROW_ASKED, of_task(task, trace->tasks[i].begin_ns),
                of_task(i, trace->tasks[i].begin_ns));
        /* Who awaits it began before it ended and ends after it. */
        if (trace->tasks[i].end_ns >= t->end_ns &&
            trace->tasks[i].begin_ns <= t->end_ns)
            add_waker(arrows, trace, i, task);
    }
}

void ls_arrows_of_slice(struct ls_arrows *arrows, const struct ls_trace *trace,
                        uint32_t thread, uint32_t slice)
{
    const struct ls_slice *s = &trace->threads[thread].slices[slice];
    const struct ls_callback *callback = ls_trace_callback(trace, s);
    if (!callback || callback->task >= trace->n_tasks)
        return;
    int64_t asked_ns = s->begin_ns;
    if (callback->submitted_ns != LS_UNKNOWN &&
        callback->submitted_ns < s->begin_ns)
        asked_ns = callback->submitted_ns;
    add(arrows, LS_ARROW_ASKED, of_task(callback->task, asked_ns),
        of_thread(thread, s->begin_ns));
}

/* When a task went on that could not before END. */
static int64_t resumed_ns(const struct ls_trace *trace, uint32_t task,
                          int64_t end_ns)
{
    const struct ls_task *t = &trace->tasks[task];
    for (uint32_t i = 0; i < t->n_stretches; i++) {
        const struct ls_stretch *s = &trace->stretches[t->first_stretch + i];
        if (s->kind == LS_STRETCH_AWAIT && s->end_ns >= end_ns)
            return s->end_ns;
    }
    return end_ns;
}

void ls_arrows_of_waits(struct ls_arrows *arrows, const struct ls_trace *trace,
                        uint32_t thread, uint32_t task, int64_t end_ns,
                        const struct ls_waiter *waiters, uint32_t n)
{
    bool known = task < trace->n_tasks;
    if (!known && thread >= trace->n_threads)
        return;
    struct ls_arrow_end from =
        known ? of_task(task, end_ns) : of_thread(thread, end_ns);
    for (uint32_t i = 0; i < n; i++)
        add(arrows, LS_ARROW_HELD, from,
            of_task(waiters[i].task,
                    resumed_ns(trace, waiters[i].task, end_ns)));
}
