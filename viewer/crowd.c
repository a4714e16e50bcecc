/* SPDX-License-Identifier: MIT */
#include "viewer/crowd.h"

#include <stdlib.h>

#include "analysis/sort.h"

/*
 * Tasks are sorted by place and kind; each run is a crowd. Where a place has
 * too many kinds, the smallest share one. Then each task goes to its crowd, in
 * the order of the trace, which is that of their begins.
 */

struct key {
    uint32_t place, task;
    ls_string kind;
};

struct run {
    uint32_t place, n;
    ls_string kind;
    uint32_t first; /* in the keys */
};

uint32_t ls_crowd_place(const struct ls_trace *trace,
                        const struct ls_task *task)
{
    return task->loop < trace->n_loops ? task->loop
                                       : trace->n_loops + task->process;
}

static int by_place_and_kind(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return x->task < y->task ? -1 : x->task > y->task;
}

static int largest_first(const void *a, const void *b)
{
    const struct run *x = a, *y = b;
    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    if (x->n != y->n)
        return x->n > y->n ? -1 : 1;
    return x->kind < y->kind ? -1 : x->kind > y->kind;
}

static struct key *make_keys(const struct ls_trace *trace)
{
    struct key *keys = malloc((trace->n_tasks + (size_t)1) * sizeof(*keys));
    if (!keys)
        return NULL;
    for (uint32_t i = 0; i < trace->n_tasks; i++)
        keys[i] = (struct key){ls_crowd_place(trace, &trace->tasks[i]), i,
                               trace->tasks[i].kind};
    if (trace->n_tasks)
        qsort(keys, trace->n_tasks, sizeof(*keys), by_place_and_kind);
    return keys;
}

/* The runs of equal place and kind; *N of them, room for as many as tasks. */
static struct run *make_runs(const struct key *keys, uint32_t n_keys,
                             uint32_t *n)
{
    struct run *runs = malloc((n_keys + (size_t)1) * sizeof(*runs));
    *n = 0;
    for (uint32_t i = 0; runs && i < n_keys; i++) {
        struct run *last = *n ? &runs[*n - 1] : NULL;
        if (!last || last->place != keys[i].place || last->kind != keys[i].kind)
            runs[(*n)++] = (struct run){keys[i].place, 1, keys[i].kind, i};
        else
            last->n++;
    }
    if (runs && *n)
        qsort(runs, *n, sizeof(*runs), largest_first);
    return runs;
}

/* The crowd of a run, a new one but for those that are too many. */
static struct ls_crowd *crowd_for(struct ls_crowds *crowds,
                                  const struct run *run)
{
    uint32_t n_here = 0;
    while (n_here < crowds->n &&
           crowds->items[crowds->n - 1 - n_here].place == run->place)
        n_here++;
    struct ls_crowd *last = crowds->n ? &crowds->items[crowds->n - 1] : NULL;
    if (n_here >= LS_CROWD_KINDS) {
        last->mixed = true;
        return last;
    }
    crowds->items[crowds->n] =
        (struct ls_crowd){.place = run->place, .kind = run->kind};
    return &crowds->items[crowds->n++];
}

static void make_crowds(struct ls_crowds *crowds, const struct key *keys,
                        const struct run *runs, uint32_t n_runs)
{
    for (uint32_t r = 0; r < n_runs; r++) {
        struct ls_crowd *crowd = crowd_for(crowds, &runs[r]);
        crowd->n += runs[r].n;
        for (uint32_t i = 0; i < runs[r].n; i++)
            crowds->crowd_of[keys[runs[r].first + i].task] =
                (uint32_t)(crowd - crowds->items);
    }
    uint32_t at = 0, place = 0;
    for (uint32_t c = 0; c < crowds->n; c++) {
        crowds->items[c].first = at;
        at += crowds->items[c].n;
        while (place <= crowds->items[c].place)
            crowds->first_at[place++] = c;
    }
    while (place <= crowds->n_places)
        crowds->first_at[place++] = crowds->n;
}

