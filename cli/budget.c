/* SPDX-License-Identifier: MIT */
#include "budget.h"

#include "duration.h"
#include "nearest.h"

#include "analysis/statistics.h"

#include <stdlib.h>
#include <string.h>

static double total_blocking(const struct ls_loop_row *row)
{
    return (double)row->blocking_ns;
}

static double max_turn(const struct ls_loop_row *row)
{
    return (double)row->turns.max_ns;
}

static double p99_turn(const struct ls_loop_row *row)
{
    return (double)row->turns.p99_ns;
}

/* Own time per time in which the machine would have run it: what it was
 * descheduled in turns counts neither above nor below the line, so that a busy
 * machine changes nothing. */
static double utilisation(const struct ls_loop_row *row)
{
    const double own = (double)row->turns.total_ns;
    const double in_turns = row->utilisation * (double)row->span_ns;
    const double descheduled = in_turns > own ? in_turns - own : 0;
    const double could = (double)row->span_ns - descheduled;
    return could > 0 ? own / could : 0;
}

static bool take_time(const char *text, double *limit)
{
    int64_t ns;
    if (!ls_duration_parse(text, &ns))
        return false;
    *limit = (double)ns;
    return true;
}

/* "80%" or "0.8", in the notation that times have, too. */
static bool take_ratio(const char *text, double *limit)
{
    const size_t n = strspn(text, "0123456789.");
    const char *point = strchr(text, '.');
    const bool percent = !strcmp(text + n, "%");
    if (!n || (text[n] && !percent) || (point && strchr(point + 1, '.')) ||
        (n == 1 && point))
        return false;
    *limit = strtod(text, NULL) / (percent ? 100 : 1);
    return *limit <= 1;
}

static const struct {
    const char *name;
    double (*of)(const struct ls_loop_row *row);
    bool (*take)(const char *text, double *limit);
    const char *wants;
} measures[LS_MEASURES] = {
    [LS_MEASURE_TOTAL_BLOCKING] = {"total-blocking", total_blocking, take_time,
                                   "a time such as 200ms"},
    [LS_MEASURE_MAX_TURN] = {"max-turn", max_turn, take_time,
                             "a time such as 50ms"},
    [LS_MEASURE_P99_TURN] = {"p99-turn", p99_turn, take_time,
                             "a time such as 20ms"},
    [LS_MEASURE_UTILISATION] = {"utilisation", utilisation, take_ratio,
                                "a share such as 80% or 0.8"},
};

const char *ls_measure_name(enum ls_measure measure)
{
    return measures[measure].name;
}

bool ls_measure_is_ratio(enum ls_measure measure)
{
    return measures[measure].take == take_ratio;
}

static int find(const char *text, size_t n)
{
    for (int i = 0; i < LS_MEASURES; i++)
        if (!strncmp(measures[i].name, text, n) && !measures[i].name[n])
            return i;
    return -1;
}

static bool unknown(const char *text, size_t n, struct ls_text *error)
{
    struct ls_text name = {0};
    ls_text_add_bytes(&name, text, n);
    struct ls_nearest nearest = ls_nearest_to(ls_text_get(&name));
    for (int i = 0; i < LS_MEASURES; i++)
        ls_nearest_try(&nearest, measures[i].name);
    ls_text_addf(error, "wants a known measure (the nearest is %s)",
                 nearest.name);
    ls_text_destroy(&name);
    return false;
}

bool ls_budgets_set(struct ls_budgets *budgets, const char *text,
                    struct ls_text *error)
{
    const size_t n = strcspn(text, "=");
    const int i = find(text, n);
    if (i < 0)
        return unknown(text, n, error);
    double limit;
    if (!text[n] || !measures[i].take(text + n + 1, &limit)) {
        ls_text_addf(error, "wants %s=VALUE, %s", measures[i].name,
                     measures[i].wants);
        return false;
    }
    budgets->of[i] = (struct ls_budget){.is_set = true, .limit = limit};
    return true;
}

bool ls_budgets_any(const struct ls_budgets *budgets)
{
    for (int i = 0; i < LS_MEASURES; i++)
        if (budgets->of[i].is_set)
            return true;
    return false;
}

static int compare(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* The values of one trace, each of the loop in which it is greatest. False: no
 * loop had a turn. */
static bool worst(const struct ls_statistics *statistics,
                  double values[LS_MEASURES])
{
    bool any = false;
    memset(values, 0, LS_MEASURES * sizeof(*values));
    for (uint32_t l = 0; l < statistics->n_loops; l++) {
        any = any || statistics->loops[l].turns.count;
        for (int i = 0; i < LS_MEASURES; i++) {
            const double value = measures[i].of(&statistics->loops[l]);
            if (value > values[i])
                values[i] = value;
        }
    }
    return any;
}

bool ls_budgets_measure(struct ls_budgets *budgets,
                        const struct ls_trace *const *traces, size_t n,
                        int64_t blocking_ns)
{
    double *all = calloc(n * LS_MEASURES + 1, sizeof(*all));
    size_t n_traces = 0;
    bool good = all;
    for (size_t t = 0; good && t < n; t++) {
        double values[LS_MEASURES];
        if (!traces[t])
            continue;
        struct ls_statistics *s = ls_statistics_make(traces[t], blocking_ns);
        good = s;
        if (s && worst(s, values)) {
            for (int i = 0; i < LS_MEASURES; i++)
                all[(size_t)i * n + n_traces] = values[i];
            n_traces++;
        }
        ls_statistics_free(s);
    }
    for (int i = 0; good && n_traces && i < LS_MEASURES; i++) {
        double *values = all + (size_t)i * n;
        qsort(values, n_traces, sizeof(*values), compare);
        budgets->of[i].value = values[(n_traces - 1) / 2];
        budgets->of[i].n_traces = n_traces;
    }
    free(all);
    return good;
}

bool ls_budget_is_over(const struct ls_budget *budget)
{
    return budget->is_set && budget->n_traces && budget->value > budget->limit;
}

bool ls_budgets_are_over(const struct ls_budgets *budgets)
{
    for (int i = 0; i < LS_MEASURES; i++)
        if (ls_budget_is_over(&budgets->of[i]))
            return true;
    return false;
}

static void add_value(struct ls_text *text, enum ls_measure measure,
                      double value)
{
    char time[LS_DURATION_TEXT];
    if (ls_measure_is_ratio(measure))
        ls_text_addf(text, "%.3g %%", 100 * value);
    else
        ls_text_add(text, ls_duration_format(time, (int64_t)value));
}

void ls_budget_tell(const struct ls_budgets *budgets, enum ls_measure measure,
                    struct ls_text *text)
{
    const struct ls_budget *budget = &budgets->of[measure];
    ls_text_add(text, measures[measure].name);
    if (!budget->n_traces) {
        ls_text_add(text, " was not measured: there is no loop");
        return;
    }
    ls_text_add(text, " is ");
    add_value(text, measure, budget->value);
    ls_text_add(text, ls_budget_is_over(budget) ? ", over" : ", within");
    ls_text_add(text, " the budget of ");
    add_value(text, measure, budget->limit);
    if (budget->n_traces > 1)
        ls_text_addf(text, " (the median of %zu traces)", budget->n_traces);
}
