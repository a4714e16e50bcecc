/* SPDX-License-Identifier: MIT */
#include "viewer/input.h"

#include <math.h>

#define WHEEL_ZOOM 1.25
#define WHEEL_PAN 0.1
#define WHEEL_SCROLL_PX 56
#define CLICK_PX 4 /* a press that moves less is a click */

static void wheel_pane(struct ls_view *view, const struct ls_input *in)
{
    struct ls_pane *pane = &view->pane;
    float *scroll = ls_rect_has(pane->subjects_area, in->x, in->y)
                        ? &pane->subjects_scroll_px
                        : &pane->scroll_px[pane->tab];
    *scroll -= in->dy * WHEEL_SCROLL_PX;
}

static void wheel(struct ls_view *view, const struct ls_input *in)
{
    struct ls_thing thing = ls_view_hit(view, in->x, in->y);
    bool labels = in->x < view->layout.lanes.x;
    if (ls_rect_has(view->findings_area, in->x, in->y))
        view->findings_scroll_px -= in->dy * WHEEL_SCROLL_PX;
    else if (ls_rect_has(view->details_area, in->x, in->y))
        view->details_scroll_px -= in->dy * WHEEL_SCROLL_PX;
    else if (ls_rect_has(view->layout.pane, in->x, in->y))
        wheel_pane(view, in);
    else if (thing.kind == LS_THING_NONE)
        return;
    else if (labels)
        ls_view_scroll(view, -in->dy * WHEEL_SCROLL_PX);
    else if (in->key.mods & LS_MOD_SHIFT)
        ls_view_pan(view, (in->dx - in->dy) * WHEEL_PAN);
    else {
        if (in->dx != 0)
            ls_view_pan(view, in->dx * WHEEL_PAN);
        if (in->dy != 0)
            ls_view_zoom(view, pow(WHEEL_ZOOM, -in->dy), in->x);
    }
}

/* The window goes to where the overview is pointed at. */
static void follow_overview(struct ls_view *view, float x)
{
    int64_t first, last;
    ls_view_extent(view, &first, &last);
    double part =
        (double)(x - view->layout.lanes.x) / fmax(view->layout.lanes.w, 1);
    int64_t at = first + (int64_t)(part * (double)(last - first));
    int64_t length = view->end_ns - view->begin_ns;
    ls_view_set_window(view, at - length / 2, at - length / 2 + length);
}

static void begin_drag(struct ls_view *view, const struct ls_input *in,
                       enum ls_drag drag)
{
    view->drag = drag;
    view->drag_x = in->x;
    view->drag_y = in->y;
    view->dragged = false;
    view->drag_ns = ls_view_ns(view, in->x);
    view->drag_begin_ns = view->begin_ns;
    view->drag_scroll_px = view->scroll_px;
}

static bool selectable(const struct ls_thing *thing)
{
    return thing->kind >= LS_THING_FINDING && thing->kind <= LS_THING_CROWD;
}

static void press(struct ls_view *view, const struct ls_input *in)
{
    struct ls_thing thing = ls_view_hit(view, in->x, in->y);
    bool pans = in->button != LS_BUTTON_LEFT || in->key.mods & LS_MOD_SHIFT;
    if (thing.kind == LS_THING_OVERVIEW && !pans) {
        begin_drag(view, in, LS_DRAG_OVERVIEW);
        follow_overview(view, in->x);
    } else if (thing.kind == LS_THING_PANE_EDGE && !pans) {
        begin_drag(view, in, LS_DRAG_PANE);
    } else if (thing.kind == LS_THING_BARS && !pans) {
        begin_drag(view, in, LS_DRAG_FILTER);
    } else if (!pans && ls_view_press_pane(view, &thing, in->x)) {
        return;
    } else if (ls_rect_has(view->layout.lanes, in->x, in->y)) {
        if (in->clicks >= 2 && !pans && selectable(&thing)) {
            view->has_range = false;
            ls_view_select(view, thing);
            ls_view_fit(view);
        } else {
            begin_drag(view, in, pans ? LS_DRAG_PAN : LS_DRAG_RANGE);
        }
    } else if (!pans && thing.kind == LS_THING_FOLD) {
        ls_view_fold(view, (enum ls_lane_kind)thing.index, thing.sub);
    } else if (!pans && selectable(&thing)) {
        view->has_range = false;
        ls_view_select(view, thing);
        if (thing.kind == LS_THING_FINDING || in->clicks >= 2)
            ls_view_fit(view);
    }
}

