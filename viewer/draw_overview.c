/* SPDX-License-Identifier: MIT */
/*
 * The whole trace as one bar per turn: own time on a logarithmic height, the
 * greatest per column, with the thresholds and the window's frame. The
 * columns' maxima depend on the trace and the width alone and are kept.
 */
#include "viewer/draw.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "viewer/format.h"

#define CAPTION_PX 176 /* the least labels in which captions have room */
#define LEAST_NS 1e4   /* height 0 */
#define MOST_NS 200e6  /* full height, unless something is longer */

struct ls_overview {
    uint32_t n;
    double most_ns;
    struct bar {
        double own_ns; /* the longest, 0: nothing there */
        enum ls_colour_role role;
    } columns[];
};

void ls_overview_free(struct ls_overview *overview)
{
    free(overview);
}

/* Over the threshold a turn has the colour of what it spent its time with. */
static enum ls_colour_role role_of(const struct ls_document *document,
                                   const struct ls_slice *slice, double own_ns)
{
    int64_t warn_ns = document->judged.warn_ns;
    if (slice->kind != LS_SLICE_TURN)
        return LS_COLOUR_OTHER;
    if (own_ns < (double)warn_ns)
        return LS_COLOUR_TURN;
    const struct ls_detail *detail = ls_trace_detail(document->trace, slice);
    enum ls_class class =
        detail ? ls_cause_class(&detail->cause, warn_ns) : LS_CLASS_UNKNOWN;
    return class == LS_CLASS_COMPUTING ? LS_COLOUR_COMPUTING
                                       : LS_COLOUR_BLOCKED;
}

/* Adds what the outermost row of a thread has: turns, or slices. */
static void add_thread(struct ls_overview *o,
                       const struct ls_document *document, uint32_t t,
                       const struct ls_lod_window *window,
                       struct ls_lod_box *boxes)
{
    const struct ls_series *series = &document->index->slices;
    struct ls_index_range row = ls_index_row(document->index, t, 0);
    uint32_t n = ls_lod_query(series, row.lo, row.hi, window, boxes);
    for (uint32_t i = 0; i < n; i++) {
        double own = ls_series_weight(series, boxes[i].best);
        const struct ls_slice *slice =
            &document->trace->threads[t].slices[series->item[boxes[i].best]];
        struct bar bar = {own, role_of(document, slice, own)};
        o->most_ns = fmax(o->most_ns, own);
        for (uint32_t c = boxes[i].column; c < boxes[i].end_column; c++)
            if (own > o->columns[c].own_ns)
                o->columns[c] = bar;
    }
}

static void make(struct ls_view *view, uint32_t n)
{
    const struct ls_index *index = view->document->index;
    const struct ls_trace *trace = index->trace;
    struct ls_overview *o = calloc(1, sizeof(*o) + n * sizeof(struct bar));
    struct ls_lod_box *boxes = malloc(LS_LOD_BOXES(n) * sizeof(*boxes));
    if (o && boxes) {
        struct ls_lod_window window = {.n_columns = n};
        ls_view_extent(view, &window.begin_ns, &window.end_ns);
        o->n = n;
        o->most_ns = MOST_NS;
        for (uint32_t t = 0; t < trace->n_threads; t++)
            if (ls_index_n_rows(index, t) > 0 &&
                (trace->n_loops == 0 || trace->threads[t].loop != LS_NONE))
                add_thread(o, view->document, t, &window, boxes);
        ls_overview_free(view->overview);
        view->overview = o;
        o = NULL;
    }
    free(o);
    free(boxes);
}

static float height_of(const struct ls_overview *o, double own_ns, float room)
{
    double part = log(own_ns / LEAST_NS) / log(o->most_ns / LEAST_NS);
    return fmaxf((float)(part * room), 1.5f);
}

static void draw_bars(struct ls_view *view, struct ls_rect area)
{
    const struct ls_overview *o = view->overview;
    float wide = area.w / (float)o->n;
    for (uint32_t i = 0; i < o->n;) {
        const struct bar *bar = &o->columns[i];
        uint32_t end = i + 1;
        while (end < o->n && o->columns[end].own_ns == bar->own_ns &&
               o->columns[end].role == bar->role)
            end++;
        if (bar->own_ns > 0) {
            float h = height_of(o, bar->own_ns, area.h);
            ls_draw_rect(&view->list,
                         (struct ls_rect){area.x + (float)i * wide,
                                          area.y + area.h - h,
                                          (float)(end - i) * wide, h},
                         ls_view_colour(view, bar->role));
        }
        i = end;
    }
}

static float threshold_y(const struct ls_view *view, struct ls_rect area,
                         int64_t ns)
{
    return floorf(area.y + area.h -
                  height_of(view->overview, (double)ns, area.h));
}

static void draw_threshold(struct ls_view *view, struct ls_rect area, float y,
                           float label_y, const char *what, int64_t ns,
                           enum ls_colour_role role)
{
    ls_draw_dashed(&view->list, (struct ls_rect){area.x, y, area.w, 1},
                   ls_view_colour(view, role));
    char text[64], took[LS_FORMAT_MAX];
    snprintf(text, sizeof(text), "%s %s", what, ls_format_duration(took, ns));
    struct ls_rect label = {area.x - 84, label_y - 8, 76, 16};
    ls_draw_text(&view->list, LS_FONT_SMALL,
                 ls_view_colour(view, LS_COLOUR_DIM), label, LS_ALIGN_RIGHT,
                 text);
}

