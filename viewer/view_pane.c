/* SPDX-License-Identifier: MIT */
/* What hands do to the pane, and what it finds out when it is asked. */
#include <math.h>

#include "viewer/view.h"

#define LEAST_DRAG_PX 3 /* shorter, and it is a click */

void ls_view_span(const struct ls_view *view, int64_t *begin_ns,
                  int64_t *end_ns)
{
    *begin_ns = view->document->trace->begin_ns;
    *end_ns = view->document->trace->end_ns;
    if (!view->has_range)
        return;
    *begin_ns = view->range_begin_ns;
    *end_ns = view->range_end_ns;
}

void ls_view_show_tab(struct ls_view *view, enum ls_tab tab)
{
    view->pane.tab = (uint8_t)tab;
    if (view->layout.pane.h > 0)
        return;
    view->pane.shown = LS_PANE_OPEN;
    ls_view_relayout(view);
}

void ls_view_flip_pane(struct ls_view *view)
{
    view->pane.shown = view->layout.pane.h > 0 ? LS_PANE_CLOSED : LS_PANE_OPEN;
    ls_view_relayout(view);
}

void ls_view_drag_pane(struct ls_view *view, float y)
{
    struct ls_rect pane = view->layout.pane;
    view->pane.height_px = fmaxf(pane.y + pane.h - y, 1);
    ls_view_relayout(view);
}

/* Where in the histogram's bars, 0..n_buckets. */
static double bucket_at(const struct ls_view *view, float x)
{
    struct ls_rect bars = view->pane.bars;
    double part = (double)(x - bars.x) / fmax(bars.w, 1);
    part = fmin(fmax(part, 0), 1);
    return part * view->pane.histogram->n_buckets;
}

void ls_view_filter(struct ls_view *view, float x0, float x1)
{
    struct ls_pane *pane = &view->pane;
    const struct ls_histogram *h = pane->histogram;
    pane->has_filter = h && h->n_buckets > 0 && fabsf(x1 - x0) > LEAST_DRAG_PX;
    pane->scroll_px[LS_TAB_HISTOGRAM] = 0;
    if (!pane->has_filter)
        return;
    uint32_t first = (uint32_t)bucket_at(view, fminf(x0, x1));
    uint32_t last = (uint32_t)bucket_at(view, fmaxf(x0, x1));
    last = last < h->n_buckets ? last : h->n_buckets - 1;
    pane->filter_low_ns = ls_histogram_edge_ns(h, first);
    pane->filter_high_ns = ls_histogram_edge_ns(h, last + 1);
}

static void choose(struct ls_view *view, struct ls_thing thing)
{
    view->has_range = false;
    ls_view_select(view, thing);
    ls_view_fit(view);
}

/* The worst of the bucket that was clicked. */
static void choose_worst(struct ls_view *view, float x)
{
    const struct ls_histogram *h = view->pane.histogram;
    if (!h || h->n_buckets == 0)
        return;
    uint32_t bucket = (uint32_t)bucket_at(view, x);
    bucket = bucket < h->n_buckets ? bucket : h->n_buckets - 1;
    /* Empty ones lead to the next shorter. */
    while (bucket > 0 && h->buckets[bucket] == 0)
        bucket--;
    uint32_t i = 0;
    while (i < h->n && ls_histogram_bucket(h, h->items[i].took_ns) != bucket)
        i++;
    if (i == h->n)
        return;
    bool had = view->has_range;
    const struct ls_counted *item = &h->items[i];
    choose(view, (struct ls_thing){h->subject.kind == LS_SUBJECT_TASKS
                                       ? LS_THING_TASK
                                       : LS_THING_SLICE,
                                   item->index, item->sub, 0});
    view->has_range = had;
}

static void choose_told(struct ls_view *view, uint32_t i)
{
    static const uint8_t kinds[] = {
        [LS_TOLD_START] = LS_THING_TASK,  [LS_TOLD_AWAIT] = LS_THING_TASK,
        [LS_TOLD_RESUME] = LS_THING_TASK, [LS_TOLD_FINISH] = LS_THING_TASK,
        [LS_TOLD_BLOCK] = LS_THING_SLICE, [LS_TOLD_TURN] = LS_THING_SLICE,
        [LS_TOLD_MARK] = LS_THING_MARK};
    const struct ls_telling *t = view->pane.telling;
    if (!t || i >= t->n)
        return;
    /* The list is of the window, which stays where it is. */
    const struct ls_told *told = &t->items[i];
    ls_view_select(
        view, (struct ls_thing){kinds[told->kind], told->index, told->sub, 0});
}

