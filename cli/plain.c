/* SPDX-License-Identifier: MIT */
#include "plain.h"

#include "explain.h"
#include "label.h"
#include "processes.h"

#include <inttypes.h>

#define MAX_FINDINGS 5
#define MAX_FAILED 20 /* processes that are named */

static size_t count_standing(const struct ls_findings *findings,
                             enum ls_standing standing)
{
    size_t n = 0;
    for (size_t i = 0; i < findings->n; i++)
        n += findings->items[i].standing == standing;
    return n;
}

static void add_counts(const struct ls_findings *findings, struct ls_text *line)
{
    const struct {
        size_t n;
        const char *what;
    } counts[] = {{findings->n_errors, "error"},
                  {findings->n_warnings, "warning"},
                  {findings->n_notes, "note"}};
    const size_t n_suppressed =
        count_standing(findings, LS_STANDING_SUPPRESSED);
    const size_t n_worse = count_standing(findings, LS_STANDING_WORSE);
    const size_t n_known = count_standing(findings, LS_STANDING_KNOWN);
    const char *before = " (";
    for (size_t i = 0; i < 3; i++) {
        if (!counts[i].n)
            continue;
        ls_text_add(line, before);
        ls_story_add_count(line, counts[i].n, counts[i].what);
        before = ", ";
    }
    if (n_worse) {
        ls_text_addf(line, "%s%zu worse than in the baseline", before, n_worse);
        before = ", ";
    }
    if (n_suppressed) {
        ls_text_addf(line, "%s%zu suppressed", before, n_suppressed);
        before = ", ";
    }
    if (n_known) {
        ls_text_addf(line, "%s%zu in the baseline", before, n_known);
        before = ", ";
    }
    ls_text_add(line, before[0] == ',' ? ")" : "");
}

static void add_verdict_name(enum ls_verdict verdict, struct ls_text *text,
                             const struct ls_style *style)
{
    ls_style_ink(text, style,
                 verdict == LS_VERDICT_PASS ? LS_INK_GOOD : LS_INK_ERROR);
    ls_text_add(text, ls_verdict_name(verdict));
    ls_style_ink(text, style, LS_INK_PLAIN);
}

static void add_line(struct ls_text *line, struct ls_text *text,
                     const struct ls_style *style)
{
    ls_label_wrap(text, style, ls_text_get(line), 2);
    text->failed = text->failed || line->failed;
    ls_text_destroy(line);
}

static void add_verdict(const struct ls_judged *judged, struct ls_text *text,
                        const struct ls_style *style)
{
    struct ls_text line = {0};
    add_verdict_name(judged->verdict, text, style);
    ls_text_addf(&line, ": %s", ls_style_path(style, judged->path));
    if (judged->findings)
        add_counts(judged->findings, &line);
    else
        ls_text_addf(&line, ": %s", ls_text_get(&judged->why));
    add_line(&line, text, style);
}

static void add_failed(const struct ls_judged *judged, size_t i,
                       struct ls_text *text, const struct ls_style *style)
{
    const struct ls_member *member = &judged->members.items[i];
    struct ls_text line = {0};
    ls_text_add(text, "  ");
    add_verdict_name(LS_VERDICT_FAIL, text, style);
    ls_text_add(&line, ": ");
    ls_members_label(&judged->members, i, &line);
    ls_text_addf(&line, " (%" PRId64 ", ",
                 judged->trace->processes[member->process].pid);
    ls_story_add_count(&line, member->n_errors, "error");
    ls_text_add(&line, ")");
    add_line(&line, text, style);
}

static void add_driver(const struct ls_judged *judged, size_t i,
                       struct ls_text *text, const struct ls_style *style)
{
    struct ls_text line = {0};
    ls_text_add(text, "  ");
    ls_members_label(&judged->members, i, &line);
    ls_text_add(&line, " starts the others, and is not judged");
    add_line(&line, text, style);
}

