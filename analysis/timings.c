/* SPDX-License-Identifier: MIT */
/*
 * Values are gathered with the row that they belong to and sorted once, by the
 * row's name and by value; each row then has a stretch of one array.
 */
#include "timings.h"

#include "ids.h"
#include "judge.h"

#include <stdlib.h>
#include <string.h>

static const char *const kind_names[LS_TIMING_KINDS] = {
    [LS_TIMING_TURN] = "turn",         [LS_TIMING_TASK] = "task",
    [LS_TIMING_RUNNING] = "running",   [LS_TIMING_HELD_UP] = "held up",
    [LS_TIMING_CALLBACK] = "callback", [LS_TIMING_SPAN] = "span",
    [LS_TIMING_CALL] = "call",         [LS_TIMING_POOL] = "pool",
};

const char *ls_timing_kind_name(enum ls_timing_kind kind)
{
    return kind_names[kind];
}

struct row {
    enum ls_timing_kind kind;
    const char *name;
    uint32_t rank; /* among all rows, by kind and name */
};

struct value {
    int64_t ns;
    uint32_t row; /* its index; later its rank */
};

struct gathering {
    const struct ls_trace *trace;
    struct ls_ids *ids; /* kind and string -> row */
    struct row *rows;
    struct value *values;
    size_t n_rows, cap_rows, n_values, cap_values;
    bool failed;
};

/* AT, with room for one item more; NULL without memory. */
static void *grow(void *at, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return at;
    const size_t more = *cap ? *cap * 2 : 256;
    void *grown = realloc(at, more * size);
    if (grown)
        *cap = more;
    return grown;
}

static uint32_t row_of(struct gathering *g, enum ls_timing_kind kind,
                       ls_string name)
{
    uint32_t *index = ls_ids_put(g->ids, (uint64_t)kind << 32 | name);
    if (!index || *index != LS_NONE)
        return index ? *index : LS_NONE;
    struct row *rows = grow(g->rows, g->n_rows, &g->cap_rows, sizeof(*g->rows));
    if (!rows)
        return LS_NONE;
    g->rows = rows;
    rows[g->n_rows] =
        (struct row){.kind = kind, .name = ls_trace_string(g->trace, name)};
    return *index = (uint32_t)g->n_rows++;
}

static void add(struct gathering *g, enum ls_timing_kind kind, ls_string name,
                int64_t ns)
{
    const uint32_t row = g->failed ? LS_NONE : row_of(g, kind, name);
    struct value *values =
        row == LS_NONE
            ? NULL
            : grow(g->values, g->n_values, &g->cap_values, sizeof(*g->values));
    if (!values) {
        g->failed = true;
        return;
    }
    g->values = values;
    values[g->n_values++] = (struct value){ns, row};
}

/* ---- what there is in a trace ---- */

static void add_task(struct gathering *g, const struct ls_task *task)
{
    int64_t running = 0, held_up = 0;
    for (uint32_t i = 0; i < task->n_stretches; i++) {
        const struct ls_stretch *s =
            &g->trace->stretches[task->first_stretch + i];
        if (s->kind == LS_STRETCH_RUN)
            running = ls_sum(running, s->end_ns - s->begin_ns);
        held_up = ls_sum(held_up, ls_stretch_held_up_ns(s));
    }
    add(g, LS_TIMING_TASK, task->kind, task->end_ns - task->begin_ns);
    add(g, LS_TIMING_RUNNING, task->kind, running);
    add(g, LS_TIMING_HELD_UP, task->kind, held_up);
}

static void add_loop(struct gathering *g, const struct ls_loop *loop)
{
    const struct ls_thread *thread = &g->trace->threads[loop->thread];
    const ls_string name = loop->name ? loop->name
                           : thread->process == LS_NONE
                               ? 0
                               : g->trace->processes[thread->process].name;
    for (uint32_t i = 0; i < loop->n_turns; i++)
        add(g, LS_TIMING_TURN, name,
            ls_slice_own_ns(g->trace, &thread->slices[loop->turns[i]]));
}

