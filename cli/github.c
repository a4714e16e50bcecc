/* SPDX-License-Identifier: MIT */
#include "github.h"

#include "analysis/utf8.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *const commands[] = {
    [LS_SEVERITY_NOTE] = "notice",
    [LS_SEVERITY_WARNING] = "warning",
    [LS_SEVERITY_ERROR] = "error",
};

static void add_one(struct ls_text *text, char c, bool property)
{
    const bool escaped = c == '%' || c == '\r' || c == '\n' ||
                         (property && (c == ':' || c == ','));
    if (escaped)
        ls_text_addf(text, "%%%02X", (unsigned char)c);
    else
        ls_text_add_char(text, (unsigned char)c < 0x20 || c == 0x7f ? '?' : c,
                         1);
}

static void add(struct ls_text *text, const char *string, bool property)
{
    const size_t n = strlen(string);
    char *clean = malloc(3 * n + 1);
    if (!clean) {
        text->failed = true;
        return;
    }
    const size_t n_clean = ls_utf8_clean(string, n, clean);
    for (size_t i = 0; i < n_clean; i++)
        add_one(text, clean[i], property);
    free(clean);
}

static void add_place(struct ls_text *text, const struct ls_trace *trace,
                      const struct ls_finding *f, const struct ls_style *style)
{
    if (f->location == LS_NONE || !trace->frames[f->location].file)
        return;
    const struct ls_frame *frame = &trace->frames[f->location];
    ls_text_add(text, "file=");
    add(text, ls_style_path(style, ls_trace_string(trace, frame->file)), true);
    if (frame->line)
        ls_text_addf(text, ",line=%" PRIu32, frame->line);
    ls_text_add(text, ",");
}

static void add_finding(struct ls_text *text, const struct ls_judged *judged,
                        const struct ls_finding *f,
                        const struct ls_style *style)
{
    ls_text_addf(text, "::%s ", commands[f->severity]);
    add_place(text, judged->trace, f, style);
    ls_text_addf(text, "title=%s::", ls_rule_get(f->rule)->name);
    add(text, f->message, false);
    if (f->advice && f->advice[0]) {
        ls_text_add(text, "%0A");
        add(text, f->advice, false);
    }
    ls_text_add(text, "%0A");
    add(text, ls_style_path(style, judged->path), false);
    ls_text_add(text, "\n");
}

static void add_trouble(struct ls_text *text, const struct ls_judged *judged,
                        const struct ls_style *style)
{
    ls_text_addf(text, "::error title=%s::", ls_verdict_name(judged->verdict));
    add(text, ls_style_path(style, judged->path), false);
    ls_text_add(text, ": ");
    add(text, judged->findings ? "no loop was seen" : ls_text_get(&judged->why),
        false);
    ls_text_add(text, "\n");
}

static void add_budget(struct ls_text *text, const struct ls_budgets *budgets,
                       enum ls_measure measure)
{
    struct ls_text said = {0};
    ls_budget_tell(budgets, measure, &said);
    ls_text_add(text, "::error title=budget::");
    add(text, ls_text_get(&said), false);
    ls_text_add(text, "\n");
    text->failed = text->failed || said.failed;
    ls_text_destroy(&said);
}

void ls_github_render(const struct ls_gate *gate, const struct ls_style *style,
                      struct ls_text *text)
{
    for (size_t i = 0; i < gate->n; i++) {
        const struct ls_judged *judged = &gate->judged[i];
        const struct ls_findings *findings = judged->findings;
        if (!findings || judged->verdict == LS_VERDICT_NOTHING_TRACED)
            add_trouble(text, judged, style);
        for (size_t j = 0; findings && j < findings->n - findings->n_accepted;
             j++)
            add_finding(text, judged, &findings->items[j], style);
    }
    for (int i = 0; i < LS_MEASURES; i++)
        if (ls_budget_is_over(&gate->budgets.of[i]))
            add_budget(text, &gate->budgets, (enum ls_measure)i);
    ls_text_addf(text, "loopscope: %s\n",
                 ls_verdict_name(ls_gate_verdict(gate)));
}