bool ls_view_press_pane(struct ls_view *view, const struct ls_thing *thing,
                        float x)
{
    switch ((enum ls_thing_kind)thing->kind) {
    case LS_THING_TAB:
        ls_view_show_tab(view, (enum ls_tab)thing->index);
        return true;
    case LS_THING_SUBJECT:
        view->pane.subject = thing->index;
        view->pane.has_filter = false;
        ls_histogram_free(view->pane.histogram);
        view->pane.histogram = NULL;
        return true;
    case LS_THING_BARS:
        choose_worst(view, x);
        return true;
    case LS_THING_NODE:
        view->pane.flame_root = thing->index;
        return true;
    case LS_THING_TOLD:
        choose_told(view, thing->index);
        return true;
    default:
        return false;
    }
}

/* While a range is dragged the pane still tells of the last one. */
static bool is_settled(const struct ls_view *view)
{
    return view->drag != LS_DRAG_RANGE;
}

/* Forgets what is of another stretch than the one it is of now. */
static void keep_up(struct ls_view *view, int64_t *begin_ns, int64_t *end_ns)
{
    struct ls_pane *pane = &view->pane;
    ls_view_span(view, begin_ns, end_ns);
    if ((pane->begin_ns == *begin_ns && pane->end_ns == *end_ns) ||
        !is_settled(view))
        return;
    ls_pane_forget(pane);
    pane->begin_ns = *begin_ns;
    pane->end_ns = *end_ns;
}

const struct ls_histogram *ls_view_histogram(struct ls_view *view)
{
    int64_t begin_ns, end_ns;
    keep_up(view, &begin_ns, &end_ns);
    struct ls_subject s = ls_subject_get(view->document, view->pane.subject);
    if (!view->pane.histogram)
        view->pane.histogram =
            ls_histogram_make(view->document, &s, begin_ns, end_ns);
    return view->pane.histogram;
}

const struct ls_histogram *ls_view_turns(struct ls_view *view, uint32_t loop)
{
    const struct ls_statistics *s = view->document->statistics;
    struct ls_subject subject = {LS_SUBJECT_TURNS, 0};
    while (subject.index < s->n_loops && s->loops[subject.index].loop != loop)
        subject.index++;
    if (subject.index == s->n_loops)
        return NULL;
    struct ls_histogram **turns = &view->pane.turns;
    if (*turns && (*turns)->subject.index == subject.index)
        return *turns;
    ls_histogram_free(*turns);
    *turns = ls_histogram_of_turns(view->document, subject.index);
    return *turns;
}

const struct ls_flame *ls_view_flame(struct ls_view *view)
{
    int64_t begin_ns, end_ns;
    keep_up(view, &begin_ns, &end_ns);
    if (!view->pane.flame)
        view->pane.flame = ls_flame_make(view->document, begin_ns, end_ns);
    return view->pane.flame;
}

const struct ls_interval *ls_view_interval(struct ls_view *view)
{
    int64_t begin_ns, end_ns;
    keep_up(view, &begin_ns, &end_ns);
    if (!view->pane.interval)
        view->pane.interval =
            ls_interval_make(view->document, begin_ns, end_ns);
    return view->pane.interval;
}

/* The timeline is of what is in sight, unless a range says otherwise. */
const struct ls_telling *ls_view_telling(struct ls_view *view)
{
    struct ls_telling **t = &view->pane.telling;
    int64_t begin_ns = view->begin_ns, end_ns = view->end_ns;
    if (view->has_range)
        ls_view_span(view, &begin_ns, &end_ns);
    if (*t && (((*t)->begin_ns == begin_ns && (*t)->end_ns == end_ns) ||
               view->drag != LS_DRAG_NONE))
        return *t;
    ls_telling_free(*t);
    *t = ls_telling_make(view->document, begin_ns, end_ns);
    return *t;
}
