/* SPDX-License-Identifier: MIT */
#include "viewer/samples.h"

#include <math.h>
#include <stdio.h>

#include "viewer/explain.h"

#define TICK_PX 4
#define ROW_PX 19
#define INDENT_PX 10
#define SHARE_PX 44

void ls_draw_ticks(struct ls_view *view, uint32_t thread, float y, float h)
{
    const struct ls_trace *trace = view->document->trace;
    float drawn = -1;
    for (uint32_t i = ls_trace_first_sample(trace, view->begin_ns);
         i < trace->n_samples && trace->samples[i].at_ns < view->end_ns; i++) {
        if (trace->samples[i].thread != thread)
            continue;
        float x = floorf(ls_view_x(view, trace->samples[i].at_ns));
        if (x <= drawn)
            continue;
        drawn = x;
        ls_draw_rect(&view->list,
                     (struct ls_rect){x, y + h - TICK_PX, 2, TICK_PX},
                     ls_view_colour(view, LS_COLOUR_GROUND));
    }
}

/* "83 %  hash_body        parse.c:140" over a bar as long as its share. */
static void draw_row(struct ls_column *c, const struct ls_tree *tree,
                     const struct ls_tree_row *row)
{
    struct ls_view *view = c->view;
    const struct ls_trace *trace = view->document->trace;
    const char *function =
        ls_trace_string(trace, trace->frames[row->frame].function);
    struct ls_rect box = ls_column_box(c, ROW_PX), bar = box;
    char share[16], place[128];
    bar.w *= (float)row->weight / (float)tree->weight;
    bar.h -= 2;
    ls_draw_rect(&view->list, bar, ls_view_colour(view, LS_COLOUR_RAISED));
    snprintf(share, sizeof(share), "%.0f %%",
             100.0 * row->weight / tree->weight);
    box.w = SHARE_PX;
    ls_draw_text(&view->list, LS_FONT_MONO, ls_view_colour(view, LS_COLOUR_DIM),
                 box, LS_ALIGN_RIGHT, share);
    float indent = fminf((float)row->depth * INDENT_PX, c->w / 3);
    box.x += SHARE_PX + 10 + indent;
    box.w = fmaxf(c->x + c->w - box.x, 0);
    ls_explain_place(trace, row->frame, place, sizeof(place));
    float wide =
        ls_text_width(view->metrics, LS_FONT_MONO, place, box.w * 0.5f);
    struct ls_rect right = {box.x + box.w - wide, box.y, wide, box.h};
    ls_draw_text(&view->list, LS_FONT_MONO, ls_view_colour(view, LS_COLOUR_DIM),
                 right, LS_ALIGN_RIGHT, place);
    box.w = fmaxf(box.w - wide - 8, 0);
    ls_draw_text(&view->list, LS_FONT_MONO,
                 ls_view_colour(view, LS_COLOUR_TEXT), box, LS_ALIGN_LEFT,
                 *function ? function : "?");
}

void ls_draw_tree(struct ls_column *c, const struct ls_tree *tree)
{
    if (tree->n < 2)
        return;
    ls_column_gap(c, 12);
    ls_column_title(c, "Where it was", "sampled");
    for (uint32_t i = 0; i < tree->n; i++)
        draw_row(c, tree, &tree->rows[i]);
}