/* However near the lines, their names stand one below the other. */
static void draw_thresholds(struct ls_view *view, struct ls_rect area)
{
    const struct ls_judge_options *judged = &view->document->judged;
    float fail = threshold_y(view, area, judged->fail_ns);
    float warn = threshold_y(view, area, judged->warn_ns);
    float apart = fmaxf(14 - (warn - fail), 0) / 2;
    draw_threshold(view, area, fail, fail - apart, "fail", judged->fail_ns,
                   LS_COLOUR_BLOCKED);
    draw_threshold(view, area, warn, warn + apart, "warn", judged->warn_ns,
                   LS_COLOUR_HELD);
}

static void draw_frame(struct ls_view *view, struct ls_rect area)
{
    int64_t first, last;
    ls_view_extent(view, &first, &last);
    double per_ns = (double)area.w / (double)(last - first);
    float x0 = area.x + (float)((double)(view->begin_ns - first) * per_ns);
    float w = (float)((double)(view->end_ns - view->begin_ns) * per_ns);
    struct ls_rect frame = {x0, view->layout.overview.y + 4, fmaxf(w, 3),
                            view->layout.overview.h - 8};
    ls_draw_rect(&view->list, frame,
                 ls_view_colour(view, LS_COLOUR_FRAME_FILL));
    ls_draw_outline(&view->list, frame, ls_view_colour(view, LS_COLOUR_FRAME));
}

static void draw_captions(struct ls_view *view)
{
    struct ls_rect o = view->layout.overview;
    if (view->layout.labels.w < CAPTION_PX)
        return;
    bool turns = view->document->trace->n_loops > 0;
    struct ls_rect line = {o.x + 16, o.y + 10, view->layout.labels.w - 84, 18};
    ls_draw_text(&view->list, LS_FONT_TEXT,
                 ls_view_colour(view, LS_COLOUR_TEXT), line, LS_ALIGN_LEFT,
                 "whole trace");
    ls_colour dim = ls_view_colour(view, LS_COLOUR_DIM);
    line.y += 18;
    line.w = 68;
    ls_draw_text(&view->list, LS_FONT_SMALL, dim, line, LS_ALIGN_LEFT,
                 turns ? "own time" : "longest");
    line.y += 14;
    ls_draw_text(&view->list, LS_FONT_SMALL, dim, line, LS_ALIGN_LEFT,
                 turns ? "per turn" : "slices");
}

void ls_draw_overview(struct ls_view *view)
{
    struct ls_rect o = view->layout.overview;
    ls_draw_clip(&view->list, o);
    ls_draw_rect(&view->list, o, ls_view_colour(view, LS_COLOUR_GROUND));
    struct ls_rect area = {view->layout.lanes.x, o.y + 9, view->layout.lanes.w,
                           o.h - 18};
    uint32_t columns = (uint32_t)fmaxf(1, ceilf(area.w * view->scale / 2));
    if (!view->overview || view->overview->n != columns)
        make(view, columns);
    if (view->overview && area.w > 0 && area.h > 0) {
        draw_bars(view, area);
        if (view->document->trace->n_loops > 0)
            draw_thresholds(view, area);
        draw_frame(view, area);
    }
    draw_captions(view);
    ls_draw_rect(&view->list, (struct ls_rect){o.x, o.y + o.h - 1, o.w, 1},
                 ls_view_colour(view, LS_COLOUR_LINE));
    ls_draw_clip(&view->list, view->layout.window);
    ls_view_add_hit(view, (struct ls_rect){area.x, o.y, area.w, o.h},
                    (struct ls_thing){LS_THING_OVERVIEW, 0, 0, 0});
}

/* The round times at and behind the window's beginning. */
void ls_draw_ruler(struct ls_view *view)
{
    struct ls_rect r = view->layout.ruler;
    ls_draw_clip(&view->list, r);
    ls_draw_rect(&view->list, r, ls_view_colour(view, LS_COLOUR_GROUND));
    int64_t step = ls_view_step_ns(view);
    float free_x = r.x;
    int64_t at = ls_view_first_tick_ns(view);
    for (; at < view->end_ns; at += step) {
        float x = floorf(ls_view_x(view, at));
        char text[LS_FORMAT_MAX];
        ls_view_time(view, text, at, step);
        ls_draw_rect(&view->list, (struct ls_rect){x, r.y + r.h - 6, 1, 5},
                     ls_view_colour(view, LS_COLOUR_DIM));
        float w = ls_text_width(view->metrics, LS_FONT_SMALL, text, 84) + 1;
        /* Under its tick, but inside; the last may have to move or go. */
        float left = fminf(x - floorf(w / 2), r.x + r.w - w - 4);
        if (left < free_x || ls_view_is_flagged(view, left, w))
            continue;
        free_x = left + w + 8;
        ls_draw_text(
            &view->list, LS_FONT_SMALL, ls_view_colour(view, LS_COLOUR_DIM),
            (struct ls_rect){left, r.y, w, r.h - 4}, LS_ALIGN_LEFT, text);
    }
    ls_draw_rect(&view->list, (struct ls_rect){r.x, r.y + r.h - 1, r.w, 1},
                 ls_view_colour(view, LS_COLOUR_LINE));
    ls_draw_clip(&view->list, view->layout.window);
}
