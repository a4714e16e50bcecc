/* SPDX-License-Identifier: MIT */
#include "viewer/pair.h"

#include <math.h>
#include <string.h>

#include "analysis/diff.h"
#include "viewer/draw.h"

void ls_pair_init(struct ls_pair *pair, const struct ls_metrics *metrics)
{
    memset(pair, 0, sizeof(*pair));
    ls_view_init(&pair->top, metrics);
    pair->width = pair->top.width;
    pair->height = pair->top.height;
    pair->scale = pair->top.scale;
}

static void leave(struct ls_pair *pair)
{
    if (!pair->has_bottom)
        return;
    pair->has_bottom = pair->in_bottom = false;
    pair->top.compact = false;
    pair->top.has_extent = false;
    pair->top.diff = NULL;
    ls_view_destroy(&pair->bottom);
    ls_diff_free(pair->diff);
    pair->diff = NULL;
}

void ls_pair_destroy(struct ls_pair *pair)
{
    leave(pair);
    ls_view_destroy(&pair->top);
}

void ls_pair_resize(struct ls_pair *pair, float width, float height,
                    float scale)
{
    pair->width = fmaxf(width, 1);
    pair->height = fmaxf(height, 1);
    pair->scale = scale;
    float above = pair->has_bottom ? floorf(pair->height / 2) : pair->height;
    ls_view_resize(&pair->top, pair->width, above, scale);
    if (pair->has_bottom)
        ls_view_resize(&pair->bottom, pair->width, pair->height - above, scale);
}

/* Both reach from the first begin to the last end, each in its own time. */
static void set_extents(struct ls_pair *pair)
{
    const struct ls_trace *above = pair->top.document->trace;
    const struct ls_trace *below = pair->bottom.document->trace;
    int64_t begin_ns = below->begin_ns - pair->shift_ns;
    int64_t end_ns = below->end_ns - pair->shift_ns;
    begin_ns = begin_ns < above->begin_ns ? begin_ns : above->begin_ns;
    end_ns = end_ns > above->end_ns ? end_ns : above->end_ns;
    ls_view_set_extent(&pair->top, begin_ns, end_ns);
    ls_view_set_extent(&pair->bottom, begin_ns + pair->shift_ns,
                       end_ns + pair->shift_ns);
}

void ls_pair_follow(struct ls_pair *pair)
{
    struct ls_view *from = ls_pair_active(pair);
    struct ls_view *to = pair->in_bottom ? &pair->top : &pair->bottom;
    int64_t shift_ns = pair->in_bottom ? -pair->shift_ns : pair->shift_ns;
    if (!pair->has_bottom)
        return;
    if (to->begin_ns != from->begin_ns + shift_ns ||
        to->end_ns != from->end_ns + shift_ns)
        ls_view_set_window(to, from->begin_ns + shift_ns,
                           from->end_ns + shift_ns);
    to->theme = from->theme;
    to->no_grid = from->no_grid;
    to->no_arrows = from->no_arrows;
}

void ls_pair_show(struct ls_pair *pair, const struct ls_document *second)
{
    leave(pair);
    ls_pair_resize(pair, pair->width, pair->height, pair->scale);
    const struct ls_document *first = pair->top.document;
    if (!second || !first)
        return;
    ls_view_init(&pair->bottom, pair->top.metrics);
    pair->bottom.theme = pair->top.theme;
    pair->has_bottom = true;
    pair->top.compact = pair->bottom.compact = true;
    pair->diff =
        ls_diff_make(&(struct ls_side){first->trace, first->findings},
                     &(struct ls_side){second->trace, second->findings});
    pair->bottom.pane.shown = LS_PANE_CLOSED;
    ls_pair_resize(pair, pair->width, pair->height, pair->scale);
    ls_view_show(&pair->bottom, second);
    pair->bottom.diff = pair->diff;
    pair->shift_ns = second->trace->begin_ns - first->trace->begin_ns;
    set_extents(pair);
    ls_view_whole(&pair->top);
    ls_pair_follow(pair);
}

