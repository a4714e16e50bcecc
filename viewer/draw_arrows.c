/* SPDX-License-Identifier: MIT */
/*
 * Arrows along causality, from lane to lane:
 *
 *     who asked  -----o
 *                     |
 *     it              v----
 *
 * down at the time where they begin, then along the edge of the lane to where
 * they end. The lines lie under what is in the lanes, the heads over it.
 */
#include <math.h>
#include <stdio.h>

#include "viewer/draw.h"
#include "viewer/format.h"

#define HEAD_PX 9
#define ALONG_PX 14 /* less, and the head points down or up */

static const struct {
    const char *name;
    enum ls_colour_role role;
} looks[] = {[LS_ARROW_ASKED] = {"asked for", LS_COLOUR_NOTE},
             [LS_ARROW_WOKE] = {"woke", LS_COLOUR_GOOD},
             [LS_ARROW_HELD] = {"held up", LS_COLOUR_HELD}};

/* The lane of an end; false: it has none. */
static bool lane_of(const struct ls_view *view, const struct ls_arrow_end *end,
                    struct ls_rect *lane)
{
    const struct ls_tracks *tracks = view->tracks;
    uint32_t i = end->is_thread ? tracks->lane_of_thread[end->index]
                                : tracks->lane_of_task[end->index];
    if (i == LS_NONE)
        return false;
    struct ls_rect lanes = view->layout.lanes;
    *lane = (struct ls_rect){
        lanes.x, lanes.y + (float)(tracks->items[i].y - view->scroll_px),
        lanes.w, tracks->items[i].h};
    return true;
}

/* Where an arrow lies: down from X0 at Y0 to Y1, then along to X1. */
struct way {
    float x0, y0, x1, y1;
    bool down;
};

static float x_of(const struct ls_view *view, int64_t at_ns)
{
    struct ls_rect lanes = view->layout.lanes;
    float x = ls_view_x(view, at_ns);
    return floorf(fminf(fmaxf(x, lanes.x - 20), lanes.x + lanes.w + 20));
}

static bool find_way(const struct ls_view *view, const struct ls_arrow *arrow,
                     struct way *way)
{
    struct ls_rect from, to;
    if (!lane_of(view, &arrow->from, &from) ||
        !lane_of(view, &arrow->to, &to) || from.y == to.y)
        return false;
    way->down = to.y > from.y;
    way->x0 = x_of(view, arrow->from.at_ns);
    way->x1 = x_of(view, arrow->to.at_ns);
    way->y0 = floorf(from.y + from.h / 2);
    way->y1 = floorf(way->down ? to.y + 3 : to.y + to.h - 4);
    return true;
}

void ls_draw_arrow_lines(struct ls_view *view)
{
    for (uint32_t i = 0; i < view->arrows.n && !view->no_arrows; i++) {
        const struct ls_arrow *arrow = &view->arrows.items[i];
        struct way w;
        if (!find_way(view, arrow, &w))
            continue;
        ls_colour colour = ls_view_colour(view, looks[arrow->kind].role);
        float top = fminf(w.y0, w.y1), left = fminf(w.x0, w.x1);
        ls_draw_rect(&view->list,
                     (struct ls_rect){w.x0 - 1, top, 2, fabsf(w.y1 - w.y0)},
                     colour);
        ls_draw_rect(&view->list,
                     (struct ls_rect){left, w.y1 - 1, fabsf(w.x1 - w.x0), 2},
                     colour);
    }
}

static void draw_head(struct ls_view *view, const struct way *w,
                      ls_colour colour)
{
    struct ls_rect box = {w->x1 - HEAD_PX / 2, w->y1 - HEAD_PX / 2, HEAD_PX,
                          HEAD_PX};
    enum ls_draw_kind kind =
        w->down ? LS_DRAW_TRIANGLE_DOWN : LS_DRAW_TRIANGLE_UP;
    if (w->x1 - w->x0 > ALONG_PX) {
        kind = LS_DRAW_TRIANGLE_RIGHT;
        box.x = w->x1 - HEAD_PX;
    }
    ls_draw_shape(&view->list, kind, box, colour);
}

/* What the colours mean, where there is nothing else: at the bottom. */
static void draw_legend(struct ls_view *view, const bool *seen)
{
    struct ls_rect lanes = view->layout.lanes;
    struct ls_rect rest = {lanes.x + 4, lanes.y + lanes.h - 23, lanes.w - 18,
                           20};
    char more[64];
    snprintf(more, sizeof(more), "%u more", view->arrows.n_more);
    const char *texts[] = {looks[0].name, looks[1].name, looks[2].name, more};
    for (int k = 3; k >= 0; k--) {
        if (k == 3 ? view->arrows.n_more == 0 : !seen[k])
            continue;
        float wide =
            ls_text_width(view->metrics, LS_FONT_SMALL, texts[k], 200) + 12;
        if (wide > rest.w)
            return;
        struct ls_rect box = {rest.x + rest.w - wide, rest.y, wide, rest.h};
        ls_draw_label(
            &view->list, LS_FONT_SMALL,
            ls_view_colour(view, k < 3 ? looks[k].role : LS_COLOUR_DIM),
            ls_view_colour(view, LS_COLOUR_GROUND), box, LS_ALIGN_RIGHT,
            texts[k]);
        rest.w -= wide + 4;
    }
}

void ls_draw_arrow_heads(struct ls_view *view)
{
    bool seen[3] = {false, false, false};
    bool any = false;
    for (uint32_t i = 0; i < view->arrows.n && !view->no_arrows; i++) {
        const struct ls_arrow *arrow = &view->arrows.items[i];
        struct way w;
        if (!find_way(view, arrow, &w))
            continue;
        ls_colour colour = ls_view_colour(view, looks[arrow->kind].role);
        ls_draw_shape(&view->list, LS_DRAW_DISC,
                      (struct ls_rect){w.x0 - 3, w.y0 - 3, 7, 7}, colour);
        draw_head(view, &w, colour);
        any = seen[arrow->kind] = true;
    }
    if (any)
        draw_legend(view, seen);
}
