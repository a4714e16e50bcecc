/* SPDX-License-Identifier: MIT */
/*
 * Values are gathered with the row they belong to and dealt out by row; each
 * row's values are then sorted, and its summary is read off them.
 */
#include "statistics.h"

#include "ids.h"
#include "judge.h"
#include "sort.h"

#include <stdlib.h>
#include <string.h>

struct values {
    int64_t *ns;
    uint32_t *row; /* of each */
    size_t n, cap;
    bool failed;
};

/* The smallest of N sorted values that at least PERCENT of all do not
 * exceed. */
static size_t rank_of(size_t n, unsigned percent)
{
    size_t rank = n / 100 * percent + (n % 100 * percent + 99) / 100;
    return rank ? rank - 1 : 0;
}

struct ls_summary ls_summary_of_sorted(const int64_t *values, size_t n)
{
    struct ls_summary s = {.count = n};
    if (!n)
        return s;
    for (size_t i = 0; i < n; i++)
        s.total_ns = ls_sum(s.total_ns, values[i]);
    s.mean_ns = s.total_ns / (int64_t)n;
    s.p50_ns = values[rank_of(n, 50)];
    s.p90_ns = values[rank_of(n, 90)];
    s.p99_ns = values[rank_of(n, 99)];
    s.max_ns = values[n - 1];
    return s;
}

struct ls_summary ls_summary_of(int64_t *values, size_t n)
{
    ls_sort_numbers(values, n);
    return ls_summary_of_sorted(values, n);
}

static void add(struct values *v, uint32_t row, int64_t ns)
{
    if (v->n == v->cap) {
        size_t cap = v->cap ? v->cap * 2 : 256;
        int64_t *all = realloc(v->ns, cap * sizeof(*all));
        v->ns = all ? all : v->ns;
        uint32_t *rows = realloc(v->row, cap * sizeof(*rows));
        v->row = rows ? rows : v->row;
        v->failed |= !all || !rows;
        if (v->failed)
            return;
        v->cap = cap;
    }
    v->ns[v->n] = ns;
    v->row[v->n++] = row;
}

static void free_values(struct values *v)
{
    free(v->ns);
    free(v->row);
    *v = (struct values){0};
}

/* Give each of N rows its summary, at OFFSET in a row of SIZE bytes. */
static bool summarise(const struct values *v, void *rows, uint32_t n,
                      size_t size, size_t offset)
{
    size_t *end = calloc(n + 1ul, sizeof(*end)); /* of each row's values */
    int64_t *dealt = malloc((v->n + 1) * sizeof(*dealt));
    bool good = end && dealt && !v->failed;
    for (size_t i = 0; good && i < v->n; i++)
        end[v->row[i] + 1]++;
    for (uint32_t i = 0; good && i < n; i++)
        end[i + 1] += end[i];
    /* So far each row's beginning: it moves to the end as they are dealt. */
    for (size_t i = 0; good && i < v->n; i++)
        dealt[end[v->row[i]]++] = v->ns[i];
    for (uint32_t i = 0; good && i < n; i++) {
        size_t from = i ? end[i - 1] : 0;
        struct ls_summary s = ls_summary_of(dealt + from, end[i] - from);
        memcpy((char *)rows + i * size + offset, &s, sizeof(s));
    }
    free(end);
    free(dealt);
    return good;
}

/* The row of KEY; a new one, all zero, is appended to the N rows. LS_NONE
 * without memory. */
static uint32_t row_of(struct ls_ids *ids, uint64_t key, void *rows,
                       uint32_t *n, size_t size)
{
    uint32_t *index = ls_ids_put(ids, key);
    if (!index)
        return LS_NONE;
    if (*index != LS_NONE)
        return *index;
    void *old;
    memcpy(&old, rows, sizeof(old));
    /* Room doubles when the number reaches a power of two. */
    if ((*n & (*n - 1)) == 0) {
        char *grown = realloc(old, (*n ? *n * 2ul : 1) * size);
        if (!grown)
            return LS_NONE;
        memcpy(rows, &grown, sizeof(grown));
        old = grown;
    }
    memset((char *)old + *n * size, 0, size);
    return *index = (*n)++;
}

struct task_times {
    int64_t running, awaiting, held_up;
};

static struct task_times times_of(const struct ls_trace *t,
                                  const struct ls_task *task)
{
    struct task_times times = {0};
    for (uint32_t i = 0; i < task->n_stretches; i++) {
        const struct ls_stretch *s = &t->stretches[task->first_stretch + i];
        int64_t *sum =
            s->kind == LS_STRETCH_RUN ? &times.running : &times.awaiting;
        *sum = ls_sum(*sum, s->end_ns - s->begin_ns);
        times.held_up = ls_sum(times.held_up, ls_stretch_held_up_ns(s));
    }
    return times;
}

