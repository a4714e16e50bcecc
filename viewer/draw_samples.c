/* SPDX-License-Identifier: MIT */
#include "viewer/samples.h"

#include <math.h>
#include <stdio.h>

#include "viewer/explain.h"

#define TICK_PX 7
#define ROW_PX 19
#define INDENT_PX 10
#define SHARE_PX 44

/* What was seen differs by shape: a running thread a peak, one that waited a
 * box, one that waited for memory a disc. */
static void draw_tick(struct ls_view *view, const struct ls_sample *sample,
                      float x, float y)
{
    struct ls_rect box = {x - 3, y, TICK_PX, TICK_PX};
    static const enum ls_colour_role roles[] = {
        [LS_SAMPLE_RUNNING] = LS_COLOUR_COMPUTING,
        [LS_SAMPLE_BLOCKED] = LS_COLOUR_BLOCKED,
        [LS_SAMPLE_FAULT] = LS_COLOUR_HELD};
    ls_colour colour = ls_view_colour(view, roles[sample->state]);
    if (sample->state == LS_SAMPLE_BLOCKED)
        ls_draw_rect(&view->list,
                     (struct ls_rect){x - 2, y + 1, TICK_PX - 2, TICK_PX - 2},
                     colour);
    else
        ls_draw_shape(&view->list,
                      sample->state == LS_SAMPLE_RUNNING ? LS_DRAW_TRIANGLE_UP
                                                         : LS_DRAW_DISC,
                      box, colour);
}

void ls_draw_ticks(struct ls_view *view, uint32_t thread, float y)
{
    const struct ls_index *index = view->document->index;
    struct ls_index_range range = {index->first_sample[thread],
                                   index->first_sample[thread + 1]};
    uint32_t n = ls_view_query(view, &index->samples, range);
    float free_from = -1;
    for (uint32_t i = 0; i < n; i++) {
        const struct ls_lod_box *b = &view->boxes[i];
        uint32_t item = index->samples.item[b->best];
        const struct ls_sample *sample = &index->trace->samples[item];
        float x = floorf(ls_view_x(view, sample->at_ns));
        if (x < free_from)
            continue;
        free_from = x + TICK_PX + 1;
        draw_tick(view, sample, x, y);
        struct ls_rect box = {x - 4, y - 1, TICK_PX + 2, TICK_PX + 2};
        ls_view_add_hit(view, ls_rect_clip(box, view->layout.lanes),
                        (struct ls_thing){LS_THING_SAMPLE, item, 0, 0});
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
