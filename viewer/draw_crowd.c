/* SPDX-License-Identifier: MIT */
/*
 * Lanes that stand for much: a crowd of tasks as how many of them are alive
 * and how many are held up, and a process as what it runs.
 */
#include "viewer/draw.h"

#include <math.h>
#include <stdio.h>

#include "viewer/format.h"

#define BAR_PX 4
#define TOP_PX 6
#define BOTTOM_PX 5

/* The window in bars, and where one of them lies. */
struct bars {
    uint32_t n;
    float w;
};

static struct bars bars_of(const struct ls_view *view)
{
    struct ls_rect lanes = view->layout.lanes;
    uint32_t n = (uint32_t)fmaxf(floorf(lanes.w / BAR_PX), 1);
    return (struct bars){n, lanes.w / (float)n};
}

static int64_t edge_ns(const struct ls_view *view, const struct bars *bars,
                       uint32_t i)
{
    double length = (double)(view->end_ns - view->begin_ns);
    return view->begin_ns + (int64_t)(length * i / bars->n);
}

static struct ls_rect bar_box(const struct ls_view *view,
                              const struct bars *bars, uint32_t i, float base,
                              float h)
{
    return (struct ls_rect){view->layout.lanes.x + (float)i * bars->w, base - h,
                            bars->w, h};
}

static void draw_bar(struct ls_view *view, const struct bars *bars,
                     const struct ls_lane *lane, uint32_t i, uint32_t most,
                     float y)
{
    const struct ls_crowds *crowds = view->document->crowds;
    int64_t begin_ns = edge_ns(view, bars, i);
    int64_t end_ns = edge_ns(view, bars, i + 1);
    if (end_ns <= begin_ns)
        end_ns = begin_ns + 1;
    uint32_t alive = ls_crowd_alive(crowds, lane->index, begin_ns, end_ns);
    uint32_t held = ls_crowd_held(crowds, lane->index, begin_ns, end_ns);
    if (alive == 0)
        return;
    held = held < alive ? held : alive;
    float base = y + lane->h - BOTTOM_PX, room = lane->h - TOP_PX - BOTTOM_PX;
    float h = fmaxf(room * (float)alive / (float)most, 2);
    struct ls_rect bar = bar_box(view, bars, i, base, h);
    ls_draw_rect(&view->list, bar, ls_view_colour(view, LS_COLOUR_ALIVE));
    struct ls_rect whole = {bar.x, y, bars->w, lane->h};
    ls_view_add_hit(
        view, ls_rect_clip(whole, view->layout.lanes),
        (struct ls_thing){LS_THING_CROWD, lane->index, held, alive});
    if (held == 0)
        return;
    bar.h = fmaxf(room * (float)held / (float)most, 2);
    bar.y = base - bar.h;
    ls_draw_rect(&view->list, bar, ls_view_colour(view, LS_COLOUR_HELD));
}

static void draw_most(struct ls_view *view, const struct ls_lane *lane,
                      uint32_t most, float y)
{
    char count[LS_FORMAT_MAX], text[64];
    struct ls_rect labels = view->layout.labels;
    snprintf(text, sizeof(text), "up to %s at once",
             ls_format_count(count, most));
    struct ls_rect row = {labels.x + 16, y + LS_LANE_HEAD_PX - 5, labels.w - 28,
                          lane->h - LS_LANE_HEAD_PX + 3};
    ls_draw_clip(&view->list, labels);
    ls_draw_text(&view->list, LS_FONT_SMALL,
                 ls_view_colour(view, LS_COLOUR_DIM), row, LS_ALIGN_RIGHT,
                 text);
    ls_draw_clip(&view->list, view->layout.lanes);
}

void ls_draw_crowd_lane(struct ls_view *view, const struct ls_lane *lane,
                        float y)
{
    struct bars bars = bars_of(view);
    uint32_t most = 0;
    for (uint32_t i = 0; i < bars.n; i++) {
        uint32_t n = ls_crowd_alive(view->document->crowds, lane->index,
                                    edge_ns(view, &bars, i),
                                    edge_ns(view, &bars, i + 1));
        most = n > most ? n : most;
    }
    if (most == 0)
        return;
    for (uint32_t i = 0; i < bars.n; i++)
        draw_bar(view, &bars, lane, i, most, y);
    draw_most(view, lane, most, y);
}

/* Their names, as far as there is room. */
void ls_draw_quiet_lane(struct ls_view *view, const struct ls_lane *lane,
                        float y)
{
    const struct ls_trace *trace = view->document->trace;
    struct ls_rect lanes = view->layout.lanes;
    char names[512] = "";
    size_t n = 0;
    for (uint32_t p = 0; p < trace->n_processes && n < sizeof(names) - 1; p++) {
        uint32_t at = view->tracks->lane_of_process[p];
        if (at == LS_NONE || &view->tracks->items[at] != lane)
            continue;
        const struct ls_process *process = &trace->processes[p];
        ls_string name = process->images ? process->images : process->name;
        int wrote = snprintf(names + n, sizeof(names) - n, "%s%.60s",
                             n ? ",  " : "", ls_trace_string(trace, name));
        n += wrote > 0 ? (size_t)wrote : 0;
    }
    struct ls_rect box = {lanes.x + 8, y, fmaxf(lanes.w - 20, 0), lane->h};
    ls_draw_text(&view->list, LS_FONT_SMALL,
                 ls_view_colour(view, LS_COLOUR_DIM), box, LS_ALIGN_LEFT,
                 names);
}

void ls_draw_process_lane(struct ls_view *view, const struct ls_lane *lane,
                          float y)
{
    const struct ls_trace *trace = view->document->trace;
    const struct ls_process *process = &trace->processes[lane->index];
    struct ls_rect lanes = view->layout.lanes;
    struct ls_rect box = {lanes.x, y, lanes.w, lane->h};
    ls_draw_rect(&view->list, box, ls_view_colour(view, LS_COLOUR_PANEL));
    box.x += 8;
    box.w = fmaxf(box.w - 20, 0);
    ls_draw_text(&view->list, LS_FONT_SMALL,
                 ls_view_colour(view, LS_COLOUR_DIM), box, LS_ALIGN_LEFT,
                 ls_trace_string(trace, process->command));
}
