/* SPDX-License-Identifier: MIT */
#include "viewer/histogram.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define LEAST_NS 100.0 /* shorter ones are in the first bucket */

uint32_t ls_subjects_count(const struct ls_document *document)
{
    const struct ls_statistics *s = document->statistics;
    return s->n_loops + s->n_tasks + s->n_callbacks;
}

struct ls_subject ls_subject_get(const struct ls_document *document, uint32_t i)
{
    const struct ls_statistics *s = document->statistics;
    if (i < s->n_loops)
        return (struct ls_subject){LS_SUBJECT_TURNS, i};
    i -= s->n_loops;
    if (i < s->n_tasks)
        return (struct ls_subject){LS_SUBJECT_TASKS, i};
    i -= s->n_tasks;
    if (i < s->n_callbacks)
        return (struct ls_subject){LS_SUBJECT_SLICES, i};
    return (struct ls_subject){LS_SUBJECT_NONE, 0};
}

static void name_turns(const struct ls_trace *trace, uint32_t loop_idx,
                       char *text, size_t n_text)
{
    const struct ls_loop *loop = &trace->loops[loop_idx];
    const struct ls_thread *thread = &trace->threads[loop->thread];
    ls_string name = loop->name     ? loop->name
                     : thread->name ? thread->name
                                    : trace->processes[thread->process].name;
    snprintf(text, n_text, "turns of %.80s", ls_trace_string(trace, name));
}

void ls_subject_name(const struct ls_document *document,
                     const struct ls_subject *subject, char *text,
                     size_t n_text)
{
    const struct ls_statistics *s = document->statistics;
    const struct ls_trace *trace = document->trace;
    ls_string name = 0;
    if (subject->kind == LS_SUBJECT_TURNS) {
        name_turns(trace, s->loops[subject->index].loop, text, n_text);
        return;
    }
    if (subject->kind == LS_SUBJECT_TASKS)
        name = s->tasks[subject->index].kind;
    else if (subject->kind == LS_SUBJECT_SLICES)
        name = s->callbacks[subject->index].name;
    bool call = subject->kind == LS_SUBJECT_SLICES &&
                s->callbacks[subject->index].kind == LS_SLICE_BLOCKING;
    snprintf(text, n_text, "%.100s%s", ls_trace_string(trace, name),
             call ? "()" : "");
}

const char *ls_subject_what(const struct ls_document *document,
                            const struct ls_subject *subject)
{
    if (subject->kind == LS_SUBJECT_TURNS)
        return "own time";
    if (subject->kind == LS_SUBJECT_TASKS)
        return "tasks";
    uint8_t kind = document->statistics->callbacks[subject->index].kind;
    return kind == LS_SLICE_BLOCKING ? "calls"
           : kind == LS_SLICE_SPAN   ? "spans"
                                     : "callbacks";
}

struct ls_summary ls_subject_summary(const struct ls_document *document,
                                     const struct ls_subject *subject)
{
    const struct ls_statistics *s = document->statistics;
    return subject->kind == LS_SUBJECT_TURNS ? s->loops[subject->index].turns
           : subject->kind == LS_SUBJECT_TASKS
               ? s->tasks[subject->index].life
               : s->callbacks[subject->index].time;
}

struct collecting {
    const struct ls_trace *trace;
    struct ls_histogram *h;
    uint32_t room;
    int64_t begin_ns, end_ns;
    bool failed;
};

static void add(struct collecting *c, int64_t at_ns, struct ls_counted item)
{
    struct ls_histogram *h = c->h;
    if (at_ns < c->begin_ns || at_ns > c->end_ns || c->failed)
        return;
    if (h->n == c->room) {
        uint32_t room = c->room ? c->room * 2 : 256;
        struct ls_counted *items = realloc(h->items, room * sizeof(*items));
        if (!items) {
            c->failed = true;
            return;
        }
        h->items = items;
        c->room = room;
    }
    h->items[h->n++] = item;
}

static void add_turns(struct collecting *c, const struct ls_loop *loop)
{
    const struct ls_thread *thread = &c->trace->threads[loop->thread];
    for (uint32_t i = 0; i < loop->n_turns; i++) {
        const struct ls_slice *s = &thread->slices[loop->turns[i]];
        add(c, s->begin_ns,
            (struct ls_counted){ls_slice_own_ns(c->trace, s), loop->thread,
                                loop->turns[i]});
    }
}

static void add_tasks(struct collecting *c, ls_string kind)
{
    for (uint32_t i = 0; i < c->trace->n_tasks; i++) {
        const struct ls_task *t = &c->trace->tasks[i];
        if (t->kind == kind)
            add(c, t->begin_ns,
                (struct ls_counted){t->end_ns - t->begin_ns, i, LS_NONE});
    }
}

static void add_slices(struct collecting *c, const struct ls_callback_row *row)
{
    for (uint32_t t = 0; t < c->trace->n_threads; t++) {
        const struct ls_thread *thread = &c->trace->threads[t];
        for (uint32_t i = 0; i < thread->n_slices; i++) {
            const struct ls_slice *s = &thread->slices[i];
            if (s->name == row->name && s->kind == row->kind)
                add(c, s->begin_ns,
                    (struct ls_counted){s->end_ns - s->begin_ns, t, i});
        }
    }
}

