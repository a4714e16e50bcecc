#ifndef LS_CLI_DIAGRAM_H
#define LS_CLI_DIAGRAM_H
/* SPDX-License-Identifier: MIT */
/*
 * diagram.h - the whole trace as rows of characters over one time axis: a row
 * for each task, and under a loop's tasks the loop's own.
 *
 *     Masala |█───────────────────█|
 *     loop   |█                   █|
 *             0s        1s        2s
 *
 * Units: one cell is an equal part of the trace's time.
 * Ownership: borrows the trace and what is in the diagram.
 * Errors: as in text.h.
 * Threads: any.
 */
#include "names.h"
#include "style.h"

#include "analysis/finding.h"

struct ls_diagram {
    const struct ls_trace *trace;
    const struct ls_names *names;
    const struct ls_findings *findings; /* whose tasks are shown first */
    int64_t warn_ns;   /* from this own time on a turn blocks its loop */
    uint32_t max_rows; /* of tasks; the rest is counted in a line */
};

void ls_diagram_render(const struct ls_diagram *diagram, struct ls_text *text,
                       const struct ls_style *style);

#endif
