/* SPDX-License-Identifier: MIT */
#include "junit.h"

#include "explain.h"
#include "xml.h"

#include <inttypes.h>

struct suite {
    const struct ls_judged *judged;
    const struct ls_style *style;
    bool is_split; /* of PROCESS alone, LS_NONE: of what is of none */
    uint32_t process;
    struct ls_text label; /* the process's; "" if the suite is not split */
    struct ls_text tests; /* what stands in it */
    size_t n, n_failures, n_errors, n_skipped;
};

static void add_attribute(struct ls_text *text, const char *name,
                          const char *value)
{
    ls_text_addf(text, " %s=\"", name);
    ls_xml_attribute(text, value);
    ls_text_add(text, "\"");
}

static void begin_test(struct suite *suite, const char *group, const char *name)
{
    ls_text_add(&suite->tests, "    <testcase");
    add_attribute(&suite->tests, "classname", group);
    add_attribute(&suite->tests, "name", name);
    ls_text_add(&suite->tests, ">\n");
    suite->n++;
}

static void end_test(struct suite *suite)
{
    ls_text_add(&suite->tests, "    </testcase>\n");
}

static void add_result(struct suite *suite, const char *element,
                       const char *type, const char *message, const char *body)
{
    struct ls_text *text = &suite->tests;
    ls_text_addf(text, "      <%s", element);
    if (type)
        add_attribute(text, "type", type);
    add_attribute(text, "message", message);
    ls_text_add(text, ">");
    ls_xml_content(text, body);
    ls_text_addf(text, "</%s>\n", element);
}

static bool belongs(const struct suite *suite, const struct ls_finding *f)
{
    return !suite->is_split || f->process == suite->process;
}

/* "stall: parse_body (0123456789abcdef)", " in test_server --quick": the same
 * finding may be in several processes. */
static void name_test(const struct suite *suite, const struct ls_finding *f,
                      struct ls_text *name)
{
    const struct ls_trace *trace = suite->judged->trace;
    ls_text_add(name, ls_rule_get(f->rule)->name);
    if (f->location != LS_NONE && trace->frames[f->location].function)
        ls_text_addf(
            name, ": %s",
            ls_trace_string(trace, trace->frames[f->location].function));
    ls_text_addf(name, " (%s)", f->fingerprint);
    if (suite->label.n)
        ls_text_addf(name, " in %s", ls_text_get(&suite->label));
}

static void explain(const struct suite *suite, const struct ls_finding *f,
                    struct ls_text *text)
{
    const struct ls_judged *judged = suite->judged;
    const struct ls_story story = {judged->trace, &judged->names,
                                   judged->findings, judged->path};
    ls_explain(&story, f, text, suite->style);
}

static void add_accepted(struct suite *suite, const struct ls_finding *f)
{
    add_result(suite, "skipped", NULL,
               f->standing == LS_STANDING_KNOWN ? "in the baseline"
                                                : "suppressed",
               f->message);
    suite->n_skipped++;
}

static void add_failure(struct suite *suite, const struct ls_finding *f)
{
    struct ls_text body = {0};
    explain(suite, f, &body);
    add_result(suite, "failure", ls_rule_get(f->rule)->name, f->message,
               ls_text_get(&body));
    suite->n_failures++;
    suite->tests.failed = suite->tests.failed || body.failed;
    ls_text_destroy(&body);
}

static bool is_failure(const struct ls_finding *f)
{
    return f->severity == LS_SEVERITY_ERROR &&
           !ls_standing_is_accepted(f->standing);
}

static void add_finding(struct suite *suite, const struct ls_finding *f)
{
    struct ls_text name = {0};
    name_test(suite, f, &name);
    begin_test(suite, "loopscope.findings", ls_text_get(&name));
    if (is_failure(f))
        add_failure(suite, f);
    else
        add_accepted(suite, f);
    end_test(suite);
    suite->tests.failed = suite->tests.failed || name.failed;
    ls_text_destroy(&name);
}

/* Takes SAID. */
static void add_said(struct suite *suite, struct ls_text *said)
{
    if (said->n) {
        ls_text_add(&suite->tests, "      <system-out>");
        ls_xml_content(&suite->tests, ls_text_get(said));
        ls_text_add(&suite->tests, "</system-out>\n");
    }
    suite->tests.failed = suite->tests.failed || said->failed;
    ls_text_destroy(said);
}

static void add_rule(struct suite *suite, enum ls_rule rule)
{
    const struct ls_findings *findings = suite->judged->findings;
    struct ls_text said = {0};
    for (size_t i = 0; i < findings->n - findings->n_accepted; i++) {
        const struct ls_finding *f = &findings->items[i];
        if (!belongs(suite, f))
            continue;
        if (f->rule == rule && is_failure(f))
            return;
        if (f->rule == rule)
            explain(suite, f, &said);
    }
    begin_test(suite, "loopscope.rules", ls_rule_get(rule)->name);
    add_said(suite, &said);
    end_test(suite);
}

