/* SPDX-License-Identifier: MIT */
/*
 * The lanes in sight: their labels, the grid, the bands of the stalls, and
 * one after the other their content. Cost follows the pixels: only lanes that
 * can be seen are looked at.
 */
#include "viewer/draw.h"

#include <math.h>
#include <stdio.h>

#include "viewer/explain.h"
#include "viewer/format.h"

static float lane_y(const struct ls_view *view, double y)
{
    return view->layout.lanes.y + (float)(y - view->scroll_px);
}

static void draw_grid(struct ls_view *view)
{
    struct ls_rect lanes = view->layout.lanes;
    int64_t step = ls_view_step_ns(view);
    int64_t at = ls_view_first_tick_ns(view);
    for (; at < view->end_ns; at += step)
        ls_draw_rect(
            &view->list,
            (struct ls_rect){floorf(ls_view_x(view, at)), lanes.y, 1, lanes.h},
            ls_view_colour(view, LS_COLOUR_GRID));
}

/* The stall of a finding, from its loop's lane through all that had to
 * wait for it: the loop's tasks, for the last loop of a process the rest of
 * that, and to the bottom for the last one of all. */
static void draw_band(struct ls_view *view, const struct ls_finding *f,
                      bool selected)
{
    const struct ls_tracks *tracks = view->tracks;
    const struct ls_trace *trace = view->document->trace;
    int64_t end_ns = f->start_ns + f->duration_ns;
    if (!ls_explain_is_stall(f) || f->loop >= trace->n_loops ||
        end_ns < view->begin_ns || f->start_ns > view->end_ns)
        return;
    uint32_t lane = tracks->lane_of_thread[trace->loops[f->loop].thread];
    if (lane == LS_NONE || tracks->items[lane].kind != LS_LANE_LOOP)
        return;
    float top = lane_y(view, tracks->items[lane].y) + LS_LANE_GAP_PX;
    float bottom = tracks->loop_end[f->loop] < tracks->height
                       ? lane_y(view, tracks->loop_end[f->loop])
                       : view->layout.lanes.y + view->layout.lanes.h;
    /* The lane may be far above what is in sight. */
    top = fmaxf(top, view->layout.lanes.y);
    struct ls_rect band =
        ls_view_stretch(view, f->start_ns, end_ns, top, fmaxf(bottom - top, 0));
    ls_draw_rect(&view->list, band, ls_view_colour(view, LS_COLOUR_BAND));
    if (!selected)
        return;
    ls_colour edge = ls_view_colour(view, LS_COLOUR_BAND_EDGE);
    ls_draw_rect(&view->list, (struct ls_rect){band.x, band.y, 1, band.h},
                 edge);
    ls_draw_rect(&view->list,
                 (struct ls_rect){band.x + band.w - 1, band.y, 1, band.h},
                 edge);
}

#define MAX_BANDS 64

static void draw_bands(struct ls_view *view)
{
    const struct ls_findings *findings = view->document->findings;
    for (size_t i = 0; i < findings->n && i < MAX_BANDS; i++) {
        bool selected = view->selected.kind == LS_THING_FINDING &&
                        view->selected.index == i;
        draw_band(view, &findings->items[i], selected);
    }
}

static void draw_content(struct ls_view *view, const struct ls_lane *lane,
                         float y)
{
    switch ((enum ls_lane_kind)lane->kind) {
    case LS_LANE_LOOP:
        ls_draw_loop_lane(view, lane, y);
        break;
    case LS_LANE_TASK:
        ls_draw_task_lane(view, lane, y);
        break;
    case LS_LANE_THREAD:
        ls_draw_thread_lane(view, lane, y);
        break;
    case LS_LANE_COUNTER:
        ls_draw_counter_lane(view, lane, y);
        break;
    case LS_LANE_CROWD:
        ls_draw_crowd_lane(view, lane, y);
        break;
    case LS_LANE_PROCESS:
        ls_draw_process_lane(view, lane, y);
        break;
    case LS_LANE_QUIET:
        if (!lane->open)
            ls_draw_quiet_lane(view, lane, y);
        break;
    case LS_LANE_TASKS:
    case LS_LANE_POOL:
    case LS_LANE_THREADS:
    case LS_LANE_IDLE:
        break;
    }
}

/* Lanes of a kind of their own are set apart by a line. */
static void draw_separators(struct ls_view *view, uint32_t first, double end)
{
    const struct ls_tracks *tracks = view->tracks;
    struct ls_rect l = view->layout.labels;
    for (uint32_t i = first; i < tracks->n && tracks->items[i].y < end; i++)
        if (i > 0 && tracks->items[i].kind != LS_LANE_TASK &&
            tracks->items[i].kind != LS_LANE_CROWD &&
            tracks->items[i].kind != LS_LANE_THREAD)
            ls_draw_rect(
                &view->list,
                (struct ls_rect){l.x, floorf(lane_y(view, tracks->items[i].y)),
                                 l.w + view->layout.lanes.w, 1},
                ls_view_colour(view, LS_COLOUR_LINE));
}