static int make_members(struct ls_crowds *crowds)
{
    const struct ls_trace *trace = crowds->trace;
    for (uint32_t c = 0; c < crowds->n; c++)
        crowds->items[c].n = 0;
    for (uint32_t i = 0; i < trace->n_tasks; i++) {
        struct ls_crowd *crowd = &crowds->items[crowds->crowd_of[i]];
        uint32_t at = crowd->first + crowd->n++;
        crowds->members[at] = i;
        crowds->begin_ns[at] = trace->tasks[i].begin_ns;
        crowds->end_ns[at] = trace->tasks[i].end_ns;
    }
    for (uint32_t c = 0; c < crowds->n; c++) {
        const struct ls_crowd *crowd = &crowds->items[c];
        if (!ls_sort_by_time(crowds->end_ns + crowd->first, crowd->n,
                             sizeof(int64_t)))
            return -1;
    }
    return 0;
}

static bool counts(const struct ls_index *index, uint32_t held, int64_t warn_ns)
{
    return ls_series_end_ns(&index->held, held) - index->held.begin_ns[held] >=
           warn_ns;
}

/* How often the crowd's members were held up; into the arrays if there are
 * any yet. */
static uint32_t gather_held(struct ls_crowds *crowds, struct ls_crowd *crowd,
                            const struct ls_index *index, int64_t warn_ns)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < crowd->n; i++) {
        uint32_t task = crowds->members[crowd->first + i];
        for (uint32_t h = index->first_held[task];
             h < index->first_held[task + 1]; h++) {
            if (!counts(index, h, warn_ns))
                continue;
            if (crowds->held_begin_ns) {
                uint32_t at = crowd->first_held + n;
                crowds->held_begin_ns[at] = index->held.begin_ns[h];
                crowds->held_end_ns[at] = ls_series_end_ns(&index->held, h);
            }
            n++;
        }
    }
    return n;
}

static int make_held(struct ls_crowds *crowds, const struct ls_index *index,
                     int64_t warn_ns)
{
    uint32_t n = 0;
    for (uint32_t c = 0; c < crowds->n; c++) {
        struct ls_crowd *crowd = &crowds->items[c];
        crowd->first_held = n;
        crowd->n_held = gather_held(crowds, crowd, index, warn_ns);
        n += crowd->n_held;
    }
    crowds->held_begin_ns = malloc((n + (size_t)1) * sizeof(int64_t));
    crowds->held_end_ns = malloc((n + (size_t)1) * sizeof(int64_t));
    if (!crowds->held_begin_ns || !crowds->held_end_ns)
        return -1;
    for (uint32_t c = 0; c < crowds->n; c++) {
        struct ls_crowd *crowd = &crowds->items[c];
        gather_held(crowds, crowd, index, warn_ns);
        if (!ls_sort_by_time(crowds->held_begin_ns + crowd->first_held,
                             crowd->n_held, sizeof(int64_t)) ||
            !ls_sort_by_time(crowds->held_end_ns + crowd->first_held,
                             crowd->n_held, sizeof(int64_t)))
            return -1;
    }
    return 0;
}

