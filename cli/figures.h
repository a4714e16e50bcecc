#ifndef LS_CLI_FIGURES_H
#define LS_CLI_FIGURES_H
/* SPDX-License-Identifier: MIT */
/*
 * figures.h - statistics as tables: loops, kinds of tasks, callbacks and
 * blocking calls.
 *
 *     ls_figures_render(trace, &names, statistics, &text, &style);
 *
 * Units: milliseconds.
 * Ownership: borrows what it is given.
 * Errors: as in text.h.
 * Threads: any.
 */
#include "names.h"
#include "style.h"

#include "analysis/statistics.h"

/* BUDGET is what the statistics were made with. */
void ls_figures_render(const struct ls_names *names,
                       const struct ls_statistics *statistics,
                       int64_t budget_ns, struct ls_text *text,
                       const struct ls_style *style);

#endif
