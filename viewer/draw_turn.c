/* SPDX-License-Identifier: MIT */
/* A turn as a row for each phase: how long, as a bar, and how many. */
#include <math.h>
#include <stdio.h>

#include "viewer/details.h"
#include "viewer/format.h"

#define ROW_PX 20

static void draw_phase(struct ls_column *c, const char *name, int64_t ns,
                       uint32_t n, int64_t whole_ns)
{
    struct ls_view *view = c->view;
    char took[LS_FORMAT_MAX], text[64], count[LS_FORMAT_MAX];
    struct ls_rect row = ls_column_box(c, ROW_PX), bar = row;
    bool counts = whole_ns > 0;
    float part = counts ? (float)((double)ns / (double)whole_ns) : 0;
    bar.w = fminf(row.w * part, row.w);
    bar.h -= 2;
    bar.y += 1;
    bool is_long = ns >= view->document->judged.warn_ns && counts;
    ls_draw_rect(&view->list, bar,
                 ls_view_colour(view, is_long ? LS_COLOUR_BAD_GROUND
                                              : LS_COLOUR_RAISED));
    row.x += 6;
    row.w -= 12;
    float w = ls_draw_text(&view->list, LS_FONT_MONO,
                           ls_view_colour(view, LS_COLOUR_TEXT), row,
                           LS_ALIGN_RIGHT, ls_format_duration(took, ns));
    if (n > 0)
        snprintf(text, sizeof(text), "%s   %s callback%s", name,
                 ls_format_count(count, n), ls_plural(n));
    else
        snprintf(text, sizeof(text), "%s", name);
    row.w = fmaxf(row.w - w - 8, 0);
    ls_draw_text(&view->list, LS_FONT_TEXT,
                 ls_view_colour(view, counts ? LS_COLOUR_TEXT : LS_COLOUR_DIM),
                 row, LS_ALIGN_LEFT, text);
}

void ls_details_turn(struct ls_column *c, const struct ls_turn *turn)
{
    ls_column_gap(c, 12);
    ls_column_title(c, "This turn", "by phase");
    if (turn->waited_ns != LS_UNKNOWN)
        draw_phase(c, "waited for events before", turn->waited_ns, 0, 0);
    for (int i = 0; i < LS_PHASES; i++)
        if (turn->phases[i].n > 0)
            draw_phase(c, ls_phase_name((enum ls_phase)i), turn->phases[i].ns,
                       turn->phases[i].n, turn->took_ns);
    draw_phase(c, turn->n ? "outside of callbacks" : "the turn",
               turn->outside_ns, 0, turn->took_ns);
}
