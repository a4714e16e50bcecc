/* SPDX-License-Identifier: MIT */
#include "figures.h"

#include "duration.h"
#include "label.h"
#include "table.h"

#include <inttypes.h>
#include <stdio.h>

#define MAX_ROWS 20

/* The eight columns of every table; only the first title differs. */
#define COLUMNS(title)                                                         \
    {                                                                          \
        {title, 9}, {"count", 8}, {"total", 6}, {"mean", 3}, {"p50", 4},       \
            {"p90", 1}, {"p99", 2}, {"max", 7},                                \
    }
#define N_COLUMNS 8

static const struct ls_column loop_columns[] = COLUMNS("own time (ms)");
static const struct ls_column task_columns[] = COLUMNS("tasks (ms)");
static const struct ls_column call_columns[] = COLUMNS("calls (ms)");
static const struct ls_column kind_columns[] = COLUMNS("callbacks (ms)");
static const struct ls_column pool_columns[] = COLUMNS("thread pool (ms)");

static void add_summary(struct ls_table *table, const char *name,
                        const struct ls_summary *summary)
{
    char cell[LS_DURATION_TEXT];
    const int64_t times[] = {summary->total_ns, summary->mean_ns,
                             summary->p50_ns,   summary->p90_ns,
                             summary->p99_ns,   summary->max_ns};
    ls_table_add(table, name);
    snprintf(cell, sizeof(cell), "%" PRIu64, summary->count);
    ls_table_add(table, cell);
    for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++)
        ls_table_add(table, ls_duration_format_ms(cell, times[i]));
}

static void finish(struct ls_table *table, uint32_t n_rows,
                   struct ls_text *text, const struct ls_style *style)
{
    ls_table_render(table, text, style);
    if (n_rows > MAX_ROWS)
        ls_text_addf(text, "(and %" PRIu32 " more)\n", n_rows - MAX_ROWS);
    text->failed = text->failed || table->cells.failed;
    ls_table_destroy(table);
}

static void say_loop(const struct ls_names *names,
                     const struct ls_loop_row *row,
                     const struct ls_loop_row *first, int64_t budget_ns,
                     struct ls_text *text, const struct ls_style *style)
{
    char span[LS_DURATION_TEXT], blocking[LS_DURATION_TEXT];
    char budget[LS_DURATION_TEXT];
    struct ls_text line = {0};
    ls_names_loop(names, row->loop, &line);
    ls_text_addf(&line, ": busy %.1f %% of %s; total blocking time %s",
                 100 * row->utilisation, ls_duration_format(span, row->span_ns),
                 ls_duration_format(blocking, row->blocking_ns));
    if (row == first) /* said once */
        ls_text_addf(&line, " (own time of turns beyond %s each)",
                     ls_duration_format(budget, budget_ns));
    ls_label_wrap(text, style, ls_text_get(&line), 4);
    ls_text_destroy(&line);
}

static void put_loops(const struct ls_names *names,
                      const struct ls_statistics *statistics, int64_t budget_ns,
                      struct ls_text *text, const struct ls_style *style)
{
    struct ls_table table = {.columns = loop_columns, .n_columns = N_COLUMNS};
    struct ls_text name = {0};
    for (uint32_t i = 0; i < statistics->n_loops && i < MAX_ROWS; i++) {
        const struct ls_loop_row *row = &statistics->loops[i];
        ls_text_clear(&name);
        ls_names_loop(names, row->loop, &name);
        add_summary(&table, ls_text_get(&name), &row->turns);
        say_loop(names, row, statistics->loops, budget_ns, text, style);
    }
    ls_text_destroy(&name);
    finish(&table, statistics->n_loops, text, style);
}

/* What a task's life is made of, each with a row of its own under it. */
static void add_task_rows(struct ls_table *table, const struct ls_trace *trace,
                          const struct ls_task_row *row)
{
    const struct {
        const char *name;
        const struct ls_summary *summary;
    } parts[] = {
        {"  running", &row->running},
        {"  awaiting", &row->awaiting},
        {"  held up", &row->held_up},
    };
    add_summary(table, ls_trace_string(trace, row->kind), &row->life);
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
        if (parts[i].summary->total_ns > 0)
            add_summary(table, parts[i].name, parts[i].summary);
}

static void put_tasks(const struct ls_names *names,
                      const struct ls_statistics *statistics,
                      struct ls_text *text, const struct ls_style *style)
{
    struct ls_table table = {.columns = task_columns, .n_columns = N_COLUMNS};
    for (uint32_t i = 0; i < statistics->n_tasks && i < MAX_ROWS; i++)
        add_task_rows(&table, names->trace, &statistics->tasks[i]);
    finish(&table, statistics->n_tasks, text, style);
}

static void put_callbacks(const struct ls_names *names,
                          const struct ls_statistics *statistics,
                          struct ls_text *text, const struct ls_style *style)
{
    struct ls_table table = {.columns = call_columns, .n_columns = N_COLUMNS};
    struct ls_text name = {0};
    for (uint32_t i = 0; i < statistics->n_callbacks && i < MAX_ROWS; i++) {
        const struct ls_callback_row *row = &statistics->callbacks[i];
        ls_text_clear(&name);
        ls_text_add(&name, ls_trace_string(names->trace, row->name));
        if (row->kind == LS_SLICE_BLOCKING)
            ls_text_add(&name, "()");
        add_summary(&table, ls_text_get(&name), &row->time);
    }
    ls_text_destroy(&name);
    finish(&table, statistics->n_callbacks, text, style);
}

/* "read, io" */
static void put_kinds(const struct ls_names *names,
                      const struct ls_statistics *statistics,
                      struct ls_text *text, const struct ls_style *style)
{
    struct ls_table table = {.columns = kind_columns, .n_columns = N_COLUMNS};
    struct ls_text name = {0};
    for (uint32_t i = 0; i < statistics->n_kinds && i < MAX_ROWS; i++) {
        const struct ls_kind_row *row = &statistics->kinds[i];
        ls_text_clear(&name);
        ls_text_addf(&name, "%s%s%s", ls_trace_string(names->trace, row->kind),
                     row->phase ? ", " : "",
                     ls_trace_string(names->trace, row->phase));
        add_summary(&table, ls_text_get(&name), &row->time);
    }
    ls_text_destroy(&name);
    finish(&table, statistics->n_kinds, text, style);
}

static void put_pool(const struct ls_statistics *statistics,
                     struct ls_text *text, const struct ls_style *style)
{
    struct ls_table table = {.columns = pool_columns, .n_columns = N_COLUMNS};
    add_summary(&table, "in the queue", &statistics->pool_queued);
    add_summary(&table, "at work", &statistics->pool_worked);
    finish(&table, 2, text, style);
}

void ls_figures_render(const struct ls_names *names,
                       const struct ls_statistics *statistics,
                       int64_t budget_ns, struct ls_text *text,
                       const struct ls_style *style)
{
    if (statistics->n_loops)
        put_loops(names, statistics, budget_ns, text, style);
    if (statistics->n_tasks) {
        ls_text_add(text, statistics->n_loops ? "\n" : "");
        put_tasks(names, statistics, text, style);
    }
    if (statistics->n_callbacks) {
        bool first = !statistics->n_loops && !statistics->n_tasks;
        ls_text_add(text, first ? "" : "\n");
        put_callbacks(names, statistics, text, style);
    }
    if (statistics->n_kinds) {
        ls_text_add(text, "\n");
        put_kinds(names, statistics, text, style);
    }
    if (statistics->pool_worked.count) {
        ls_text_add(text, "\n");
        put_pool(statistics, text, style);
    }
}
