/* SPDX-License-Identifier: MIT */
#include "changes.h"

#include "duration.h"
#include "explain.h"
#include "label.h"
#include "table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MAX_FINDINGS 5 /* of a kind, in full */
#define MAX_ROWS 20    /* of a table, without those that are marked */

static const struct {
    const char *finding, *time;
} names[LS_DIFF_CHANGES] = {
    [LS_DIFF_NEW] = {"new", "new"},    [LS_DIFF_WORSE] = {"worse", "slower"},
    [LS_DIFF_SAME] = {"same", "same"}, [LS_DIFF_BETTER] = {"better", "faster"},
    [LS_DIFF_GONE] = {"gone", "gone"},
};

const char *ls_changes_finding_name(enum ls_diff_change change)
{
    return names[change].finding;
}

const char *ls_changes_time_name(enum ls_diff_change change)
{
    return names[change].time;
}

enum ls_verdict ls_changes_verdict(const struct ls_changes *c)
{
    if (!c->diff)
        return LS_VERDICT_UNUSABLE;
    enum ls_verdict verdict =
        c->diff->n_errors ? LS_VERDICT_FAIL : LS_VERDICT_PASS;
    if (c->was->verdict == LS_VERDICT_NOTHING_TRACED ||
        c->is->verdict == LS_VERDICT_NOTHING_TRACED)
        verdict = ls_verdict_worse(verdict, LS_VERDICT_NOTHING_TRACED);
    return verdict;
}

static void put(struct ls_text *line, struct ls_text *text,
                const struct ls_style *style, int hang)
{
    ls_label_wrap(text, style, ls_text_get(line), hang);
    text->failed = text->failed || line->failed;
    ls_text_destroy(line);
}

static void put_title(struct ls_text *text, const struct ls_style *style,
                      const char *title)
{
    ls_text_add(text, "\n");
    ls_style_ink(text, style, LS_INK_STRONG);
    ls_text_addf(text, "%s:", title);
    ls_style_ink(text, style, LS_INK_PLAIN);
    ls_text_add(text, "\n");
}

/* ---- the verdict ---- */

/* "1 new, 2 worse" */
static void add_counts(const struct ls_diff *diff, struct ls_text *line)
{
    const char *before = " (";
    for (int i = 0; i < LS_DIFF_CHANGES; i++) {
        if (!diff->n[i])
            continue;
        ls_text_addf(line, "%s%zu %s", before, diff->n[i], names[i].finding);
        before = ", ";
    }
    ls_text_add(line, before[0] == ',' ? ")" : " (no findings)");
}

static void put_verdict(const struct ls_changes *c, struct ls_text *text,
                        const struct ls_style *style)
{
    const enum ls_verdict verdict = ls_changes_verdict(c);
    struct ls_text line = {0};
    ls_style_ink(text, style,
                 verdict == LS_VERDICT_PASS ? LS_INK_GOOD : LS_INK_ERROR);
    ls_text_add(text, ls_verdict_name(verdict));
    ls_style_ink(text, style, LS_INK_PLAIN);
    ls_text_addf(&line, ": from %s", ls_style_path(style, c->was->path));
    ls_text_addf(&line, " to %s", ls_style_path(style, c->is->path));
    add_counts(c->diff, &line);
    put(&line, text, style, 2);
    const struct ls_judged *const both[] = {c->was, c->is};
    for (size_t i = 0; i < 2; i++) {
        if (both[i]->verdict != LS_VERDICT_NOTHING_TRACED)
            continue;
        ls_text_addf(&line, "nothing was traced in %s: no loop was seen",
                     ls_style_path(style, both[i]->path));
        put(&line, text, style, 2);
    }
}

/* ---- findings ---- */

static void put_in_full(const struct ls_changes *c,
                        const struct ls_diff_finding *f, struct ls_text *text,
                        const struct ls_style *style)
{
    const struct ls_story story = {c->is->trace, &c->is->names, c->is->findings,
                                   c->is->path};
    ls_explain(&story, f->is, text, style);
    if (!f->was || f->was->own_ns <= 0)
        return;
    struct ls_text line = {0};
    char was[LS_DURATION_TEXT], is[LS_DURATION_TEXT];
    ls_text_add(text, "  ");
    ls_text_addf(&line, "was %s of own time at most, is %s",
                 ls_duration_format(was, f->was->own_ns),
                 ls_duration_format(is, f->is->own_ns));
    put(&line, text, style, 2);
}

static void put_in_short(const struct ls_diff_finding *f, struct ls_text *text,
                         const struct ls_style *style)
{
    const struct ls_finding *told = f->is ? f->is : f->was;
    struct ls_text line = {0};
    ls_text_addf(&line, "%s: %s", ls_severity_name(told->severity),
                 told->message);
    put(&line, text, style, 2);
}

static void put_findings(const struct ls_changes *c, enum ls_diff_change change,
                         const char *title, struct ls_text *text,
                         const struct ls_style *style)
{
    const struct ls_diff *diff = c->diff;
    const bool in_full = change <= LS_DIFF_WORSE;
    size_t n = 0;
    if (!diff->n[change])
        return;
    put_title(text, style, title);
    for (size_t i = 0; i < diff->n_findings; i++) {
        if (diff->findings[i].change != change || n++ >= MAX_FINDINGS)
            continue;
        ls_text_add(text, n > 1 && in_full ? "\n" : "");
        if (in_full)
            put_in_full(c, &diff->findings[i], text, style);
        else
            put_in_short(&diff->findings[i], text, style);
    }
    if (n > MAX_FINDINGS)
        ls_text_addf(text, "(and %zu more)\n", n - MAX_FINDINGS);
}

