/* SPDX-License-Identifier: MIT */
/* Lanes of loops, threads and counters. */
#include "viewer/draw.h"

#include <math.h>
#include <stdio.h>

#include "viewer/explain.h"
#include "viewer/format.h"
#include "viewer/samples.h"

#define LEAST_GAP_PX 90 /* in which it is said that the loop waits */

struct look {
    enum ls_colour_role colour, text;
    bool hatched;
};

static struct look look_of_kind(const struct ls_slice *slice)
{
    switch ((enum ls_slice_kind)slice->kind) {
    case LS_SLICE_TURN:
        return (struct look){LS_COLOUR_TURN, LS_COLOUR_ON_RUN, false};
    case LS_SLICE_CALLBACK:
    case LS_SLICE_TASK:
        return (struct look){LS_COLOUR_RUN, LS_COLOUR_ON_RUN, false};
    case LS_SLICE_BLOCKING:
        return (struct look){LS_COLOUR_BLOCKED, LS_COLOUR_ON_BLOCKED, true};
    case LS_SLICE_SPAN:
    case LS_SLICE_POOL:
        return (struct look){LS_COLOUR_SPAN, LS_COLOUR_ON_RUN, false};
    case LS_SLICE_OTHER:
        break;
    }
    return (struct look){LS_COLOUR_OTHER, LS_COLOUR_ON_RUN, false};
}

/* A turn over the threshold shows what it spent its time with. */
static struct look look_of_turn(const struct ls_view *view,
                                const struct ls_slice *slice)
{
    const struct ls_trace *trace = view->document->trace;
    int64_t warn_ns = view->document->judged.warn_ns;
    const struct ls_detail *detail = ls_trace_detail(trace, slice);
    if (slice->end_ns - slice->begin_ns < warn_ns)
        return look_of_kind(slice);
    enum ls_class class =
        detail ? ls_cause_class(&detail->cause, warn_ns) : LS_CLASS_UNKNOWN;
    if (class == LS_CLASS_DESCHEDULED)
        return (struct look){LS_COLOUR_DESCHEDULED, LS_COLOUR_ON_RUN, false};
    if (class == LS_CLASS_COMPUTING)
        return (struct look){LS_COLOUR_COMPUTING, LS_COLOUR_ON_COMPUTING,
                             false};
    if (class == LS_CLASS_BLOCKED)
        return (struct look){LS_COLOUR_BLOCKED, LS_COLOUR_ON_BLOCKED, true};
    return look_of_kind(slice);
}

static void fill(struct ls_view *view, struct ls_rect box, struct look look)
{
    if (look.hatched)
        ls_draw_hatch(&view->list, box, ls_view_colour(view, look.colour),
                      ls_view_colour(view, LS_COLOUR_BLOCKED_GROUND), false);
    else
        ls_draw_rect(&view->list, box, ls_view_colour(view, look.colour));
}

static struct ls_rect inset(struct ls_rect box, float by)
{
    return (struct ls_rect){box.x + by, box.y, box.w - 2 * by, box.h};
}

/* "BLOCKED 2.00 s  sleep()  bad_example.c:31", and shorter. */
static void label_blocking(struct ls_view *view, const struct ls_slice *slice,
                           struct ls_rect box)
{
    const struct ls_trace *trace = view->document->trace;
    const char *call = ls_trace_string(trace, slice->name);
    const struct ls_detail *detail = ls_trace_detail(trace, slice);
    char took[LS_FORMAT_MAX], place[128] = "", whole[300], part[160],
                              brief[LS_FORMAT_MAX + 16];
    ls_format_duration(took, slice->end_ns - slice->begin_ns);
    if (detail && detail->stack < trace->n_stacks &&
        trace->stacks[detail->stack].n_frames > 0)
        ls_explain_place(trace, trace->stacks[detail->stack].first_frame, place,
                         sizeof(place));
    const char *word =
        slice->end_ns - slice->begin_ns >= view->document->judged.warn_ns
            ? "BLOCKED "
            : "";
    snprintf(part, sizeof(part), "%s%s  %.80s()", word, took, call);
    snprintf(whole, sizeof(whole), "%s  %s", part, place);
    snprintf(brief, sizeof(brief), "%s%s", word, took);
    const char *texts[] = {whole, part, brief, took};
    ls_draw_best(view, LS_FONT_BOLD, ls_view_colour(view, LS_COLOUR_ON_BLOCKED),
                 ls_view_colour(view, LS_COLOUR_BLOCKED_GROUND), inset(box, 3),
                 LS_ALIGN_LEFT, texts, 4);
}

/* The label of an open call, and where it stands. A trace that was cut off may
 * end at the call's begin: then the label stands before it and points at it. */