static void add_trouble(struct suite *suite, const char *message)
{
    begin_test(suite, "loopscope.trace", "is usable");
    add_result(suite, "error", ls_verdict_name(suite->judged->verdict), message,
               "");
    end_test(suite);
    suite->n_errors++;
}

static void add_suite(struct ls_text *text, struct suite *suite,
                      const char *name)
{
    ls_text_add(text, "  <testsuite");
    add_attribute(text, "name", name);
    ls_text_addf(text,
                 " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
                 "skipped=\"%zu\"",
                 suite->n, suite->n_failures, suite->n_errors,
                 suite->n_skipped);
    if (suite->judged && suite->judged->trace && !suite->label.n) {
        const struct ls_trace *trace = suite->judged->trace;
        const int64_t ms = (trace->end_ns - trace->begin_ns) / 1000000;
        ls_text_addf(text, " time=\"%" PRId64 ".%03" PRId64 "\"", ms / 1000,
                     ms % 1000);
    }
    ls_text_add(text, ">\n");
    ls_text_add(text, ls_text_get(&suite->tests));
    ls_text_add(text, "  </testsuite>\n");
    text->failed = text->failed || suite->tests.failed;
}

/* Those that fail and those that are accepted; how many fail. */
static size_t add_findings(struct suite *suite)
{
    const struct ls_findings *findings = suite->judged->findings;
    for (size_t i = 0; i < findings->n; i++) {
        const struct ls_finding *f = &findings->items[i];
        if (belongs(suite, f) &&
            (is_failure(f) || ls_standing_is_accepted(f->standing)))
            add_finding(suite, f);
    }
    return suite->n_failures;
}

static void judge_trace(struct suite *suite)
{
    if (!suite->judged->findings) {
        add_trouble(suite, ls_text_get(&suite->judged->why));
        return;
    }
    if (suite->judged->verdict == LS_VERDICT_NOTHING_TRACED)
        add_trouble(suite, "nothing was traced: no loop was seen");
    add_findings(suite);
    for (int i = 0; i < LS_RULES; i++)
        if (!suite->is_split || i == LS_RULE_TRACE_HEALTH)
            add_rule(suite, (enum ls_rule)i);
}

/* What fails nothing is told with the process that passes. */
static void add_passed(struct suite *suite)
{
    const struct ls_findings *findings = suite->judged->findings;
    struct ls_text said = {0};
    for (size_t i = 0; i < findings->n - findings->n_accepted; i++)
        if (belongs(suite, &findings->items[i]))
            explain(suite, &findings->items[i], &said);
    begin_test(suite, "loopscope.processes", ls_text_get(&suite->label));
    add_said(suite, &said);
    end_test(suite);
}

static void judge_process(struct suite *suite)
{
    if (!add_findings(suite))
        add_passed(suite);
}

static void add_processes(struct ls_text *text, const struct ls_judged *judged,
                          const struct ls_style *style)
{
    for (size_t i = 0; i < judged->members.n; i++) {
        const struct ls_member *member = &judged->members.items[i];
        struct suite suite = {.judged = judged,
                              .style = style,
                              .is_split = true,
                              .process = member->process};
        if (member->is_driver)
            continue;
        ls_members_label(&judged->members, i, &suite.label);
        judge_process(&suite);
        add_suite(text, &suite, ls_text_get(&suite.label));
        ls_text_destroy(&suite.label);
        ls_text_destroy(&suite.tests);
    }
}

static void add_trace(struct ls_text *text, const struct ls_judged *judged,
                      const struct ls_style *style)
{
    const bool is_split = judged->members.n > 1;
    struct suite suite = {.judged = judged,
                          .style = style,
                          .is_split = is_split,
                          .process = LS_NONE};
    judge_trace(&suite);
    add_suite(text, &suite, ls_style_path(style, judged->path));
    ls_text_destroy(&suite.tests);
    if (is_split)
        add_processes(text, judged, style);
}

static void judge_budgets(struct suite *suite, const struct ls_budgets *budgets)
{
    for (int i = 0; i < LS_MEASURES; i++) {
        if (!budgets->of[i].is_set)
            continue;
        struct ls_text said = {0};
        ls_budget_tell(budgets, (enum ls_measure)i, &said);
        begin_test(suite, "loopscope.budgets",
                   ls_measure_name((enum ls_measure)i));
        if (ls_budget_is_over(&budgets->of[i])) {
            add_result(suite, "failure", "budget", ls_text_get(&said), "");
            suite->n_failures++;
        }
        end_test(suite);
        suite->tests.failed = suite->tests.failed || said.failed;
        ls_text_destroy(&said);
    }
}

void ls_junit_render(const struct ls_gate *gate, const struct ls_style *style,
                     struct ls_text *text)
{
    ls_text_add(text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                      "<testsuites name=\"loopscope\">\n");
    for (size_t i = 0; i < gate->n; i++)
        add_trace(text, &gate->judged[i], style);
    if (ls_budgets_any(&gate->budgets)) {
        struct suite suite = {.style = style};
        judge_budgets(&suite, &gate->budgets);
        add_suite(text, &suite, "budgets");
        ls_text_destroy(&suite.tests);
    }
    ls_text_add(text, "</testsuites>\n");
}