void ls_pair_align(struct ls_pair *pair)
{
    int64_t above_ns, below_ns, end_ns;
    if (!pair->has_bottom)
        return;
    if (!ls_view_time_of(&pair->top, &pair->top.selected, &above_ns, &end_ns) ||
        !ls_view_time_of(&pair->bottom, &pair->bottom.selected, &below_ns,
                         &end_ns)) {
        ls_view_notice(ls_pair_active(pair), LS_NOTICE_INFO,
                       "select something with a time in both first");
        return;
    }
    pair->shift_ns = below_ns - above_ns;
    set_extents(pair);
    ls_pair_follow(pair);
}

struct ls_view *ls_pair_active(struct ls_pair *pair)
{
    return pair->in_bottom ? &pair->bottom : &pair->top;
}

void ls_pair_hide_pointer(struct ls_pair *pair)
{
    pair->top.pointer_inside = pair->bottom.pointer_inside = false;
}

/* A difference that was clicked is selected on both sides. */
static void select_both(struct ls_pair *pair, uint32_t i)
{
    const struct ls_diff_finding *d = &pair->diff->findings[i];
    struct ls_thing thing = {LS_THING_FINDING, 0, 0, 0};
    const struct ls_findings *above = pair->top.document->findings;
    const struct ls_findings *below = pair->bottom.document->findings;
    if (d->was) {
        thing.index = (uint32_t)(d->was - above->items);
        ls_view_select(&pair->top, thing);
    }
    if (d->is) {
        thing.index = (uint32_t)(d->is - below->items);
        ls_view_select(&pair->bottom, thing);
    }
    pair->in_bottom = d->is != NULL;
    ls_view_fit(ls_pair_active(pair));
}

/* Does the pointer belong to what is being dragged or asked below? */
static bool is_below(const struct ls_pair *pair, const struct ls_input *in)
{
    if (pair->top.drag != LS_DRAG_NONE || pair->bottom.drag != LS_DRAG_NONE)
        return pair->bottom.drag != LS_DRAG_NONE;
    return in->y >= pair->top.height;
}

bool ls_pair_input(struct ls_pair *pair, const struct ls_input *in)
{
    struct ls_input own = *in;
    bool has_place = in->kind >= LS_INPUT_WHEEL && in->kind != LS_INPUT_LEAVE;
    if (!pair->has_bottom)
        return ls_view_input(&pair->top, in);
    if (has_place) {
        bool below = is_below(pair, in);
        own.y -= below ? pair->top.height : 0;
        /* Keys follow the pointer, but for what is being typed. */
        if (ls_pair_active(pair)->prompt.kind == LS_PROMPT_NONE) {
            (below ? &pair->top : &pair->bottom)->pointer_inside = false;
            pair->in_bottom = below;
        }
    }
    struct ls_view *active = ls_pair_active(pair);
    if (in->kind == LS_INPUT_PRESS && pair->in_bottom) {
        struct ls_thing thing = ls_view_hit(active, own.x, own.y);
        if (thing.kind == LS_THING_DIFF) {
            select_both(pair, thing.index);
            ls_pair_follow(pair);
            return true;
        }
    }
    bool changed = ls_view_input(active, &own);
    if (active->wish == LS_WISH_ALIGN) {
        active->wish = LS_WISH_NONE;
        ls_pair_align(pair);
    }
    ls_pair_follow(pair);
    return changed;
}

void ls_pair_draw(struct ls_pair *pair)
{
    ls_view_draw(&pair->top);
    if (!pair->has_bottom)
        return;
    ls_view_draw(&pair->bottom);
    ls_draw_clip(&pair->top.list,
                 (struct ls_rect){0, 0, pair->width, pair->height});
    ls_drawlist_append(&pair->top.list, &pair->bottom.list, pair->top.height);
}