static void draw_scrollbar(struct ls_view *view)
{
    struct ls_rect lanes = view->layout.lanes;
    double height = view->tracks->height + LS_LANE_GAP_PX;
    if (height <= lanes.h)
        return;
    float h = fmaxf(24, (float)(lanes.h * lanes.h / height));
    float y = (float)((lanes.h - h) * view->scroll_px / (height - lanes.h));
    ls_draw_rect(&view->list,
                 (struct ls_rect){lanes.x + lanes.w - 6, lanes.y + y, 4, h},
                 ls_view_colour(view, LS_COLOUR_DIM));
}

/* Under the lanes, so that nothing in them is harder to read. */
static void draw_range(struct ls_view *view)
{
    struct ls_rect lanes = view->layout.lanes;
    struct ls_rect box = ls_view_stretch(view, view->range_begin_ns,
                                         view->range_end_ns, lanes.y, lanes.h);
    ls_draw_rect(&view->list, box, ls_view_colour(view, LS_COLOUR_RANGE));
    ls_draw_outline(&view->list, box, ls_view_colour(view, LS_COLOUR_NOTE));
}

static void draw_range_length(struct ls_view *view)
{
    struct ls_rect lanes = view->layout.lanes;
    char text[LS_FORMAT_MAX];
    ls_format_duration(text, view->range_end_ns - view->range_begin_ns);
    float x = fmaxf(ls_view_x(view, view->range_begin_ns), lanes.x) + 4;
    struct ls_rect label = {fminf(x, lanes.x + lanes.w - 104),
                            lanes.y + lanes.h - 24, 100, 20};
    ls_draw_label(
        &view->list, LS_FONT_BOLD, ls_view_colour(view, LS_COLOUR_TEXT),
        ls_view_colour(view, LS_COLOUR_RAISED), label, LS_ALIGN_LEFT, text);
}

/* The loop's lane stays at the top while its tasks scroll below it. */
static void draw_pinned(struct ls_view *view, const struct ls_lane *lane)
{
    struct ls_rect lanes = view->layout.lanes, labels = view->layout.labels;
    lanes.h = labels.h = fminf(lane->h, lanes.h);
    struct ls_rect both = {labels.x, labels.y, labels.w + lanes.w, lanes.h};
    ls_view_add_hit(view, labels, (struct ls_thing){LS_THING_LABELS, 0, 0, 0});
    ls_view_add_hit(view, lanes, (struct ls_thing){LS_THING_LANES, 0, 0, 0});
    ls_draw_clip(&view->list, both);
    ls_draw_rect(&view->list, both, ls_view_colour(view, LS_COLOUR_GROUND));
    ls_draw_rect(&view->list,
                 (struct ls_rect){both.x, both.y + both.h - 1, both.w, 1},
                 ls_view_colour(view, LS_COLOUR_LINE));
    ls_draw_clip(&view->list, labels);
    ls_draw_lane_label(view, lane, labels.y);
    ls_draw_clip(&view->list, lanes);
    draw_content(view, lane, lanes.y);
}

/* What scrolls: the lanes from FIRST on, as far as AREA goes. */
static void draw_scrolled(struct ls_view *view, uint32_t first,
                          struct ls_rect labels, struct ls_rect lanes)
{
    const struct ls_tracks *tracks = view->tracks;
    double end = view->scroll_px + view->layout.lanes.h;
    ls_draw_clip(&view->list, labels);
    for (uint32_t i = first; i < tracks->n && tracks->items[i].y < end; i++)
        ls_draw_lane_label(view, &tracks->items[i],
                           lane_y(view, tracks->items[i].y));
    ls_draw_clip(&view->list, lanes);
    if (!view->no_grid)
        draw_grid(view);
    draw_bands(view);
    if (view->has_range)
        draw_range(view);
    ls_draw_guide(view);
    ls_draw_arrow_lines(view);
    for (uint32_t i = first; i < tracks->n && tracks->items[i].y < end; i++)
        draw_content(view, &tracks->items[i], lane_y(view, tracks->items[i].y));
    ls_draw_clip(&view->list, lanes);
    ls_draw_arrow_heads(view);
    ls_draw_whatif(view);
    ls_draw_clip(&view->list, (struct ls_rect){labels.x, labels.y,
                                               labels.w + lanes.w, lanes.h});
    draw_separators(view, first, end);
}

void ls_draw_lanes(struct ls_view *view)
{
    const struct ls_tracks *tracks = view->tracks;
    struct ls_rect lanes = view->layout.lanes, labels = view->layout.labels;
    if (lanes.w <= 0 || lanes.h <= 0)
        return;
    ls_view_add_hit(view, labels, (struct ls_thing){LS_THING_LABELS, 0, 0, 0});
    ls_view_add_hit(view, lanes, (struct ls_thing){LS_THING_LANES, 0, 0, 0});
    uint32_t pinned = ls_view_pinned(view);
    float above = pinned == LS_NONE ? 0 : tracks->items[pinned].h;
    labels.y = lanes.y += above;
    labels.h = lanes.h = fmaxf(lanes.h - above, 0);
    draw_scrolled(view, ls_tracks_at(tracks, view->scroll_px + above), labels,
                  lanes);
    if (pinned != LS_NONE)
        draw_pinned(view, &tracks->items[pinned]);
    ls_draw_clip(&view->list, view->layout.lanes);
    ls_draw_moments(view);
    if (view->has_range)
        draw_range_length(view);
    draw_scrollbar(view);
    ls_draw_clip(&view->list, view->layout.window);
}