/* ---- times ---- */

#define N_COLUMNS 9
#define COLUMNS(title)                                                         \
    {                                                                          \
        {title, 9}, {"n old", 2}, {"n new", 3}, {"old", 7}, {"MAD", 4},        \
            {"new", 7}, {"MAD", 4}, {"change", 8}, {"", 8},                    \
    }

/* One table for all kinds from FIRST to LAST. */
static const struct {
    enum ls_timing_kind first, last;
    struct ls_column columns[N_COLUMNS];
} tables[] = {
    {LS_TIMING_TURN, LS_TIMING_TURN, COLUMNS("turns, own time (ms)")},
    {LS_TIMING_TASK, LS_TIMING_HELD_UP, COLUMNS("tasks (ms)")},
    {LS_TIMING_CALLBACK, LS_TIMING_CALL, COLUMNS("calls (ms)")},
    {LS_TIMING_POOL, LS_TIMING_POOL, COLUMNS("thread pool (ms)")},
};

static void add_count(struct ls_table *table, uint64_t n)
{
    char cell[24];
    snprintf(cell, sizeof(cell), "%" PRIu64, n);
    ls_table_add(table, cell);
}

static void add_side(struct ls_table *table, const struct ls_summary *summary,
                     int64_t mad_ns)
{
    char cell[LS_DURATION_TEXT];
    ls_table_add(table, summary->count
                            ? ls_duration_format_ms(cell, summary->p50_ns)
                            : "-");
    ls_table_add(table,
                 summary->count ? ls_duration_format_ms(cell, mad_ns) : "-");
}

static void add_change(struct ls_table *table, const struct ls_diff_time *time)
{
    char cell[LS_DURATION_TEXT + 1], ms[LS_DURATION_TEXT];
    const int64_t ns = time->change_ns;
    const bool both = time->was.count && time->is.count;
    snprintf(cell, sizeof(cell), "%s%s",
             ns < 0   ? "-"
             : ns > 0 ? "+"
                      : "",
             ls_duration_format_ms(ms, ns < 0 ? -ns : ns));
    ls_table_add(table, both ? cell : "-");
    ls_table_add(table,
                 time->change == LS_DIFF_SAME ? "" : names[time->change].time);
}

static void add_name(struct ls_table *table, const struct ls_diff_time *time)
{
    struct ls_text name = {0};
    ls_text_add(&name, time->name);
    if (time->kind == LS_TIMING_CALL)
        ls_text_add(&name, "()");
    if (time->kind == LS_TIMING_RUNNING || time->kind == LS_TIMING_HELD_UP)
        ls_text_addf(&name, ", %s", ls_timing_kind_name(time->kind));
    ls_table_add(table, ls_text_get(&name));
    table->cells.failed = table->cells.failed || name.failed;
    ls_text_destroy(&name);
}

static void add_row(struct ls_table *table, const struct ls_diff_time *time)
{
    add_name(table, time);
    add_count(table, time->was.count);
    add_count(table, time->is.count);
    add_side(table, &time->was, time->was_mad_ns);
    add_side(table, &time->is, time->is_mad_ns);
    add_change(table, time);
}

static bool is_nothing(const struct ls_diff_time *time)
{
    return time->kind == LS_TIMING_HELD_UP && !time->was.max_ns &&
           !time->is.max_ns;
}

static void put_times(const struct ls_diff *diff, size_t which,
                      struct ls_text *text, const struct ls_style *style)
{
    struct ls_table table = {.columns = tables[which].columns,
                             .n_columns = N_COLUMNS};
    size_t n_rows = 0, n_more = 0;
    for (size_t i = 0; i < diff->n_times; i++) {
        const struct ls_diff_time *time = &diff->times[i];
        if (time->kind < tables[which].first ||
            time->kind > tables[which].last || is_nothing(time))
            continue;
        const bool is_marked =
            time->change == LS_DIFF_WORSE || time->change == LS_DIFF_BETTER;
        if (!is_marked && n_rows >= MAX_ROWS) {
            n_more++;
            continue;
        }
        add_row(&table, time);
        n_rows++;
    }
    if (n_rows) {
        ls_text_add(text, "\n");
        ls_table_render(&table, text, style);
    }
    if (n_more)
        ls_text_addf(text, "(and %zu more, none of them marked)\n", n_more);
    text->failed = text->failed || table.cells.failed;
    ls_table_destroy(&table);
}

static void put_legend(struct ls_text *text, const struct ls_style *style)
{
    struct ls_text line = {0};
    ls_text_add(
        &line,
        "Times are medians; half of all lie no farther from it than MAD. "
        "Marked as slower or faster is what a rank test (Mann-Whitney, p < "
        "0.01) tells apart and whose medians are farther apart than "
        "the greater MAD.");
    ls_text_add(text, "\n");
    put(&line, text, style, 0);
}

void ls_changes_render(const struct ls_changes *c, const struct ls_style *style,
                       struct ls_text *text)
{
    if (!c->diff)
        return;
    put_verdict(c, text, style);
    put_findings(c, LS_DIFF_NEW, "NEW", text, style);
    put_findings(c, LS_DIFF_WORSE, "WORSE", text, style);
    put_findings(c, LS_DIFF_BETTER, "BETTER", text, style);
    put_findings(c, LS_DIFF_GONE, "GONE", text, style);
    for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
        put_times(c->diff, i, text, style);
    if (c->diff->n_times)
        put_legend(text, style);
}