static struct ls_rect open_box(const struct ls_view *view,
                               const struct ls_slice *slice, struct ls_rect box,
                               char *text, size_t n_text)
{
    const char *call = ls_trace_string(view->document->trace, slice->name);
    static const char *const inside[] = {"%.80s() has not returned", "%.80s()"};
    float wide;
    for (int i = 0; i < 2; i++) {
        snprintf(text, n_text, inside[i], call);
        wide = ls_text_width(view->metrics, LS_FONT_BOLD, text, 400) + 12;
        if (box.w >= wide)
            return box;
    }
    snprintf(text, n_text, "%.80s() has not returned \xe2\x96\xb8", call);
    wide = ls_text_width(view->metrics, LS_FONT_BOLD, text, 400) + 12;
    return (struct ls_rect){box.x - wide, box.y, wide, box.h};
}

static void label_open(struct ls_view *view, const struct ls_slice *slice,
                       struct ls_rect box)
{
    char text[128];
    struct ls_rect place = open_box(view, slice, box, text, sizeof(text));
    const char *texts[] = {text};
    ls_draw_best(view, LS_FONT_BOLD, ls_view_colour(view, LS_COLOUR_ON_BLOCKED),
                 ls_view_colour(view, LS_COLOUR_BLOCKED_GROUND), place,
                 LS_ALIGN_LEFT, texts, 1);
}

/* What of a turn's box is free of blocking calls, from its left on. */
static struct ls_rect free_part(const struct ls_view *view, uint32_t t,
                                const struct ls_slice *turn, struct ls_rect box)
{
    const struct ls_index *index = view->document->index;
    const struct ls_series *series = &index->blocking;
    int64_t from =
        turn->begin_ns > view->begin_ns ? turn->begin_ns : view->begin_ns;
    uint32_t first = ls_index_first_blocking(index, t, from, turn->end_ns);
    if (first == LS_NONE)
        return box;
    struct ls_rect call =
        ls_view_stretch(view, series->begin_ns[first],
                        ls_series_end_ns(series, first), box.y, box.h);
    const struct ls_slice *slice =
        &index->trace->threads[t].slices[series->item[first]];
    if (slice->flags & LS_SLICE_OPEN) {
        char text[128];
        call = open_box(view, slice, call, text, sizeof(text));
    }
    box.w = fmaxf(call.x - box.x, 0);
    return box;
}

static void label_turn(struct ls_view *view, uint32_t t,
                       const struct ls_slice *slice, struct ls_rect box,
                       struct look look)
{
    char took[LS_FORMAT_MAX], whole[80];
    ls_format_duration(took, slice->end_ns - slice->begin_ns);
    const char *word = look.colour == LS_COLOUR_COMPUTING     ? "computing "
                       : look.colour == LS_COLOUR_DESCHEDULED ? "descheduled "
                       : look.hatched                         ? "BLOCKED "
                                                              : "turn ";
    snprintf(whole, sizeof(whole), "%s%s", word, took);
    const char *texts[] = {whole, took};
    ls_draw_best(
        view, LS_FONT_TEXT, ls_view_colour(view, look.text),
        look.hatched ? ls_view_colour(view, LS_COLOUR_BLOCKED_GROUND) : 0,
        inset(free_part(view, t, slice, box), 6), LS_ALIGN_LEFT, texts, 2);
}

static bool selected(const struct ls_view *view, uint32_t thread,
                     uint32_t slice)
{
    return view->selected.kind == LS_THING_SLICE &&
           view->selected.index == thread && view->selected.sub == slice;
}

static void finish_box(struct ls_view *view, struct ls_rect box,
                       uint32_t thread, uint32_t slice, uint32_t count)
{
    if (count > 1)
        ls_draw_merged(view, box);
    if (selected(view, thread, slice))
        ls_draw_outline(&view->list, box,
                        ls_view_colour(view, LS_COLOUR_SELECTED));
    struct ls_rect seen = ls_rect_clip(box, view->layout.lanes);
    /* Something to hit, even where it is thin. */
    seen.x -= 1;
    seen.w += 2;
    ls_view_add_hit(view, seen,
                    (struct ls_thing){LS_THING_SLICE, thread, slice, count});
}

