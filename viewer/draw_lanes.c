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
 * wait for it: the loop's tasks, and to the bottom for the last loop. */
static void draw_band(struct ls_view *view, const struct ls_finding *f,
                      bool selected)
{
    const struct ls_tracks *tracks = view->document->lanes;
    const struct ls_trace *trace = view->document->trace;
    int64_t end_ns = f->start_ns + f->duration_ns;
    if (!ls_explain_is_stall(f) || f->loop >= trace->n_loops ||
        end_ns < view->begin_ns || f->start_ns > view->end_ns)
        return;
    uint32_t lane = tracks->lane_of_thread[trace->loops[f->loop].thread];
    float top = lane_y(view, tracks->items[lane].y) + LS_LANE_GAP_PX;
    float bottom = f->loop + 1 < trace->n_loops
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

/* A name at the left of a row and something dim at the right of it. */
static void draw_label(struct ls_view *view, enum ls_font font, float y,
                       float h, const char *name, const char *more)
{
    struct ls_rect labels = view->layout.labels;
    struct ls_rect row = {labels.x + 16, y, labels.w - 28, h};
    float wide =
        ls_text_width(view->metrics, LS_FONT_SMALL, more, row.w * 0.6f);
    struct ls_rect right = {row.x + row.w - wide, y, wide, h};
    ls_draw_text(&view->list, LS_FONT_SMALL,
                 ls_view_colour(view, LS_COLOUR_DIM), right, LS_ALIGN_RIGHT,
                 more);
    row.w -= wide > 0 ? wide + 8 : 0;
    ls_draw_text(&view->list, font, ls_view_colour(view, LS_COLOUR_TEXT), row,
                 LS_ALIGN_LEFT, name);
}

static const struct ls_process *process_at(const struct ls_trace *trace,
                                           uint32_t thread)
{
    return &trace->processes[trace->threads[thread].process];
}

static const char *process_of(const struct ls_trace *trace, uint32_t thread)
{
    uint32_t process = trace->threads[thread].process;
    return trace->n_processes > 1 && process < trace->n_processes
               ? ls_trace_string(trace, trace->processes[process].name)
               : "";
}

/* What the rows below the turns hold, by the first slice of each. */
static const char *row_name(const struct ls_view *view, uint32_t thread,
                            uint32_t row)
{
    static const char *const names[] = {
        [LS_SLICE_TURN] = "turns", [LS_SLICE_CALLBACK] = "callbacks",
        [LS_SLICE_TASK] = "tasks", [LS_SLICE_BLOCKING] = "blocking",
        [LS_SLICE_SPAN] = "spans", [LS_SLICE_POOL] = "pool",
        [LS_SLICE_OTHER] = ""};
    const struct ls_index *index = view->document->index;
    struct ls_index_range r = ls_index_row(index, thread, row);
    if (r.lo >= r.hi)
        return "";
    const struct ls_slice *slice =
        &index->trace->threads[thread].slices[index->slices.item[r.lo]];
    return slice->kind <= LS_SLICE_OTHER ? names[slice->kind] : "";
}

/* Its name; else, of several loops, what tells it from the others. */
static void name_loop(const struct ls_trace *trace, const struct ls_loop *loop,
                      char *text, size_t n_text)
{
    const struct ls_thread *thread = &trace->threads[loop->thread];
    const char *name = ls_trace_string(trace, loop->name);
    uint32_t n_beside = 0;
    for (uint32_t i = 0; i < trace->n_loops; i++)
        n_beside +=
            trace->threads[trace->loops[i].thread].process == thread->process;
    if (!*name && trace->n_processes > 1)
        name = process_of(trace, loop->thread);
    else if (!*name && n_beside > 1)
        name = ls_trace_string(trace, thread->name);
    snprintf(text, n_text, "loop %.80s", name);
}

/* Below the name: the process, or its number where that is the name. */
static void name_place(const struct ls_trace *trace, const struct ls_loop *loop,
                       char *text, size_t n_text)
{
    const struct ls_thread *thread = &trace->threads[loop->thread];
    if (trace->n_processes > 1 && loop->name)
        snprintf(text, n_text, "%.60s", process_of(trace, loop->thread));
    else if (trace->n_processes > 1)
        snprintf(text, n_text, "pid %lld",
                 (long long)process_at(trace, loop->thread)->pid);
    else if (trace->n_loops > 1)
        snprintf(text, n_text, "thread %lld", (long long)thread->tid);
    else
        text[0] = '\0';
}

static void label_loop(struct ls_view *view, const struct ls_lane *lane,
                       float y)
{
    const struct ls_trace *trace = view->document->trace;
    const struct ls_loop *loop = &trace->loops[lane->index];
    char text[128], place[96], turns[64], count[LS_FORMAT_MAX];
    name_loop(trace, loop, text, sizeof(text));
    name_place(trace, loop, place, sizeof(place));
    snprintf(turns, sizeof(turns), "%s turn%s",
             ls_format_count(count, loop->n_turns), ls_plural(loop->n_turns));
    y += LS_LANE_GAP_PX;
    draw_label(view, LS_FONT_BOLD, y, LS_LANE_TURN_PX, text, turns);
    y += LS_LANE_TURN_PX;
    uint32_t n_rows = ls_index_n_rows(view->document->index, loop->thread);
    float bottom = view->layout.lanes.y + view->layout.lanes.h;
    draw_label(view, LS_FONT_SMALL, y, LS_LANE_ROW_PX, place,
               n_rows > 1 ? row_name(view, loop->thread, 1) : "");
    for (uint32_t row = 2; row < n_rows; row++) {
        y += LS_LANE_ROW_PX;
        if (y < bottom)
            draw_label(view, LS_FONT_SMALL, y, LS_LANE_ROW_PX, "",
                       row_name(view, loop->thread, row));
    }
}

static void label_task(struct ls_view *view, const struct ls_lane *lane,
                       float y)
{
    char name[160], number[32];
    const struct ls_trace *trace = view->document->trace;
    ls_explain_task(trace, lane->index, name, sizeof(name));
    snprintf(number, sizeof(number), "#%u",
             ls_trace_task_number(trace, lane->index));
    struct ls_rect labels = view->layout.labels;
    struct ls_rect row = {labels.x, y, labels.w, lane->h};
    if (view->selected.kind == LS_THING_TASK &&
        view->selected.index == lane->index) {
        ls_draw_rect(&view->list, row, ls_view_colour(view, LS_COLOUR_RAISED));
        row.w = 3;
        ls_draw_rect(&view->list, row, ls_view_colour(view, LS_COLOUR_NOTE));
    }
    draw_label(view, LS_FONT_TEXT, y, lane->h, name, number);
    struct ls_rect mark = {labels.x + 4, floorf(y + lane->h / 2) - 4, 9, 9};
    if (trace->tasks[lane->index].state == LS_TASK_FAILED)
        ls_draw_shape(&view->list, LS_DRAW_TRIANGLE_UP, mark,
                      ls_view_colour(view, LS_COLOUR_ERROR));
    ls_view_add_hit(
        view,
        ls_rect_clip((struct ls_rect){labels.x, y, labels.w, lane->h}, labels),
        (struct ls_thing){LS_THING_TASK, lane->index, LS_NONE, 0});
}

static const char *kind_of(const struct ls_thread *thread)
{
    if (thread->lane)
        return "lane";
    return thread->n_slices && thread->slices[0].kind == LS_SLICE_POOL
               ? "pool"
               : "thread";
}

static void label_thread(struct ls_view *view, const struct ls_lane *lane,
                         float y)
{
    const struct ls_trace *trace = view->document->trace;
    const struct ls_thread *thread = &trace->threads[lane->index];
    const char *name = ls_trace_string(trace, thread->name);
    char number[64];
    snprintf(number, sizeof(number), "%s %lld", kind_of(thread),
             (long long)thread->tid);
    draw_label(view, LS_FONT_TEXT, y + LS_LANE_GAP_PX / 2, LS_LANE_ROW_PX,
               *name ? name : number,
               *name ? process_of(trace, lane->index) : "");
}

static void label_heading(struct ls_view *view, const struct ls_lane *lane,
                          float y)
{
    char text[64], count[LS_FORMAT_MAX];
    ls_format_count(count, lane->n);
    if (lane->kind == LS_LANE_THREADS)
        snprintf(text, sizeof(text), "%s thread%s", count, ls_plural(lane->n));
    else
        snprintf(text, sizeof(text), "%s task%s%s", count, ls_plural(lane->n),
                 lane->index == LS_NONE ? " on no loop" : "");
    draw_label(view, LS_FONT_BOLD, y, lane->h, text, "");
}

static void draw_lane_label(struct ls_view *view, const struct ls_lane *lane,
                            float y)
{
    switch ((enum ls_lane_kind)lane->kind) {
    case LS_LANE_LOOP:
        label_loop(view, lane, y);
        break;
    case LS_LANE_TASK:
        label_task(view, lane, y);
        break;
    case LS_LANE_THREAD:
        label_thread(view, lane, y);
        break;
    case LS_LANE_COUNTER:
        draw_label(
            view, LS_FONT_TEXT, y + LS_LANE_GAP_PX, LS_LANE_ROW_PX,
            ls_trace_string(view->document->trace,
                            view->document->trace->counters[lane->index].name),
            "counter");
        break;
    case LS_LANE_TASKS:
    case LS_LANE_THREADS:
        label_heading(view, lane, y);
        break;
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
    case LS_LANE_TASKS:
    case LS_LANE_THREADS:
        break;
    }
}

/* Lanes of a kind of their own are set apart by a line. */
static void draw_separators(struct ls_view *view, uint32_t first, double end)
{
    const struct ls_tracks *tracks = view->document->lanes;
    struct ls_rect l = view->layout.labels;
    for (uint32_t i = first; i < tracks->n && tracks->items[i].y < end; i++)
        if (i > 0 && (tracks->items[i].kind == LS_LANE_TASKS ||
                      tracks->items[i].kind == LS_LANE_THREADS ||
                      tracks->items[i].kind == LS_LANE_LOOP ||
                      tracks->items[i].kind == LS_LANE_COUNTER))
            ls_draw_rect(
                &view->list,
                (struct ls_rect){l.x, floorf(lane_y(view, tracks->items[i].y)),
                                 l.w + view->layout.lanes.w, 1},
                ls_view_colour(view, LS_COLOUR_LINE));
}

static void draw_scrollbar(struct ls_view *view)
{
    struct ls_rect lanes = view->layout.lanes;
    double height = view->document->lanes->height + LS_LANE_GAP_PX;
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
    draw_lane_label(view, lane, labels.y);
    ls_draw_clip(&view->list, lanes);
    draw_content(view, lane, lanes.y);
}

/* What scrolls: the lanes from FIRST on, as far as AREA goes. */
static void draw_scrolled(struct ls_view *view, uint32_t first,
                          struct ls_rect labels, struct ls_rect lanes)
{
    const struct ls_tracks *tracks = view->document->lanes;
    double end = view->scroll_px + view->layout.lanes.h;
    ls_draw_clip(&view->list, labels);
    for (uint32_t i = first; i < tracks->n && tracks->items[i].y < end; i++)
        draw_lane_label(view, &tracks->items[i],
                        lane_y(view, tracks->items[i].y));
    ls_draw_clip(&view->list, lanes);
    draw_grid(view);
    draw_bands(view);
    if (view->has_range)
        draw_range(view);
    ls_draw_guide(view);
    for (uint32_t i = first; i < tracks->n && tracks->items[i].y < end; i++)
        draw_content(view, &tracks->items[i], lane_y(view, tracks->items[i].y));
    ls_draw_clip(&view->list, (struct ls_rect){labels.x, labels.y,
                                               labels.w + lanes.w, lanes.h});
    draw_separators(view, first, end);
}

void ls_draw_lanes(struct ls_view *view)
{
    const struct ls_tracks *tracks = view->document->lanes;
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
    if (view->has_range)
        draw_range_length(view);
    draw_scrollbar(view);
    ls_draw_clip(&view->list, view->layout.window);
}
