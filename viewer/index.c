/* SPDX-License-Identifier: MIT */
#include "viewer/index.h"

#include <stdlib.h>
#include <string.h>

/*
 * Every table here is made the same way: count per group, turn the counts
 * into beginnings, then place each item at the cursor of its group. What
 * comes in order of time stays in order of time.
 */

static uint32_t *table(size_t n)
{
    return calloc(n + 1, sizeof(uint32_t));
}

/* Counts -> beginnings; T has N groups and one place behind. */
static uint32_t accumulate(uint32_t *t, size_t n)
{
    uint32_t sum = 0;
    for (size_t i = 0; i <= n; i++) {
        uint32_t count = t[i];
        t[i] = sum;
        sum += count;
    }
    return sum;
}

/* After placing, each beginning has moved to the next group's: move back. */
static void rewind_table(uint32_t *t, size_t n)
{
    for (size_t i = n; i > 0; i--)
        t[i] = t[i - 1];
    t[0] = 0;
}

static void place(struct ls_series *series, uint32_t *cursor, int64_t begin_ns,
                  int64_t end_ns, double weight, uint32_t item)
{
    ls_series_put(series, (*cursor)++,
                  &(struct ls_placed){begin_ns, end_ns, (float)weight, item});
}

/* On a loop's thread: is it drawn on the turns instead of in a row? */
static bool lies_on_turn(const struct ls_thread *thread,
                         const struct ls_slice *slice)
{
    return thread->loop != LS_NONE && slice->kind == LS_SLICE_BLOCKING;
}

/* On a loop's thread: a run of a task that is seen by its callback. */
static bool is_automatic(const struct ls_trace *trace,
                         const struct ls_thread *thread,
                         const struct ls_slice *slice)
{
    return thread->loop != LS_NONE && slice->kind == LS_SLICE_TASK &&
           slice->detail < trace->n_tasks &&
           trace->tasks[slice->detail].flags & LS_TASK_AUTO;
}

static bool has_row(const struct ls_trace *trace,
                    const struct ls_thread *thread,
                    const struct ls_slice *slice)
{
    return !lies_on_turn(thread, slice) && !is_automatic(trace, thread, slice);
}

static bool outermost_blocking(const struct ls_thread *thread,
                               const struct ls_slice *slice)
{
    return lies_on_turn(thread, slice) &&
           (slice->parent == LS_NONE ||
            thread->slices[slice->parent].kind != LS_SLICE_BLOCKING);
}

/* ROW[slice] = how many of those around it have a row: its own, if it has
 * one. Returns the number of rows. */
static uint32_t rows_of(const struct ls_trace *trace,
                        const struct ls_thread *thread, uint32_t *row)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < thread->n_slices; i++) {
        const struct ls_slice *slice = &thread->slices[i];
        uint32_t parent = slice->parent;
        row[i] =
            parent == LS_NONE
                ? 0
                : row[parent] + has_row(trace, thread, &thread->slices[parent]);
        if (row[i] >= n && has_row(trace, thread, slice))
            n = row[i] + 1;
    }
    return n;
}

static void count_slices(struct ls_index *index, uint32_t t,
                         const uint32_t *row)
{
    const struct ls_thread *thread = &index->trace->threads[t];
    uint32_t *counts = index->row_begin + index->first_row[t];
    for (uint32_t i = 0; i < thread->n_slices; i++) {
        const struct ls_slice *slice = &thread->slices[i];
        if (has_row(index->trace, thread, slice))
            counts[row[i]]++;
        else if (outermost_blocking(thread, slice))
            index->first_blocking[t]++;
    }
}

static void place_slices(struct ls_index *index, uint32_t t,
                         const uint32_t *row)
{
    const struct ls_thread *thread = &index->trace->threads[t];
    uint32_t *cursors = index->row_begin + index->first_row[t];
    for (uint32_t i = 0; i < thread->n_slices; i++) {
        const struct ls_slice *slice = &thread->slices[i];
        double weight = 0;
        if (slice->kind == LS_SLICE_TURN)
            weight = (double)ls_slice_own_ns(index->trace, slice);
        if (has_row(index->trace, thread, slice))
            place(&index->slices, &cursors[row[i]], slice->begin_ns,
                  slice->end_ns, weight, i);
        else if (outermost_blocking(thread, slice))
            place(&index->blocking, &index->first_blocking[t], slice->begin_ns,
                  slice->end_ns, 0, i);
    }
}

