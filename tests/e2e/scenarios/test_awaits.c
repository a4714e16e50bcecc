/* SPDX-License-Identifier: MIT */
/* The rules about awaits: of each an example that triggers it, and the twin
 * that does not. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "analysis/finding.h"
#include "analysis/load.h"
#include "tests/support/scenario.h"

static struct scenario scenario;
static cJSON *json;

static const char *text_of(const cJSON *object, const char *key)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
    return text ? text : "";
}

static double number_of(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsNumber(item) ? item->valuedouble : -1;
}

static int judge(const char *example, const char *extra, const char *said)
{
    struct run run;
    scenario_run_saying(&scenario, VIRTUAL_TIME, example, extra, said);
    const char *argv[] = {LS_COMMAND,          "check", "--format", "json",
                          scenario.trace_path, NULL};
    run_program(&run, &(struct run_how){.argv = argv});
    assert_string_equal(run.err, "");
    json = cJSON_Parse(run.out);
    assert_non_null(json);
    int status = run.exit_status;
    run_free(&run);
    return status;
}

static void drop(void)
{
    cJSON_Delete(json);
    scenario_free(&scenario);
}

/* What check found, a line each, in its order: "note sequential-awaits". */
static void assert_found(const char *expected)
{
    char found[1000] = "";
    const cJSON *finding;
    cJSON_ArrayForEach(finding, cJSON_GetObjectItem(json, "findings"))
    {
        size_t n = strlen(found);
        snprintf(found + n, sizeof found - n, "%s %s\n",
                 text_of(finding, "severity"), text_of(finding, "rule"));
    }
    assert_string_equal(found, expected);
}

static const cJSON *first_finding(void)
{
    return cJSON_GetArrayItem(cJSON_GetObjectItem(json, "findings"), 0);
}

static void assert_clean(const char *example, const char *extra,
                         const char *expected)
{
    assert_int_equal(judge(example, extra, ""), 0);
    assert_found(expected);
    scenario_assert_sound(&scenario);
    drop();
}

/* All that the rules about tasks say of the recorded traces: of those that are
 * not here, nothing. */
static const struct {
    const char *trace, *findings;
} expected[] = {
    {"await_cycle.json", "error await-cycle\n"},
    {"fire_and_forget.json", "warning never-awaited\nnote task-failed\n"},
    {"gather_failure.json", "note task-failed\n"},
    {"lost_wake.json", "warning lost-wake\n"},
    {"never_awaited.json", "warning never-awaited\n"},
    {"sequential_awaits.json", "note sequential-awaits\n"},
    {"well_structured.json", "note task-failed\n"},
};

static const char *expected_of(const char *trace)
{
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        if (strcmp(expected[i].trace, trace) == 0)
            return expected[i].findings;
    return "";
}

static bool is_about_tasks(enum ls_rule rule)
{
    return rule == LS_RULE_NEVER_FINISHED || rule == LS_RULE_UNBALANCED_TASK ||
           rule == LS_RULE_TASK_FAILED || rule == LS_RULE_NEVER_AWAITED ||
           rule == LS_RULE_LOST_WAKE || rule == LS_RULE_AWAIT_CYCLE ||
           rule == LS_RULE_SEQUENTIAL_AWAITS;
}

static void assert_about_tasks(const struct ls_trace *trace, const char *name,
                               const char *should)
{
    char found[1000] = "";
    struct ls_findings *findings = ls_findings_judge(trace, NULL);
    assert_non_null(findings);
    for (size_t i = 0; i < findings->n; i++) {
        const struct ls_finding *f = &findings->items[i];
        size_t n = strlen(found);
        if (is_about_tasks(f->rule))
            snprintf(found + n, sizeof found - n, "%s %s\n",
                     ls_severity_name(f->severity), ls_rule_get(f->rule)->name);
    }
    if (strcmp(found, should) != 0)
        fail_msg("%s: %snot: %s", name, found, should);
    ls_findings_free(findings);
}

static void assert_recorded(const char *name)
{
    char path[600];
    struct ls_trace *trace;
    struct ls_load_result how;
    snprintf(path, sizeof path, "%s/traces/%s", LS_SOURCE_DIR, name);
    if (ls_trace_load(path, NULL, &trace, &how) != LS_LOAD_OK)
        fail_msg("%s: %s", path, how.text);
    assert_about_tasks(trace, name, expected_of(name));
    ls_trace_free(trace);
}