static void add_passed(const struct ls_judged *judged, size_t n,
                       struct ls_text *text, const struct ls_style *style)
{
    struct ls_text line = {0};
    ls_text_add(text, "  ");
    add_verdict_name(LS_VERDICT_PASS, text, style);
    ls_text_addf(&line, ": %zu process%s", n, n == 1 ? "" : "es");
    if (judged->members.n_without)
        ls_text_addf(&line, "; without a loop: %zu", judged->members.n_without);
    add_line(&line, text, style);
}

/* Where there are several, each with its verdict; those that pass are
 * counted. */
static void add_members(const struct ls_judged *judged, struct ls_text *text,
                        const struct ls_style *style)
{
    const struct ls_members *members = &judged->members;
    size_t n_failed = 0, n_drivers = 0;
    for (size_t i = 0; members->n > 1 && i < members->n; i++) {
        if (members->items[i].is_driver && ++n_drivers)
            add_driver(judged, i, text, style);
        else if (members->items[i].n_errors && ++n_failed <= MAX_FAILED)
            add_failed(judged, i, text, style);
    }
    if (n_failed > MAX_FAILED)
        ls_text_addf(text, "  (and %zu more that fail)\n",
                     n_failed - MAX_FAILED);
    if (members->n > 1)
        add_passed(judged, members->n - n_failed - n_drivers, text, style);
}

static void add_trace(const struct ls_judged *judged, struct ls_text *text,
                      const struct ls_style *style)
{
    add_verdict(judged, text, style);
    if (!judged->findings)
        return;
    const struct ls_story story = {judged->trace, &judged->names,
                                   judged->findings, judged->path};
    add_members(judged, text, style);
    if (ls_verdict_lacks_injected(judged->trace))
        ls_label_wrap(text, style,
                      "The stall of --inject was not planted: no loop came to "
                      "its turn.",
                      2);
    ls_story_verdict(&story, text, style);
    ls_story_health(&story, text, style);
    if (judged->verdict == LS_VERDICT_NOTHING_TRACED)
        ls_synopsis_render(&story, text, style);
    if (judged->findings->n > judged->findings->n_accepted)
        ls_text_add(text, "\n");
    ls_explain_all(&story, text, style, MAX_FINDINGS);
}

static void add_budgets(const struct ls_budgets *budgets, struct ls_text *text,
                        const struct ls_style *style)
{
    for (int i = 0; i < LS_MEASURES; i++) {
        if (!budgets->of[i].is_set)
            continue;
        struct ls_text line = {0};
        add_verdict_name(ls_budget_is_over(&budgets->of[i]) ? LS_VERDICT_FAIL
                                                            : LS_VERDICT_PASS,
                         text, style);
        ls_text_add(&line, ": ");
        ls_budget_tell(budgets, (enum ls_measure)i, &line);
        add_line(&line, text, style);
    }
}

static void add_unused(const struct ls_suppressions *suppressions,
                       struct ls_text *text, const struct ls_style *style)
{
    if (!suppressions || !ls_suppressions_unused(suppressions))
        return;
    ls_text_add(text, "\nSuppressions that nothing matched:\n");
    for (size_t i = 0; i < suppressions->n; i++) {
        if (suppressions->items[i].n_used)
            continue;
        struct ls_text line = {0};
        ls_text_add(text, "  ");
        ls_text_addf(&line, "line %d: %s", suppressions->items[i].line,
                     suppressions->items[i].text);
        add_line(&line, text, style);
    }
}

void ls_plain_render(const struct ls_gate *gate, const struct ls_style *style,
                     struct ls_text *text)
{
    add_budgets(&gate->budgets, text, style);
    for (size_t i = 0; i < gate->n; i++) {
        if (!gate->judged[i].findings && gate->has_said_unusable)
            continue;
        ls_text_add(text, text->n ? "\n" : "");
        add_trace(&gate->judged[i], text, style);
    }
    add_unused(gate->suppressions, text, style);
}
