#ifndef LS_VIEWER_COLUMN_H
#define LS_VIEWER_COLUMN_H
/* SPDX-License-Identifier: MIT */
/*
 * column.h - content that is written from top to bottom: the details.
 *
 * Not for lanes.
 *
 *     struct ls_column c = ls_column_begin(view, area, scroll_px);
 *     ls_column_title(&c, "blocking-call", "2.00 s");
 *     ls_column_text(&c, LS_COLOUR_DIM, advice);
 *     height = ls_column_height(&c);
 *
 * Units: logical pixels. Ownership: borrows the view. Errors: none.
 * Threads: one at a time.
 */
#include "viewer/draw.h"

struct ls_column {
    struct ls_view *view;
    float x, w;
    float y;   /* of the next line, in the window */
    float top; /* where the content begins */
};

struct ls_column ls_column_begin(struct ls_view *view, struct ls_rect area,
                                 float scroll_px);
float ls_column_height(const struct ls_column *c);

void ls_column_gap(struct ls_column *c, float height);
/* The next HEIGHT of the column as a box. */
struct ls_rect ls_column_box(struct ls_column *c, float height);

/* Bold at the left, mono and dim at the right. */
void ls_column_title(struct ls_column *c, const char *left, const char *right);
/* A line: the right one is drawn first and keeps its width, up to a part. */
void ls_column_row(struct ls_column *c, enum ls_font font,
                   enum ls_colour_role colour, const char *left,
                   enum ls_font right_font, enum ls_colour_role right_colour,
                   const char *right);
/* Wrapped, a dozen lines at most. */
void ls_column_text(struct ls_column *c, enum ls_colour_role colour,
                    const char *text);

#endif
