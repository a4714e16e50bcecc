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

/* The stretch before or after the one that is selected; LS_NONE at the end. */
static uint32_t next_stretch(const struct ls_task *task, uint32_t now, int by)
{
    uint32_t last = task->first_stretch + task->n_stretches - 1;
    if (task->n_stretches == 0)
        return LS_NONE;
    if (now == LS_NONE)
        return by > 0 ? task->first_stretch : last;
    if (now == (by > 0 ? last : task->first_stretch))
        return LS_NONE;
    return now + (uint32_t)by;
}

/* Selects THING, and brings it into view if it is not. */
static void go_to(struct ls_view *view, struct ls_thing thing)
{
    thing.count = 0;
    ls_view_select(view, thing);
    int64_t begin, end;
    if (ls_view_time_of(view, &thing, &begin, &end) &&
        (begin < view->begin_ns || end > view->end_ns))
        ls_view_focus(view);
}

static void step_slice(struct ls_view *view, int by)
{
    if (!view->document)
        return;
    const struct ls_trace *trace = view->document->trace;
    struct ls_thing thing = view->selected;
    if (thing.kind == LS_THING_SLICE)
        thing.sub = neighbour(&trace->threads[thing.index], thing.sub, by);
    else if (thing.kind == LS_THING_TASK)
        thing.sub = next_stretch(&trace->tasks[thing.index], thing.sub, by);
    else
        return;
    if (thing.sub != LS_NONE)
        go_to(view, thing);
}

/* The task whose story is told: that which is selected, or whose work the
 * selected slice is, or of a finding the one that ran. */
static struct ls_thing teller(const struct ls_view *view)
{
    const struct ls_trace *trace = view->document->trace;
    const struct ls_thing *thing = &view->selected;
    struct ls_thing found = {LS_THING_TASK, LS_NONE, LS_NONE, 0};
    if (thing->kind == LS_THING_TASK)
        return *thing;
    if (thing->kind == LS_THING_FINDING) {
        const struct ls_finding *f =
            &view->document->findings->items[thing->index];
        found.index = f->task;
        if (f->task >= trace->n_tasks && f->n_waiters > 0)
            found.index = f->waiters[0].task;
    } else if (thing->kind == LS_THING_SLICE) {
        const struct ls_slice *s =
            &trace->threads[thing->index].slices[thing->sub];
        const struct ls_callback *callback = ls_trace_callback(trace, s);
        if (s->kind == LS_SLICE_TASK)
            found.index = s->detail;
        else if (callback)
            found.index = callback->task;
    }
    return found;
}

/* Along a task's stretches: each run and each await. */
static void step_story(struct ls_view *view, int by)
{
    if (!view->document)
        return;
    const struct ls_trace *trace = view->document->trace;
    struct ls_thing thing = teller(view);
    if (thing.index >= trace->n_tasks)
        return;
    const struct ls_task *task = &trace->tasks[thing.index];
    uint32_t next = next_stretch(task, thing.sub, by);
    thing.sub = next != LS_NONE ? next : thing.sub;
    go_to(view, thing);
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
    case LS_ACTION_NEXT_STEP:
        step_story(view, 1);
        break;
    case LS_ACTION_PREVIOUS_STEP:
        step_story(view, -1);
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
    case LS_ACTION_SEARCH:
        ls_view_ask(view, LS_PROMPT_SEARCH);
        break;
    case LS_ACTION_SEARCH_NEXT:
        ls_view_search_step(view, 1);
        break;
    case LS_ACTION_SEARCH_PREVIOUS:
        ls_view_search_step(view, -1);
        break;
    case LS_ACTION_MARK:
        if (view->document)
            ls_view_mark(view);
        break;
    case LS_ACTION_CLEAR_MARKS:
        view->measure.n = 0;
        break;
    case LS_ACTION_NOTE:
        ls_view_ask(view, LS_PROMPT_NOTE);
        break;
    case LS_ACTION_PIN:
        ls_view_pin(view);
        break;
    case LS_ACTION_HIDE:
        ls_view_hide(view);
        break;
    case LS_ACTION_SHOW_HIDDEN:
        ls_view_show_hidden(view);
        break;
    case LS_ACTION_FILTER:
        ls_view_ask(view, LS_PROMPT_FILTER);
        break;
    case LS_ACTION_GRID:
        view->no_grid = !view->no_grid;
        break;
    case LS_ACTION_ARROWS:
        view->no_arrows = !view->no_arrows;
        break;
    case LS_ACTION_WHAT_IF:
        view->what_if = !view->what_if;
        break;
    case LS_ACTION_PALETTE:
        ls_view_ask(view, LS_PROMPT_PALETTE);
        break;
    case LS_ACTION_OPEN:
        ls_view_ask(view, LS_PROMPT_OPEN);
        break;
    case LS_ACTION_PANE:
        if (view->document)
            ls_view_flip_pane(view);
        break;
    case LS_ACTION_TAB_DETAILS:
    case LS_ACTION_TAB_TIMELINE:
    case LS_ACTION_TAB_HISTOGRAM:
    case LS_ACTION_TAB_FLAME:
    case LS_ACTION_TAB_FINDINGS:
    case LS_ACTION_TAB_RANGE:
        if (view->document)
            ls_view_show_tab(view,
                             (enum ls_tab)(action - LS_ACTION_TAB_DETAILS));
        break;
    case LS_ACTION_COMPARE:
        ls_view_ask(view, LS_PROMPT_COMPARE);
        break;
    case LS_ACTION_ALONE:
        view->wish = LS_WISH_ALONE;
        break;
    case LS_ACTION_ALIGN:
        view->wish = LS_WISH_ALIGN;
        break;
    case LS_ACTION_PAUSE:
        view->paused = !view->paused;
        break;
    case LS_ACTION_THEME:
        view->theme = ls_theme_next(view->theme);
        break;
    case LS_ACTION_PICTURE:
        view->wish = LS_WISH_PICTURE;
        break;
    case LS_ACTION_SVG:
        view->wish = LS_WISH_SVG;
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
