/* SPDX-License-Identifier: MIT */
#include "viewer/view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viewer/draw.h"
#include "viewer/explain.h"

#define MIN_WINDOW_NS 200
/* 73 years. What lies behind cannot be reached; sums of times stay sums. */
#define LAST_NS (INT64_C(1) << 61)
/* Room left and right of the trace, as a part of it. */
#define MARGIN 0.02
/* The part of the picture from which a stall is seen at once. */
#define WELL_SEEN 0.1

void ls_view_init(struct ls_view *view, const struct ls_metrics *metrics)
{
    memset(view, 0, sizeof(*view));
    view->metrics = metrics;
    view->theme = ls_theme_find("dark");
    view->progress = -1;
    ls_drawlist_init(&view->list);
    ls_view_resize(view, 1280, 720, 1);
    ls_view_show(view, NULL);
}

void ls_view_destroy(struct ls_view *view)
{
    ls_drawlist_destroy(&view->list);
    free(view->hits);
    free(view->boxes);
    ls_overview_free(view->overview);
    ls_folds_destroy(&view->folds);
    ls_tracks_free(view->tracks);
    free(view->waits.items);
    ls_pane_destroy(&view->pane);
    ls_prompt_destroy(&view->prompt);
    ls_search_free(view->search);
    ls_notes_destroy(&view->notes);
    memset(view, 0, sizeof(*view));
}

void ls_view_relayout(struct ls_view *view)
{
    bool banner = view->notice != LS_NOTICE_NONE;
    view->layout =
        ls_layout_make(view->width, view->height, banner, view->compact, 0);
    float wanted = 0;
    if (view->document)
        wanted = ls_pane_wanted(&view->pane, view->layout.lanes.h,
                                view->tracks->height + LS_LANE_GAP_PX);
    if (wanted > 0)
        view->layout = ls_layout_make(view->width, view->height, banner,
                                      view->compact, wanted);
    ls_view_scroll(view, 0);
}

void ls_view_resize(struct ls_view *view, float width, float height,
                    float scale)
{
    view->width = fmaxf(width, 1);
    view->height = fmaxf(height, 1);
    view->scale = scale > 0 ? scale : 1;
    ls_view_relayout(view);
}

void ls_view_notice(struct ls_view *view, enum ls_notice kind, const char *text)
{
    view->notice = kind;
    snprintf(view->notice_text, sizeof(view->notice_text), "%s", text);
    ls_view_relayout(view);
}

void ls_view_extent(const struct ls_view *view, int64_t *begin_ns,
                    int64_t *end_ns)
{
    int64_t begin = 0, end = 0;
    if (view->document) {
        begin = view->document->trace->begin_ns;
        end = view->document->trace->end_ns;
    }
    if (view->has_extent) {
        begin = view->extent_begin_ns;
        end = view->extent_end_ns;
    }
    begin = begin < LAST_NS ? begin : LAST_NS;
    end = end < LAST_NS ? end : LAST_NS;
    if (end - begin < MIN_WINDOW_NS)
        end = begin + MIN_WINDOW_NS;
    int64_t margin = (int64_t)((double)(end - begin) * MARGIN);
    *begin_ns = begin - margin;
    *end_ns = end + margin;
}

void ls_view_set_extent(struct ls_view *view, int64_t begin_ns, int64_t end_ns)
{
    view->has_extent = true;
    view->extent_begin_ns = begin_ns;
    view->extent_end_ns = end_ns;
    ls_overview_free(view->overview);
    view->overview = NULL;
}

void ls_view_set_window(struct ls_view *view, int64_t begin_ns, int64_t end_ns)
{
    int64_t first, last;
    ls_view_extent(view, &first, &last);
    int64_t length = end_ns - begin_ns;
    if (length < MIN_WINDOW_NS)
        length = MIN_WINDOW_NS;
    if (length > last - first)
        length = last - first;
    if (begin_ns > last - length)
        begin_ns = last - length;
    if (begin_ns < first)
        begin_ns = first;
    view->begin_ns = begin_ns;
    view->end_ns = begin_ns + length;
}

void ls_view_whole(struct ls_view *view)
{
    int64_t begin, end;
    ls_view_extent(view, &begin, &end);
    ls_view_set_window(view, begin, end);
}

