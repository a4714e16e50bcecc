/* SPDX-License-Identifier: MIT */
#include "viewer/lanes_of_tasks.h"

#include <stdlib.h>

#include "analysis/sort.h"

/*
 * Few tasks all have lanes, in one list. Of many, each kind is a crowd with a
 * lane of its own; above those come the tasks that waited longest and those
 * that what is selected brought out. A crowd that is unfolded is followed by
 * all of its tasks; one that was folded again keeps those that waited to
 * itself too.
 */

/* A crowd of so few is no less than its tasks. */
#define NO_CROWD 2
/* Beside tasks that were brought out, others fill up to so many. */
#define ROOM_BESIDE 6

struct listed {
    int64_t key; /* first: ls_sort_by_time() */
    uint32_t task;
};

struct list {
    struct listed *items;
    uint32_t n;
};

struct place {
    const struct ls_crowds *crowds;
    const struct ls_folds *folds;
    uint32_t first, end; /* its crowds */
    uint32_t n_tasks;
    enum ls_order order;
    bool usual; /* what is selected comes first */
};

static enum ls_fold fold_of(const struct place *p, uint32_t crowd)
{
    return (enum ls_fold)p->folds->crowd[crowd];
}

/* Are its tasks simply in the list? */
static bool is_plain(const struct place *p, uint32_t crowd)
{
    return fold_of(p, crowd) == LS_FOLD_USUAL &&
           (p->n_tasks <= LS_FEW_TASKS ||
            p->crowds->items[crowd].n <= NO_CROWD);
}

static int64_t key_of(const struct place *p, uint32_t task)
{
    const struct ls_task *t = &p->crowds->trace->tasks[task];
    for (uint32_t i = 0; p->usual && i < p->folds->n_brought; i++)
        if (p->folds->brought[i] == task)
            return INT64_MIN + i;
    if (p->order == LS_ORDER_WAITED)
        return -p->crowds->weight_ns[task];
    if (p->order == LS_ORDER_CAUSED)
        return -p->crowds->caused_ns[task];
    return p->order == LS_ORDER_LONGEST ? t->begin_ns - t->end_ns : t->begin_ns;
}

static void list_task(const struct place *p, struct list *list, uint32_t task)
{
    list->items[list->n++] = (struct listed){key_of(p, task), task};
}

static void list_members(const struct place *p, struct list *list,
                         uint32_t crowd)
{
    const struct ls_crowd *c = &p->crowds->items[crowd];
    for (uint32_t i = 0; i < c->n; i++)
        list_task(p, list, p->crowds->members[c->first + i]);
}

/* The tasks of the greatest weight, none without; returns how many. */
static uint32_t find_top(const struct place *p, uint32_t top[LS_TOP_TASKS])
{
    const int64_t *weight_ns = p->crowds->weight_ns;
    uint32_t n = 0, next[LS_CROWD_KINDS] = {0};
    for (; n < LS_TOP_TASKS; n++) {
        uint32_t best = LS_NONE, from = 0;
        for (uint32_t c = p->first; c < p->end; c++) {
            const struct ls_crowd *crowd = &p->crowds->items[c];
            uint32_t i = next[c - p->first];
            if (is_plain(p, c) || fold_of(p, c) == LS_FOLD_CLOSED ||
                i == crowd->n_top ||
                (best != LS_NONE &&
                 weight_ns[crowd->top[i]] <= weight_ns[best]))
                continue;
            best = crowd->top[i];
            from = c - p->first;
        }
        if (best == LS_NONE)
            break;
        top[n] = best;
        next[from]++;
    }
    return n;
}

static bool has(const uint32_t *tasks, uint32_t n, uint32_t task)
{
    uint32_t i = 0;
    while (i < n && tasks[i] != task)
        i++;
    return i < n;
}

/* Tasks of crowds that have a lane although the crowd is folded: those that
 * were brought out, and of the others as many as there is room for. */
