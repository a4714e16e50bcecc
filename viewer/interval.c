/* SPDX-License-Identifier: MIT */
#include "viewer/interval.h"

#include <stdlib.h>
#include <string.h>

struct counting {
    const struct ls_document *document;
    const struct ls_trace *trace;
    struct ls_interval *i;
    uint32_t *table; /* of rows, by hash; LS_NONE: free */
    uint32_t n_table, room;
    bool failed;
};

static int64_t part(const struct ls_interval *i, int64_t begin_ns,
                    int64_t end_ns)
{
    int64_t from = begin_ns > i->begin_ns ? begin_ns : i->begin_ns;
    int64_t to = end_ns < i->end_ns ? end_ns : i->end_ns;
    return to > from ? to - from : 0;
}

static uint32_t hash(ls_string name, uint8_t kind)
{
    return (name * 2654435761u) ^ (kind * 40503u);
}

static uint32_t *slot_of(struct counting *c, ls_string name, uint8_t kind)
{
    uint32_t at = hash(name, kind) & (c->n_table - 1);
    while (c->table[at] != LS_NONE && (c->i->rows[c->table[at]].name != name ||
                                       c->i->rows[c->table[at]].kind != kind))
        at = (at + 1) & (c->n_table - 1);
    return &c->table[at];
}

static void grow(struct counting *c)
{
    uint32_t room = c->room ? c->room * 2 : 64;
    struct ls_interval_row *rows = realloc(c->i->rows, room * sizeof(*rows));
    uint32_t *table = malloc(room * 2 * sizeof(*table));
    if (rows)
        c->i->rows = rows;
    if (!rows || !table) {
        free(table);
        c->failed = true;
        return;
    }
    free(c->table);
    c->table = table;
    c->n_table = room * 2;
    c->room = room;
    memset(table, 0xff, c->n_table * sizeof(*table));
    for (uint32_t i = 0; i < c->i->n_rows; i++)
        *slot_of(c, rows[i].name, rows[i].kind) = i;
}

static void add_row(struct counting *c, uint32_t thread, uint32_t slice)
{
    const struct ls_slice *s = &c->trace->threads[thread].slices[slice];
    if (c->i->n_rows == c->room)
        grow(c);
    if (c->failed)
        return;
    uint32_t *slot = slot_of(c, s->name, s->kind);
    if (*slot == LS_NONE) {
        *slot = c->i->n_rows++;
        c->i->rows[*slot] =
            (struct ls_interval_row){.name = s->name, .kind = s->kind};
    }
    struct ls_interval_row *row = &c->i->rows[*slot];
    int64_t ns = part(c->i, s->begin_ns, s->end_ns);
    row->n++;
    row->total_ns += ns;
    if (row->n > 1 && ns <= row->most_ns)
        return;
    row->most_ns = ns;
    row->thread = thread;
    row->slice = slice;
}

static void add_turn(struct counting *c, uint32_t thread, uint32_t slice)
{
    const struct ls_slice *s = &c->trace->threads[thread].slices[slice];
    struct ls_interval *i = c->i;
    int64_t took_ns = s->end_ns - s->begin_ns;
    int64_t ns = part(i, s->begin_ns, s->end_ns);
    i->n_turns++;
    i->turns_ns += ns;
    if (took_ns > i->longest_ns) {
        i->longest_ns = took_ns;
        i->longest_thread = thread;
        i->longest_slice = slice;
    }
    const struct ls_detail *detail = ls_trace_detail(c->trace, s);
    if (!detail || detail->cause.cpu_ns == LS_UNKNOWN || took_ns == 0)
        return;
    double share = (double)ns / (double)took_ns;
    i->cause.cpu_ns += (int64_t)(share * (double)detail->cause.cpu_ns);
    i->cause.blocked_ns += (int64_t)(share * (double)detail->cause.blocked_ns);
    i->cause.descheduled_ns +=
        (int64_t)(share * (double)detail->cause.descheduled_ns);
}

static void add_thread(struct counting *c, uint32_t t)
{
    const struct ls_thread *thread = &c->trace->threads[t];
    uint32_t s = ls_thread_first_slice(thread, c->i->begin_ns);
    for (; s < thread->n_slices && !c->failed; s++) {
        const struct ls_slice *slice = &thread->slices[s];
        if (slice->begin_ns > c->i->end_ns)
            return;
        if (slice->end_ns < c->i->begin_ns)
            continue;
        if (slice->kind == LS_SLICE_TURN) {
            if (thread->loop != LS_NONE)
                add_turn(c, t, s);
        } else if (slice->kind != LS_SLICE_TASK) {
            add_row(c, t, s);
        }
    }
}

static void add_loops(struct counting *c)
{
    for (uint32_t i = 0; i < c->trace->n_loops; i++) {
        const struct ls_loop *loop = &c->trace->loops[i];
        const struct ls_slice *slices = c->trace->threads[loop->thread].slices;
        if (loop->n_turns == 0)
            continue;
        int64_t ns = part(c->i, slices[loop->turns[0]].begin_ns,
                          slices[loop->turns[loop->n_turns - 1]].end_ns);
        c->i->lived_ns += ns;
        c->i->n_loops += ns > 0;
    }
}

static void add_task(struct counting *c, const struct ls_task *task)
{
    struct ls_interval *i = c->i;
    bool ended = task->state != LS_TASK_OPEN && task->end_ns >= i->begin_ns &&
                 task->end_ns <= i->end_ns;
    i->n_tasks++;
    i->n_started += task->begin_ns >= i->begin_ns;
    i->n_ended += ended;
    i->n_failed += ended && task->state == LS_TASK_FAILED;
    for (uint32_t k = 0; k < task->n_stretches; k++) {
        const struct ls_stretch *s =
            &c->trace->stretches[task->first_stretch + k];
        int64_t held_ns = ls_stretch_held_up_ns(s);
        int64_t ns = part(i, s->end_ns - held_ns, s->end_ns);
        if (held_ns < c->document->judged.warn_ns || ns == 0)
            continue;
        i->n_held++;
        i->held_ns += ns;
    }
}

static int longest_first(const void *a, const void *b)
{
    const struct ls_interval_row *x = a, *y = b;
    if (x->total_ns != y->total_ns)
        return x->total_ns < y->total_ns ? 1 : -1;
    return (x->name > y->name) - (x->name < y->name);
}

struct ls_interval *ls_interval_make(const struct ls_document *document,
                                     int64_t begin_ns, int64_t end_ns)
{
    struct ls_interval *i = calloc(1, sizeof(*i));
    if (!i)
        return NULL;
    struct counting c = {
        .document = document, .trace = document->trace, .i = i};
    i->begin_ns = begin_ns;
    i->end_ns = end_ns;
    for (uint32_t t = 0; t < c.trace->n_threads && !c.failed; t++)
        add_thread(&c, t);
    add_loops(&c);
    for (uint32_t t = 0; t < c.trace->n_tasks; t++)
        if (c.trace->tasks[t].begin_ns <= end_ns &&
            c.trace->tasks[t].end_ns >= begin_ns)
            add_task(&c, &c.trace->tasks[t]);
    free(c.table);
    if (c.failed) {
        ls_interval_free(i);
        return NULL;
    }
    if (i->n_rows > 1)
        qsort(i->rows, i->n_rows, sizeof(*i->rows), longest_first);
    return i;
}

void ls_interval_free(struct ls_interval *interval)
{
    if (interval)
        free(interval->rows);
    free(interval);
}
