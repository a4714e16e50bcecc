/* SPDX-License-Identifier: MIT */
#include "viewer/tracks.h"

#include <stdlib.h>
#include <string.h>

#include "viewer/lanes_of_tasks.h"

int ls_folds_init(struct ls_folds *folds, const struct ls_crowds *crowds)
{
    memset(folds, 0, sizeof(*folds));
    size_t n = crowds->trace->n_processes + (size_t)1;
    folds->process = calloc(n, 1);
    folds->idle = calloc(n, 1);
    folds->crowd = calloc(crowds->n + (size_t)1, 1);
    if (folds->process && folds->idle && folds->crowd)
        return 0;
    ls_folds_destroy(folds);
    return -1;
}

void ls_folds_destroy(struct ls_folds *folds)
{
    free(folds->process);
    free(folds->idle);
    free(folds->crowd);
    ls_pattern_destroy(&folds->filter);
    memset(folds, 0, sizeof(*folds));
}

struct ls_lane *ls_tracks_add(struct ls_tracks *tracks, enum ls_lane_kind kind,
                              uint32_t index, float height)
{
    struct ls_lane *lane = &tracks->items[tracks->n++];
    *lane = (struct ls_lane){.y = tracks->height,
                             .h = height,
                             .kind = (uint8_t)kind,
                             .index = index};
    tracks->height += height;
    return lane;
}

static float thread_height(const struct ls_index *index, uint32_t t)
{
    uint32_t n_rows = ls_index_n_rows(index, t);
    return (n_rows ? n_rows : 1) * (float)LS_LANE_ROW_PX + LS_LANE_GAP_PX;
}

float ls_tracks_samples_px(const struct ls_index *index, uint32_t thread)
{
    return index->first_sample[thread + 1] > index->first_sample[thread]
               ? LS_LANE_SAMPLES_PX
               : 0;
}

static float loop_height(const struct ls_index *index, uint32_t t)
{
    return thread_height(index, t) + LS_LANE_TURN_PX - LS_LANE_ROW_PX +
           ls_tracks_samples_px(index, t) + LS_LANE_GAP_PX;
}

bool ls_tracks_is_idle(const struct ls_thread *thread)
{
    return thread->polled && thread->n_depths == 1;
}

/* What a thread is for the lanes; the order in which they come. */
enum part { LOOP, SHORT_LOOP, POOL, OTHER, IDLE, NOTHING };

#define SHORT_TURNS 3

static enum part part_of(const struct ls_index *index, uint32_t t)
{
    const struct ls_trace *trace = index->trace;
    const struct ls_thread *thread = &trace->threads[t];
    if (thread->loop != LS_NONE)
        return trace->loops[thread->loop].n_turns < SHORT_TURNS ? SHORT_LOOP
                                                                : LOOP;
    bool has_marks = index->first_mark[t + 1] > index->first_mark[t];
    if (ls_tracks_is_idle(thread) && !has_marks)
        return IDLE;
    if (thread->n_slices == 0)
        return has_marks ? OTHER : NOTHING;
    return thread->slices[0].kind == LS_SLICE_POOL ? POOL : OTHER;
}

/* Things by process: those of process p are items[first[p]] to
 * items[first[p + 1] - 1]. */
struct by_process {
    uint32_t *first, *items;
};

/* While lanes are made. */
struct making {
    struct ls_tracks *tracks;
    const struct ls_index *index;
    const struct ls_crowds *crowds;
    const struct ls_folds *folds;
    struct by_process threads, counters;
    uint32_t last_loop; /* whose stalls go to the bottom */
};

static uint32_t process_of_thread(const struct ls_trace *trace, uint32_t i)
{
    return trace->threads[i].process;
}

static uint32_t process_of_counter(const struct ls_trace *trace, uint32_t i)
{
    return trace->counters[i].process;
}

static int sort_by_process(struct by_process *by, const struct ls_trace *trace,
                           uint32_t n,
                           uint32_t (*process_of)(const struct ls_trace *,
                                                  uint32_t))
{
    uint32_t n_processes = trace->n_processes;
    by->first = calloc(n_processes + (size_t)2, sizeof(uint32_t));
    by->items = malloc((n + (size_t)1) * sizeof(uint32_t));
    if (!by->first || !by->items)
        return -1;
    for (uint32_t i = 0; i < n; i++)
        by->first[process_of(trace, i) + 2]++;
    for (uint32_t p = 0; p < n_processes; p++)
        by->first[p + 2] += by->first[p + 1];
    for (uint32_t i = 0; i < n; i++)
        by->items[by->first[process_of(trace, i) + 1]++] = i;
    return 0;
}

