#ifndef LS_VIEWER_SAMPLES_H
#define LS_VIEWER_SAMPLES_H
/* SPDX-License-Identifier: MIT */
/*
 * samples.h - what was seen from outside while a turn took too long: ticks in
 * the loop's lane, and a tree of functions in the details.
 *
 *     ls_draw_ticks(view, thread, y, h);
 *     ls_draw_tree(&column, &finding->tree);
 *
 * Units: logical pixels. Ownership: borrows the view. Errors: none.
 * Threads: one at a time.
 */
#include "viewer/column.h"

/* A row of ticks, LS_LANE_SAMPLES_PX high; those that would overlap are left
 * out. */
void ls_draw_ticks(struct ls_view *view, uint32_t thread, float y);

/* Nothing, if there is not more than one function in it. */
void ls_draw_tree(struct ls_column *c, const struct ls_tree *tree);

#endif
