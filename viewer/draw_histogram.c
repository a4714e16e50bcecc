/* SPDX-License-Identifier: MIT */
/*
 * How long things took, by name: the names at the left, the distribution in
 * the middle, the longest of them at the right. A drag in the distribution
 * chooses lengths, a click goes to the worst one of them.
 */
#include <math.h>
#include <stdio.h>

#include "viewer/draw.h"
#include "viewer/explain.h"
#include "viewer/format.h"

#define NAMES_PX 330
#define LIST_PX 300
#define LEAST_BARS_PX 200
#define ROW_PX 20
#define AXIS_PX 18

/* A length below the axis, unless it would touch the one before, which ends
 * at *RIGHT. */
static void draw_length(struct ls_view *view, struct ls_rect area, float at,
                        int64_t ns, float *right)
{
    char text[LS_FORMAT_MAX];
    ls_format_duration(text, ns);
    float w = ceilf(ls_text_width(view->metrics, LS_FONT_SMALL, text, 100));
    float x = fmaxf(fminf(at - w / 2, area.x + area.w - w), area.x);
    if (x < *right)
        return;
    ls_draw_text(
        &view->list, LS_FONT_SMALL, ls_view_colour(view, LS_COLOUR_DIM),
        (struct ls_rect){x, area.y, w + 1, area.h}, LS_ALIGN_LEFT, text);
    *right = x + w + 12;
}

/* Round lengths where there are enough of them, else the buckets' edges. */
static void draw_axis(struct ls_view *view, const struct ls_histogram *h,
                      struct ls_rect area)
{
    static const double round[] = {1, 2, 5};
    float wide = area.w / (float)h->n_buckets, right = area.x;
    double decades = h->n_buckets * log10(h->factor);
    if (decades < 1) {
        for (uint32_t i = 0; i <= h->n_buckets; i++)
            draw_length(view, area, area.x + (float)i * wide,
                        ls_histogram_edge_ns(h, i), &right);
        return;
    }
    int n = decades < 4 ? 3 : 1;
    for (double ten = 1; ten < 1e18; ten *= 10)
        for (int k = 0; k < n; k++) {
            double i = log(ten * round[k] / h->low_ns) / log(h->factor);
            if (i > -0.01 && i < h->n_buckets + 0.01)
                draw_length(view, area, area.x + (float)i * wide,
                            (int64_t)llround(ten * round[k]), &right);
        }
}

/* The colour says what a length means: too long or not. */
static enum ls_colour_role role_of(const struct ls_view *view,
                                   const struct ls_histogram *h, uint32_t i)
{
    int64_t ns = ls_histogram_edge_ns(h, i + 1) - 1;
    if (h->subject.kind == LS_SUBJECT_TASKS)
        return LS_COLOUR_RUN;
    return ns >= view->document->judged.fail_ns   ? LS_COLOUR_ERROR
           : ns >= view->document->judged.warn_ns ? LS_COLOUR_WARNING
                                                  : LS_COLOUR_GOOD;
}

/* Few are seen beside many: the height is the square root. */
void ls_draw_bars(struct ls_view *view, const struct ls_histogram *h,
                  struct ls_rect area)
{
    if (h->n_buckets == 0 || area.h < AXIS_PX + 8 || area.w < 20)
        return;
    struct ls_rect bars = {area.x, area.y, area.w, area.h - AXIS_PX};
    float wide = bars.w / (float)h->n_buckets;
    for (uint32_t i = 0; i < h->n_buckets; i++) {
        if (h->buckets[i] == 0)
            continue;
        float part = sqrtf((float)h->buckets[i] / (float)h->most);
        float high = fmaxf(part * bars.h, 3);
        ls_draw_rect(&view->list,
                     (struct ls_rect){bars.x + (float)i * wide,
                                      bars.y + bars.h - high,
                                      fmaxf(wide - 2, 1), high},
                     ls_view_colour(view, role_of(view, h, i)));
    }
    ls_draw_rect(&view->list,
                 (struct ls_rect){bars.x, bars.y + bars.h, bars.w, 1},
                 ls_view_colour(view, LS_COLOUR_LINE));
    draw_axis(
        view, h,
        (struct ls_rect){area.x, bars.y + bars.h + 1, area.w, AXIS_PX - 1});
}

static void draw_subject(struct ls_view *view, const void *arg, uint32_t i,
                         struct ls_rect row)
{
    struct ls_subject s = ls_subject_get(view->document, i);
    struct ls_summary sum = ls_subject_summary(view->document, &s);
    char name[128], text[LS_FORMAT_MAX];
    if (view->pane.subject == i)
        ls_draw_rect(&view->list, row, ls_view_colour(view, LS_COLOUR_RAISED));
    ls_view_add_hit(view, ls_rect_clip(row, view->pane.subjects_area),
                    (struct ls_thing){LS_THING_SUBJECT, i, 0, 0});
    struct ls_rect rest = {row.x + 14, row.y, row.w - 28, row.h};
    ls_subject_name(view->document, &s, name, sizeof(name));
    ls_draw_cell(view, LS_FONT_TEXT, LS_COLOUR_TEXT, &rest, rest.w - 136,
                 LS_ALIGN_LEFT, name);
    ls_draw_cell(view, LS_FONT_MONO, LS_COLOUR_DIM, &rest, 56, LS_ALIGN_RIGHT,
                 ls_format_count(text, sum.count));
    ls_draw_cell(view, LS_FONT_MONO,
                 sum.max_ns >= view->document->judged.warn_ns &&
                         s.kind != LS_SUBJECT_TASKS
                     ? LS_COLOUR_HELD
                     : LS_COLOUR_DIM,
                 &rest, 70, LS_ALIGN_RIGHT,
                 ls_format_duration(text, sum.max_ns));
}