static int make_slices(struct ls_index *index, uint32_t *row)
{
    const struct ls_trace *trace = index->trace;
    uint32_t n = trace->n_threads;
    index->first_row = table(n);
    index->first_blocking = table(n);
    if (!index->first_row || !index->first_blocking)
        return -1;
    for (uint32_t t = 0; t < n; t++)
        index->first_row[t] = rows_of(trace, &trace->threads[t], row);
    uint32_t n_rows = accumulate(index->first_row, n);
    index->row_begin = table(n_rows);
    if (!index->row_begin)
        return -1;
    for (uint32_t t = 0; t < n; t++) {
        rows_of(trace, &trace->threads[t], row);
        count_slices(index, t, row);
    }
    if (ls_series_init(&index->slices, accumulate(index->row_begin, n_rows),
                       LS_WEIGHT_OWN) != 0 ||
        ls_series_init(&index->blocking, accumulate(index->first_blocking, n),
                       LS_WEIGHT_LENGTH) != 0)
        return -1;
    for (uint32_t t = 0; t < n; t++) {
        rows_of(trace, &trace->threads[t], row);
        place_slices(index, t, row);
    }
    rewind_table(index->row_begin, n_rows);
    rewind_table(index->first_blocking, n);
    return ls_series_finish(&index->slices) != 0 ||
                   ls_series_finish(&index->blocking) != 0
               ? -1
               : 0;
}

int64_t ls_index_held_from(const struct ls_index *index,
                           const struct ls_stretch *stretch, bool *at_most)
{
    *at_most = false;
    if (stretch->kind != LS_STRETCH_AWAIT)
        return LS_UNKNOWN;
    int64_t held_ns = ls_stretch_held_up_ns(stretch);
    if (held_ns > 0)
        return stretch->end_ns - held_ns;
    *at_most = true;
    return ls_wait_earliest_ns(index->trace, stretch, index->warn_ns);
}

static void count_stretches(struct ls_index *index, uint32_t t)
{
    const struct ls_task *task = &index->trace->tasks[t];
    bool at_most;
    for (uint32_t i = 0; i < task->n_stretches; i++) {
        const struct ls_stretch *s =
            &index->trace->stretches[task->first_stretch + i];
        if (s->kind == LS_STRETCH_RUN)
            index->first_run[t]++;
        else
            index->first_await[t]++;
        index->first_held[t] +=
            ls_index_held_from(index, s, &at_most) != LS_UNKNOWN;
    }
}

static void place_stretches(struct ls_index *index, uint32_t t)
{
    const struct ls_task *task = &index->trace->tasks[t];
    bool at_most;
    for (uint32_t i = 0; i < task->n_stretches; i++) {
        uint32_t item = task->first_stretch + i;
        const struct ls_stretch *s = &index->trace->stretches[item];
        if (s->kind == LS_STRETCH_RUN)
            place(&index->runs, &index->first_run[t], s->begin_ns, s->end_ns, 0,
                  item);
        else
            place(&index->awaits, &index->first_await[t], s->begin_ns,
                  s->end_ns, 0, item);
        int64_t from_ns = ls_index_held_from(index, s, &at_most);
        if (from_ns != LS_UNKNOWN)
            place(&index->held, &index->first_held[t], from_ns, s->end_ns, 0,
                  item);
    }
}

static int make_tasks(struct ls_index *index)
{
    uint32_t n = index->trace->n_tasks;
    index->first_run = table(n);
    index->first_await = table(n);
    index->first_held = table(n);
    if (!index->first_run || !index->first_await || !index->first_held)
        return -1;
    for (uint32_t t = 0; t < n; t++)
        count_stretches(index, t);
    if (ls_series_init(&index->runs, accumulate(index->first_run, n),
                       LS_WEIGHT_LENGTH) != 0 ||
        ls_series_init(&index->awaits, accumulate(index->first_await, n),
                       LS_WEIGHT_LENGTH) != 0 ||
        ls_series_init(&index->held, accumulate(index->first_held, n),
                       LS_WEIGHT_LENGTH) != 0)
        return -1;
    for (uint32_t t = 0; t < n; t++)
        place_stretches(index, t);
    rewind_table(index->first_run, n);
    rewind_table(index->first_await, n);
    rewind_table(index->first_held, n);
    return ls_series_finish(&index->runs) != 0 ||
                   ls_series_finish(&index->awaits) != 0 ||
                   ls_series_finish(&index->held) != 0
               ? -1
               : 0;
}

static int make_marks(struct ls_index *index)
{
    const struct ls_trace *trace = index->trace;
    index->first_mark = table(trace->n_threads);
    if (!index->first_mark)
        return -1;
    for (uint32_t i = 0; i < trace->n_marks; i++)
        index->first_mark[trace->marks[i].thread]++;
    if (ls_series_init(&index->marks,
                       accumulate(index->first_mark, trace->n_threads),
                       LS_WEIGHT_LENGTH) != 0)
        return -1;
    for (uint32_t i = 0; i < trace->n_marks; i++) {
        const struct ls_mark *mark = &trace->marks[i];
        /* A mark has no length; one nanosecond lets searches find it. */
        place(&index->marks, &index->first_mark[mark->thread], mark->at_ns,
              mark->at_ns + 1, 1, i);
    }
    rewind_table(index->first_mark, trace->n_threads);
    return ls_series_finish(&index->marks);
}

