/* SPDX-License-Identifier: MIT */
#include "viewer/tracks.h"

#include <stdlib.h>
#include <string.h>

static struct ls_lane *add(struct ls_tracks *lanes, enum ls_lane_kind kind,
                           uint32_t index, float height)
{
    struct ls_lane *lane = &lanes->items[lanes->n++];
    *lane = (struct ls_lane){lanes->height, height, (uint8_t)kind, index, 0};
    lanes->height += height;
    return lane;
}

static float thread_height(const struct ls_index *index, uint32_t t)
{
    uint32_t n_rows = ls_index_n_rows(index, t);
    return (n_rows ? n_rows : 1) * (float)LS_LANE_ROW_PX + LS_LANE_GAP_PX;
}

static float loop_height(const struct ls_index *index, uint32_t t)
{
    const struct ls_trace *trace = index->trace;
    bool has_place = trace->n_processes > 1 || trace->n_loops > 1;
    float place =
        has_place && ls_index_n_rows(index, t) < 2 ? LS_LANE_ROW_PX : 0;
    return thread_height(index, t) + LS_LANE_TURN_PX - LS_LANE_ROW_PX +
           LS_LANE_GAP_PX + place;
}

/* Tasks in the order of their loops, those on none last. FIRST has a place
 * per loop, one for "none" and one behind. */
static void sort_tasks(const struct ls_trace *trace, uint32_t *first,
                       uint32_t *order)
{
    uint32_t none = trace->n_loops;
    for (uint32_t i = 0; i < trace->n_tasks; i++) {
        uint32_t loop = trace->tasks[i].loop;
        first[(loop < none ? loop : none) + 1]++;
    }
    for (uint32_t i = 0; i <= none; i++)
        first[i + 1] += first[i];
    for (uint32_t i = 0; i < trace->n_tasks; i++) {
        uint32_t loop = trace->tasks[i].loop;
        order[first[loop < none ? loop : none]++] = i;
    }
    for (uint32_t i = none + 1; i > 0; i--)
        first[i] = first[i - 1];
    first[0] = 0;
}

/* By task: 0 for those that were named, then those of the findings, in their
 * order, then all others. */
static uint32_t *rank_tasks(const struct ls_trace *trace,
                            const struct ls_findings *findings)
{
    uint32_t *rank = malloc((trace->n_tasks + (size_t)1) * sizeof(*rank));
    uint32_t next = 1;
    if (!rank)
        return NULL;
    for (uint32_t i = 0; i < trace->n_tasks; i++)
        rank[i] = trace->tasks[i].flags & LS_TASK_AUTO ? LS_NONE : 0;
    for (size_t f = 0; findings && f < findings->n; f++) {
        const struct ls_finding *finding = &findings->items[f];
        for (uint32_t w = 0; w <= finding->n_waiters; w++) {
            uint32_t task = w ? finding->waiters[w - 1].task : finding->task;
            if (task < trace->n_tasks && rank[task] == LS_NONE)
                rank[task] = next++;
        }
    }
    return rank;
}

struct ranked {
    uint32_t rank, task;
};

static int by_rank(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return x->task < y->task ? -1 : x->task > y->task;
}

/* The N tasks of ORDER, which are in the order of their begin. */
static bool sort_by_rank(uint32_t *order, uint32_t n, const uint32_t *rank)
{
    bool sorted = true;
    for (uint32_t i = 1; i < n; i++)
        sorted &= rank[order[i - 1]] <= rank[order[i]];
    struct ranked *items = sorted ? NULL : malloc(n * sizeof(*items));
    for (uint32_t i = 0; items && i < n; i++)
        items[i] = (struct ranked){rank[order[i]], order[i]};
    if (items)
        qsort(items, n, sizeof(*items), by_rank);
    for (uint32_t i = 0; items && i < n; i++)
        order[i] = items[i].task;
    bool good = sorted || items;
    free(items);
    return good;
}

static bool rank_all(const struct ls_trace *trace, const uint32_t *first,
                     uint32_t *order, const struct ls_findings *findings)
{
    uint32_t *rank = rank_tasks(trace, findings);
    bool good = rank;
    for (uint32_t i = 0; good && i <= trace->n_loops; i++)
        good = sort_by_rank(order + first[i], first[i + 1] - first[i], rank);
    free(rank);
    return good;
}

