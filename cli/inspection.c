/* SPDX-License-Identifier: MIT */
#include "inspection.h"

#include "file.h"
#include "input.h"
#include "output.h"

#include <stdlib.h>

bool ls_inspection_refuse(const char *file, const struct ls_text *error)
{
    ls_output_say("%s: %s", file, ls_text_get(error));
    return false;
}

static bool read_suppressions(struct ls_inspection *c)
{
    const char *file = c->options.suppressions;
    struct ls_text text = {0}, error = {0};
    const bool good =
        !file ||
        (ls_file_read(file, &text, &error) &&
         ls_suppressions_parse(&c->suppressions, ls_text_get(&text), &error)) ||
        ls_inspection_refuse(file, &error);
    ls_text_destroy(&text);
    ls_text_destroy(&error);
    return good;
}

static bool read_baseline(struct ls_inspection *c)
{
    const char *file = c->options.baseline;
    struct ls_text text = {0}, error = {0};
    const bool good =
        !file ||
        (ls_file_read(file, &text, &error) &&
         ls_baseline_parse(&c->baseline, ls_text_get(&text), &error)) ||
        ls_inspection_refuse(file, &error);
    ls_text_destroy(&text);
    ls_text_destroy(&error);
    return good;
}

/* What starts the tests is not what is tested. */
static void accept_drivers(struct ls_judged *judged)
{
    struct ls_findings *findings = judged->findings;
    for (size_t i = 0; i < findings->n; i++)
        if (ls_members_is_driver(judged->trace, findings->items[i].process))
            findings->items[i].standing = LS_STANDING_SUPPRESSED;
    ls_findings_settle(findings);
}

static void accept(struct ls_inspection *c, struct ls_judged *judged)
{
    accept_drivers(judged);
    if (c->options.suppressions)
        ls_suppressions_apply(&c->suppressions, judged->trace,
                              judged->findings);
    if (c->options.baseline)
        ls_baseline_apply(&c->baseline, judged->findings);
}

static void judge(struct ls_inspection *c, struct ls_judged *judged,
                  const char *path)
{
    judged->path = path;
    judged->verdict = LS_VERDICT_UNUSABLE;
    judged->trace = ls_input_load(path, &judged->why);
    if (!judged->trace)
        return;
    judged->findings = ls_findings_judge(judged->trace, &c->options.judge);
    if (!judged->findings) {
        ls_text_add(&judged->why, "no memory to judge it");
        return;
    }
    ls_names_init(&judged->names, judged->trace);
    accept(c, judged);
    if (!ls_judged_settle(judged)) {
        judged->verdict = LS_VERDICT_UNUSABLE;
        ls_text_add(&judged->why, "no memory to judge it");
    }
}

/* All findings of all traces; what is written is accepted from here on. */
static bool write_baseline(struct ls_inspection *c)
{
    const char *file = c->options.write_baseline;
    struct ls_text text = {0};
    bool good = true;
    for (size_t i = 0; good && i < c->n; i++)
        good = ls_baseline_add(&c->baseline, c->judged[i].trace,
                               c->judged[i].findings);
    ls_baseline_render(&c->baseline, &text);
    text.failed = text.failed || !good;
    good = ls_output_file(file, &text);
    for (size_t i = 0; good && i < c->n; i++) {
        struct ls_judged *judged = &c->judged[i];
        ls_baseline_apply(&c->baseline, judged->findings);
        good = ls_judged_settle(judged);
    }
    ls_text_destroy(&text);
    return good;
}

/* A baseline of half of the traces would fail the next check. */
static bool may_write_baseline(const struct ls_inspection *c)
{
    for (size_t i = 0; i < c->n; i++) {
        const enum ls_verdict verdict = c->judged[i].verdict;
        if (verdict != LS_VERDICT_UNUSABLE &&
            verdict != LS_VERDICT_NOTHING_TRACED)
            continue;
        ls_output_say("%s: was not written: %s is %s",
                      c->options.write_baseline, c->judged[i].path,
                      ls_verdict_name(verdict));
        return false;
    }
    return true;
}

bool ls_inspection_open(struct ls_inspection *c)
{
    return read_suppressions(c) && read_baseline(c);
}

bool ls_inspection_judge(struct ls_inspection *c, char *const *paths, size_t n)
{
    c->judged = calloc(n, sizeof(*c->judged));
    if (!c->judged) {
        ls_output_say("out of memory; nothing was checked");
        return false;
    }
    c->n = n;
    for (size_t i = 0; i < n; i++)
        judge(c, &c->judged[i], paths[i]);
    return true;
}

bool ls_inspection_write(struct ls_inspection *c)
{
    return !c->options.write_baseline ||
           (may_write_baseline(c) && write_baseline(c));
}

bool ls_inspection_measure(const struct ls_inspection *c,
                           struct ls_budgets *budgets)
{
    const struct ls_trace **traces = calloc(c->n, sizeof(*traces));
    *budgets = c->options.budgets;
    for (size_t i = 0; traces && i < c->n; i++)
        traces[i] = c->judged[i].trace;
    const bool good = !ls_budgets_any(budgets) ||
                      (traces && ls_budgets_measure(budgets, traces, c->n,
                                                    c->options.judge.fail_ns));
    free(traces);
    if (!good)
        ls_output_say("out of memory; the budgets were not judged");
    return good;
}

void ls_inspection_destroy(struct ls_inspection *c)
{
    for (size_t i = 0; i < c->n; i++)
        ls_judged_destroy(&c->judged[i]);
    free(c->judged);
    ls_suppressions_destroy(&c->suppressions);
    ls_baseline_destroy(&c->baseline);
}