static void count_state(struct ls_task_row *row, const struct ls_task *task)
{
    row->n_open += task->state == LS_TASK_OPEN;
    row->n_failed += task->state == LS_TASK_FAILED;
    row->n_cancelled += task->state == LS_TASK_CANCELLED;
}

static int longest_life(const void *a, const void *b)
{
    const struct ls_task_row *x = a, *y = b;
    if (x->life.total_ns != y->life.total_ns)
        return x->life.total_ns > y->life.total_ns ? -1 : 1;
    return x->kind < y->kind ? -1 : x->kind > y->kind;
}

static bool add_tasks(struct ls_statistics *s, const struct ls_trace *t)
{
    enum { LIFE, RUNNING, AWAITING, HELD_UP, N };
    static const size_t offsets[N] = {offsetof(struct ls_task_row, life),
                                      offsetof(struct ls_task_row, running),
                                      offsetof(struct ls_task_row, awaiting),
                                      offsetof(struct ls_task_row, held_up)};
    struct values values[N] = {{0}};
    struct ls_ids *ids = ls_ids_new();
    bool good = ids;
    for (uint32_t i = 0; good && i < t->n_tasks; i++) {
        const struct ls_task *task = &t->tasks[i];
        uint32_t row =
            row_of(ids, task->kind, &s->tasks, &s->n_tasks, sizeof(*s->tasks));
        good = row != LS_NONE;
        if (!good)
            break;
        s->tasks[row].kind = task->kind;
        count_state(&s->tasks[row], task);
        struct task_times times = times_of(t, task);
        add(&values[LIFE], row, task->end_ns - task->begin_ns);
        add(&values[RUNNING], row, times.running);
        add(&values[AWAITING], row, times.awaiting);
        add(&values[HELD_UP], row, times.held_up);
    }
    for (int i = 0; i < N; i++) {
        good = good && summarise(&values[i], s->tasks, s->n_tasks,
                                 sizeof(*s->tasks), offsets[i]);
        free_values(&values[i]);
    }
    ls_ids_free(ids);
    if (good && s->n_tasks)
        qsort(s->tasks, s->n_tasks, sizeof(*s->tasks), longest_life);
    return good;
}

static int longest_time(const void *a, const void *b)
{
    const struct ls_callback_row *x = a, *y = b;
    if (x->time.total_ns != y->time.total_ns)
        return x->time.total_ns > y->time.total_ns ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return x->name < y->name ? -1 : x->name > y->name;
}

static bool is_callback(const struct ls_slice *slice)
{
    return slice->kind == LS_SLICE_CALLBACK || slice->kind == LS_SLICE_SPAN ||
           slice->kind == LS_SLICE_BLOCKING;
}

static bool add_slices(struct ls_statistics *s, const struct ls_thread *thread,
                       struct ls_ids *ids, struct values *values)
{
    for (uint32_t i = 0; i < thread->n_slices; i++) {
        const struct ls_slice *slice = &thread->slices[i];
        if (!is_callback(slice))
            continue;
        uint32_t row =
            row_of(ids, (uint64_t)slice->kind << 32 | slice->name,
                   &s->callbacks, &s->n_callbacks, sizeof(*s->callbacks));
        if (row == LS_NONE)
            return false;
        s->callbacks[row].name = slice->name;
        s->callbacks[row].kind = slice->kind;
        add(values, row, slice->end_ns - slice->begin_ns);
    }
    return !values->failed;
}

static bool add_callbacks(struct ls_statistics *s, const struct ls_trace *t)
{
    struct values values = {0};
    struct ls_ids *ids = ls_ids_new();
    bool good = ids;
    for (uint32_t i = 0; good && i < t->n_threads; i++)
        good = add_slices(s, &t->threads[i], ids, &values);
    good = good && summarise(&values, s->callbacks, s->n_callbacks,
                             sizeof(*s->callbacks),
                             offsetof(struct ls_callback_row, time));
    free_values(&values);
    ls_ids_free(ids);
    if (good && s->n_callbacks)
        qsort(s->callbacks, s->n_callbacks, sizeof(*s->callbacks),
              longest_time);
    return good;
}

static int longest_kind(const void *a, const void *b)
{
    const struct ls_kind_row *x = a, *y = b;
    if (x->time.total_ns != y->time.total_ns)
        return x->time.total_ns > y->time.total_ns ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return x->phase < y->phase ? -1 : x->phase > y->phase;
}

