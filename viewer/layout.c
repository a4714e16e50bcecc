/* SPDX-License-Identifier: MIT */
#include "viewer/layout.h"

#include <math.h>

#define HEADER_PX 46
#define BANNER_PX 28
#define OVERVIEW_PX 76
#define RULER_PX 25
#define STATUS_PX 28
#define NARROW_PX 760 /* below it there is no panel */

static float clamp(float value, float low, float high)
{
    return fminf(fmaxf(value, low), high);
}

/* Takes at most HEIGHT from the top of *REST. */
static struct ls_rect take(struct ls_rect *rest, float height)
{
    float h = fminf(height, rest->h);
    struct ls_rect top = {rest->x, rest->y, rest->w, h};
    rest->y += h;
    rest->h -= h;
    return top;
}

struct ls_layout ls_layout_make(float width, float height, bool has_banner,
                                bool compact, float pane_px)
{
    struct ls_layout l = {.window = {0, 0, width, height}};
    struct ls_rect rest = l.window;
    l.header = take(&rest, HEADER_PX);
    l.banner = take(&rest, has_banner ? BANNER_PX : 0);
    float status = fminf(STATUS_PX, rest.h);
    l.status = (struct ls_rect){0, height - status, width, status};
    rest.h -= status;
    if (width >= NARROW_PX) {
        float w = floorf(clamp(width * 0.27f, 300, 440));
        l.panel = (struct ls_rect){width - w, rest.y, w, rest.h};
        rest.w -= w;
    }
    l.overview = take(&rest, compact ? 0 : OVERVIEW_PX);
    l.ruler = take(&rest, RULER_PX);
    float pane = fminf(pane_px, rest.h);
    rest.h -= pane;
    l.pane = (struct ls_rect){rest.x, rest.y + rest.h, rest.w, pane};
    float label = floorf(clamp(width * 0.17f, 90, 270));
    label = fminf(label, rest.w / 2);
    l.labels = (struct ls_rect){rest.x, rest.y, label, rest.h};
    l.lanes = (struct ls_rect){rest.x + label, rest.y, rest.w - label, rest.h};
    return l;
}