float ls_view_x(const struct ls_view *view, int64_t at_ns)
{
    double part = (double)(at_ns - view->begin_ns) /
                  (double)(view->end_ns - view->begin_ns);
    return view->layout.lanes.x + (float)(part * view->layout.lanes.w);
}

int64_t ls_view_ns(const struct ls_view *view, float x)
{
    double width = view->layout.lanes.w > 0 ? view->layout.lanes.w : 1;
    double part = (double)(x - view->layout.lanes.x) / width;
    return view->begin_ns +
           (int64_t)llround(part * (double)(view->end_ns - view->begin_ns));
}

void ls_view_zoom(struct ls_view *view, double factor, float x)
{
    double width = view->layout.lanes.w > 0 ? view->layout.lanes.w : 1;
    double part = (double)(x - view->layout.lanes.x) / width;
    part = part < 0 ? 0 : part > 1 ? 1 : part;
    double length = (double)(view->end_ns - view->begin_ns);
    double at = (double)view->begin_ns + part * length;
    double wanted = length * factor;
    wanted = wanted < MIN_WINDOW_NS ? MIN_WINDOW_NS : wanted;
    wanted = fmin(wanted, 2.0 * (double)LAST_NS);
    int64_t begin = (int64_t)llround(at - part * wanted);
    ls_view_set_window(view, begin, begin + (int64_t)llround(wanted));
}

void ls_view_pan(struct ls_view *view, double part_of_window)
{
    int64_t length = view->end_ns - view->begin_ns;
    double part = fmin(fmax(part_of_window, -1), 1);
    int64_t begin = view->begin_ns + (int64_t)((double)length * part);
    ls_view_set_window(view, begin, begin + length);
}

void ls_view_scroll(struct ls_view *view, double by_px)
{
    double height = view->tracks ? view->tracks->height : 0;
    double most = height + LS_LANE_GAP_PX - view->layout.lanes.h;
    double to = view->scroll_px + by_px;
    to = to > most ? most : to;
    view->scroll_px = to > 0 ? to : 0;
}

uint32_t ls_view_lane_of(const struct ls_view *view,
                         const struct ls_thing *thing)
{
    const struct ls_tracks *lanes = view->tracks;
    const struct ls_trace *trace = view->document->trace;
    if (thing->kind == LS_THING_TASK)
        return lanes->lane_of_task[thing->index];
    if (thing->kind == LS_THING_SLICE)
        return lanes->lane_of_thread[thing->index];
    if (thing->kind == LS_THING_SAMPLE)
        return lanes->lane_of_thread[trace->samples[thing->index].thread];
    if (thing->kind == LS_THING_CROWD)
        return lanes->lane_of_crowd[thing->index];
    if (thing->kind != LS_THING_FINDING)
        return LS_NONE;
    const struct ls_finding *f = &view->document->findings->items[thing->index];
    if (f->loop < trace->n_loops)
        return lanes->lane_of_thread[trace->loops[f->loop].thread];
    if (f->task < trace->n_tasks)
        return lanes->lane_of_task[f->task];
    return f->thread < trace->n_threads ? lanes->lane_of_thread[f->thread]
                                        : LS_NONE;
}

/* The lane of the loop to which a lane belongs; LS_NONE: to none. */
static uint32_t loop_lane_of(const struct ls_view *view, uint32_t lane)
{
    const struct ls_document *document = view->document;
    const struct ls_trace *trace = document->trace;
    const struct ls_lane *l = &view->tracks->items[lane];
    uint32_t loop = LS_NONE;
    if (l->kind == LS_LANE_LOOP || l->kind == LS_LANE_TASKS)
        loop = l->index;
    else if (l->kind == LS_LANE_TASK)
        loop = trace->tasks[l->index].loop;
    else if (l->kind == LS_LANE_CROWD)
        loop = document->crowds->items[l->index].place;
    return loop < trace->n_loops
               ? view->tracks->lane_of_thread[trace->loops[loop].thread]
               : LS_NONE;
}

uint32_t ls_view_pinned(const struct ls_view *view)
{
    const struct ls_tracks *tracks = view->tracks;
    uint32_t first = ls_tracks_at(tracks, view->scroll_px);
    if (first >= tracks->n)
        return LS_NONE;
    uint32_t lane = loop_lane_of(view, first);
    /* A loop of many rows would leave no room for its tasks. */
    if (lane == LS_NONE || tracks->items[lane].y >= view->scroll_px ||
        tracks->items[lane].h > view->layout.lanes.h / 2)
        return LS_NONE;
    return lane;
}

