/* SPDX-License-Identifier: MIT */
#include "viewer/lod.h"

#include <stdlib.h>
#include <string.h>

/*
 * The tree: level 0 has for every 16 stretches the heaviest and its weight,
 * level 1 for every 16 of those, and so on; 16^8 = 2^32 stretches. So to find
 * the heaviest of a range touches the stretches themselves at its two ends
 * only. Searching by time first looks at every 16th begin, then between two.
 */
#define FAN 16

/* In length_ns: it is among the long ones. */
#define IS_LONG UINT32_MAX

int ls_series_init(struct ls_series *series, uint32_t n, enum ls_weight weight)
{
    memset(series, 0, sizeof(*series));
    size_t room = n ? n : 1;
    series->n = n;
    series->begin_ns = malloc(room * sizeof(*series->begin_ns));
    series->length_ns = malloc(room * sizeof(*series->length_ns));
    series->item = malloc(room * sizeof(*series->item));
    if (weight == LS_WEIGHT_OWN)
        series->weight = malloc(room * sizeof(*series->weight));
    if (series->begin_ns && series->length_ns && series->item &&
        (series->weight || weight == LS_WEIGHT_LENGTH))
        return 0;
    ls_series_destroy(series);
    return -1;
}

static bool keep_long(struct ls_series *s, uint32_t at, int64_t length_ns)
{
    if (s->n_longs == s->cap_longs) {
        uint32_t cap = s->cap_longs ? s->cap_longs * 2 : 16;
        struct ls_long *longs = realloc(s->longs, cap * sizeof(*longs));
        if (!longs)
            return false;
        s->longs = longs;
        s->cap_longs = cap;
    }
    s->longs[s->n_longs++] = (struct ls_long){at, length_ns};
    return true;
}

void ls_series_put(struct ls_series *s, uint32_t at,
                   const struct ls_placed *placed)
{
    int64_t length_ns = placed->end_ns - placed->begin_ns;
    s->begin_ns[at] = placed->begin_ns;
    s->item[at] = placed->item;
    s->length_ns[at] = (uint32_t)length_ns;
    if (length_ns < 0 || length_ns >= IS_LONG) {
        s->length_ns[at] = IS_LONG;
        s->failed |= !keep_long(s, at, length_ns);
    }
    if (s->weight)
        s->weight[at] = placed->weight == 0 ? (float)length_ns : placed->weight;
}

static int64_t length_of_long(const struct ls_series *s, uint32_t i)
{
    uint32_t lo = 0, hi = s->n_longs;
    while (lo < hi) {
        uint32_t middle = lo + (hi - lo) / 2;
        if (s->longs[middle].index < i)
            lo = middle + 1;
        else
            hi = middle;
    }
    return s->longs[lo].length_ns;
}

static int64_t length_of(const struct ls_series *s, uint32_t i)
{
    return s->length_ns[i] == IS_LONG ? length_of_long(s, i) : s->length_ns[i];
}

int64_t ls_series_end_ns(const struct ls_series *s, uint32_t i)
{
    return s->begin_ns[i] + length_of(s, i);
}

static float weight_of(const struct ls_series *s, uint32_t i)
{
    return s->weight ? s->weight[i] : (float)length_of(s, i);
}

double ls_series_weight(const struct ls_series *s, uint32_t i)
{
    return (double)weight_of(s, i);
}

/* Entry I of what lies below a level: the stretches, or another level. */
static struct ls_peak peak_at(const struct ls_series *s,
                              const struct ls_peak *below, uint32_t i)
{
    return below ? below[i] : (struct ls_peak){i, weight_of(s, i)};
}

static struct ls_peak heavier(struct ls_peak a, struct ls_peak b)
{
    return b.weight > a.weight ? b : a;
}

/* Fills LEVEL from the N_BELOW entries below it (NULL: the stretches). */
static int fill_level(struct ls_series *s, int level,
                      const struct ls_peak *below, uint32_t n_below)
{
    uint32_t n = n_below / FAN + (n_below % FAN != 0);
    s->level[level] = malloc(n * sizeof(*s->level[level]));
    if (!s->level[level])
        return -1;
    s->n_level[level] = n;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t first = i * FAN;
        struct ls_peak best = peak_at(s, below, first);
        for (uint32_t k = first + 1; k < n_below && k < first + FAN; k++)
            best = heavier(best, peak_at(s, below, k));
        s->level[level][i] = best;
    }
    return 0;
}

static int fill_steps(struct ls_series *s)
{
    uint32_t n = s->n / FAN + 1;
    s->step_ns = malloc(n * sizeof(*s->step_ns));
    if (!s->step_ns)
        return -1;
    for (uint32_t i = 0; i < n && i * FAN < s->n; i++)
        s->step_ns[i] = s->begin_ns[i * FAN];
    return 0;
}

static int by_index(const void *a, const void *b)
{
    const struct ls_long *x = a, *y = b;
    return x->index < y->index ? -1 : x->index > y->index;
}

int ls_series_finish(struct ls_series *s)
{
    if (s->n_longs)
        qsort(s->longs, s->n_longs, sizeof(*s->longs), by_index);
    if (s->failed || fill_steps(s) != 0)
        return -1;
    const struct ls_peak *below = NULL;
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
    free(series->length_ns);
    free(series->item);
    free(series->weight);
    free(series->longs);
    free(series->step_ns);
    for (int i = 0; i < LS_SERIES_LEVELS; i++)
        free(series->level[i]);
    memset(series, 0, sizeof(*series));
}

uint32_t ls_series_greatest(const struct ls_series *s, uint32_t lo, uint32_t hi)
{
    struct ls_peak best = peak_at(s, NULL, lo);
    const struct ls_peak *below = NULL;
    for (int level = 0;; level++) {
        while (lo < hi && (lo % FAN != 0 || hi - lo < FAN)) {
            best = heavier(best, peak_at(s, below, lo));
            lo++;
        }
        while (lo < hi && hi % FAN != 0) {
            hi--;
            best = heavier(best, peak_at(s, below, hi));
        }
        if (lo >= hi)
            return best.index;
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
        if (ls_series_end_ns(s, middle) > at_ns)
            hi = middle;
        else
            lo = middle + 1;
    }
    return lo;
}

/* The first of TIMES in [lo, hi) that is AT or later; hi if none. */
static uint32_t first_at(const int64_t *times, uint32_t lo, uint32_t hi,
                         int64_t at_ns)
{
    while (lo < hi) {
        uint32_t middle = lo + (hi - lo) / 2;
        if (times[middle] >= at_ns)
            hi = middle;
        else
            lo = middle + 1;
    }
    return lo;
}

uint32_t ls_series_beginning_at(const struct ls_series *s, uint32_t lo,
                                uint32_t hi, int64_t at_ns)
{
    if (hi - lo > FAN) {
        uint32_t from = lo / FAN + 1, to = (hi - 1) / FAN + 1;
        uint32_t step = first_at(s->step_ns, from, to, at_ns);
        /* It lies behind the step before that one, and not behind it. */
        if (step < to)
            hi = step * FAN + 1;
        if (step > from)
            lo = (step - 1) * FAN + 1;
    }
    return first_at(s->begin_ns, lo, hi, at_ns);
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
    uint32_t last = clamp_column(w, column_of(w, ls_series_end_ns(s, i) - 1));
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
        if (ls_series_end_ns(s, i) <= column_end) {
            next = ls_series_beginning_at(s, next, hi, column_end);
            /* One that reaches into later columns is drawn as itself. */
            if (next - i > 1 && ls_series_end_ns(s, next - 1) > column_end)
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