static void draw_row(struct ls_view *view, uint32_t t, uint32_t row, float y,
                     float h)
{
    const struct ls_index *index = view->document->index;
    const struct ls_thread *thread = &index->trace->threads[t];
    uint32_t n =
        ls_view_query(view, &index->slices, ls_index_row(index, t, row));
    for (uint32_t i = 0; i < n; i++) {
        const struct ls_lod_box *b = &view->boxes[i];
        uint32_t item = index->slices.item[b->best];
        const struct ls_slice *slice = &thread->slices[item];
        struct look look = slice->kind == LS_SLICE_TURN
                               ? look_of_turn(view, slice)
                               : look_of_kind(slice);
        struct ls_rect box = ls_view_box(view, &index->slices, b, y, h);
        fill(view, box, look);
        /* Neighbours that touch stay two. */
        if (box.w > 4)
            ls_draw_rect(&view->list,
                         (struct ls_rect){box.x + box.w - 1, y, 1, h},
                         ls_view_colour(view, LS_COLOUR_GROUND));
        const char *name = ls_trace_string(index->trace, slice->name);
        if (b->count > 1)
            ;
        else if (slice->kind == LS_SLICE_TURN)
            label_turn(view, t, slice, box, look);
        else if (slice->kind == LS_SLICE_BLOCKING)
            label_blocking(view, slice, box);
        else
            ls_draw_best(view, LS_FONT_SMALL, ls_view_colour(view, look.text),
                         0, inset(box, 5), LS_ALIGN_LEFT, &name, 1);
        finish_box(view, box, t, item, b->count);
    }
}

static void draw_blocking(struct ls_view *view, uint32_t t, float y, float h)
{
    const struct ls_index *index = view->document->index;
    const struct ls_thread *thread = &index->trace->threads[t];
    struct ls_index_range range = {index->first_blocking[t],
                                   index->first_blocking[t + 1]};
    uint32_t n = ls_view_query(view, &index->blocking, range);
    struct look look = {LS_COLOUR_BLOCKED, LS_COLOUR_ON_BLOCKED, true};
    for (uint32_t i = 0; i < n; i++) {
        const struct ls_lod_box *b = &view->boxes[i];
        uint32_t item = index->blocking.item[b->best];
        struct ls_rect box = ls_view_box(view, &index->blocking, b, y, h);
        fill(view, box, look);
        if (thread->slices[item].flags & LS_SLICE_OPEN)
            label_open(view, &thread->slices[item], box);
        else if (b->count == 1)
            label_blocking(view, &thread->slices[item], box);
        finish_box(view, box, t, item, b->count);
    }
}

static void draw_marks(struct ls_view *view, uint32_t t, float y)
{
    const struct ls_index *index = view->document->index;
    struct ls_index_range range = {index->first_mark[t],
                                   index->first_mark[t + 1]};
    uint32_t n = ls_view_query(view, &index->marks, range);
    for (uint32_t i = 0; i < n; i++) {
        const struct ls_lod_box *b = &view->boxes[i];
        float x = floorf(ls_view_x(view, index->marks.begin_ns[b->best]));
        struct ls_rect tick = {x - 4, y, 9, 7};
        ls_draw_shape(&view->list, LS_DRAW_TRIANGLE_DOWN, tick,
                      ls_view_colour(view, LS_COLOUR_TEXT));
        ls_view_add_hit(view, tick,
                        (struct ls_thing){LS_THING_MARK,
                                          index->marks.item[b->best], 0,
                                          b->count});
    }
}

/* Rows from FIRST on, as far as they can be seen. */
static void draw_rows(struct ls_view *view, uint32_t t, uint32_t first, float y)
{
    uint32_t n_rows = ls_index_n_rows(view->document->index, t);
    struct ls_rect lanes = view->layout.lanes;
    for (uint32_t row = first; row < n_rows && y < lanes.y + lanes.h; row++) {
        if (y + LS_LANE_ROW_PX > lanes.y)
            draw_row(view, t, row, y, LS_LANE_ROW_PX - 2);
        y += LS_LANE_ROW_PX;
    }
}

/* Between turns the loop waits: that is what it should do. */
static void draw_gap(struct ls_view *view, float from, float to, float y)
{
    struct ls_rect gap = {from, y + 2, to - from, LS_LANE_TURN_PX - 5};
    if (gap.w < LEAST_GAP_PX)
        return;
    char took[LS_FORMAT_MAX], text[80], part[64];
    ls_format_duration(took, ls_view_ns(view, to) - ls_view_ns(view, from));
    struct ls_rect lanes = view->layout.lanes;
    bool whole = from > lanes.x && to < lanes.x + lanes.w;
    snprintf(text, sizeof(text), "waiting for events%s%s", whole ? " " : "",
             whole ? took : "");
    snprintf(part, sizeof(part), "waiting%s%s", whole ? " " : "",
             whole ? took : "");
    const char *texts[] = {text, part, "waiting"};
    ls_draw_rect(&view->list,
                 (struct ls_rect){gap.x, floorf(gap.y + gap.h / 2), gap.w, 1},
                 ls_view_colour(view, LS_COLOUR_LINE));
    ls_draw_best(view, LS_FONT_SMALL, ls_view_colour(view, LS_COLOUR_DIM),
                 ls_view_colour(view, LS_COLOUR_GROUND), inset(gap, 8),
                 LS_ALIGN_CENTRE, texts, 3);
}

