/* SPDX-License-Identifier: MIT */
/* The pane below the lanes: its tabs, and what is on the one that is shown. */
#include <math.h>
#include <stdio.h>

#include "viewer/column.h"
#include "viewer/draw.h"
#include "viewer/explain.h"
#include "viewer/format.h"

#define CYCLE_PX 300
#define LIST_PX 300
#define BARS_PX 240 /* the least in which a distribution says something */

/* What the tab is of, at the right of the tabs. */
static void draw_span(struct ls_view *view, struct ls_rect room)
{
    char took[LS_FORMAT_MAX], at[LS_FORMAT_MAX], text[120];
    if (!view->has_range || room.w < 120)
        return;
    int64_t length_ns = view->range_end_ns - view->range_begin_ns;
    ls_format_duration(took, length_ns);
    ls_view_time(view, at, view->range_begin_ns,
                 ls_round_step_ns(length_ns / 1000 + 1));
    snprintf(text, sizeof(text), "range of %s from %s", took, at);
    ls_draw_text(&view->list, LS_FONT_SMALL,
                 ls_view_colour(view, LS_COLOUR_NOTE), room, LS_ALIGN_RIGHT,
                 text);
}

static void draw_tabs(struct ls_view *view, struct ls_rect head)
{
    struct ls_rect rest = {head.x + 8, head.y, head.w - 22, head.h};
    for (int t = 0; t < LS_TABS; t++) {
        const char *name = ls_tab_name((enum ls_tab)t);
        float wide =
            ceilf(ls_text_width(view->metrics, LS_FONT_BOLD, name, 200)) + 20;
        if (wide > rest.w)
            return;
        bool shown = view->pane.tab == t;
        struct ls_rect tab = {rest.x, rest.y + 1, wide, rest.h - 1};
        if (shown) {
            ls_draw_rect(&view->list, tab,
                         ls_view_colour(view, LS_COLOUR_RAISED));
            ls_draw_rect(&view->list, (struct ls_rect){tab.x, tab.y, tab.w, 2},
                         ls_view_colour(view, LS_COLOUR_NOTE));
        }
        ls_draw_text(
            &view->list, shown ? LS_FONT_BOLD : LS_FONT_TEXT,
            ls_view_colour(view, shown ? LS_COLOUR_TEXT : LS_COLOUR_DIM), tab,
            LS_ALIGN_CENTRE, name);
        ls_view_add_hit(view, tab,
                        (struct ls_thing){LS_THING_TAB, (uint32_t)t, 0, 0});
        rest.x += wide + 2;
        rest.w -= wide + 2;
    }
    draw_span(view, rest);
}

/* What is in the chosen turn, the longest first. */
static void draw_inside(struct ls_view *view, struct ls_rect area)
{
    const struct ls_trace *trace = view->document->trace;
    const struct ls_thread *thread = &trace->threads[view->cycle.thread];
    const struct ls_slice *turn = &thread->slices[view->cycle.slice];
    enum { MOST = 64 };
    uint32_t found[MOST], n = 0, all = 0;
    for (uint32_t i = view->cycle.slice + 1;
         i < thread->n_slices && thread->slices[i].depth > turn->depth; i++) {
        const struct ls_slice *s = &thread->slices[i];
        if (s->kind != LS_SLICE_CALLBACK && s->kind != LS_SLICE_BLOCKING)
            continue;
        all++;
        uint32_t at = n < MOST ? n++ : MOST;
        while (at > 0 && s->end_ns - s->begin_ns >
                             thread->slices[found[at - 1]].end_ns -
                                 thread->slices[found[at - 1]].begin_ns) {
            if (at < MOST)
                found[at] = found[at - 1];
            at--;
        }
        if (at < MOST)
            found[at] = i;
    }
    struct ls_column c = ls_column_begin(view, area, 0);
    char text[80], took[LS_FORMAT_MAX], name[128];
    snprintf(text, sizeof(text), "%s", ls_format_count(took, all));
    ls_column_title(&c, "In this turn", all ? text : "");
    if (all == 0)
        ls_column_text(&c, LS_COLOUR_DIM,
                       "No callback or blocking call in it was recorded.");
    for (uint32_t i = 0; i < n && c.y + 18 <= area.y + area.h; i++) {
        const struct ls_slice *s = &thread->slices[found[i]];
        bool call = s->kind == LS_SLICE_BLOCKING;
        snprintf(name, sizeof(name), "%.100s%s",
                 ls_trace_string(trace, s->name), call ? "()" : "");
        ls_view_add_hit(
            view, (struct ls_rect){c.x, c.y, c.w, 18},
            (struct ls_thing){LS_THING_SLICE, view->cycle.thread, found[i], 0});
        ls_column_row(&c, LS_FONT_TEXT, call ? LS_COLOUR_ERROR : LS_COLOUR_TEXT,
                      name, LS_FONT_MONO, LS_COLOUR_DIM,
                      ls_format_duration(took, s->end_ns - s->begin_ns));
    }
}

