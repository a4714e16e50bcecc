/* SPDX-License-Identifier: MIT */
/* What stands at the left of the lanes, and the headings between them. */
#include "viewer/draw.h"

#include <math.h>
#include <stdio.h>

#include "viewer/explain.h"
#include "viewer/format.h"

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

/* A loop is called by its own name, else its thread's with the number if that
 * is not the first one, else its process's. */
static void name_loop(const struct ls_trace *trace, const struct ls_loop *loop,
                      char *text, size_t n_text)
{
    const struct ls_thread *thread = &trace->threads[loop->thread];
    const struct ls_process *process = &trace->processes[thread->process];
    ls_string name = loop->name     ? loop->name
                     : thread->name ? thread->name
                                    : process->name;
    if (loop->name || thread->tid == process->pid)
        snprintf(text, n_text, "loop %.80s", ls_trace_string(trace, name));
    else
        snprintf(text, n_text, "loop %.60s %lld", ls_trace_string(trace, name),
                 (long long)thread->tid);
}

static void label_loop(struct ls_view *view, const struct ls_lane *lane,
                       float y)
{
    const struct ls_trace *trace = view->document->trace;
    const struct ls_loop *loop = &trace->loops[lane->index];
    char text[128], turns[64], count[LS_FORMAT_MAX];
    name_loop(trace, loop, text, sizeof(text));
    snprintf(turns, sizeof(turns), "%s turn%s",
             ls_format_count(count, loop->n_turns), ls_plural(loop->n_turns));
    y += LS_LANE_GAP_PX;
    draw_label(view, LS_FONT_BOLD, y, LS_LANE_TURN_PX, text, turns);
    float samples = ls_tracks_samples_px(view->document->index, loop->thread);
    if (samples > 0)
        draw_label(view, LS_FONT_SMALL, y + LS_LANE_TURN_PX - 3, samples + 3,
                   "", "samples");
    y += LS_LANE_TURN_PX + samples;
    uint32_t n_rows = ls_index_n_rows(view->document->index, loop->thread);
    float bottom = view->layout.lanes.y + view->layout.lanes.h;
    const char *above = "";
    for (uint32_t row = 1; row < n_rows && y < bottom; row++) {
        const char *name = row_name(view, loop->thread, row);
        draw_label(view, LS_FONT_SMALL, y, LS_LANE_ROW_PX,
                   row == 1 ? ls_trace_string(trace, loop->kind) : "",
                   name == above ? "" : name);
        above = name;
        y += LS_LANE_ROW_PX;
    }
}

static void label_task(struct ls_view *view, const struct ls_lane *lane,
                       float y)
{
    char name[160], number[32];
    const struct ls_trace *trace = view->document->trace;
    ls_view_task_name(view, lane->index, view->layout.labels.w - 76, false,
                      name, sizeof(name));
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
    char number[64], tid[32];
    snprintf(number, sizeof(number), "%s %lld", kind_of(thread),
             (long long)thread->tid);
    snprintf(tid, sizeof(tid), "%lld", (long long)thread->tid);
    draw_label(view, LS_FONT_TEXT, y + LS_LANE_GAP_PX / 2, LS_LANE_ROW_PX,
               *name ? name : number, *name && !thread->lane ? tid : "");
}

/* The mark of what folds, and where to press. */
static void draw_fold(struct ls_view *view, const struct ls_lane *lane, float y)
{
    struct ls_rect labels = view->layout.labels;
    struct ls_rect row = {labels.x, y, labels.w, lane->h};
    struct ls_rect mark = {labels.x + 3, floorf(y + LS_LANE_HEAD_PX / 2) - 4, 9,
                           9};
    ls_draw_shape(&view->list,
                  lane->open ? LS_DRAW_TRIANGLE_DOWN : LS_DRAW_TRIANGLE_RIGHT,
                  mark, ls_view_colour(view, LS_COLOUR_DIM));
    ls_view_add_hit(
        view, ls_rect_clip(row, labels),
        (struct ls_thing){LS_THING_FOLD, lane->kind, lane->index, 0});
}

static void label_process(struct ls_view *view, const struct ls_lane *lane,
                          float y)
{
    const struct ls_trace *trace = view->document->trace;
    const struct ls_process *process = &trace->processes[lane->index];
    struct ls_rect labels = view->layout.labels;
    const char *images = ls_trace_string(trace, process->images);
    const char *name = ls_trace_string(trace, process->name);
    char pid[32];
    snprintf(pid, sizeof(pid), "pid %lld", (long long)process->pid);
    ls_draw_rect(&view->list, (struct ls_rect){labels.x, y, labels.w, lane->h},
                 ls_view_colour(view, LS_COLOUR_PANEL));
    draw_label(view, LS_FONT_BOLD, y, lane->h,
               *images ? images
               : *name ? name
                       : "process",
               pid);
    draw_fold(view, lane, y);
}

