/* SPDX-License-Identifier: MIT */
#include "viewer/lod.h"

#include <stdlib.h>
#include <string.h>

/*
 * The tree: level 0 has for every 16 stretches the index of the heaviest,
 * level 1 for every 16 of those, and so on; 16^8 = 2^32 stretches. It costs
 * 4/15 byte a stretch.
 */
#define FAN 16

int ls_series_init(struct ls_series *series, uint32_t n)
{
    memset(series, 0, sizeof(*series));
    size_t room = n ? n : 1;
    series->n = n;
    series->begin_ns = calloc(room, sizeof(*series->begin_ns));
    series->end_ns = calloc(room, sizeof(*series->end_ns));
    series->weight = calloc(room, sizeof(*series->weight));
    series->item = calloc(room, sizeof(*series->item));
    if (series->begin_ns && series->end_ns && series->weight && series->item)
        return 0;
    ls_series_destroy(series);
    return -1;
}

static uint32_t heavier(const struct ls_series *s, uint32_t a, uint32_t b)
{
    return s->weight[b] > s->weight[a] ? b : a;
}

/* Fills LEVEL from the N_BELOW entries below it (NULL: the stretches). */
static int fill_level(struct ls_series *s, int level, const uint32_t *below,
                      uint32_t n_below)
{
    uint32_t n = n_below / FAN + (n_below % FAN != 0);
    s->level[level] = malloc(n * sizeof(uint32_t));
    if (!s->level[level])
        return -1;
    s->n_level[level] = n;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t first = i * FAN;
        uint32_t best = below ? below[first] : first;
        for (uint32_t k = first + 1; k < n_below && k < first + FAN; k++)
            best = heavier(s, best, below ? below[k] : k);
        s->level[level][i] = best;
    }
    return 0;
}

int ls_series_finish(struct ls_series *s)
{
    for (uint32_t i = 0; i < s->n; i++)
        if (s->weight[i] == 0)
            s->weight[i] = (double)(s->end_ns[i] - s->begin_ns[i]);
    const uint32_t *below = NULL;
    uint32_t n_below = s->n;
    for (int level = 0; level < LS_SERIES_LEVELS && n_below > 1; level++) {
        if (fill_level(s, level, below, n_below) != 0)
            return -1;
        below = s->level[level];
        n_below = s->n_level[level];
    }
    return 0;
}

void ls_series_destroy(struct ls_series *series)
{
    free(series->begin_ns);
    free(series->end_ns);
    free(series->weight);
    free(series->item);
    for (int i = 0; i < LS_SERIES_LEVELS; i++)
        free(series->level[i]);
    memset(series, 0, sizeof(*series));
}

uint32_t ls_series_greatest(const struct ls_series *s, uint32_t lo, uint32_t hi)
{
    uint32_t best = lo;
    const uint32_t *below = NULL;
    for (int level = 0;; level++) {
        while (lo < hi && (lo % FAN != 0 || hi - lo < FAN)) {
            best = heavier(s, best, below ? below[lo] : lo);
            lo++;
        }
        while (lo < hi && hi % FAN != 0) {
            hi--;
            best = heavier(s, best, below ? below[hi] : hi);
        }
        if (lo >= hi)
            return best;
        below = s->level[level];
        lo /= FAN;
        hi /= FAN;
    }
}

uint32_t ls_series_ending_after(const struct ls_series *s, uint32_t lo,
                                uint32_t hi, int64_t at_ns)
{
    while (lo < hi) {
        uint32_t middle = lo + (hi - lo) / 2;
        if (s->end_ns[middle] > at_ns)
            hi = middle;
        else
            lo = middle + 1;
    }
    return lo;
}

uint32_t ls_series_beginning_at(const struct ls_series *s, uint32_t lo,
                                uint32_t hi, int64_t at_ns)
{
    while (lo < hi) {
        uint32_t middle = lo + (hi - lo) / 2;
        if (s->begin_ns[middle] >= at_ns)
            hi = middle;
        else
            lo = middle + 1;
    }
    return lo;
}

static double column_of(const struct ls_lod_window *w, int64_t at_ns)
{
    return (double)(at_ns - w->begin_ns) * w->n_columns /
           (double)(w->end_ns - w->begin_ns);
}

static uint32_t clamp_column(const struct ls_lod_window *w, double column)
{
    if (!(column > 0))
        return 0;
    if (column >= w->n_columns)
        return w->n_columns - 1;
    return (uint32_t)column;
}

static int64_t column_begin(const struct ls_lod_window *w, uint32_t column)
{
    return w->begin_ns +
           (int64_t)((double)(w->end_ns - w->begin_ns) * column / w->n_columns);
}

/* Stretch I as itself. */
static struct ls_lod_box whole(const struct ls_series *s,
                               const struct ls_lod_window *w, uint32_t i,
                               uint32_t column)
{
    uint32_t last = clamp_column(w, column_of(w, s->end_ns[i] - 1));
    return (struct ls_lod_box){i, 1, column,
                               (last > column ? last : column) + 1};
}

uint32_t ls_lod_query(const struct ls_series *s, uint32_t lo, uint32_t hi,
                      const struct ls_lod_window *w, struct ls_lod_box *boxes)
{
    uint32_t n = 0, limit = (uint32_t)LS_LOD_BOXES(w->n_columns);
    uint32_t i = ls_series_ending_after(s, lo, hi, w->begin_ns);
    while (i < hi && s->begin_ns[i] < w->end_ns && n < limit) {
        uint32_t column = clamp_column(w, column_of(w, s->begin_ns[i]));
        int64_t column_end = column_begin(w, column + 1);
        uint32_t next = i + 1;
        if (s->end_ns[i] <= column_end) {
            next = ls_series_beginning_at(s, next, hi, column_end);
            /* One that reaches into later columns is drawn as itself. */
            if (next - i > 1 && s->end_ns[next - 1] > column_end)
                next--;
        }
        if (next == i + 1)
            boxes[n++] = whole(s, w, i, column);
        else
            boxes[n++] = (struct ls_lod_box){ls_series_greatest(s, i, next),
                                             next - i, column, column + 1};
        i = next;
    }
    return n;
}