/* The threads of process P that are PART, after a heading if it has a kind of
 * its own. */
static void add_threads(struct making *m, uint32_t p, enum part part,
                        enum ls_lane_kind heading)
{
    struct ls_tracks *tracks = m->tracks;
    uint32_t head = LS_NONE;
    bool open = part != IDLE || m->folds->idle[p] == LS_FOLD_OPEN;
    for (uint32_t i = m->threads.first[p]; i < m->threads.first[p + 1]; i++) {
        uint32_t t = m->threads.items[i];
        if (part_of(m->index, t) != part)
            continue;
        if (head == LS_NONE) {
            head = tracks->n;
            ls_tracks_add(tracks, heading, p, LS_LANE_HEAD_PX)->open = open;
        }
        tracks->items[head].n++;
        tracks->lane_of_thread[t] = open ? tracks->n : head;
        if (open)
            ls_tracks_add(tracks, LS_LANE_THREAD, t,
                          thread_height(m->index, t));
    }
}

static void add_loops(struct making *m, uint32_t p, enum part part)
{
    struct ls_tracks *tracks = m->tracks;
    for (uint32_t i = m->threads.first[p]; i < m->threads.first[p + 1]; i++) {
        uint32_t t = m->threads.items[i];
        if (part_of(m->index, t) != part)
            continue;
        uint32_t loop = m->index->trace->threads[t].loop;
        tracks->lane_of_thread[t] = tracks->n;
        ls_tracks_add(tracks, LS_LANE_LOOP, loop, loop_height(m->index, t));
        ls_tracks_add_tasks(tracks, m->crowds, m->folds, loop);
        tracks->loop_end[loop] = tracks->height;
        m->last_loop = loop;
    }
}

/* Has it anything to show? */
static bool is_quiet(const struct making *m, uint32_t p)
{
    uint32_t place = m->index->trace->n_loops + p;
    if (m->crowds->first_at[place + 1] > m->crowds->first_at[place] ||
        m->counters.first[p + 1] > m->counters.first[p])
        return false;
    for (uint32_t i = m->threads.first[p]; i < m->threads.first[p + 1]; i++)
        if (part_of(m->index, m->threads.items[i]) < IDLE)
            return false;
    return true;
}

static void add_content(struct making *m, uint32_t p)
{
    struct ls_tracks *tracks = m->tracks;
    m->last_loop = LS_NONE;
    add_loops(m, p, LOOP);
    add_loops(m, p, SHORT_LOOP);
    ls_tracks_add_tasks(tracks, m->crowds, m->folds,
                        m->index->trace->n_loops + p);
    add_threads(m, p, POOL, LS_LANE_POOL);
    add_threads(m, p, OTHER, LS_LANE_THREADS);
    for (uint32_t i = m->counters.first[p]; i < m->counters.first[p + 1]; i++)
        ls_tracks_add(tracks, LS_LANE_COUNTER, m->counters.items[i],
                      LS_LANE_COUNTER_PX);
    add_threads(m, p, IDLE, LS_LANE_IDLE);
    if (m->last_loop != LS_NONE)
        tracks->loop_end[m->last_loop] = tracks->height;
}

static void add_process(struct making *m, uint32_t p)
{
    struct ls_tracks *tracks = m->tracks;
    bool open = m->folds->process[p] != LS_FOLD_CLOSED;
    tracks->lane_of_process[p] = tracks->n;
    if (tracks->many)
        ls_tracks_add(tracks, LS_LANE_PROCESS, p, LS_LANE_HEAD_PX)->open = open;
    if (open)
        add_content(m, p);
}

static void add_all(struct making *m)
{
    struct ls_tracks *tracks = m->tracks;
    uint32_t n_processes = m->index->trace->n_processes, n_quiet = 0;
    for (uint32_t p = 0; p < n_processes; p++) {
        if (is_quiet(m, p))
            n_quiet++;
        else
            add_process(m, p);
    }
    if (n_quiet == 0 || !tracks->many)
        return;
    bool open = m->folds->quiet == LS_FOLD_OPEN;
    struct ls_lane *lane =
        ls_tracks_add(tracks, LS_LANE_QUIET, 0, LS_LANE_HEAD_PX);
    lane->n = n_quiet;
    lane->open = open;
    uint32_t at = tracks->n - 1;
    for (uint32_t p = 0; p < n_processes; p++) {
        if (!is_quiet(m, p))
            continue;
        tracks->lane_of_process[p] = at;
        if (open)
            add_process(m, p);
    }
}

