/* SPDX-License-Identifier: MIT */
#include "viewer/column.h"

#include <math.h>

#define PADDING_PX 14
#define ROW_PX 18
#define TEXT_LINES 12

struct ls_column ls_column_begin(struct ls_view *view, struct ls_rect area,
                                 float scroll_px)
{
    float top = area.y + 10 - floorf(scroll_px);
    return (struct ls_column){.view = view,
                              .x = area.x + PADDING_PX,
                              .w = fmaxf(area.w - 2 * PADDING_PX, 0),
                              .y = top,
                              .top = top - 10};
}

float ls_column_height(const struct ls_column *c)
{
    return c->y + PADDING_PX - c->top;
}

void ls_column_gap(struct ls_column *c, float height)
{
    c->y += height;
}

struct ls_rect ls_column_box(struct ls_column *c, float height)
{
    struct ls_rect box = {c->x, c->y, c->w, height};
    c->y += height;
    return box;
}

void ls_column_row(struct ls_column *c, enum ls_font font,
                   enum ls_colour_role colour, const char *left,
                   enum ls_font right_font, enum ls_colour_role right_colour,
                   const char *right)
{
    struct ls_rect row = ls_column_box(c, ROW_PX);
    float w = ls_text_width(c->view->metrics, right_font, right,
                            floorf(row.w * 0.6f));
    struct ls_rect end = {row.x + row.w - ceilf(w), row.y, ceilf(w), row.h};
    ls_draw_text(&c->view->list, right_font,
                 ls_view_colour(c->view, right_colour), end, LS_ALIGN_RIGHT,
                 right);
    row.w -= w > 0 ? ceilf(w) + 10 : 0;
    ls_draw_text(&c->view->list, font, ls_view_colour(c->view, colour), row,
                 LS_ALIGN_LEFT, left);
}

void ls_column_title(struct ls_column *c, const char *left, const char *right)
{
    ls_column_row(c, LS_FONT_BOLD, LS_COLOUR_TEXT, left, LS_FONT_MONO,
                  LS_COLOUR_DIM, right);
    ls_column_gap(c, 4);
}

void ls_column_text(struct ls_column *c, enum ls_colour_role colour,
                    const char *text)
{
    struct ls_rect box = {c->x, c->y, c->w, 0};
    c->y +=
        ls_draw_wrapped(&c->view->list, LS_FONT_TEXT,
                        ls_view_colour(c->view, colour), box, TEXT_LINES, text);
}
