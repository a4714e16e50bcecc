/* SPDX-License-Identifier: MIT */
/* What happened in the range: the loops' time and the tasks at the left, what
 * ran by name at the right. */
#include <math.h>
#include <stdio.h>

#include "viewer/details.h"
#include "viewer/draw.h"
#include "viewer/explain.h"
#include "viewer/format.h"

#define LEFT_PX 340
#define ROW_PX 20
#define HEAD_PX 24

static void draw_loops(struct ls_column *c, const struct ls_interval *i)
{
    char text[120], a[LS_FORMAT_MAX], b[LS_FORMAT_MAX];
    if (i->n_turns == 0)
        return;
    snprintf(text, sizeof(text), "%s in %s turn%s",
             ls_format_duration(a, i->turns_ns), ls_format_count(b, i->n_turns),
             ls_plural(i->n_turns));
    ls_details_fact(c, i->n_loops > 1 ? "the loops ran" : "the loop ran", text);
    if (i->lived_ns > 0) {
        snprintf(text, sizeof(text), "%.1f %%",
                 100.0 * (double)i->turns_ns / (double)i->lived_ns);
        ls_details_fact(c, "of its time", text);
    }
    struct ls_rect row = {c->x, c->y, c->w, 18};
    ls_view_add_hit(c->view, row,
                    (struct ls_thing){LS_THING_SLICE, i->longest_thread,
                                      i->longest_slice, 0});
    ls_details_fact(c, "the longest turn",
                    ls_format_duration(a, i->longest_ns));
    ls_column_gap(c, 4);
    if (i->cause.cpu_ns + i->cause.blocked_ns + i->cause.descheduled_ns > 0)
        ls_details_cause(c, &i->cause);
}

static void draw_tasks(struct ls_column *c, const struct ls_interval *i)
{
    char text[120], count[LS_FORMAT_MAX];
    if (i->n_tasks == 0)
        return;
    ls_column_gap(c, 6);
    snprintf(text, sizeof(text), "%s, %u started, %u ended",
             ls_format_count(count, i->n_tasks), i->n_started, i->n_ended);
    ls_details_fact(c, "tasks", text);
    if (i->n_failed > 0) {
        snprintf(text, sizeof(text), "%u", i->n_failed);
        ls_details_fact(c, "failed", text);
    }
    if (i->n_held > 0)
        ls_column_row(c, LS_FONT_TEXT, LS_COLOUR_DIM, "held up, for sure",
                      LS_FONT_TEXT, LS_COLOUR_HELD,
                      ls_format_duration(text, i->held_ns));
}

static void draw_left(struct ls_view *view, const struct ls_interval *i,
                      struct ls_rect area)
{
    struct ls_column c = ls_column_begin(view, area, 0);
    char took[LS_FORMAT_MAX];
    ls_column_title(&c, view->has_range ? "The range" : "The whole trace",
                    ls_format_duration(took, i->end_ns - i->begin_ns));
    draw_loops(&c, i);
    draw_tasks(&c, i);
    if (!view->has_range)
        ls_column_text(&c, LS_COLOUR_DIM,
                       "Drag in the lanes to choose a range.");
}

static void draw_row(struct ls_view *view, const void *arg, uint32_t k,
                     struct ls_rect row)
{
    static const char *const kinds[] = {
        [LS_SLICE_TURN] = "turn",  [LS_SLICE_CALLBACK] = "callback",
        [LS_SLICE_TASK] = "task",  [LS_SLICE_BLOCKING] = "call",
        [LS_SLICE_SPAN] = "span",  [LS_SLICE_POOL] = "pool",
        [LS_SLICE_OTHER] = "slice"};
    const struct ls_interval *i = arg;
    const struct ls_interval_row *r = &i->rows[k];
    const struct ls_trace *trace = view->document->trace;
    char name[160], text[LS_FORMAT_MAX];
    ls_view_add_hit(view, ls_rect_clip(row, view->pane.area),
                    (struct ls_thing){LS_THING_SLICE, r->thread, r->slice, 0});
    struct ls_rect rest = {row.x + 14, row.y, row.w - 28, row.h};
    snprintf(name, sizeof(name), "%.140s%s", ls_trace_string(trace, r->name),
             r->kind == LS_SLICE_BLOCKING ? "()" : "");
    ls_draw_cell(view, LS_FONT_TEXT, LS_COLOUR_TEXT, &rest, rest.w - 320,
                 LS_ALIGN_LEFT, name);
    ls_draw_cell(view, LS_FONT_SMALL, LS_COLOUR_DIM, &rest, 60, LS_ALIGN_LEFT,
                 kinds[r->kind]);
    ls_draw_cell(view, LS_FONT_MONO, LS_COLOUR_DIM, &rest, 64, LS_ALIGN_RIGHT,
                 ls_format_count(text, r->n));
    ls_draw_cell(view, LS_FONT_MONO, LS_COLOUR_TEXT, &rest, 70, LS_ALIGN_RIGHT,
                 ls_format_duration(text, r->total_ns));
    ls_draw_cell(view, LS_FONT_MONO, LS_COLOUR_DIM, &rest, 70, LS_ALIGN_RIGHT,
                 ls_format_duration(text, r->most_ns));
}

static void draw_head(struct ls_view *view, struct ls_rect head)
{
    struct ls_rect rest = {head.x + 14, head.y, head.w - 28, head.h};
    ls_draw_cell(view, LS_FONT_BOLD, LS_COLOUR_TEXT, &rest, rest.w - 320,
                 LS_ALIGN_LEFT, "What ran, by name");
    static const struct {
        const char *name;
        float w;
    } columns[] = {{"", 60}, {"count", 64}, {"in all", 70}, {"longest", 70}};
    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
        ls_draw_cell(view, LS_FONT_SMALL, LS_COLOUR_DIM, &rest, columns[i].w,
                     LS_ALIGN_RIGHT, columns[i].name);
}

void ls_draw_tab_range(struct ls_view *view, struct ls_rect area)
{
    const struct ls_interval *i = ls_view_interval(view);
    if (!i)
        return;
    struct ls_rect left = area, right = area;
    left.w = fminf(LEFT_PX, area.w);
    draw_left(view, i, left);
    right.x += left.w;
    right.w -= left.w;
    if (right.w < 360)
        return;
    ls_draw_rect(&view->list, (struct ls_rect){right.x, right.y, 1, right.h},
                 ls_view_colour(view, LS_COLOUR_LINE));
    draw_head(view, (struct ls_rect){right.x, right.y, right.w, HEAD_PX});
    right.y += HEAD_PX;
    right.h = fmaxf(right.h - HEAD_PX, 0);
    view->pane.area = right;
    view->pane.content_px[LS_TAB_RANGE] = (float)i->n_rows * ROW_PX;
    ls_draw_rows(view, &(struct ls_rows){
                           .area = right,
                           .n = i->n_rows,
                           .row_px = ROW_PX,
                           .scroll_px = &view->pane.scroll_px[LS_TAB_RANGE],
                           .draw = draw_row,
                           .arg = i});
}