/* What is in a closed group is where the group is. */
static void place_hidden(struct making *m)
{
    const struct ls_trace *trace = m->index->trace;
    struct ls_tracks *tracks = m->tracks;
    for (uint32_t t = 0; t < trace->n_threads; t++)
        if (tracks->lane_of_thread[t] == LS_NONE &&
            part_of(m->index, t) != NOTHING)
            tracks->lane_of_thread[t] =
                tracks->lane_of_process[trace->threads[t].process];
    for (uint32_t i = 0; i < trace->n_tasks; i++) {
        uint32_t crowd = tracks->lane_of_crowd[m->crowds->crowd_of[i]];
        if (tracks->lane_of_task[i] == LS_NONE)
            tracks->lane_of_task[i] =
                crowd != LS_NONE
                    ? crowd
                    : tracks->lane_of_process[trace->tasks[i].process];
    }
}

/* All LS_NONE. */
static uint32_t *new_table(size_t n)
{
    uint32_t *table = malloc((n + 1) * sizeof(*table));
    if (table)
        memset(table, 0xff, (n + 1) * sizeof(*table));
    return table;
}

static int allocate(struct ls_tracks *tracks, const struct ls_trace *trace,
                    const struct ls_crowds *crowds)
{
    size_t most = (size_t)trace->n_loops * 2 + trace->n_tasks + crowds->n +
                  trace->n_threads + trace->n_counters +
                  (size_t)trace->n_processes * 5 + 1;
    tracks->items = malloc(most * sizeof(*tracks->items));
    tracks->loop_end = calloc(trace->n_loops + (size_t)1, sizeof(double));
    tracks->lane_of_task = new_table(trace->n_tasks);
    tracks->lane_of_thread = new_table(trace->n_threads);
    tracks->lane_of_process = new_table(trace->n_processes);
    tracks->lane_of_crowd = new_table(crowds->n);
    return tracks->items && tracks->loop_end && tracks->lane_of_task &&
                   tracks->lane_of_thread && tracks->lane_of_process &&
                   tracks->lane_of_crowd
               ? 0
               : -1;
}

struct ls_tracks *ls_tracks_make(const struct ls_index *index,
                                 const struct ls_crowds *crowds,
                                 const struct ls_folds *folds)
{
    const struct ls_trace *trace = index->trace;
    struct ls_tracks *tracks = calloc(1, sizeof(*tracks));
    struct making m = {tracks, index, crowds, folds, {0}, {0}, LS_NONE};
    int status = tracks ? allocate(tracks, trace, crowds) : -1;
    if (status == 0)
        status = sort_by_process(&m.threads, trace, trace->n_threads,
                                 process_of_thread);
    if (status == 0)
        status = sort_by_process(&m.counters, trace, trace->n_counters,
                                 process_of_counter);
    if (status == 0) {
        tracks->many = trace->n_processes > 1;
        add_all(&m);
        place_hidden(&m);
        status = ls_tracks_choose(tracks, index, crowds, folds);
    }
    free(m.threads.first);
    free(m.threads.items);
    free(m.counters.first);
    free(m.counters.items);
    if (status == 0)
        return tracks;
    ls_tracks_free(tracks);
    return NULL;
}

void ls_tracks_free(struct ls_tracks *tracks)
{
    if (!tracks)
        return;
    free(tracks->items);
    free(tracks->loop_end);
    free(tracks->lane_of_task);
    free(tracks->lane_of_thread);
    free(tracks->lane_of_process);
    free(tracks->lane_of_crowd);
    free(tracks);
}

uint32_t ls_tracks_at(const struct ls_tracks *tracks, double y)
{
    uint32_t lo = 0, hi = tracks->n;
    while (lo < hi) {
        uint32_t middle = lo + (hi - lo) / 2;
        if (tracks->items[middle].y + tracks->items[middle].h > y)
            hi = middle;
        else
            lo = middle + 1;
    }
    return lo;
}