static void drag(struct ls_view *view, const struct ls_input *in)
{
    if (fabsf(in->x - view->drag_x) + fabsf(in->y - view->drag_y) > CLICK_PX)
        view->dragged = true;
    if (!view->dragged)
        return;
    int64_t at = ls_view_ns(view, in->x);
    if (view->drag == LS_DRAG_OVERVIEW) {
        follow_overview(view, in->x);
    } else if (view->drag == LS_DRAG_PAN) {
        int64_t moved =
            at - view->begin_ns - (view->drag_ns - view->drag_begin_ns);
        int64_t length = view->end_ns - view->begin_ns;
        ls_view_set_window(view, view->drag_begin_ns - moved,
                           view->drag_begin_ns - moved + length);
        view->scroll_px = view->drag_scroll_px;
        ls_view_scroll(view, view->drag_y - in->y);
    } else if (view->drag == LS_DRAG_PANE) {
        ls_view_drag_pane(view, in->y);
    } else if (view->drag == LS_DRAG_FILTER) {
        ls_view_filter(view, view->drag_x, in->x);
    } else if (view->drag == LS_DRAG_RANGE) {
        view->has_range = true;
        view->range_begin_ns = at < view->drag_ns ? at : view->drag_ns;
        view->range_end_ns = at < view->drag_ns ? view->drag_ns : at;
    }
}

static void release(struct ls_view *view, const struct ls_input *in)
{
    enum ls_drag was = view->drag;
    view->drag = LS_DRAG_NONE;
    if (was == LS_DRAG_FILTER && !view->dragged)
        ls_view_press_pane(view, &(struct ls_thing){LS_THING_BARS, 0, 0, 0},
                           in->x);
    if (was != LS_DRAG_RANGE || view->dragged)
        return;
    struct ls_thing thing = ls_view_hit(view, in->x, in->y);
    view->has_range = false;
    ls_view_select(view, selectable(&thing) ? thing : (struct ls_thing){0});
}

static void point(struct ls_view *view, const struct ls_input *in)
{
    view->pointer_inside = true;
    view->pointer_x = in->x;
    view->pointer_y = in->y;
}

/* While something is asked the mouse chooses from its list, or leaves it. */
static bool press_prompt(struct ls_view *view, const struct ls_input *in)
{
    struct ls_thing thing = ls_view_hit(view, in->x, in->y);
    if (thing.kind == LS_THING_CHOICE)
        ls_view_choose(view, thing.index);
    else if (thing.kind != LS_THING_PROMPT)
        ls_prompt_close(&view->prompt);
    return true;
}

static bool ask(struct ls_view *view, const struct ls_input *in)
{
    if (in->kind == LS_INPUT_TEXT)
        ls_view_type(view, in->text);
    else if (in->kind == LS_INPUT_WHEEL && ls_prompt_has_list(&view->prompt))
        view->prompt.scroll_px -= in->dy * WHEEL_SCROLL_PX;
    else if (in->kind == LS_INPUT_PRESS)
        return press_prompt(view, in);
    else
        return in->kind == LS_INPUT_MOVE;
    return true;
}

static bool key(struct ls_view *view, const struct ls_input *in)
{
    if (view->prompt.kind != LS_PROMPT_NONE)
        return ls_view_prompt_key(view, in->key);
    enum ls_action action = ls_action_of_key(in->key);
    if (action == LS_ACTION_NONE)
        return false;
    /* Help is read, then closed by any key that means something. */
    if (view->help && action != LS_ACTION_QUIT && action != LS_ACTION_THEME &&
        action != LS_ACTION_PICTURE && action != LS_ACTION_SVG) {
        view->help = false;
        return true;
    }
    ls_view_act(view, action);
    return true;
}

bool ls_view_input(struct ls_view *view, const struct ls_input *in)
{
    if (in->kind == LS_INPUT_KEY)
        return key(view, in);
    if (in->kind == LS_INPUT_LEAVE) {
        bool was = view->pointer_inside;
        view->pointer_inside = false;
        return was;
    }
    if (in->kind != LS_INPUT_TEXT)
        point(view, in);
    if (view->prompt.kind != LS_PROMPT_NONE)
        return ask(view, in);
    if (!view->document)
        return false;
    if (view->help) {
        if (in->kind == LS_INPUT_PRESS)
            view->help = false;
        return in->kind == LS_INPUT_PRESS;
    }
    switch (in->kind) {
    case LS_INPUT_WHEEL:
        wheel(view, in);
        break;
    case LS_INPUT_PRESS:
        press(view, in);
        break;
    case LS_INPUT_RELEASE:
        release(view, in);
        break;
    case LS_INPUT_MOVE:
        if (view->drag != LS_DRAG_NONE)
            drag(view, in);
        break;
    case LS_INPUT_KEY:
    case LS_INPUT_TEXT:
    case LS_INPUT_LEAVE:
        break;
    }
    return true;
}
