#ifndef LS_CLI_LEFT_OUT_H
#define LS_CLI_LEFT_OUT_H
/* SPDX-License-Identifier: MIT */
/*
 * left_out.h - what a diagram says of the tasks that have no row in it: how
 * many there are of each kind, and how they spent their time.
 *
 *     ls_left_out_render(trace, chosen, &text, &style);
 *     // (and 9960 more "request" tasks: awaiting 1.2 s each, running 0.1 ms)
 *
 * Units: none.
 * Ownership: none.
 * Errors: the text's.
 * Threads: any.
 */
#include "style.h"
#include "text.h"

#include "analysis/trace.h"

/* CHOSEN: by task, not 0: it has a row. */
void ls_left_out_render(const struct ls_trace *trace, const uint8_t *chosen,
                        struct ls_text *text, const struct ls_style *style);

#endif
