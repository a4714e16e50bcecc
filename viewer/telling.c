/* SPDX-License-Identifier: MIT */
#include "viewer/telling.h"

#include <stdlib.h>
#include <string.h>

/* What is listed is the earliest: a heap with the latest of them on top, so
 * that a trace of any length costs no more than its walk. */
struct listing {
    const struct ls_document *document;
    const struct ls_trace *trace;
    struct ls_telling *t;
};

static bool is_later(const struct ls_told *a, const struct ls_told *b)
{
    if (a->at_ns != b->at_ns)
        return a->at_ns > b->at_ns;
    if (a->kind != b->kind) /* what ends comes before what begins */
        return a->kind < b->kind;
    return a->index != b->index ? a->index > b->index : a->sub > b->sub;
}

static void swap(struct ls_told *a, struct ls_told *b)
{
    struct ls_told kept = *a;
    *a = *b;
    *b = kept;
}

static void rise(struct ls_told *heap, uint32_t i)
{
    for (; i > 0 && is_later(&heap[i], &heap[(i - 1) / 2]); i = (i - 1) / 2)
        swap(&heap[i], &heap[(i - 1) / 2]);
}

static void sink(struct ls_told *heap, uint32_t n)
{
    uint32_t i = 0, child;
    while ((child = 2 * i + 1) < n) {
        if (child + 1 < n && is_later(&heap[child + 1], &heap[child]))
            child++;
        if (!is_later(&heap[child], &heap[i]))
            return;
        swap(&heap[child], &heap[i]);
        i = child;
    }
}

static void add(struct listing *l, int64_t at_ns, enum ls_told_kind kind,
                uint32_t index, uint32_t sub)
{
    struct ls_telling *t = l->t;
    struct ls_told item = {at_ns, (uint8_t)kind, index, sub};
    if (at_ns < t->begin_ns || at_ns > t->end_ns)
        return;
    t->n_all++;
    if (t->n < LS_TOLD_MOST) {
        t->items[t->n] = item;
        rise(t->items, t->n++);
    } else if (is_later(&t->items[0], &item)) {
        t->items[0] = item;
        sink(t->items, t->n);
    }
}

static void add_task(struct listing *l, uint32_t index)
{
    const struct ls_task *task = &l->trace->tasks[index];
    if (!(task->flags & LS_TASK_NO_START))
        add(l, task->begin_ns, LS_TOLD_START, index, LS_NONE);
    for (uint32_t i = 0; i < task->n_stretches; i++) {
        uint32_t at = task->first_stretch + i;
        const struct ls_stretch *s = &l->trace->stretches[at];
        if (s->begin_ns > l->t->end_ns)
            return;
        if (s->kind != LS_STRETCH_AWAIT || s->end_ns < l->t->begin_ns)
            continue;
        add(l, s->begin_ns, LS_TOLD_AWAIT, index, at);
        if (!s->open)
            add(l, s->end_ns, LS_TOLD_RESUME, index, at);
    }
    if (task->state != LS_TASK_OPEN)
        add(l, task->end_ns, LS_TOLD_FINISH, index, LS_NONE);
}

static void add_calls(struct listing *l, uint32_t thread)
{
    const struct ls_index *index = l->document->index;
    for (uint32_t i = ls_index_first_blocking(index, thread, l->t->begin_ns,
                                              l->t->end_ns);
         i < index->first_blocking[thread + 1] &&
         index->blocking.begin_ns[i] <= l->t->end_ns;
         i++)
        if (ls_series_end_ns(&index->blocking, i) -
                index->blocking.begin_ns[i] >=
            l->document->judged.warn_ns)
            add(l, index->blocking.begin_ns[i], LS_TOLD_BLOCK, thread,
                index->blocking.item[i]);
}

static void add_loop(struct listing *l, const struct ls_loop *loop)
{
    const struct ls_slice *slices = l->trace->threads[loop->thread].slices;
    for (uint32_t i = ls_loop_first_turn(l->trace, loop, l->t->begin_ns);
         i < loop->n_turns; i++) {
        const struct ls_slice *turn = &slices[loop->turns[i]];
        if (turn->begin_ns > l->t->end_ns)
            break;
        if (l->trace->n_tasks == 0 ||
            ls_slice_own_ns(l->trace, turn) >= l->document->judged.warn_ns)
            add(l, turn->begin_ns, LS_TOLD_TURN, loop->thread, loop->turns[i]);
    }
    add_calls(l, loop->thread);
}

static int by_time(const void *a, const void *b)
{
    return is_later(a, b) ? 1 : is_later(b, a) ? -1 : 0;
}

struct ls_telling *ls_telling_make(const struct ls_document *document,
                                   int64_t begin_ns, int64_t end_ns)
{
    struct ls_telling *t = calloc(1, sizeof(*t));
    if (t)
        t->items = malloc(LS_TOLD_MOST * sizeof(*t->items));
    if (!t || !t->items) {
        free(t);
        return NULL;
    }
    t->begin_ns = begin_ns;
    t->end_ns = end_ns;
    struct listing l = {document, document->trace, t};
    for (uint32_t i = 0; i < l.trace->n_tasks; i++)
        if (l.trace->tasks[i].end_ns >= begin_ns &&
            l.trace->tasks[i].begin_ns <= end_ns)
            add_task(&l, i);
    for (uint32_t i = 0; i < l.trace->n_loops; i++)
        add_loop(&l, &l.trace->loops[i]);
    for (uint32_t i = 0; i < l.trace->n_marks; i++)
        add(&l, l.trace->marks[i].at_ns, LS_TOLD_MARK, i, LS_NONE);
    qsort(t->items, t->n, sizeof(*t->items), by_time);
    return t;
}

void ls_telling_free(struct ls_telling *telling)
{
    if (telling)
        free(telling->items);
    free(telling);
}