static void list_chosen(const struct place *p, struct list *list)
{
    uint32_t chosen[LS_TOP_TASKS + LS_BROUGHT], top[LS_TOP_TASKS], n = 0;
    for (uint32_t i = 0; i < p->folds->n_brought; i++) {
        uint32_t task = p->folds->brought[i];
        uint32_t crowd = p->crowds->crowd_of[task];
        if (crowd >= p->first && crowd < p->end && !is_plain(p, crowd) &&
            !has(chosen, n, task))
            chosen[n++] = task;
    }
    uint32_t n_top = find_top(p, top);
    uint32_t room = n ? ROOM_BESIDE : LS_TOP_TASKS;
    for (uint32_t i = 0; i < n_top && n < room; i++)
        if (!has(chosen, n, top[i]))
            chosen[n++] = top[i];
    for (uint32_t i = 0; i < n; i++)
        if (fold_of(p, p->crowds->crowd_of[chosen[i]]) != LS_FOLD_OPEN)
            list_task(p, list, chosen[i]);
}

static void add_listed(struct ls_tracks *tracks, struct list *list)
{
    (void)ls_sort_by_time(list->items, list->n, sizeof(*list->items));
    for (uint32_t i = 0; i < list->n; i++) {
        tracks->lane_of_task[list->items[i].task] = tracks->n;
        ls_tracks_add(tracks, LS_LANE_TASK, list->items[i].task,
                      LS_LANE_TASK_PX);
    }
    list->n = 0;
}

static uint32_t count_hidden(const struct ls_tracks *tracks,
                             const struct place *p, const struct ls_crowd *c)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < c->n; i++)
        n += tracks->lane_of_task[p->crowds->members[c->first + i]] == LS_NONE;
    return n;
}

static void add_crowd(struct ls_tracks *tracks, const struct place *p,
                      struct list *list, uint32_t crowd)
{
    const struct ls_crowd *c = &p->crowds->items[crowd];
    bool open = fold_of(p, crowd) == LS_FOLD_OPEN;
    uint32_t hidden = count_hidden(tracks, p, c);
    if (hidden == 0 && !open)
        return;
    tracks->lane_of_crowd[crowd] = tracks->n;
    struct ls_lane *lane =
        ls_tracks_add(tracks, LS_LANE_CROWD, crowd, LS_LANE_CROWD_PX);
    lane->n = hidden;
    lane->open = open;
    if (!open)
        return;
    list_members(p, list, crowd);
    add_listed(tracks, list);
}

void ls_tracks_add_tasks(struct ls_tracks *tracks,
                         const struct ls_crowds *crowds,
                         const struct ls_folds *folds, uint32_t place)
{
    struct place p = {crowds,
                      folds,
                      crowds->first_at[place],
                      crowds->first_at[place + 1],
                      0,
                      (enum ls_order)folds->order,
                      false};
    for (uint32_t c = p.first; c < p.end; c++)
        p.n_tasks += crowds->items[c].n;
    struct list list = {malloc(p.n_tasks * sizeof(*list.items)), 0};
    if (p.n_tasks == 0 || !list.items) {
        free(list.items);
        return;
    }
    if (p.order == LS_ORDER_USUAL) {
        p.usual = p.n_tasks > LS_FEW_TASKS;
        p.order = p.usual ? LS_ORDER_WAITED : LS_ORDER_START;
    }
    ls_tracks_add(tracks, LS_LANE_TASKS, place, LS_LANE_HEAD_PX)->n = p.n_tasks;
    for (uint32_t c = p.first; c < p.end; c++)
        if (is_plain(&p, c))
            list_members(&p, &list, c);
    list_chosen(&p, &list);
    add_listed(tracks, &list);
    for (uint32_t c = p.first; c < p.end; c++)
        if (!is_plain(&p, c))
            add_crowd(tracks, &p, &list, c);
    tracks->height += LS_LANE_GAP_PX;
    free(list.items);
}