/* Brings the lanes from FIRST to LAST into sight, FIRST at least. */
static void scroll_to(struct ls_view *view, uint32_t first, uint32_t last)
{
    if (first == LS_NONE)
        return;
    const struct ls_tracks *tracks = view->tracks;
    uint32_t loop = loop_lane_of(view, first);
    double above = loop != LS_NONE && loop != first ? tracks->items[loop].h : 0;
    double top = tracks->items[first].y - above;
    double bottom = tracks->items[last].y + tracks->items[last].h;
    if (bottom > view->scroll_px + view->layout.lanes.h)
        view->scroll_px = (top + bottom - view->layout.lanes.h) / 2;
    if (top < view->scroll_px)
        view->scroll_px = top;
    ls_view_scroll(view, 0);
}

#define MANY_WAITERS 64

/* The task of a finding and those that waited for it. */
static void scroll_to_waiters(struct ls_view *view, const struct ls_finding *f)
{
    const uint32_t *lane_of_task = view->tracks->lane_of_task;
    uint32_t n_tasks = view->document->trace->n_tasks;
    uint32_t first = LS_NONE, last = 0;
    for (uint32_t i = 0; i <= f->n_waiters && i <= MANY_WAITERS; i++) {
        uint32_t task = i == 0 ? f->task : f->waiters[i - 1].task;
        uint32_t lane = task < n_tasks ? lane_of_task[task] : LS_NONE;
        if (lane == LS_NONE)
            continue;
        first = lane < first ? lane : first;
        last = lane > last ? lane : last;
    }
    scroll_to(view, first, last);
}

/* Scrolls the list so that the selected finding, of which all have the same
 * height, is in it. */
static void scroll_findings(struct ls_view *view)
{
    size_t n = view->document->findings->n;
    if (n == 0 || view->findings_height_px <= 0)
        return;
    float row = view->findings_height_px / (float)n;
    float top = row * (float)view->selected.index;
    view->findings_scroll_px = fminf(view->findings_scroll_px, top);
    view->findings_scroll_px =
        fmaxf(view->findings_scroll_px, top + row - view->findings_area.h);
}

void ls_view_select(struct ls_view *view, struct ls_thing thing)
{
    bool same = view->selected.kind == thing.kind &&
                view->selected.index == thing.index;
    view->selected = thing;
    if (!view->document)
        return;
    if (!same)
        view->details_scroll_px = 0;
    ls_view_look(view);
    ls_view_reveal(view, &thing);
    uint32_t lane = ls_view_lane_of(view, &thing);
    scroll_to(view, lane, lane);
    if (thing.kind != LS_THING_FINDING)
        return;
    scroll_to_waiters(view, &view->document->findings->items[thing.index]);
    scroll_findings(view);
}

/* What was asked about the document before. */
static void forget_answers(struct ls_view *view)
{
    ls_search_free(view->search);
    view->search = NULL;
    *view->searched = *view->filtered = 0;
    view->measure.n = 0;
    ls_prompt_close(&view->prompt);
    ls_notes_destroy(&view->notes);
}

void ls_view_show(struct ls_view *view, const struct ls_document *document)
{
    bool laid_out = ls_view_lay_out(view, document) == 0;
    document = laid_out ? document : NULL;
    view->document = document;
    ls_overview_free(view->overview);
    view->overview = NULL;
    view->selected = (struct ls_thing){0};
    view->has_range = false;
    view->drag = LS_DRAG_NONE;
    view->scroll_px = 0;
    view->findings_scroll_px = view->details_scroll_px = 0;
    view->findings_height_px = view->details_height_px = 0;
    view->n_hits = 0;
    ls_pane_destroy(&view->pane);
    view->pane = (struct ls_pane){.tab = view->pane.tab,
                                  .shown = view->pane.shown,
                                  .height_px = view->pane.height_px};
    forget_answers(view);
    ls_view_look(view);
    ls_view_notice(view,
                   document && *document->trouble ? LS_NOTICE_WARNING
                                                  : LS_NOTICE_NONE,
                   document ? document->trouble : "");
    if (!laid_out)
        ls_view_notice(view, LS_NOTICE_WARNING, "not enough memory");
    char why[LS_NOTES_WHY];
    if (document && !ls_notes_read(&view->notes, document->path, why))
        ls_view_notice(view, LS_NOTICE_WARNING, why);
    ls_view_whole(view);
    if (!document)
        return;
    uint32_t worst = ls_explain_worst(document->findings);
    if (worst == LS_NONE)
        return;
    ls_view_select(view, (struct ls_thing){LS_THING_FINDING, worst, 0, 0});
    /* What can be seen well among everything else needs no zoom. */
    if ((double)document->findings->items[worst].duration_ns <
        WELL_SEEN * (double)(view->end_ns - view->begin_ns))
        ls_view_fit(view);
}

