#ifndef LS_CLI_INSPECTION_H
#define LS_CLI_INSPECTION_H
/* SPDX-License-Identifier: MIT */
/*
 * inspection.h - loads and judges traces, with what files say is accepted. Not
 * for rendering what it came to (gate.h).
 *
 *     struct ls_inspection inspection = {.options = options};
 *     if (ls_inspection_open(&inspection) &&
 *         ls_inspection_judge(&inspection, paths, 3) &&
 *         ls_inspection_write(&inspection)) ...
 *     ls_inspection_destroy(&inspection);
 *
 * Units: none.
 * Ownership: borrows options and paths; owns the rest.
 * Errors: false, after one line on standard error; a trace that cannot be used
 *     is a verdict.
 * Threads: one.
 */
#include "baseline.h"
#include "budget.h"
#include "suppressions.h"
#include "verdict.h"

struct ls_inspection {
    struct {
        struct ls_judge_options judge;
        struct ls_budgets budgets;
        const char *suppressions; /* files; NULL: not given */
        const char *baseline;
        const char *write_baseline;
    } options;
    struct ls_judged *judged;
    size_t n;
    struct ls_suppressions suppressions;
    struct ls_baseline baseline; /* that findings are compared with */
};

/* Reads the files of the options. */
bool ls_inspection_open(struct ls_inspection *inspection);

bool ls_inspection_judge(struct ls_inspection *inspection, char *const *paths,
                         size_t n);

/* Writes the baseline, if one is asked for: what is in it is accepted. */
bool ls_inspection_write(struct ls_inspection *inspection);

/* BUDGETS become those of the options, measured. */
bool ls_inspection_measure(const struct ls_inspection *inspection,
                           struct ls_budgets *budgets);

void ls_inspection_destroy(struct ls_inspection *inspection);

/* Says what is wrong with FILE; false. */
bool ls_inspection_refuse(const char *file, const struct ls_text *error);

#endif
