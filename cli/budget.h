#ifndef LS_CLI_BUDGET_H
#define LS_CLI_BUDGET_H
/* SPDX-License-Identifier: MIT */
/*
 * budget.h - limits for measures of whole traces: `check --budget`.
 *
 *     struct ls_budgets budgets = {0};
 *     ls_budgets_set(&budgets, "p99-turn=20ms", &error);
 *     ls_budgets_measure(&budgets, traces, 3, fail_ns);
 *     ls_budget_is_over(&budgets.of[LS_MEASURE_P99_TURN]);
 *
 * Of a trace the loop that is worst counts; of several traces the median,
 * since they are taken for repetitions of one program, and a single run that
 * the machine disturbed is not to decide. Of an even number it is the lower
 * one of the middle pair.
 *
 * Units: nanoseconds of own time; utilisation is a ratio, 0..1, of own time to
 *     the time in which the machine did not keep the loop from running.
 * Ownership: none.
 * Errors: false; ERROR says what the value should have been, or there was no
 *     memory.
 * Threads: any.
 */
#include "text.h"

#include "analysis/trace.h"

enum ls_measure {
    LS_MEASURE_TOTAL_BLOCKING,
    LS_MEASURE_MAX_TURN,
    LS_MEASURE_P99_TURN,
    LS_MEASURE_UTILISATION,
    LS_MEASURES
};

struct ls_budget {
    bool is_set;
    double limit;
    double value;    /* 0 until measured */
    size_t n_traces; /* that had a loop, and of which VALUE is the median */
};

struct ls_budgets {
    struct ls_budget of[LS_MEASURES];
};

const char *ls_measure_name(enum ls_measure measure);
bool ls_measure_is_ratio(enum ls_measure measure);

/* TEXT is NAME=VALUE. */
bool ls_budgets_set(struct ls_budgets *budgets, const char *text,
                    struct ls_text *error);

bool ls_budgets_any(const struct ls_budgets *budgets);

/* TRACES may have NULLs. What a turn takes beyond BLOCKING_NS is blocking. */
bool ls_budgets_measure(struct ls_budgets *budgets,
                        const struct ls_trace *const *traces, size_t n,
                        int64_t blocking_ns);

bool ls_budget_is_over(const struct ls_budget *budget);
bool ls_budgets_are_over(const struct ls_budgets *budgets);

/* "max-turn is 62 ms, over the budget of 50 ms (the median of 3 traces)" */
void ls_budget_tell(const struct ls_budgets *budgets, enum ls_measure measure,
                    struct ls_text *text);

#endif