static void draw_names(struct ls_view *view, struct ls_rect area)
{
    struct ls_rect head = {area.x + 14, area.y + 4, area.w - 28, 20};
    ls_draw_cell(view, LS_FONT_BOLD, LS_COLOUR_TEXT, &head, head.w - 136,
                 LS_ALIGN_LEFT, "By name");
    ls_draw_cell(view, LS_FONT_SMALL, LS_COLOUR_DIM, &head, 56, LS_ALIGN_RIGHT,
                 "count");
    ls_draw_cell(view, LS_FONT_SMALL, LS_COLOUR_DIM, &head, 70, LS_ALIGN_RIGHT,
                 "max");
    area.y += 26;
    area.h = fmaxf(area.h - 26, 0);
    view->pane.subjects_area = area;
    view->pane.subjects_px = (float)ls_subjects_count(view->document) * ROW_PX;
    ls_draw_rows(view,
                 &(struct ls_rows){.area = area,
                                   .n = ls_subjects_count(view->document),
                                   .row_px = ROW_PX,
                                   .scroll_px = &view->pane.subjects_scroll_px,
                                   .draw = draw_subject});
}

struct longest {
    const struct ls_histogram *h;
    uint32_t first; /* of the items, those chosen */
    struct ls_rect area;
};

static void draw_item(struct ls_view *view, const void *arg, uint32_t i,
                      struct ls_rect row)
{
    const struct longest *l = arg;
    const struct ls_counted *item = &l->h->items[l->first + i];
    const struct ls_trace *trace = view->document->trace;
    bool task = l->h->subject.kind == LS_SUBJECT_TASKS;
    int64_t at_ns =
        task ? trace->tasks[item->index].begin_ns
             : trace->threads[item->index].slices[item->sub].begin_ns;
    struct ls_thing thing = {task ? LS_THING_TASK : LS_THING_SLICE, item->index,
                             item->sub, 0};
    char text[160];
    if (view->selected.kind == thing.kind &&
        view->selected.index == thing.index && view->selected.sub == thing.sub)
        ls_draw_rect(&view->list, row, ls_view_colour(view, LS_COLOUR_RAISED));
    ls_view_add_hit(view, ls_rect_clip(row, l->area), thing);
    struct ls_rect rest = {row.x + 14, row.y, row.w - 28, row.h};
    ls_draw_cell(view, LS_FONT_MONO, LS_COLOUR_TEXT, &rest, 70, LS_ALIGN_RIGHT,
                 ls_format_duration(text, item->took_ns));
    int64_t length_ns = trace->end_ns - trace->begin_ns;
    ls_view_time(view, text, at_ns, ls_round_step_ns(length_ns / 20000 + 1));
    ls_draw_cell(view, LS_FONT_MONO, LS_COLOUR_DIM, &rest, 96, LS_ALIGN_RIGHT,
                 text);
    *text = 0;
    if (task)
        ls_view_task_name(view, item->index, rest.w, true, text, sizeof(text));
    ls_draw_cell(view, LS_FONT_TEXT, LS_COLOUR_DIM, &rest, rest.w,
                 LS_ALIGN_LEFT, text);
}

static void draw_longest(struct ls_view *view, const struct ls_histogram *h,
                         struct ls_rect area)
{
    const struct ls_pane *pane = &view->pane;
    uint32_t first = 0, end = h->n;
    char text[120], low[LS_FORMAT_MAX], high[LS_FORMAT_MAX],
        count[LS_FORMAT_MAX];
    if (pane->has_filter) {
        first = ls_histogram_below(h, pane->filter_high_ns);
        end = ls_histogram_below(h, pane->filter_low_ns - 1);
    }
    ls_format_count(count, end - first);
    if (pane->has_filter)
        snprintf(text, sizeof(text), "%s from %s to %s", count,
                 ls_format_duration(low, pane->filter_low_ns),
                 ls_format_duration(high, pane->filter_high_ns));
    else
        snprintf(text, sizeof(text), "longest first, %s in all", count);
    struct ls_rect head = {area.x + 14, area.y + 4, area.w - 28, 20};
    ls_draw_text(&view->list, LS_FONT_BOLD,
                 ls_view_colour(view, LS_COLOUR_TEXT), head, LS_ALIGN_LEFT,
                 text);
    area.y += 26;
    area.h = fmaxf(area.h - 26, 0);
    struct longest l = {h, first, area};
    ls_draw_rows(view, &(struct ls_rows){
                           .area = area,
                           .n = end - first,
                           .row_px = ROW_PX,
                           .scroll_px = &view->pane.scroll_px[LS_TAB_HISTOGRAM],
                           .draw = draw_item,
                           .arg = &l});
    view->pane.content_px[LS_TAB_HISTOGRAM] = (float)(end - first) * ROW_PX;
}