static const struct {
    enum ls_slice_kind slice;
    enum ls_timing_kind timing;
} slice_kinds[] = {
    {LS_SLICE_CALLBACK, LS_TIMING_CALLBACK},
    {LS_SLICE_SPAN, LS_TIMING_SPAN},
    {LS_SLICE_BLOCKING, LS_TIMING_CALL},
    {LS_SLICE_POOL, LS_TIMING_POOL},
};

static void add_slices(struct gathering *g, const struct ls_thread *thread)
{
    for (uint32_t i = 0; i < thread->n_slices; i++) {
        const struct ls_slice *slice = &thread->slices[i];
        for (size_t k = 0; k < sizeof(slice_kinds) / sizeof(*slice_kinds); k++)
            if (slice_kinds[k].slice == slice->kind)
                add(g, slice_kinds[k].timing, slice->name,
                    slice->end_ns - slice->begin_ns);
    }
}

static void gather(struct gathering *g)
{
    for (uint32_t i = 0; i < g->trace->n_tasks; i++)
        add_task(g, &g->trace->tasks[i]);
    for (uint32_t i = 0; i < g->trace->n_loops; i++)
        add_loop(g, &g->trace->loops[i]);
    for (uint32_t i = 0; i < g->trace->n_threads; i++)
        add_slices(g, &g->trace->threads[i]);
}

/* ---- in order ---- */

static int compare_rows(const void *a, const void *b)
{
    const struct row *x = *(struct row *const *)a, *y = *(struct row *const *)b;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return strcmp(x->name, y->name);
}

static int compare_values(const void *a, const void *b)
{
    const struct value *x = a, *y = b;
    if (x->row != y->row)
        return x->row < y->row ? -1 : 1;
    return x->ns < y->ns ? -1 : x->ns > y->ns;
}

/* Ranks instead of names, so that they are compared once and not for every
 * value. */
static bool sort(struct gathering *g)
{
    struct row **order = calloc(g->n_rows + 1, sizeof(*order));
    if (!order)
        return false;
    for (size_t i = 0; i < g->n_rows; i++)
        order[i] = &g->rows[i];
    if (g->n_rows)
        qsort(order, g->n_rows, sizeof(*order), compare_rows);
    for (size_t i = 0; i < g->n_rows; i++)
        order[i]->rank = (uint32_t)i;
    free(order);
    for (size_t i = 0; i < g->n_values; i++)
        g->values[i].row = g->rows[g->values[i].row].rank;
    if (g->n_values)
        qsort(g->values, g->n_values, sizeof(*g->values), compare_values);
    return true;
}

static struct ls_timings *deliver(const struct gathering *g)
{
    struct ls_timings *t = calloc(1, sizeof(*t));
    if (!t)
        return NULL;
    t->items = calloc(g->n_rows + 1, sizeof(*t->items));
    t->values = calloc(g->n_values + 1, sizeof(*t->values));
    if (!t->items || !t->values) {
        ls_timings_free(t);
        return NULL;
    }
    for (size_t i = 0; i < g->n_rows; i++)
        t->items[g->rows[i].rank] = (struct ls_timing){.kind = g->rows[i].kind,
                                                       .name = g->rows[i].name};
    for (size_t i = 0; i < g->n_values; i++) {
        struct ls_timing *item = &t->items[g->values[i].row];
        t->values[i] = g->values[i].ns;
        item->values = item->n ? item->values : &t->values[i];
        item->n++;
    }
    t->n = (uint32_t)g->n_rows;
    return t;
}

struct ls_timings *ls_timings_make(const struct ls_trace *trace)
{
    struct gathering g = {.trace = trace, .ids = ls_ids_new()};
    struct ls_timings *timings = NULL;
    g.failed = !g.ids;
    gather(&g);
    if (!g.failed && sort(&g))
        timings = deliver(&g);
    ls_ids_free(g.ids);
    free(g.rows);
    free(g.values);
    return timings;
}

void ls_timings_free(struct ls_timings *timings)
{
    if (!timings)
        return;
    free(timings->items);
    free(timings->values);
    free(timings);
}