static int longest_first(const void *a, const void *b)
{
    const struct ls_counted *x = a, *y = b;
    if (x->took_ns != y->took_ns)
        return x->took_ns < y->took_ns ? 1 : -1;
    if (x->index != y->index)
        return x->index < y->index ? -1 : 1;
    return (x->sub > y->sub) - (x->sub < y->sub);
}

uint32_t ls_histogram_bucket(const struct ls_histogram *h, int64_t took_ns)
{
    if (h->n_buckets == 0 || (double)took_ns <= h->low_ns)
        return 0;
    double i = log((double)took_ns / h->low_ns) / log(h->factor);
    return i < h->n_buckets - 1 ? (uint32_t)i : h->n_buckets - 1;
}

int64_t ls_histogram_edge_ns(const struct ls_histogram *h, uint32_t i)
{
    return (int64_t)llround(h->low_ns * pow(h->factor, i));
}

/* Edges are powers of ten, or so many equal steps on their way. */
static void choose_buckets(struct ls_histogram *h, int64_t least_ns,
                           int64_t most_ns)
{
    static const int steps[] = {12, 10, 8, 6, 5, 4, 3, 2};
    double low = fmax((double)least_ns, LEAST_NS);
    double high = fmax((double)most_ns, low);
    for (size_t k = 0; k < sizeof(steps) / sizeof(steps[0]); k++) {
        double first = floor(log10(low) * steps[k]);
        double last = floor(log10(high) * steps[k]) + 1;
        if (last - first > LS_BUCKETS)
            continue;
        h->factor = pow(10, 1.0 / steps[k]);
        h->low_ns = pow(10, first / steps[k]);
        h->n_buckets = (uint32_t)(last - first);
        return;
    }
    h->factor = 10;
    h->low_ns = LEAST_NS;
    h->n_buckets = LS_BUCKETS;
}

static void count(struct ls_histogram *h, int64_t took_ns)
{
    uint32_t *bucket = &h->buckets[ls_histogram_bucket(h, took_ns)];
    ++*bucket;
    h->most = *bucket > h->most ? *bucket : h->most;
}

static bool summarise(struct ls_histogram *h)
{
    int64_t *values = malloc((h->n + (size_t)1) * sizeof(*values));
    if (!values)
        return false;
    for (uint32_t i = 0; i < h->n; i++)
        values[i] = h->items[i].took_ns;
    h->summary = ls_summary_of(values, h->n);
    free(values);
    if (h->n == 0)
        return true;
    qsort(h->items, h->n, sizeof(*h->items), longest_first);
    choose_buckets(h, h->items[h->n - 1].took_ns, h->items[0].took_ns);
    for (uint32_t i = 0; i < h->n; i++)
        count(h, h->items[i].took_ns);
    return true;
}

struct ls_histogram *ls_histogram_of_turns(const struct ls_document *document,
                                           uint32_t row)
{
    struct ls_histogram *h = calloc(1, sizeof(*h));
    if (!h)
        return NULL;
    const struct ls_trace *trace = document->trace;
    const struct ls_loop *loop =
        &trace->loops[document->statistics->loops[row].loop];
    const struct ls_slice *slices = trace->threads[loop->thread].slices;
    int64_t least_ns = INT64_MAX;
    for (uint32_t i = 0; i < loop->n_turns; i++) {
        int64_t own_ns = ls_slice_own_ns(trace, &slices[loop->turns[i]]);
        least_ns = own_ns < least_ns ? own_ns : least_ns;
    }
    h->subject = (struct ls_subject){LS_SUBJECT_TURNS, row};
    h->summary = document->statistics->loops[row].turns;
    if (loop->n_turns > 0)
        choose_buckets(h, least_ns, h->summary.max_ns);
    for (uint32_t i = 0; i < loop->n_turns; i++)
        count(h, ls_slice_own_ns(trace, &slices[loop->turns[i]]));
    return h;
}

struct ls_histogram *ls_histogram_make(const struct ls_document *document,
                                       const struct ls_subject *subject,
                                       int64_t begin_ns, int64_t end_ns)
{
    struct ls_histogram *h = calloc(1, sizeof(*h));
    if (!h)
        return NULL;
    h->subject = *subject;
    struct collecting c = {.trace = document->trace,
                           .h = h,
                           .begin_ns = begin_ns,
                           .end_ns = end_ns};
    const struct ls_statistics *s = document->statistics;
    if (subject->kind == LS_SUBJECT_TURNS)
        add_turns(&c, &c.trace->loops[s->loops[subject->index].loop]);
    else if (subject->kind == LS_SUBJECT_TASKS)
        add_tasks(&c, s->tasks[subject->index].kind);
    else if (subject->kind == LS_SUBJECT_SLICES)
        add_slices(&c, &s->callbacks[subject->index]);
    if (!c.failed && summarise(h))
        return h;
    ls_histogram_free(h);
    return NULL;
}

void ls_histogram_free(struct ls_histogram *histogram)
{
    if (histogram)
        free(histogram->items);
    free(histogram);
}

uint32_t ls_histogram_below(const struct ls_histogram *h, int64_t ns)
{
    uint32_t lo = 0, hi = h->n;
    while (lo < hi) {
        uint32_t middle = lo + (hi - lo) / 2;
        if (h->items[middle].took_ns > ns)
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo;
}