static void draw_filter(struct ls_view *view, const struct ls_histogram *h)
{
    struct ls_rect bars = view->pane.bars;
    if (!view->pane.has_filter || h->n_buckets == 0)
        return;
    float wide = bars.w / (float)h->n_buckets;
    uint32_t first = ls_histogram_bucket(h, view->pane.filter_low_ns + 1);
    uint32_t last = ls_histogram_bucket(h, view->pane.filter_high_ns - 1);
    struct ls_rect box = {bars.x + (float)first * wide, bars.y,
                          (float)(last - first + 1) * wide, bars.h};
    ls_draw_rect(&view->list, box, ls_view_colour(view, LS_COLOUR_RANGE));
    ls_draw_outline(&view->list, box, ls_view_colour(view, LS_COLOUR_NOTE));
}

static void draw_distribution(struct ls_view *view,
                              const struct ls_histogram *h, struct ls_rect area)
{
    char name[128], title[200], text[240], count[LS_FORMAT_MAX],
        p50[LS_FORMAT_MAX], p90[LS_FORMAT_MAX], p99[LS_FORMAT_MAX],
        most[LS_FORMAT_MAX], mean[LS_FORMAT_MAX];
    ls_subject_name(view->document, &h->subject, name, sizeof(name));
    snprintf(title, sizeof(title), "%s: %s %s", name,
             ls_format_count(count, h->summary.count),
             ls_subject_what(view->document, &h->subject));
    if (h->subject.kind == LS_SUBJECT_TURNS)
        snprintf(title, sizeof(title), "%s: own time of %s", name, count);
    struct ls_rect row = {area.x + 14, area.y + 4, area.w - 28, 20};
    ls_draw_text(&view->list, LS_FONT_BOLD,
                 ls_view_colour(view, LS_COLOUR_TEXT), row, LS_ALIGN_LEFT,
                 title);
    row.y += 19;
    snprintf(text, sizeof(text), "p50 %s   p90 %s   p99 %s   max %s   mean %s",
             ls_format_duration(p50, h->summary.p50_ns),
             ls_format_duration(p90, h->summary.p90_ns),
             ls_format_duration(p99, h->summary.p99_ns),
             ls_format_duration(most, h->summary.max_ns),
             ls_format_duration(mean, h->summary.mean_ns));
    ls_draw_text(&view->list, LS_FONT_SMALL,
                 ls_view_colour(view, LS_COLOUR_DIM), row, LS_ALIGN_LEFT,
                 h->n ? text : "none of them here");
    struct ls_rect bars = {row.x, row.y + 22, row.w,
                           fmaxf(area.y + area.h - row.y - 26, 0)};
    view->pane.bars =
        (struct ls_rect){bars.x, bars.y, bars.w, fmaxf(bars.h - AXIS_PX, 0)};
    ls_draw_bars(view, h, bars);
    draw_filter(view, h);
    ls_view_add_hit(view, view->pane.bars,
                    (struct ls_thing){LS_THING_BARS, 0, 0, 0});
}

void ls_draw_tab_histogram(struct ls_view *view, struct ls_rect area)
{
    if (ls_subjects_count(view->document) == 0) {
        ls_draw_text(
            &view->list, LS_FONT_TEXT, ls_view_colour(view, LS_COLOUR_DIM),
            (struct ls_rect){area.x + 14, area.y + 8, area.w - 28, 20},
            LS_ALIGN_LEFT, "Nothing in this trace has a name and a length.");
        return;
    }
    struct ls_rect names = area, rest = area;
    names.w = fminf(NAMES_PX, floorf(area.w * 0.4f));
    draw_names(view, names);
    ls_draw_clip(&view->list, area);
    rest.x += names.w;
    rest.w -= names.w;
    const struct ls_histogram *h = ls_view_histogram(view);
    if (!h || rest.w < LEAST_BARS_PX)
        return;
    ls_draw_rect(&view->list, (struct ls_rect){rest.x, rest.y, 1, rest.h},
                 ls_view_colour(view, LS_COLOUR_LINE));
    struct ls_rect list = rest;
    if (rest.w >= LIST_PX + LEAST_BARS_PX) {
        list.w = LIST_PX;
        rest.w -= LIST_PX;
        list.x = rest.x + rest.w;
    } else {
        list.w = 0;
    }
    draw_distribution(view, h, rest);
    if (list.w <= 0)
        return;
    ls_draw_rect(&view->list, (struct ls_rect){list.x, list.y, 1, list.h},
                 ls_view_colour(view, LS_COLOUR_LINE));
    draw_longest(view, h, list);
}
