/* SPDX-License-Identifier: MIT */
/*
 * Lanes that the user singled out: what is hidden, or has a name that does not
 * match, is taken out; what is pinned comes first. A heading of which nothing
 * is left goes too. Loops and processes stay: they say where the rest is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viewer/explain.h"
#include "viewer/tracks.h"

struct choosing {
    const struct ls_tracks *tracks;
    const struct ls_trace *trace;
    const struct ls_crowds *crowds;
    const struct ls_folds *folds;
};

static bool is_in(const struct ls_lane_id *list, uint32_t n,
                  const struct ls_lane *lane)
{
    for (uint32_t i = 0; i < n; i++)
        if (list[i].kind == lane->kind && list[i].index == lane->index)
            return true;
    return false;
}

static void name_of(const struct choosing *c, const struct ls_lane *lane,
                    char *text, size_t n_text)
{
    const struct ls_trace *trace = c->trace;
    *text = 0;
    if (lane->kind == LS_LANE_TASK) {
        ls_explain_task(trace, lane->index, text, n_text);
        size_t n = strlen(text);
        snprintf(text + n, n_text - n, " #%u",
                 ls_trace_task_number(trace, lane->index));
    } else if (lane->kind == LS_LANE_CROWD) {
        snprintf(text, n_text, "%s",
                 ls_trace_string(trace, c->crowds->items[lane->index].kind));
    } else if (lane->kind == LS_LANE_THREAD) {
        const struct ls_thread *thread = &trace->threads[lane->index];
        snprintf(text, n_text, "%s %lld", ls_trace_string(trace, thread->name),
                 (long long)thread->tid);
    } else if (lane->kind == LS_LANE_COUNTER) {
        snprintf(text, n_text, "%s",
                 ls_trace_string(trace, trace->counters[lane->index].name));
    }
}

static bool has_name(const struct ls_lane *lane)
{
    return lane->kind == LS_LANE_TASK || lane->kind == LS_LANE_CROWD ||
           lane->kind == LS_LANE_THREAD || lane->kind == LS_LANE_COUNTER;
}

static bool is_heading(const struct ls_lane *lane)
{
    return lane->kind == LS_LANE_TASKS || lane->kind == LS_LANE_POOL ||
           lane->kind == LS_LANE_THREADS || lane->kind == LS_LANE_IDLE;
}

static bool is_kept(const struct choosing *c, const struct ls_lane *lane)
{
    char name[512];
    if (is_in(c->folds->hidden, c->folds->n_hidden, lane))
        return false;
    if (!c->folds->filter.has || !has_name(lane))
        return true;
    name_of(c, lane, name, sizeof(name));
    return ls_pattern_matches(&c->folds->filter, name);
}

/* Where each lane goes: 0 out, 1 kept, 2 to the top. */
static void judge(const struct choosing *c, uint8_t *fate)
{
    const struct ls_tracks *tracks = c->tracks;
    uint32_t head = LS_NONE, left = 0, had = 0;
    for (uint32_t i = 0; i <= tracks->n; i++) {
        bool member =
            i < tracks->n && (tracks->items[i].kind == LS_LANE_TASK ||
                              tracks->items[i].kind == LS_LANE_CROWD ||
                              tracks->items[i].kind == LS_LANE_THREAD);
        if (!member && head != LS_NONE && had > 0 && left == 0)
            fate[head] = 0;
        if (i == tracks->n)
            break;
        const struct ls_lane *lane = &tracks->items[i];
        fate[i] = is_kept(c, lane);
        if (fate[i] && is_in(c->folds->pinned, c->folds->n_pinned, lane))
            fate[i] = 2;
        if (member) {
            had++;
            left += fate[i] == 1;
        } else {
            head = is_heading(lane) ? i : LS_NONE;
            had = left = 0;
        }
    }
}

/* The room below a lane that belongs to it, up to the next. */
static double gap_below(const struct ls_tracks *tracks, uint32_t i)
{
    double end = i + 1 < tracks->n ? tracks->items[i + 1].y : tracks->height;
    return end - tracks->items[i].y;
}

static void renumber(uint32_t *lanes, uint32_t n, const uint32_t *to)
{
    for (uint32_t i = 0; i < n; i++)
        if (lanes[i] != LS_NONE)
            lanes[i] = to[lanes[i]];
}

/* A loop ends where the last lane before its end is now. */
static double moved_end(const struct ls_tracks *tracks, const double *new_end,
                        double end)
{
    uint32_t i = ls_tracks_at(tracks, end - 0.5);
    i = i < tracks->n ? i : tracks->n - 1;
    return new_end[i];
}

static void move(struct ls_tracks *tracks, const struct ls_trace *trace,
                 uint32_t n_crowds, const uint8_t *fate, struct ls_lane *items,
                 uint32_t *to, double *new_end)
{
    uint32_t n = 0;
    double y = 0;
    for (uint8_t wanted = 2; wanted > 0; wanted--)
        for (uint32_t i = 0; i < tracks->n; i++) {
            if (fate[i] != wanted)
                continue;
            items[n] = tracks->items[i];
            items[n].y = y;
            y += wanted == 2 ? items[n].h : gap_below(tracks, i);
            to[i] = n++;
        }
    double end = y;
    for (uint32_t i = tracks->n; i > 0; i--) {
        if (fate[i - 1] == 0)
            to[i - 1] = LS_NONE;
        new_end[i - 1] = end;
        if (fate[i - 1] == 1)
            end = items[to[i - 1]].y;
    }
    for (uint32_t i = 0; i < trace->n_loops; i++)
        if (tracks->loop_end[i] > 0)
            tracks->loop_end[i] =
                moved_end(tracks, new_end, tracks->loop_end[i]);
    renumber(tracks->lane_of_task, trace->n_tasks, to);
    renumber(tracks->lane_of_thread, trace->n_threads, to);
    renumber(tracks->lane_of_process, trace->n_processes, to);
    renumber(tracks->lane_of_crowd, n_crowds, to);
    memcpy(tracks->items, items, n * sizeof(*items));
    tracks->n = n;
    tracks->height = y;
}

int ls_tracks_choose(struct ls_tracks *tracks, const struct ls_index *index,
                     const struct ls_crowds *crowds,
                     const struct ls_folds *folds)
{
    struct choosing c = {tracks, index->trace, crowds, folds};
    if (tracks->n == 0 ||
        (folds->n_pinned == 0 && folds->n_hidden == 0 && !folds->filter.has))
        return 0;
    uint8_t *fate = calloc(tracks->n, 1);
    uint32_t *to = malloc(tracks->n * sizeof(*to));
    double *new_end = malloc(tracks->n * sizeof(*new_end));
    struct ls_lane *items = malloc(tracks->n * sizeof(*items));
    int status = fate && to && new_end && items ? 0 : -1;
    if (status == 0) {
        judge(&c, fate);
        move(tracks, index->trace, crowds->n, fate, items, to, new_end);
    }
    free(fate);
    free(to);
    free(new_end);
    free(items);
    return status;
}
