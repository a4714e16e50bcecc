/* SPDX-License-Identifier: MIT */
/* All findings as a table: what, how often, for how long, who waited. */
#include <math.h>
#include <stdio.h>

#include "viewer/draw.h"
#include "viewer/explain.h"
#include "viewer/format.h"

#define ROW_PX 20
#define HEAD_PX 24
#define WIDE_PX 720 /* with all columns */

static void draw_row(struct ls_view *view, const void *arg, uint32_t i,
                     struct ls_rect row)
{
    const struct ls_finding *f = &view->document->findings->items[i];
    char text[80];
    if (view->selected.kind == LS_THING_FINDING && view->selected.index == i)
        ls_draw_rect(&view->list, row, ls_view_colour(view, LS_COLOUR_RAISED));
    ls_view_add_hit(view, ls_rect_clip(row, view->pane.area),
                    (struct ls_thing){LS_THING_FINDING, i, 0, 0});
    ls_draw_rect(&view->list,
                 (struct ls_rect){row.x + 8, row.y + 3, 4, row.h - 6},
                 ls_view_severity(view, f->severity));
    bool wide = row.w >= WIDE_PX;
    struct ls_rect rest = {row.x + 20, row.y, row.w - 34, row.h};
    ls_draw_cell(view, LS_FONT_BOLD, LS_COLOUR_TEXT, &rest, 130, LS_ALIGN_LEFT,
                 ls_rule_get(f->rule)->name);
    int64_t own_ns = f->own_ns > 0 ? f->own_ns : f->duration_ns;
    ls_draw_cell(view, LS_FONT_MONO, LS_COLOUR_TEXT, &rest, 70, LS_ALIGN_RIGHT,
                 own_ns > 0 ? ls_format_duration(text, own_ns) : "");
    if (wide) {
        snprintf(text, sizeof(text), "\u00d7%u", f->count);
        ls_draw_cell(view, LS_FONT_MONO, LS_COLOUR_DIM, &rest, 44,
                     LS_ALIGN_RIGHT, f->count > 1 ? text : "");
        char took[LS_FORMAT_MAX];
        snprintf(text, sizeof(text), "%u waited %s", f->n_waiters,
                 ls_format_duration(took, f->waited_ns));
        ls_draw_cell(view, LS_FONT_SMALL, LS_COLOUR_HELD, &rest, 120,
                     LS_ALIGN_LEFT, f->n_waiters ? text : "");
    }
    ls_draw_cell(view, LS_FONT_TEXT, LS_COLOUR_DIM, &rest, rest.w,
                 LS_ALIGN_LEFT, f->message);
}

static void draw_head(struct ls_view *view, struct ls_rect head)
{
    bool wide = head.w >= WIDE_PX;
    struct ls_rect rest = {head.x + 20, head.y, head.w - 34, head.h};
    static const struct {
        const char *name;
        float w;
        enum ls_align align;
        bool wide;
    } columns[] = {{"finding", 130, LS_ALIGN_LEFT, false},
                   {"own time", 70, LS_ALIGN_RIGHT, false},
                   {"times", 44, LS_ALIGN_RIGHT, true},
                   {"who waited", 120, LS_ALIGN_LEFT, true},
                   {"what", 400, LS_ALIGN_LEFT, false}};
    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
        if (wide || !columns[i].wide)
            ls_draw_cell(view, LS_FONT_SMALL, LS_COLOUR_DIM, &rest,
                         columns[i].w, columns[i].align, columns[i].name);
}

void ls_draw_tab_findings(struct ls_view *view, struct ls_rect area)
{
    const struct ls_findings *findings = view->document->findings;
    if (findings->n == 0) {
        ls_draw_text(&view->list, LS_FONT_TEXT,
                     ls_view_colour(view, LS_COLOUR_DIM),
                     (struct ls_rect){area.x + 14, area.y + 8, area.w - 28, 20},
                     LS_ALIGN_LEFT, "Nothing was found.");
        return;
    }
    draw_head(view, (struct ls_rect){area.x, area.y, area.w, HEAD_PX});
    area.y += HEAD_PX;
    area.h = fmaxf(area.h - HEAD_PX, 0);
    view->pane.area = area;
    view->pane.content_px[LS_TAB_FINDINGS] = (float)findings->n * ROW_PX;
    ls_draw_rows(view, &(struct ls_rows){
                           .area = area,
                           .n = (uint32_t)findings->n,
                           .row_px = ROW_PX,
                           .scroll_px = &view->pane.scroll_px[LS_TAB_FINDINGS],
                           .draw = draw_row});
}