static void label_crowd(struct ls_view *view, const struct ls_lane *lane,
                        float y)
{
    const struct ls_crowds *crowds = view->document->crowds;
    const struct ls_crowd *crowd = &crowds->items[lane->index];
    const char *kind = ls_trace_string(view->document->trace, crowd->kind);
    char count[LS_FORMAT_MAX], text[64];
    uint32_t n = lane->open ? crowd->n : lane->n;
    snprintf(text, sizeof(text), "%s%s", ls_format_count(count, n),
             n < crowd->n ? " more" : "");
    draw_label(view, LS_FONT_TEXT, y, LS_LANE_HEAD_PX,
               crowd->mixed ? "other kinds"
               : *kind      ? kind
                            : "task",
               text);
    draw_fold(view, lane, y);
}

static void label_tasks(struct ls_view *view, const struct ls_lane *lane,
                        float y)
{
    static const char *const orders[] = {
        [LS_ORDER_USUAL] = "",
        [LS_ORDER_START] = "by start",
        [LS_ORDER_WAITED] = "longest waits first",
        [LS_ORDER_LONGEST] = "longest first",
        [LS_ORDER_CAUSED] = "by waiting caused"};
    enum ls_order order = (enum ls_order)view->folds.order;
    if (order == LS_ORDER_USUAL && lane->n > LS_FEW_TASKS)
        order = LS_ORDER_WAITED;
    char text[64], count[LS_FORMAT_MAX];
    snprintf(text, sizeof(text), "%s task%s%s", ls_format_count(count, lane->n),
             ls_plural(lane->n),
             lane->index < view->document->trace->n_loops ? "" : " on no loop");
    draw_label(view, LS_FONT_BOLD, y, lane->h, text, orders[order]);
}

static void label_heading(struct ls_view *view, const struct ls_lane *lane,
                          float y)
{
    const struct {
        const char *name;
        bool folds;
    } headings[] = {[LS_LANE_QUIET] = {"more process", true},
                    [LS_LANE_POOL] = {"thread pool", false},
                    [LS_LANE_THREADS] = {"thread", false},
                    [LS_LANE_IDLE] = {"thread", true}};
    char text[64], count[LS_FORMAT_MAX], more[64] = "";
    const char *name = headings[lane->kind].name;
    ls_format_count(count, lane->n);
    if (lane->kind == LS_LANE_POOL) {
        snprintf(text, sizeof(text), "%s", name);
        snprintf(more, sizeof(more), "%s thread%s", count, ls_plural(lane->n));
    } else {
        snprintf(text, sizeof(text), "%s %s%s", count, name,
                 lane->n == 1                  ? ""
                 : lane->kind == LS_LANE_QUIET ? "es"
                                               : "s");
    }
    if (lane->kind == LS_LANE_IDLE)
        snprintf(more, sizeof(more), "only polled");
    draw_label(view, headings[lane->kind].folds ? LS_FONT_TEXT : LS_FONT_BOLD,
               y, lane->h, text, more);
    if (headings[lane->kind].folds)
        draw_fold(view, lane, y);
}

static void label_counter(struct ls_view *view, const struct ls_lane *lane,
                          float y)
{
    const struct ls_trace *trace = view->document->trace;
    draw_label(view, LS_FONT_TEXT, y + LS_LANE_GAP_PX, LS_LANE_ROW_PX,
               ls_trace_string(trace, trace->counters[lane->index].name),
               "counter");
}

void ls_draw_lane_label(struct ls_view *view, const struct ls_lane *lane,
                        float y)
{
    static void (*const labels[])(struct ls_view *, const struct ls_lane *,
                                  float) = {
        [LS_LANE_PROCESS] = label_process, [LS_LANE_QUIET] = label_heading,
        [LS_LANE_LOOP] = label_loop,       [LS_LANE_TASKS] = label_tasks,
        [LS_LANE_TASK] = label_task,       [LS_LANE_CROWD] = label_crowd,
        [LS_LANE_POOL] = label_heading,    [LS_LANE_THREADS] = label_heading,
        [LS_LANE_IDLE] = label_heading,    [LS_LANE_THREAD] = label_thread,
        [LS_LANE_COUNTER] = label_counter};
    labels[lane->kind](view, lane, y);
}
