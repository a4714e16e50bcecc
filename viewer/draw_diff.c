/* SPDX-License-Identifier: MIT */
/* What is different from the trace above: findings first, then times that
 * changed by more than they vary. */
#include <math.h>
#include <stdio.h>

#include "analysis/diff.h"
#include "viewer/draw.h"
#include "viewer/explain.h"
#include "viewer/format.h"

#define HEAD_PX 38
#define ROW_PX 40

static const struct {
    const char *finding, *time;
    enum ls_colour_role role;
} words[LS_DIFF_CHANGES] = {
    [LS_DIFF_NEW] = {"new", "new", LS_COLOUR_ERROR},
    [LS_DIFF_WORSE] = {"worse", "slower", LS_COLOUR_ERROR},
    [LS_DIFF_SAME] = {"same", "same", LS_COLOUR_DIM},
    [LS_DIFF_BETTER] = {"milder", "faster", LS_COLOUR_GOOD},
    [LS_DIFF_GONE] = {"gone", "gone", LS_COLOUR_GOOD}};

static char *own_time(char *text, const struct ls_finding *f)
{
    *text = 0;
    return f && f->own_ns > 0 ? ls_format_duration(text, f->own_ns) : text;
}

static void draw_two(struct ls_view *view, struct ls_rect row,
                     enum ls_diff_change change, const char *word,
                     const char *name, const char *below, const char *right)
{
    struct ls_rect line = {row.x + 14, row.y + 2, row.w - 28, 19};
    ls_draw_cell(view, LS_FONT_BOLD, words[change].role, &line, 64,
                 LS_ALIGN_LEFT, word);
    float wide =
        ceilf(ls_text_width(view->metrics, LS_FONT_MONO, right, line.w * 0.7f));
    ls_draw_cell(view, LS_FONT_BOLD, LS_COLOUR_TEXT, &line, line.w - wide - 10,
                 LS_ALIGN_LEFT, name);
    ls_draw_cell(view, LS_FONT_MONO, LS_COLOUR_DIM, &line, line.w,
                 LS_ALIGN_RIGHT, right);
    line = (struct ls_rect){row.x + 88, row.y + 20, row.w - 102, 17};
    ls_draw_text(&view->list, LS_FONT_SMALL,
                 ls_view_colour(view, LS_COLOUR_DIM), line, LS_ALIGN_LEFT,
                 below);
}

static void draw_finding(struct ls_view *view, const struct ls_diff_finding *d,
                         struct ls_rect row)
{
    char was[LS_FORMAT_MAX], is[LS_FORMAT_MAX], right[100];
    const struct ls_finding *f = d->is ? d->is : d->was;
    own_time(was, d->was);
    own_time(is, d->is);
    snprintf(right, sizeof(right), "%s%s%s", was, *was && *is ? " \u2192 " : "",
             is);
    draw_two(view, row, d->change, words[d->change].finding,
             ls_rule_get(f->rule)->name, f->message, right);
}

static void draw_time(struct ls_view *view, const struct ls_diff_time *t,
                      struct ls_rect row)
{
    char was[LS_FORMAT_MAX], is[LS_FORMAT_MAX], right[100], below[120],
        p99[LS_FORMAT_MAX], q99[LS_FORMAT_MAX], n[LS_FORMAT_MAX],
        m[LS_FORMAT_MAX];
    if (t->was.count && t->is.count)
        snprintf(right, sizeof(right), "%s \u2192 %s",
                 ls_format_duration(was, t->was.p50_ns),
                 ls_format_duration(is, t->is.p50_ns));
    else
        ls_format_duration(right, t->is.count ? t->is.p50_ns : t->was.p50_ns);
    snprintf(below, sizeof(below), "%s: median; p99 %s, %s; %s, %s of them",
             ls_timing_kind_name(t->kind),
             t->was.count ? ls_format_duration(p99, t->was.p99_ns) : "none",
             t->is.count ? ls_format_duration(q99, t->is.p99_ns) : "none",
             ls_format_count(n, t->was.count), ls_format_count(m, t->is.count));
    draw_two(view, row, t->change, words[t->change].time, t->name, below,
             right);
}

/* The Kth time of those that changed, then of those that did not. */
static const struct ls_diff_time *time_at(const struct ls_diff *diff, size_t k)
{
    for (int same = 0; same < 2; same++)
        for (size_t i = 0; i < diff->n_times; i++)
            if ((diff->times[i].change == LS_DIFF_SAME) == same && k-- == 0)
                return &diff->times[i];
    return NULL;
}

static void draw_row(struct ls_view *view, const void *arg, uint32_t i,
                     struct ls_rect row)
{
    const struct ls_rect *area = arg;
    const struct ls_diff *diff = view->diff;
    if (i >= diff->n_findings) {
        draw_time(view, time_at(diff, i - diff->n_findings), row);
        return;
    }
    const struct ls_diff_finding *d = &diff->findings[i];
    if (view->selected.kind == LS_THING_FINDING && d->is &&
        d->is == &view->document->findings->items[view->selected.index])
        ls_draw_rect(&view->list, row, ls_view_colour(view, LS_COLOUR_RAISED));
    ls_view_add_hit(view, ls_rect_clip(row, *area),
                    (struct ls_thing){LS_THING_DIFF, i, 0, 0});
    draw_finding(view, d, row);
}

void ls_draw_differences(struct ls_view *view, struct ls_rect area)
{
    const struct ls_diff *diff = view->diff;
    char text[120];
    uint32_t n = (uint32_t)(diff->n_findings + diff->n_times);
    struct ls_rect head = {area.x + 14, area.y, area.w - 28, HEAD_PX};
    snprintf(text, sizeof(text), "%zu new, %zu worse, %zu gone",
             diff->n[LS_DIFF_NEW], diff->n[LS_DIFF_WORSE],
             diff->n[LS_DIFF_GONE]);
    float w = ls_draw_text(&view->list, LS_FONT_SMALL,
                           ls_view_colour(view, LS_COLOUR_DIM), head,
                           LS_ALIGN_RIGHT, text);
    head.w = fmaxf(head.w - w - 8, 0);
    ls_draw_text(&view->list, LS_FONT_BOLD,
                 ls_view_colour(view, LS_COLOUR_TEXT), head, LS_ALIGN_LEFT,
                 "Differences");
    area.y += HEAD_PX;
    area.h = fmaxf(area.h - HEAD_PX, 0);
    view->findings_area = area;
    view->findings_height_px = 0; /* rows are no findings: see select */
    ls_draw_rows(view, &(struct ls_rows){.area = area,
                                         .n = n,
                                         .row_px = ROW_PX,
                                         .scroll_px = &view->findings_scroll_px,
                                         .draw = draw_row,
                                         .arg = &area});
}