static bool add_kinds_of(struct ls_statistics *s, const struct ls_trace *t,
                         const struct ls_thread *thread, struct ls_ids *ids,
                         struct values *values)
{
    for (uint32_t i = 0; i < thread->n_slices; i++) {
        const struct ls_slice *slice = &thread->slices[i];
        const struct ls_callback *callback = ls_trace_callback(t, slice);
        if (slice->kind != LS_SLICE_CALLBACK || !callback || !callback->kind)
            continue;
        uint32_t row =
            row_of(ids, (uint64_t)callback->kind << 32 | callback->phase,
                   &s->kinds, &s->n_kinds, sizeof(*s->kinds));
        if (row == LS_NONE)
            return false;
        s->kinds[row].kind = callback->kind;
        s->kinds[row].phase = callback->phase;
        add(values, row, slice->end_ns - slice->begin_ns);
    }
    return !values->failed;
}

static bool add_kinds(struct ls_statistics *s, const struct ls_trace *t)
{
    struct values values = {0};
    struct ls_ids *ids = ls_ids_new();
    bool good = ids;
    for (uint32_t i = 0; good && i < t->n_threads; i++)
        good = add_kinds_of(s, t, &t->threads[i], ids, &values);
    good = good && summarise(&values, s->kinds, s->n_kinds, sizeof(*s->kinds),
                             offsetof(struct ls_kind_row, time));
    free_values(&values);
    ls_ids_free(ids);
    if (good && s->n_kinds)
        qsort(s->kinds, s->n_kinds, sizeof(*s->kinds), longest_kind);
    return good;
}

/* Row 0: in the queue; row 1: at work. */
static bool add_pool(struct ls_statistics *s, const struct ls_trace *t)
{
    struct ls_summary rows[2] = {{0}};
    struct values values = {0};
    for (uint32_t i = 0; i < t->n_threads; i++) {
        const struct ls_thread *thread = &t->threads[i];
        for (uint32_t k = 0; k < thread->n_slices; k++) {
            const struct ls_slice *slice = &thread->slices[k];
            const struct ls_callback *work = ls_trace_callback(t, slice);
            if (slice->kind != LS_SLICE_POOL)
                continue;
            add(&values, 1, slice->end_ns - slice->begin_ns);
            if (work && work->submitted_ns != LS_UNKNOWN &&
                work->submitted_ns <= slice->begin_ns)
                add(&values, 0, slice->begin_ns - work->submitted_ns);
        }
    }
    bool good = summarise(&values, rows, 2, sizeof(rows[0]), 0);
    free_values(&values);
    s->pool_queued = rows[0];
    s->pool_worked = rows[1];
    return good;
}

static bool add_loop(struct ls_loop_row *row, const struct ls_trace *t,
                     uint32_t loop_idx, int64_t budget_ns)
{
    const struct ls_loop *loop = &t->loops[loop_idx];
    const struct ls_slice *slices = t->threads[loop->thread].slices;
    int64_t *own = malloc((loop->n_turns + 1ul) * sizeof(*own));
    int64_t busy = 0;
    if (!own)
        return false;
    row->loop = loop_idx;
    for (uint32_t i = 0; i < loop->n_turns; i++) {
        const struct ls_slice *turn = &slices[loop->turns[i]];
        own[i] = ls_slice_own_ns(t, turn);
        if (own[i] > budget_ns)
            row->blocking_ns = ls_sum(row->blocking_ns, own[i] - budget_ns);
        if (turn->depth == 0)
            busy = ls_sum(busy, turn->end_ns - turn->begin_ns);
    }
    row->turns = ls_summary_of(own, loop->n_turns);
    free(own);
    if (!loop->n_turns)
        return true;
    int64_t end = 0;
    for (uint32_t i = 0; i < loop->n_turns; i++)
        if (slices[loop->turns[i]].end_ns > end)
            end = slices[loop->turns[i]].end_ns;
    row->span_ns = end - slices[loop->turns[0]].begin_ns;
    row->utilisation =
        row->span_ns > 0 ? (double)busy / (double)row->span_ns : 0;
    if (row->utilisation > 1)
        row->utilisation = 1;
    return true;
}

static bool add_loops(struct ls_statistics *s, const struct ls_trace *t,
                      int64_t budget_ns)
{
    s->loops = calloc(t->n_loops + 1ul, sizeof(*s->loops));
    for (uint32_t i = 0; s->loops && i < t->n_loops; i++) {
        if (!add_loop(&s->loops[i], t, i, budget_ns))
            return false;
        s->n_loops++;
    }
    return s->loops;
}

struct ls_statistics *ls_statistics_make(const struct ls_trace *trace,
                                         int64_t budget_ns)
{
    struct ls_statistics *s = calloc(1, sizeof(*s));
    if (s && add_tasks(s, trace) && add_callbacks(s, trace) &&
        add_kinds(s, trace) && add_pool(s, trace) &&
        add_loops(s, trace, budget_ns))
        return s;
    ls_statistics_free(s);
    return NULL;
}

void ls_statistics_free(struct ls_statistics *s)
{
    if (!s)
        return;
    free(s->tasks);
    free(s->callbacks);
    free(s->kinds);
    free(s->loops);
    free(s);
}