static int make_samples(struct ls_index *index)
{
    const struct ls_trace *trace = index->trace;
    index->first_sample = table(trace->n_threads);
    if (!index->first_sample)
        return -1;
    for (uint32_t i = 0; i < trace->n_samples; i++)
        index->first_sample[trace->samples[i].thread]++;
    if (ls_series_init(&index->samples,
                       accumulate(index->first_sample, trace->n_threads),
                       LS_WEIGHT_OWN) != 0)
        return -1;
    for (uint32_t i = 0; i < trace->n_samples; i++) {
        const struct ls_sample *s = &trace->samples[i];
        place(&index->samples, &index->first_sample[s->thread], s->at_ns,
              s->at_ns + 1, s->weight, i);
    }
    rewind_table(index->first_sample, trace->n_threads);
    return ls_series_finish(&index->samples);
}

/* A point holds until the next one; its weight is its value, raised so that
 * none is 0 or below (only the order counts). */
static void place_points(struct ls_index *index, uint32_t c)
{
    const struct ls_counter *counter = &index->trace->counters[c];
    double least = 0;
    for (uint32_t i = 0; i < counter->n_points; i++)
        if (counter->points[i].value < least)
            least = counter->points[i].value;
    for (uint32_t i = 0; i < counter->n_points; i++) {
        const struct ls_counter_point *point = &counter->points[i];
        int64_t end_ns =
            i + 1 < counter->n_points ? point[1].at_ns : index->trace->end_ns;
        place(&index->counters, &index->first_point[c], point->at_ns,
              end_ns > point->at_ns ? end_ns : point->at_ns + 1,
              point->value - least + 1, i);
    }
}

static int make_counters(struct ls_index *index)
{
    uint32_t n = index->trace->n_counters;
    index->first_point = table(n);
    if (!index->first_point)
        return -1;
    for (uint32_t c = 0; c < n; c++)
        index->first_point[c] = index->trace->counters[c].n_points;
    if (ls_series_init(&index->counters, accumulate(index->first_point, n),
                       LS_WEIGHT_OWN) != 0)
        return -1;
    for (uint32_t c = 0; c < n; c++)
        place_points(index, c);
    rewind_table(index->first_point, n);
    return ls_series_finish(&index->counters);
}

static uint32_t most_slices(const struct ls_trace *trace)
{
    uint32_t most = 0;
    for (uint32_t t = 0; t < trace->n_threads; t++)
        if (trace->threads[t].n_slices > most)
            most = trace->threads[t].n_slices;
    return most;
}

struct ls_index *ls_index_make(const struct ls_trace *trace, int64_t warn_ns)
{
    struct ls_index *index = calloc(1, sizeof(*index));
    uint32_t *row = malloc((most_slices(trace) + (size_t)1) * sizeof(*row));
    if (!index || !row)
        goto fail;
    index->trace = trace;
    index->warn_ns = warn_ns;
    if (make_slices(index, row) != 0 || make_tasks(index) != 0 ||
        make_marks(index) != 0 || make_samples(index) != 0 ||
        make_counters(index) != 0)
        goto fail;
    free(row);
    return index;
fail:
    free(row);
    ls_index_free(index);
    return NULL;
}

void ls_index_free(struct ls_index *index)
{
    if (!index)
        return;
    ls_series_destroy(&index->slices);
    ls_series_destroy(&index->blocking);
    ls_series_destroy(&index->runs);
    ls_series_destroy(&index->awaits);
    ls_series_destroy(&index->held);
    ls_series_destroy(&index->marks);
    ls_series_destroy(&index->samples);
    ls_series_destroy(&index->counters);
    free(index->first_row);
    free(index->row_begin);
    free(index->first_blocking);
    free(index->first_run);
    free(index->first_await);
    free(index->first_held);
    free(index->first_mark);
    free(index->first_sample);
    free(index->first_point);
    free(index);
}

uint32_t ls_index_n_rows(const struct ls_index *index, uint32_t thread)
{
    return index->first_row[thread + 1] - index->first_row[thread];
}

struct ls_index_range ls_index_row(const struct ls_index *index,
                                   uint32_t thread, uint32_t row)
{
    const uint32_t *at = index->row_begin + index->first_row[thread] + row;
    return (struct ls_index_range){at[0], at[1]};
}

uint32_t ls_index_first_blocking(const struct ls_index *index, uint32_t thread,
                                 int64_t begin_ns, int64_t end_ns)
{
    uint32_t hi = index->first_blocking[thread + 1];
    uint32_t first = ls_series_ending_after(
        &index->blocking, index->first_blocking[thread], hi, begin_ns);
    return first < hi && index->blocking.begin_ns[first] < end_ns ? first
                                                                  : LS_NONE;
}