/* The distribution of the turns of the loop that is looked at. */
static void draw_turns(struct ls_view *view, struct ls_rect area)
{
    uint32_t loop = view->document->trace->threads[view->cycle.thread].loop;
    const struct ls_histogram *h = ls_view_turns(view, loop);
    if (!h)
        return;
    char text[200], p50[LS_FORMAT_MAX], p90[LS_FORMAT_MAX], p99[LS_FORMAT_MAX],
        most[LS_FORMAT_MAX];
    struct ls_column c = ls_column_begin(view, area, 0);
    snprintf(text, sizeof(text), "p50 %s  p90 %s  p99 %s  max %s",
             ls_format_duration(p50, h->summary.p50_ns),
             ls_format_duration(p90, h->summary.p90_ns),
             ls_format_duration(p99, h->summary.p99_ns),
             ls_format_duration(most, h->summary.max_ns));
    ls_column_title(&c, "Turns: own time", "");
    ls_column_row(&c, LS_FONT_SMALL, LS_COLOUR_DIM, text, LS_FONT_SMALL,
                  LS_COLOUR_DIM, "");
    struct ls_rect bars = {c.x, c.y + 4, c.w, area.y + area.h - c.y - 8};
    ls_draw_bars(view, h, bars);
}

static void line_before(struct ls_view *view, struct ls_rect area)
{
    ls_draw_rect(&view->list, (struct ls_rect){area.x, area.y, 1, area.h},
                 ls_view_colour(view, LS_COLOUR_LINE));
}

/* Where there is no panel at the side, what is selected is told here. */
static void draw_selected(struct ls_view *view, struct ls_rect area)
{
    view->details_area = area;
    view->details_scroll_px = ls_clamp_scroll(view->details_scroll_px,
                                              view->details_height_px, area.h);
    ls_view_add_hit(view, area, (struct ls_thing){LS_THING_DETAILS, 0, 0, 0});
    ls_draw_clip(&view->list, area);
    ls_draw_details(view, area);
    ls_draw_scrollbar(view, area, view->details_height_px,
                      view->details_scroll_px);
    ls_draw_clip(&view->list, view->layout.pane);
}

void ls_draw_tab_details(struct ls_view *view, struct ls_rect area)
{
    bool panel = view->layout.panel.w > 0;
    if (!view->cycle.has) {
        if (!panel)
            draw_selected(view, area);
        else
            ls_draw_text(
                &view->list, LS_FONT_TEXT, ls_view_colour(view, LS_COLOUR_DIM),
                (struct ls_rect){area.x + 14, area.y + 8, area.w - 28, 20},
                LS_ALIGN_LEFT, "No turn of a loop in this trace.");
        return;
    }
    struct ls_rect left = area;
    left.w = fminf(CYCLE_PX, area.w);
    float *scroll = &view->pane.scroll_px[LS_TAB_DETAILS];
    float *content = &view->pane.content_px[LS_TAB_DETAILS];
    *scroll = ls_clamp_scroll(*scroll, *content, area.h);
    left.y -= *scroll;
    *content = ls_draw_cycle(view, left);
    left.y = area.y;
    ls_draw_scrollbar(view, left, *content, *scroll);
    struct ls_rect rest = {area.x + left.w, area.y, area.w - left.w, area.h};
    if (rest.w < BARS_PX)
        return;
    struct ls_rect middle = rest;
    if (rest.w >= LIST_PX + BARS_PX)
        middle.w = floorf(fminf(rest.w * 0.45f, 420));
    line_before(view, middle);
    if (panel)
        draw_inside(view, middle);
    else
        draw_selected(view, middle);
    rest.x += middle.w;
    rest.w -= middle.w;
    if (rest.w < BARS_PX)
        return;
    line_before(view, rest);
    draw_turns(view, rest);
}

void ls_draw_pane(struct ls_view *view)
{
    static void (*const tabs[LS_TABS])(struct ls_view *, struct ls_rect) = {
        [LS_TAB_DETAILS] = ls_draw_tab_details,
        [LS_TAB_TIMELINE] = ls_draw_tab_timeline,
        [LS_TAB_HISTOGRAM] = ls_draw_tab_histogram,
        [LS_TAB_FLAME] = ls_draw_tab_flame,
        [LS_TAB_FINDINGS] = ls_draw_tab_findings,
        [LS_TAB_RANGE] = ls_draw_tab_range};
    struct ls_rect pane = view->layout.pane;
    view->pane.area = (struct ls_rect){0};
    view->pane.bars = (struct ls_rect){0};
    view->pane.subjects_area = (struct ls_rect){0};
    if (pane.h <= 0 || pane.w <= 0)
        return;
    ls_draw_clip(&view->list, pane);
    ls_draw_rect(&view->list, pane, ls_view_colour(view, LS_COLOUR_PANEL));
    struct ls_rect head = {pane.x, pane.y, pane.w,
                           fminf(LS_PANE_HEAD_PX, pane.h)};
    struct ls_rect area = {pane.x, pane.y + head.h, pane.w, pane.h - head.h};
    view->pane.area = area;
    ls_view_add_hit(view, area, (struct ls_thing){LS_THING_PANE, 0, 0, 0});
    if (area.h > 0) {
        ls_draw_clip(&view->list, area);
        tabs[view->pane.tab](view, area);
    }
    ls_draw_clip(&view->list, pane);
    draw_tabs(view, head);
    ls_draw_rect(&view->list, (struct ls_rect){pane.x, pane.y, pane.w, 1},
                 ls_view_colour(view, LS_COLOUR_LINE));
    ls_view_add_hit(view, (struct ls_rect){pane.x, pane.y - 3, pane.w, 6},
                    (struct ls_thing){LS_THING_PANE_EDGE, 0, 0, 0});
    ls_draw_clip(&view->list, view->layout.window);
}