bool ls_view_time_of(const struct ls_view *view, const struct ls_thing *thing,
                     int64_t *begin_ns, int64_t *end_ns)
{
    if (!view->document)
        return false;
    const struct ls_trace *trace = view->document->trace;
    const struct ls_finding *f;
    switch ((enum ls_thing_kind)thing->kind) {
    case LS_THING_FINDING:
        f = &view->document->findings->items[thing->index];
        *begin_ns = f->start_ns;
        *end_ns = f->start_ns + f->duration_ns;
        return f->start_ns != LS_UNKNOWN;
    case LS_THING_SLICE:
        *begin_ns = trace->threads[thing->index].slices[thing->sub].begin_ns;
        *end_ns = trace->threads[thing->index].slices[thing->sub].end_ns;
        return true;
    case LS_THING_TASK:
        *begin_ns = trace->tasks[thing->index].begin_ns;
        *end_ns = trace->tasks[thing->index].end_ns;
        if (thing->sub != LS_NONE) {
            *begin_ns = trace->stretches[thing->sub].begin_ns;
            *end_ns = trace->stretches[thing->sub].end_ns;
        }
        return true;
    case LS_THING_MARK:
        *begin_ns = *end_ns = trace->marks[thing->index].at_ns;
        return true;
    case LS_THING_NOTE:
        *begin_ns = *end_ns = view->notes.items[thing->index].at_ns;
        return true;
    case LS_THING_SAMPLE:
        *begin_ns = *end_ns = trace->samples[thing->index].at_ns;
        return true;
    default:
        return false;
    }
}

static bool time_selected(const struct ls_view *view, int64_t *begin_ns,
                          int64_t *end_ns)
{
    if (!view->document)
        return false;
    if (view->has_range) {
        *begin_ns = view->range_begin_ns;
        *end_ns = view->range_end_ns;
        return true;
    }
    if (!ls_view_time_of(view, &view->selected, begin_ns, end_ns))
        return false;
    *begin_ns = *begin_ns < LAST_NS ? *begin_ns : LAST_NS;
    *end_ns = *end_ns < LAST_NS ? *end_ns : LAST_NS;
    return true;
}

void ls_view_fit(struct ls_view *view)
{
    int64_t begin, end;
    if (!time_selected(view, &begin, &end))
        return;
    /* What came before and after matters as much: two thirds is the thing. */
    int64_t around = (end - begin) / 4;
    if (view->has_range)
        around = 0;
    ls_view_set_window(view, begin - around, end + around);
}

void ls_view_focus(struct ls_view *view)
{
    int64_t begin, end;
    if (!time_selected(view, &begin, &end))
        return;
    if (view->has_range || (begin >= view->begin_ns && end <= view->end_ns)) {
        ls_view_fit(view);
        return;
    }
    int64_t length = view->end_ns - view->begin_ns;
    if (end - begin > length) {
        ls_view_fit(view);
        return;
    }
    int64_t middle = begin + (end - begin) / 2;
    ls_view_set_window(view, middle - length / 2, middle + length / 2);
}

void ls_view_add_hit(struct ls_view *view, struct ls_rect rect,
                     struct ls_thing thing)
{
    if (view->n_hits == view->hits_room) {
        size_t room = view->hits_room ? view->hits_room * 2 : 512;
        struct ls_hit *hits = realloc(view->hits, room * sizeof(*hits));
        if (!hits)
            return;
        view->hits = hits;
        view->hits_room = room;
    }
    view->hits[view->n_hits++] = (struct ls_hit){rect, thing};
}

struct ls_thing ls_view_hit(const struct ls_view *view, float x, float y)
{
    for (size_t i = view->n_hits; i > 0; i--)
        if (ls_rect_has(view->hits[i - 1].rect, x, y))
            return view->hits[i - 1].thing;
    return (struct ls_thing){0};
}
