/* SPDX-License-Identifier: MIT */
#include "viewer/draw.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viewer/explain.h"
#include "viewer/format.h"

#define COLUMN_DEVICE_PX 2
#define LEAST_COLUMN_PX 1.5f /* logical: dense displays have thin pixels */
#define RULER_TICK_PX 92
#define LEAST_LABEL_PX 26

static float column_px(const struct ls_view *view)
{
    return fmaxf(COLUMN_DEVICE_PX / view->scale, LEAST_COLUMN_PX);
}

uint32_t ls_view_query(struct ls_view *view, const struct ls_series *series,
                       struct ls_index_range range)
{
    float columns = ceilf(view->layout.lanes.w / column_px(view));
    if (columns < 1 || range.lo >= range.hi)
        return 0;
    struct ls_lod_window window = {view->begin_ns, view->end_ns,
                                   (uint32_t)columns};
    size_t need = LS_LOD_BOXES(window.n_columns);
    if (view->boxes_room < need) {
        struct ls_lod_box *boxes = realloc(view->boxes, need * sizeof(*boxes));
        if (!boxes) {
            view->list.failed = true;
            return 0;
        }
        view->boxes = boxes;
        view->boxes_room = need;
    }
    return ls_lod_query(series, range.lo, range.hi, &window, view->boxes);
}

struct ls_rect ls_view_stretch(const struct ls_view *view, int64_t begin_ns,
                               int64_t end_ns, float y, float h)
{
    struct ls_rect lanes = view->layout.lanes;
    /* Hidden edges end just outside, so that nothing becomes enormous. */
    float low = lanes.x - 8, high = lanes.x + lanes.w + 8;
    float x0 = fminf(fmaxf(ls_view_x(view, begin_ns), low), high);
    float x1 = fminf(fmaxf(ls_view_x(view, end_ns), low), high);
    return (struct ls_rect){x0, y, fmaxf(x1 - x0, column_px(view)), h};
}

struct ls_rect ls_view_box(const struct ls_view *view,
                           const struct ls_series *series,
                           const struct ls_lod_box *box, float y, float h)
{
    if (box->count == 1)
        return ls_view_stretch(view, series->begin_ns[box->best],
                               ls_series_end_ns(series, box->best), y, h);
    float columns = ceilf(view->layout.lanes.w / column_px(view));
    float wide = view->layout.lanes.w / columns;
    return (struct ls_rect){view->layout.lanes.x + (float)box->column * wide, y,
                            (float)(box->end_column - box->column) * wide, h};
}

void ls_draw_best(struct ls_view *view, enum ls_font font, ls_colour colour,
                  ls_colour ground, struct ls_rect box, enum ls_align align,
                  const char *const *texts, int n)
{
    /* A little off the area's edges, where a box may be cut. */
    struct ls_rect lanes = view->layout.lanes;
    lanes.x += 4;
    lanes.w = fmaxf(lanes.w - 8, 0);
    struct ls_rect seen = ls_rect_clip(box, lanes);
    /* Text keeps its height where a lane is cut by the area's edge. */
    seen.y = box.y;
    seen.h = box.h;
    if (seen.w < LEAST_LABEL_PX)
        return;
    float room = seen.w - (ground ? 10 : 0);
    int best = 0;
    while (best < n &&
           ls_text_width(view->metrics, font, texts[best], room + 1) > room)
        best++;
    /* A name may be cut, a figure may not. */
    if (best == n && n > 1)
        return;
    best = best < n ? best : 0;
    if (ground)
        ls_draw_label(&view->list, font, colour, ground, seen, align,
                      texts[best]);
    else
        ls_draw_text(&view->list, font, colour, seen, align, texts[best]);
}

void ls_draw_cause(struct ls_view *view, const struct ls_cause *cause,
                   struct ls_rect box)
{
    double total = (double)cause->cpu_ns + (double)cause->blocked_ns +
                   (double)cause->descheduled_ns;
    ls_draw_rect(&view->list, box, ls_view_colour(view, LS_COLOUR_RAISED));
    if (cause->cpu_ns == LS_UNKNOWN || total <= 0)
        return;
    float cpu = (float)(box.w * (double)cause->cpu_ns / total);
    float blocked = (float)(box.w * (double)cause->blocked_ns / total);
    struct ls_rect part = {box.x, box.y, cpu, box.h};
    ls_draw_rect(&view->list, part, ls_view_colour(view, LS_COLOUR_COMPUTING));
    part.x += cpu;
    part.w = blocked;
    ls_draw_hatch(&view->list, part, ls_view_colour(view, LS_COLOUR_BLOCKED),
                  ls_view_colour(view, LS_COLOUR_BLOCKED_GROUND), false);
    part.x += blocked;
    part.w = box.x + box.w - part.x;
    ls_draw_rect(&view->list, part,
                 ls_view_colour(view, LS_COLOUR_DESCHEDULED));
}

