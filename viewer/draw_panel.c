/* SPDX-License-Identifier: MIT */
/* The right side: the list of findings; below it the details. */
#include "viewer/draw.h"

#include <math.h>
#include <stdio.h>

#include "viewer/explain.h"
#include "viewer/format.h"

#define HEAD_PX 38
#define ROW_PX 46
#define LIST_PART 0.42f /* of the panel, at most */

static void draw_head(struct ls_view *view, struct ls_rect head)
{
    const struct ls_findings *findings = view->document->findings;
    struct ls_rect row = {head.x + 14, head.y, head.w - 28, head.h};
    char text[64];
    snprintf(text, sizeof(text), "%zu   N next", findings->n);
    ls_draw_text(&view->list, LS_FONT_SMALL,
                 ls_view_colour(view, LS_COLOUR_DIM), row, LS_ALIGN_RIGHT,
                 findings->n ? text : "none");
    row.w -= 80;
    ls_draw_text(&view->list, LS_FONT_BOLD,
                 ls_view_colour(view, LS_COLOUR_TEXT), row, LS_ALIGN_LEFT,
                 "Findings");
}

static void draw_finding(struct ls_view *view, uint32_t i, struct ls_rect row)
{
    const struct ls_finding *f = &view->document->findings->items[i];
    if (view->selected.kind == LS_THING_FINDING && view->selected.index == i)
        ls_draw_rect(&view->list, row, ls_view_colour(view, LS_COLOUR_RAISED));
    ls_draw_rect(&view->list,
                 (struct ls_rect){row.x + 12, row.y + 6, 5, row.h - 12},
                 ls_view_severity(view, f->severity));
    struct ls_rect line = {row.x + 28, row.y + 5, row.w - 42, 19};
    char took[LS_FORMAT_MAX] = "", right[64] = "";
    /* Of a stall what the program did; of others how long it lasted. */
    int64_t shown_ns =
        ls_explain_is_stall(f) && f->own_ns > 0 ? f->own_ns : f->duration_ns;
    if (shown_ns > 0)
        ls_format_duration(took, shown_ns);
    if (f->count > 1)
        snprintf(right, sizeof(right), "\u00d7%u  %s", f->count, took);
    else
        snprintf(right, sizeof(right), "%s", took);
    float w = ls_draw_text(&view->list, LS_FONT_MONO,
                           ls_view_colour(view, LS_COLOUR_DIM), line,
                           LS_ALIGN_RIGHT, right);
    struct ls_rect name = line;
    name.w -= w + 8;
    ls_draw_text(&view->list, LS_FONT_BOLD,
                 ls_view_colour(view, LS_COLOUR_TEXT), name, LS_ALIGN_LEFT,
                 ls_rule_get(f->rule)->name);
    line.y += 18;
    line.h = 17;
    ls_draw_text(&view->list, LS_FONT_SMALL,
                 ls_view_colour(view, LS_COLOUR_DIM), line, LS_ALIGN_LEFT,
                 f->message);
}

static void draw_list(struct ls_view *view, struct ls_rect area)
{
    size_t n = view->document->findings->n;
    view->findings_area = area;
    view->findings_height_px = (float)n * ROW_PX;
    view->findings_scroll_px = ls_clamp_scroll(
        view->findings_scroll_px, view->findings_height_px, area.h);
    ls_draw_clip(&view->list, area);
    ls_view_add_hit(view, area, (struct ls_thing){LS_THING_FINDINGS, 0, 0, 0});
    size_t first = (size_t)(view->findings_scroll_px / ROW_PX);
    for (size_t i = first; i < n; i++) {
        struct ls_rect row = {
            area.x, area.y + (float)i * ROW_PX - view->findings_scroll_px,
            area.w, ROW_PX};
        if (row.y >= area.y + area.h)
            break;
        draw_finding(view, (uint32_t)i, row);
        ls_view_add_hit(view, ls_rect_clip(row, area),
                        (struct ls_thing){LS_THING_FINDING, (uint32_t)i, 0, 0});
    }
    ls_draw_scrollbar(view, area, view->findings_height_px,
                      view->findings_scroll_px);
}

static void draw_edge(struct ls_view *view, struct ls_rect panel)
{
    ls_draw_rect(&view->list, (struct ls_rect){panel.x, panel.y, 1, panel.h},
                 ls_view_colour(view, LS_COLOUR_LINE));
    ls_draw_clip(&view->list, view->layout.window);
}

void ls_draw_panel(struct ls_view *view)
{
    struct ls_rect panel = view->layout.panel;
    if (panel.w <= 0 || panel.h <= 0)
        return;
    ls_draw_clip(&view->list, panel);
    ls_draw_rect(&view->list, panel, ls_view_colour(view, LS_COLOUR_PANEL));
    struct ls_rect area = {panel.x + 1, panel.y, panel.w - 1, panel.h};
    if (view->diff) {
        ls_draw_differences(view, area);
        ls_draw_clip(&view->list, panel);
        draw_edge(view, panel);
        return;
    }
    draw_head(view, (struct ls_rect){area.x, area.y, area.w, HEAD_PX});
    float wanted = (float)view->document->findings->n * ROW_PX;
    float most = fmaxf(panel.h * LIST_PART - HEAD_PX, 0);
    struct ls_rect list = {area.x, area.y + HEAD_PX, area.w,
                           fminf(wanted, most)};
    draw_list(view, list);
    ls_draw_clip(&view->list, panel);
    struct ls_rect below = {area.x, list.y + list.h + 8, area.w, 0};
    ls_draw_rect(&view->list, (struct ls_rect){below.x, below.y, below.w, 1},
                 ls_view_colour(view, LS_COLOUR_LINE));
    below.y += 1;
    below.h = fmaxf(panel.y + panel.h - below.y, 0);
    view->details_area = below;
    ls_view_add_hit(view, below, (struct ls_thing){LS_THING_DETAILS, 0, 0, 0});
    view->details_scroll_px = ls_clamp_scroll(view->details_scroll_px,
                                              view->details_height_px, below.h);
    ls_draw_clip(&view->list, below);
    ls_draw_details(view, below);
    ls_draw_scrollbar(view, below, view->details_height_px,
                      view->details_scroll_px);
    ls_draw_clip(&view->list, panel);
    draw_edge(view, panel);
}