static void add_tasks(struct ls_tracks *lanes, uint32_t loop,
                      const uint32_t *order, uint32_t n)
{
    if (n == 0)
        return;
    add(lanes, LS_LANE_TASKS, loop, LS_LANE_HEAD_PX)->n = n;
    for (uint32_t i = 0; i < n; i++) {
        lanes->lane_of_task[order[i]] = lanes->n;
        add(lanes, LS_LANE_TASK, order[i], LS_LANE_TASK_PX);
    }
    lanes->height += LS_LANE_GAP_PX;
}

static bool has_something(const struct ls_index *index, uint32_t t)
{
    const struct ls_thread *thread = &index->trace->threads[t];
    if (thread->polled && thread->n_depths == 1)
        return false; /* it waited now and then: no loop, and nothing else */
    return thread->n_slices > 0 ||
           index->first_mark[t + 1] > index->first_mark[t];
}

static void add_threads(struct ls_tracks *lanes, const struct ls_index *index)
{
    const struct ls_trace *trace = index->trace;
    struct ls_lane *head = NULL;
    for (uint32_t t = 0; t < trace->n_threads; t++) {
        if (trace->threads[t].loop != LS_NONE || !has_something(index, t))
            continue;
        if (!head)
            head = add(lanes, LS_LANE_THREADS, LS_NONE, LS_LANE_HEAD_PX);
        head->n++;
        lanes->lane_of_thread[t] = lanes->n;
        add(lanes, LS_LANE_THREAD, t, thread_height(index, t));
    }
}

static void add_all(struct ls_tracks *lanes, const struct ls_index *index,
                    const uint32_t *first, const uint32_t *order)
{
    const struct ls_trace *trace = index->trace;
    for (uint32_t i = 0; i < trace->n_loops; i++) {
        uint32_t t = trace->loops[i].thread;
        lanes->lane_of_thread[t] = lanes->n;
        add(lanes, LS_LANE_LOOP, i, loop_height(index, t));
        add_tasks(lanes, i, order + first[i], first[i + 1] - first[i]);
        lanes->loop_end[i] = lanes->height;
    }
    uint32_t none = trace->n_loops;
    add_tasks(lanes, LS_NONE, order + first[none],
              first[none + 1] - first[none]);
    add_threads(lanes, index);
    for (uint32_t i = 0; i < trace->n_counters; i++)
        add(lanes, LS_LANE_COUNTER, i, LS_LANE_COUNTER_PX);
}

struct ls_tracks *ls_tracks_make(const struct ls_index *index,
                                 const struct ls_findings *findings)
{
    const struct ls_trace *trace = index->trace;
    struct ls_tracks *lanes = calloc(1, sizeof(*lanes));
    uint32_t *first = calloc(trace->n_loops + (size_t)2, sizeof(*first));
    uint32_t *order = malloc((trace->n_tasks + (size_t)1) * sizeof(*order));
    if (!lanes || !first || !order)
        goto fail;
    size_t most = (size_t)trace->n_loops * 2 + trace->n_tasks +
                  trace->n_threads + trace->n_counters + 2;
    lanes->items = malloc(most * sizeof(*lanes->items));
    lanes->loop_end = calloc(trace->n_loops + (size_t)1, sizeof(double));
    lanes->lane_of_task = malloc((trace->n_tasks + (size_t)1) * 4);
    lanes->lane_of_thread = malloc((trace->n_threads + (size_t)1) * 4);
    if (!lanes->items || !lanes->loop_end || !lanes->lane_of_task ||
        !lanes->lane_of_thread)
        goto fail;
    memset(lanes->lane_of_task, 0xff, trace->n_tasks * (size_t)4);
    memset(lanes->lane_of_thread, 0xff, trace->n_threads * (size_t)4);
    sort_tasks(trace, first, order);
    if (!rank_all(trace, first, order, findings))
        goto fail;
    add_all(lanes, index, first, order);
    free(order);
    free(first);
    return lanes;
fail:
    free(order);
    free(first);
    ls_tracks_free(lanes);
    return NULL;
}

void ls_tracks_free(struct ls_tracks *lanes)
{
    if (!lanes)
        return;
    free(lanes->items);
    free(lanes->loop_end);
    free(lanes->lane_of_task);
    free(lanes->lane_of_thread);
    free(lanes);
}

uint32_t ls_tracks_at(const struct ls_tracks *lanes, double y)
{
    uint32_t lo = 0, hi = lanes->n;
    while (lo < hi) {
        uint32_t middle = lo + (hi - lo) / 2;
        if (lanes->items[middle].y + lanes->items[middle].h > y)
            hi = middle;
        else
            lo = middle + 1;
    }
    return lo;
}
