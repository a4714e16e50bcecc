/* SPDX-License-Identifier: MIT */
/* What the actions of actions.h do to the state. */
#include "viewer/view.h"

#define ZOOM 0.8
#define ZOOM_FAST 0.5
#define PAN 0.1
#define PAN_FAST 0.5

static void zoom(struct ls_view *view, double factor)
{
    struct ls_rect lanes = view->layout.lanes;
    float x = lanes.x + lanes.w / 2;
    if (view->pointer_inside && view->pointer_x >= lanes.x &&
        view->pointer_x < lanes.x + lanes.w)
        x = view->pointer_x;
    ls_view_zoom(view, factor, x);
}

static void step_finding(struct ls_view *view, int by)
{
    size_t n = view->document ? view->document->findings->n : 0;
    if (n == 0)
        return;
    size_t next = by > 0 ? 0 : n - 1;
    if (view->selected.kind == LS_THING_FINDING)
        next = (view->selected.index + n + (size_t)by) % n;
    ls_view_select(view,
                   (struct ls_thing){LS_THING_FINDING, (uint32_t)next, 0, 0});
    ls_view_fit(view);
}

/* The neighbour of a slice at its depth; LS_NONE at the end. A thread's
 * slices are in pre-order, so it is the next of that depth in the array. */
static uint32_t neighbour(const struct ls_thread *thread, uint32_t slice,
                          int by)
{
    uint16_t depth = thread->slices[slice].depth;
    for (int64_t i = (int64_t)slice + by; i >= 0 && i < thread->n_slices;
         i += by)
        if (thread->slices[i].depth == depth)
            return (uint32_t)i;
    return LS_NONE;
}

static void step_slice(struct ls_view *view, int by)
{
    if (!view->document)
        return;
    const struct ls_trace *trace = view->document->trace;
    struct ls_thing thing = view->selected;
    if (thing.kind == LS_THING_SLICE) {
        thing.sub = neighbour(&trace->threads[thing.index], thing.sub, by);
        if (thing.sub == LS_NONE)
            return;
    } else if (thing.kind == LS_THING_TASK) {
        const struct ls_task *task = &trace->tasks[thing.index];
        uint32_t last = task->first_stretch + task->n_stretches - 1;
        if (task->n_stretches == 0)
            return;
        if (thing.sub == LS_NONE)
            thing.sub = by > 0 ? task->first_stretch : last;
        else if (thing.sub == (by > 0 ? last : task->first_stretch))
            return;
        else
            thing.sub += (uint32_t)by;
    } else {
        return;
    }
    thing.count = 0;
    ls_view_select(view, thing);
    int64_t begin, end;
    if (ls_view_time_of(view, &thing, &begin, &end) &&
        (begin < view->begin_ns || end > view->end_ns))
        ls_view_focus(view);
}

static void clear(struct ls_view *view)
{
    if (view->help)
        view->help = false;
    else if (view->loading)
        view->wish = LS_WISH_CANCEL;
    else if (view->notice != LS_NOTICE_NONE)
        ls_view_notice(view, LS_NOTICE_NONE, "");
    else if (view->has_range)
        view->has_range = false;
    else
        ls_view_select(view, (struct ls_thing){0});
}

void ls_view_act(struct ls_view *view, enum ls_action action)
{
    double page = view->layout.lanes.h * 0.8;
    switch (action) {
    case LS_ACTION_ZOOM_IN:
        zoom(view, ZOOM);
        break;
    case LS_ACTION_ZOOM_OUT:
        zoom(view, 1 / ZOOM);
        break;
    case LS_ACTION_ZOOM_IN_FAST:
        zoom(view, ZOOM_FAST);
        break;
    case LS_ACTION_ZOOM_OUT_FAST:
        zoom(view, 1 / ZOOM_FAST);
        break;
    case LS_ACTION_PAN_LEFT:
        ls_view_pan(view, -PAN);
        break;
    case LS_ACTION_PAN_RIGHT:
        ls_view_pan(view, PAN);
        break;
    case LS_ACTION_PAN_LEFT_FAST:
        ls_view_pan(view, -PAN_FAST);
        break;
    case LS_ACTION_PAN_RIGHT_FAST:
        ls_view_pan(view, PAN_FAST);
        break;
    case LS_ACTION_SCROLL_UP:
        ls_view_scroll(view, -page);
        break;
    case LS_ACTION_SCROLL_DOWN:
        ls_view_scroll(view, page);
        break;
    case LS_ACTION_FOCUS:
        ls_view_focus(view);
        break;
    case LS_ACTION_WHOLE:
        ls_view_whole(view);
        break;
    case LS_ACTION_NEXT_FINDING:
        step_finding(view, 1);
        break;
    case LS_ACTION_PREVIOUS_FINDING:
        step_finding(view, -1);
        break;
    case LS_ACTION_NEXT_SLICE:
        step_slice(view, 1);
        break;
    case LS_ACTION_PREVIOUS_SLICE:
        step_slice(view, -1);
        break;
    case LS_ACTION_FOLD:
        ls_view_fold_thing(view, &view->selected);
        break;
    case LS_ACTION_FOLD_ALL:
        ls_view_fold_all(view);
        break;
    case LS_ACTION_ORDER:
        ls_view_reorder(view);
        break;
    case LS_ACTION_THEME:
        view->theme = ls_theme_next(view->theme);
        break;
    case LS_ACTION_PICTURE:
        view->wish = LS_WISH_PICTURE;
        break;
    case LS_ACTION_HELP:
        view->help = !view->help;
        break;
    case LS_ACTION_CLEAR:
        clear(view);
        break;
    case LS_ACTION_QUIT:
        view->wish = LS_WISH_QUIT;
        break;
    case LS_ACTION_NONE:
    case LS_ACTIONS:
        break;
    }
}