static void test_awaits__recorded_traces(void **state)
{
    size_t n = 0;
    DIR *folder = opendir(LS_SOURCE_DIR "/traces");
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder));) {
        const char *end = strstr(entry->d_name, ".json");
        if (!end || end[5])
            continue;
        assert_recorded(entry->d_name);
        n++;
    }
    closedir(folder);
    assert_true(n > sizeof expected / sizeof *expected);
}

/* Programs that do it right, or wrong in another way. */
static void test_awaits__other_examples(void **state)
{
    static const char *const examples[] = {
        "bad_example",  "brew_chai",          "chess_master",
        "coffee_async", "db_then_api",        "downloads",
        "interleaving", "one_at_a_time",      "responsive_ui",
        "task_a_b",     "two_requests_async", "two_requests_sync",
        "http_server",  "webhooks",           "fetch_urls",
        "golden_rule",  "timeline",           "coffee_blocking"};
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        scenario_run(&scenario, VIRTUAL_TIME, examples[i], NULL);
        assert_about_tasks(scenario.trace, examples[i], "");
        scenario_free(&scenario);
    }
}

static void test_awaits__never_awaited(void **state)
{
    assert_int_equal(judge("never_awaited", NULL, ""), 0);
    assert_found("warning never-awaited\n");
    const cJSON *f = first_finding();
    assert_string_equal(text_of(cJSON_GetObjectItem(f, "task"), "name"),
                        "brew");
    assert_string_equal(text_of(cJSON_GetObjectItem(f, "made_by"), "name"),
                        "main");
    assert_int_equal(number_of(f, "count"), 2);
    drop();
    assert_clean("never_awaited", "--gathered", "");
}

/* That one of them failed is told in any case. */
static void test_awaits__fire_and_forget(void **state)
{
    assert_int_equal(judge("fire_and_forget", NULL, ""), 0);
    assert_found("warning never-awaited\nnote task-failed\n");
    assert_non_null(strstr(text_of(first_finding(), "message"),
                           "nobody waited for the task \"audit\" (Request 1): "
                           "\"request\" (Request 1), which made it, was over"));
    assert_int_equal(number_of(first_finding(), "count"), 2);
    drop();
    assert_clean("fire_and_forget", "--declared", "note task-failed\n");
}

static void test_awaits__lost_wake(void **state)
{
    assert_int_equal(
        judge("lost_wake", NULL, "2 tasks wait for what never comes\n"), 0);
    assert_found("warning lost-wake\n");
    const cJSON *f = first_finding();
    assert_string_equal(text_of(cJSON_GetObjectItem(f, "task"), "label"),
                        "Kettle");
    assert_int_equal(number_of(f, "n_behind"), 1);
    const cJSON *behind =
        cJSON_GetArrayItem(cJSON_GetObjectItem(f, "behind"), 0);
    assert_string_equal(text_of(behind, "name"), "main");
    drop();
    assert_clean("lost_wake", "--woken", "");
}

static void test_awaits__await_cycle(void **state)
{
    assert_int_equal(
        judge("await_cycle", NULL, "3 tasks wait for what never comes\n"), 1);
    assert_found("error await-cycle\n");
    const cJSON *f = first_finding();
    assert_int_equal(number_of(f, "n_ring"), 3);
    static const char *const ring[] = {"config", "cache", "database"};
    for (int i = 0; i < 3; i++) {
        const cJSON *task =
            cJSON_GetArrayItem(cJSON_GetObjectItem(f, "ring"), i);
        assert_string_equal(text_of(task, "label"), ring[i]);
    }
    drop();
    assert_clean("await_cycle", "--in-order", "");
}

static void test_awaits__sequential_awaits(void **state)
{
    assert_int_equal(judge("sequential_awaits", NULL, ""), 0);
    assert_found("note sequential-awaits\n");
    const cJSON *f = first_finding();
    int64_t saved_ms = (int64_t)(number_of(f, "saved_ns") / 1e6 + 0.5);
    assert_int_equal(saved_ms, 4000);
    assert_int_equal(number_of(f, "n_awaited"), 3);
    drop();
    assert_clean("gather", NULL, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_awaits__recorded_traces),
        cmocka_unit_test(test_awaits__other_examples),
        cmocka_unit_test(test_awaits__never_awaited),
        cmocka_unit_test(test_awaits__fire_and_forget),
        cmocka_unit_test(test_awaits__lost_wake),
        cmocka_unit_test(test_awaits__await_cycle),
        cmocka_unit_test(test_awaits__sequential_awaits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