static int64_t longer(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* A task matters by its longest wait; one that made the others wait matters
 * more than those. */
static void weigh(struct ls_crowds *crowds, const struct ls_index *index,
                  const struct ls_findings *findings, int64_t warn_ns)
{
    uint32_t n_tasks = crowds->trace->n_tasks;
    for (uint32_t t = 0; t < n_tasks; t++)
        for (uint32_t h = index->first_held[t]; h < index->first_held[t + 1];
             h++)
            if (counts(index, h, warn_ns))
                crowds->weight_ns[t] = longer(
                    crowds->weight_ns[t], ls_series_end_ns(&index->held, h) -
                                              index->held.begin_ns[h]);
    for (size_t i = 0; i < findings->n; i++) {
        const struct ls_finding *f = &findings->items[i];
        if (f->task >= n_tasks)
            continue;
        crowds->caused_ns[f->task] += f->waited_ns;
        if (f->severity > LS_SEVERITY_NOTE)
            crowds->weight_ns[f->task] =
                longer(crowds->weight_ns[f->task], f->duration_ns + 1);
    }
}

static void find_top(struct ls_crowds *crowds, struct ls_crowd *crowd)
{
    const int64_t *weight_ns = crowds->weight_ns;
    uint32_t *top = crowd->top;
    for (uint32_t i = 0; i < crowd->n; i++) {
        uint32_t task = crowds->members[crowd->first + i], at = crowd->n_top;
        if (at == LS_CROWD_TOP && weight_ns[task] > weight_ns[top[at - 1]])
            at--;
        if (at == LS_CROWD_TOP || weight_ns[task] == 0)
            continue;
        crowd->n_top += at == crowd->n_top;
        for (; at > 0 && weight_ns[top[at - 1]] < weight_ns[task]; at--)
            top[at] = top[at - 1];
        top[at] = task;
    }
}

static int allocate(struct ls_crowds *crowds, uint32_t n_crowds)
{
    size_t n_tasks = crowds->trace->n_tasks + (size_t)1;
    crowds->items = malloc((n_crowds + (size_t)1) * sizeof(*crowds->items));
    crowds->first_at = calloc(crowds->n_places + (size_t)1, sizeof(uint32_t));
    crowds->members = malloc(n_tasks * sizeof(uint32_t));
    crowds->crowd_of = malloc(n_tasks * sizeof(uint32_t));
    crowds->begin_ns = malloc(n_tasks * sizeof(int64_t));
    crowds->end_ns = malloc(n_tasks * sizeof(int64_t));
    crowds->weight_ns = calloc(n_tasks, sizeof(int64_t));
    crowds->caused_ns = calloc(n_tasks, sizeof(int64_t));
    return crowds->items && crowds->first_at && crowds->members &&
                   crowds->crowd_of && crowds->begin_ns && crowds->end_ns &&
                   crowds->weight_ns && crowds->caused_ns
               ? 0
               : -1;
}

struct ls_crowds *ls_crowds_make(const struct ls_index *index,
                                 const struct ls_findings *findings,
                                 int64_t warn_ns)
{
    const struct ls_trace *trace = index->trace;
    struct ls_crowds *crowds = calloc(1, sizeof(*crowds));
    struct key *keys = make_keys(trace);
    uint32_t n_runs = 0;
    struct run *runs = keys ? make_runs(keys, trace->n_tasks, &n_runs) : NULL;
    int status = crowds && runs ? 0 : -1;
    if (status == 0) {
        crowds->trace = trace;
        crowds->n_places = trace->n_loops + trace->n_processes;
        status = allocate(crowds, n_runs);
    }
    if (status == 0) {
        make_crowds(crowds, keys, runs, n_runs);
        status = make_members(crowds);
    }
    if (status == 0)
        status = make_held(crowds, index, warn_ns);
    if (status == 0) {
        weigh(crowds, index, findings, warn_ns);
        for (uint32_t c = 0; c < crowds->n; c++)
            find_top(crowds, &crowds->items[c]);
    }
    free(runs);
    free(keys);
    if (status == 0)
        return crowds;
    ls_crowds_free(crowds);
    return NULL;
}

void ls_crowds_free(struct ls_crowds *crowds)
{
    if (!crowds)
        return;
    free(crowds->items);
    free(crowds->first_at);
    free(crowds->members);
    free(crowds->crowd_of);
    free(crowds->begin_ns);
    free(crowds->end_ns);
    free(crowds->held_begin_ns);
    free(crowds->held_end_ns);
    free(crowds->weight_ns);
    free(crowds->caused_ns);
    free(crowds);
}

/* How many of the N sorted times lie before AT. */
static uint32_t before(const int64_t *times, uint32_t n, int64_t at_ns)
{
    uint32_t lo = 0, hi = n;
    while (lo < hi) {
        uint32_t middle = lo + (hi - lo) / 2;
        if (times[middle] < at_ns)
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo;
}

/* All that had begun, without those that had ended. */
static uint32_t overlapping(const int64_t *begins, const int64_t *ends,
                            uint32_t n, int64_t begin_ns, int64_t end_ns)
{
    uint32_t begun = before(begins, n, end_ns);
    uint32_t ended = before(ends, n, begin_ns);
    return begun > ended ? begun - ended : 0;
}

uint32_t ls_crowd_alive(const struct ls_crowds *crowds, uint32_t crowd,
                        int64_t begin_ns, int64_t end_ns)
{
    const struct ls_crowd *c = &crowds->items[crowd];
    return overlapping(crowds->begin_ns + c->first, crowds->end_ns + c->first,
                       c->n, begin_ns, end_ns);
}

uint32_t ls_crowd_held(const struct ls_crowds *crowds, uint32_t crowd,
                       int64_t begin_ns, int64_t end_ns)
{
    const struct ls_crowd *c = &crowds->items[crowd];
    return overlapping(crowds->held_begin_ns + c->first_held,
                       crowds->held_end_ns + c->first_held, c->n_held, begin_ns,
                       end_ns);
}
