#ifndef LS_VIEWER_DETAILS_H
#define LS_VIEWER_DETAILS_H
/* SPDX-License-Identifier: MIT */
/*
 * details.h - what the details of several things have in common, and those
 * that draw_details.c hands to draw_summary.c.
 *
 *     ls_details_fact(&column, "thread", name);
 *
 * Units: nanoseconds. Ownership: borrows the column's view. Errors: none.
 * Threads: one at a time.
 */
#include "viewer/column.h"
#include "viewer/turn.h"

/* A name and what there is to say; nothing if FACT is empty. */
void ls_details_fact(struct ls_column *c, const char *name, const char *fact);
/* The three parts as a bar and in figures. */
void ls_details_cause(struct ls_column *c, const struct ls_cause *cause);
/* The frame GUILTY (LS_NONE: none) in bold; nothing for LS_NONE. */
void ls_details_stack(struct ls_column *c, uint32_t stack, uint32_t guilty);

void ls_details_turn(struct ls_column *c, const struct ls_turn *turn);

/* A mark, or a counter's point. */
void ls_details_small(struct ls_column *c, const struct ls_thing *thing);
void ls_details_sample(struct ls_column *c, const struct ls_sample *sample);
void ls_details_crowd(struct ls_column *c, uint32_t crowd);
void ls_details_trace(struct ls_column *c);

#endif