void ls_view_task_name(const struct ls_view *view, uint32_t task, float room,
                       bool numbered, char *text, size_t n_text)
{
    const struct ls_trace *trace = view->document->trace;
    const char *label = ls_trace_string(trace, trace->tasks[task].label);
    char number[24] = "";
    if (numbered)
        snprintf(number, sizeof(number), " #%u",
                 ls_trace_task_number(trace, task));
    for (int brief = 0; brief < 2; brief++) {
        if (brief)
            snprintf(text, n_text, "%.100s", label);
        else
            ls_explain_task(trace, task, text, n_text);
        size_t n = strlen(text);
        snprintf(text + n, n_text - n, "%s", number);
        if (!*label || !(trace->tasks[task].flags & LS_TASK_AUTO) ||
            ls_text_width(view->metrics, LS_FONT_TEXT, text, room + 1) <= room)
            return;
    }
}

void ls_draw_merged(struct ls_view *view, struct ls_rect box)
{
    ls_draw_rect(&view->list,
                 (struct ls_rect){box.x, box.y + box.h + 1, box.w, 1},
                 ls_view_colour(view, LS_COLOUR_DIM));
}

int64_t ls_view_first_tick_ns(const struct ls_view *view)
{
    int64_t step = ls_view_step_ns(view);
    int64_t zero = view->document ? view->document->trace->begin_ns : 0;
    int64_t at = zero + (view->begin_ns - zero) / step * step;
    return at < view->begin_ns ? at + step : at;
}

char *ls_view_time(const struct ls_view *view, char *text, int64_t at_ns,
                   int64_t step_ns)
{
    const struct ls_trace *trace = view->document->trace;
    return ls_format_time(text, at_ns - trace->begin_ns, step_ns,
                          trace->end_ns - trace->begin_ns);
}

int64_t ls_view_step_ns(const struct ls_view *view)
{
    double width = fmaxf(view->layout.lanes.w, 1);
    return ls_round_step_ns((int64_t)ceil(
        (double)(view->end_ns - view->begin_ns) * RULER_TICK_PX / width));
}

ls_colour ls_view_severity(const struct ls_view *view,
                           enum ls_severity severity)
{
    return ls_view_colour(view, severity == LS_SEVERITY_ERROR ? LS_COLOUR_ERROR
                                : severity == LS_SEVERITY_WARNING
                                    ? LS_COLOUR_WARNING
                                    : LS_COLOUR_NOTE);
}

float ls_clamp_scroll(float scroll, float content, float room)
{
    return fmaxf(0, fminf(scroll, content - room));
}

void ls_draw_scrollbar(struct ls_view *view, struct ls_rect area, float content,
                       float scroll)
{
    if (content <= area.h || area.h <= 0)
        return;
    float h = fmaxf(20, area.h * area.h / content);
    float y = (area.h - h) * scroll / (content - area.h);
    ls_draw_rect(&view->list,
                 (struct ls_rect){area.x + area.w - 5, area.y + y, 3, h},
                 ls_view_colour(view, LS_COLOUR_DIM));
}

void ls_draw_rows(struct ls_view *view, const struct ls_rows *rows)
{
    struct ls_rect area = rows->area;
    float content = (float)rows->n * rows->row_px;
    *rows->scroll_px = ls_clamp_scroll(*rows->scroll_px, content, area.h);
    ls_draw_clip(&view->list, area);
    uint32_t i = (uint32_t)(*rows->scroll_px / rows->row_px);
    for (; i < rows->n; i++) {
        struct ls_rect row = {
            area.x, area.y + (float)i * rows->row_px - *rows->scroll_px, area.w,
            rows->row_px};
        if (row.y >= area.y + area.h)
            break;
        rows->draw(view, rows->arg, i, row);
    }
    ls_draw_scrollbar(view, area, content, *rows->scroll_px);
    ls_draw_clip(&view->list, view->layout.window);
}

void ls_draw_cell(struct ls_view *view, enum ls_font font,
                  enum ls_colour_role role, struct ls_rect *row, float w,
                  enum ls_align align, const char *text)
{
    struct ls_rect cell = {row->x, row->y, fminf(w, row->w), row->h};
    if (cell.w > 4)
        ls_draw_text(&view->list, font, ls_view_colour(view, role), cell, align,
                     text);
    row->x += cell.w + 10;
    row->w = fmaxf(row->w - cell.w - 10, 0);
}