static void draw_waiting(struct ls_view *view, uint32_t t, float y)
{
    const struct ls_series *series = &view->document->index->slices;
    struct ls_index_range row = ls_index_row(view->document->index, t, 0);
    struct ls_rect lanes = view->layout.lanes;
    uint32_t n = ls_view_query(view, series, row);
    bool before =
        ls_series_ending_after(series, row.lo, row.hi, view->begin_ns) > row.lo;
    bool after =
        ls_series_beginning_at(series, row.lo, row.hi, view->end_ns) < row.hi;
    /* Where the last turn ended; below 0: there was none. */
    float from = before ? lanes.x : -1;
    for (uint32_t i = 0; i < n; i++) {
        struct ls_rect box =
            ls_view_box(view, series, &view->boxes[i], y, LS_LANE_TURN_PX);
        if (from >= 0)
            draw_gap(view, from, box.x, y);
        from = box.x + box.w;
    }
    if (after && from >= 0)
        draw_gap(view, from, lanes.x + lanes.w, y);
}

void ls_draw_loop_lane(struct ls_view *view, const struct ls_lane *lane,
                       float y)
{
    uint32_t t = view->document->trace->loops[lane->index].thread;
    y += LS_LANE_GAP_PX;
    if (ls_index_n_rows(view->document->index, t) > 0) {
        draw_waiting(view, t, y);
        draw_row(view, t, 0, y + 2, LS_LANE_TURN_PX - 5);
    }
    draw_blocking(view, t, y + 2, LS_LANE_TURN_PX - 5);
    ls_draw_ticks(view, t, y + LS_LANE_TURN_PX);
    draw_rows(view, t, 1,
              y + LS_LANE_TURN_PX +
                  ls_tracks_samples_px(view->document->index, t));
    draw_marks(view, t, y - 6);
}

void ls_draw_thread_lane(struct ls_view *view, const struct ls_lane *lane,
                         float y)
{
    draw_rows(view, lane->index, 0, y + LS_LANE_GAP_PX / 2);
    draw_marks(view, lane->index, y);
}

/* A step line: each point's value holds until the next. Where several points
 * share a column, the greatest stands for them. */
void ls_draw_counter_lane(struct ls_view *view, const struct ls_lane *lane,
                          float y)
{
    const struct ls_index *index = view->document->index;
    const struct ls_series *series = &index->counters;
    struct ls_index_range range = {index->first_point[lane->index],
                                   index->first_point[lane->index + 1]};
    if (range.lo >= range.hi)
        return;
    const struct ls_counter_point *points =
        index->trace->counters[lane->index].points;
    uint32_t top = ls_series_greatest(series, range.lo, range.hi);
    double most = ls_series_weight(series, top);
    float base = y + lane->h - 6, room = lane->h - 14;
    ls_colour colour = ls_view_colour(view, LS_COLOUR_COUNTER);
    uint32_t n = ls_view_query(view, series, range);
    for (uint32_t i = 0; i < n; i++) {
        const struct ls_lod_box *b = &view->boxes[i];
        struct ls_rect box = ls_view_box(view, series, b, y, lane->h);
        /* The weight is the value raised by a constant of at least 1. */
        double part =
            most > 1 ? (ls_series_weight(series, b->best) - 1) / (most - 1) : 0;
        float h = (float)part * room;
        struct ls_rect area = {box.x, base - h, box.w, h};
        ls_draw_rect(&view->list, area, (colour & 0xffffff00) | 0x50);
        ls_draw_rect(&view->list,
                     (struct ls_rect){box.x, base - h, box.w, 1.5f}, colour);
        ls_view_add_hit(view, ls_rect_clip(box, view->layout.lanes),
                        (struct ls_thing){LS_THING_POINT, lane->index,
                                          series->item[b->best], b->count});
    }
    char text[LS_FORMAT_MAX];
    snprintf(text, sizeof(text), "max %.6g", points[series->item[top]].value);
    struct ls_rect label = {view->layout.labels.x + 16,
                            y + LS_LANE_GAP_PX + LS_LANE_ROW_PX,
                            view->layout.labels.w - 28, 14};
    ls_draw_clip(&view->list, view->layout.labels);
    ls_draw_text(&view->list, LS_FONT_SMALL,
                 ls_view_colour(view, LS_COLOUR_DIM), label, LS_ALIGN_LEFT,
                 text);
    ls_draw_clip(&view->list, view->layout.lanes);
}
