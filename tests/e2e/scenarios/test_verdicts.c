/* SPDX-License-Identifier: MIT */
/* What `loopscope check` says of the examples: the good ones pass, the others
 * fail with the line that blocked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "tests/support/scenario.h"

struct verdict {
    struct scenario s;
    int exit_status;
    cJSON *json;
};

static void judge(struct verdict *v, enum scenario_time time,
                  const char *example, const char *extra)
{
    struct run run;
    scenario_run(&v->s, time, example, extra);
    const char *argv[] = {LS_COMMAND, "check",         "--format",
                          "json",     v->s.trace_path, NULL};
    run_program(&run, &(struct run_how){.argv = argv});
    assert_string_equal(run.err, "");
    v->exit_status = run.exit_status;
    v->json = cJSON_Parse(run.out);
    assert_non_null(v->json);
    run_free(&run);
}

static void verdict_free(struct verdict *v)
{
    cJSON_Delete(v->json);
    scenario_free(&v->s);
}

static const char *text_of(const cJSON *object, const char *key)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
    return text ? text : "";
}

static int number_of(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsNumber(item) ? item->valueint : -1;
}

static void assert_passes(enum scenario_time time, const char *example,
                          const char *extra)
{
    struct verdict v;
    judge(&v, time, example, extra);
    assert_string_equal(text_of(v.json, "verdict"), "pass");
    assert_int_equal(v.exit_status, 0);
    verdict_free(&v);
}

/* Where a blocking call is to be found. */
struct culprit {
    const char *call, *function, *file;
    const char *marker; /* what else stands in that line */
    int count;
};

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), n_end = strlen(end);
    return n >= n_end && strcmp(text + n - n_end, end) == 0;
}

static void assert_is_named(const struct verdict *v,
                            const struct culprit *culprit)
{
    const cJSON *finding, *found = NULL;
    cJSON_ArrayForEach(finding, cJSON_GetObjectItem(v->json, "findings"))
    {
        const cJSON *at = cJSON_GetObjectItem(finding, "location");
        if (strcmp(text_of(finding, "rule"), "blocking-call") == 0 &&
            strcmp(text_of(at, "function"), culprit->function) == 0)
            found = finding;
    }
    if (!found)
        fail_msg("no blocking-call in %s", culprit->function);
    const cJSON *at = cJSON_GetObjectItem(found, "location");
    assert_string_equal(text_of(found, "severity"), "error");
    assert_string_equal(text_of(found, "call"), culprit->call);
    assert_int_equal(number_of(found, "count"), culprit->count);
    assert_true(ends_with(text_of(at, "file"), culprit->file));
    assert_int_equal(number_of(at, "line"),
                     line_of(culprit->file, culprit->marker));
    const cJSON *cause = cJSON_GetObjectItem(found, "cause");
    assert_string_equal(text_of(cause, "class"), "blocked");
}

static void assert_fails(enum scenario_time time, const char *example,
                         const char *extra, const struct culprit *culprits,
                         size_t n)
{
    struct verdict v;
    judge(&v, time, example, extra);
    assert_string_equal(text_of(v.json, "verdict"), "fail");
    assert_int_equal(v.exit_status, 1);
    for (size_t i = 0; i < n; i++)
        assert_is_named(&v, &culprits[i]);
    verdict_free(&v);
}

static const struct culprit bad_example = {"usleep", "bad_example",
                                           "examples/bad_example.c",
                                           "Blocks the entire event loop", 1};

static const struct culprit report = {"read", "answer_report",
                                      "examples/http/routes.c",
                                      "Blocks the event loop", 1};

static void test_verdict__good_examples_pass(void **state)
{
    static const char *const good[] = {
        "brew_chai",          "chess_master",      "coffee_async",
        "db_then_api",        "downloads",         "gather",
        "interleaving",       "one_at_a_time",     "responsive_ui",
        "task_a_b",           "sequential_awaits", "timeline",
        "two_requests_async", "fetch_urls",        "webhooks"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_passes(VIRTUAL_TIME, good[i], NULL);
}

/* A failed task is its own affair, not the loop's. */
static void test_verdict__failed_task_passes(void **state)
{
    assert_passes(VIRTUAL_TIME, "gather_failure", NULL);
    assert_passes(VIRTUAL_TIME, "well_structured", NULL);
}

static void test_verdict__good_requests_pass(void **state)
{
    assert_passes(VIRTUAL_TIME, "http_server", "--good-only");
}

static void test_verdict__bad_example_fails_with_its_line(void **state)
{
    assert_fails(VIRTUAL_TIME, "bad_example", NULL, &bad_example, 1);
}

static void test_verdict__coffee_blocking_fails_with_both_lines(void **state)
{
    static const struct culprit culprits[] = {
        {"usleep", "brew_coffee", "examples/coffee_blocking.c",
         "for the coffee: blocks", 3},
        {"usleep", "toast_bread", "examples/coffee_blocking.c",
         "for the toast: blocks", 2},
    };
    assert_fails(VIRTUAL_TIME, "coffee_blocking", NULL, culprits, 2);
}

static void test_verdict__two_requests_fail_with_their_line(void **state)
{
    static const struct culprit query = {"usleep", "request",
                                         "examples/two_requests_sync.c",
                                         "for the database: blocks", 2};
    assert_fails(VIRTUAL_TIME, "two_requests_sync", NULL, &query, 1);
}

static void test_verdict__frozen_interface_fails_with_its_line(void **state)
{
    static const struct culprit download = {"usleep", "download",
                                            "examples/responsive_ui.c",
                                            "The interface freezes", 1};
    assert_fails(VIRTUAL_TIME, "responsive_ui", "--blocking", &download, 1);
}

/* Sleep, file, network: each is found, where it is. */
static void test_verdict__golden_rule_broken_fails_three_times(void **state)
{
    static const struct culprit culprits[] = {
        {"usleep", "mixed", "examples/golden_rule.c", "Blocks: the sleep", 1},
        {"read", "read_config", "examples/golden_rule.c", "Blocks: the file",
         1},
        {"read", "ask_database", "examples/golden_rule.c",
         "Blocks: the network", 1},
    };
    assert_fails(VIRTUAL_TIME, "golden_rule", NULL, culprits, 3);
}

static void test_verdict__golden_rule_kept_passes(void **state)
{
    assert_passes(VIRTUAL_TIME, "golden_rule", "--async");
}

static void test_verdict__computing_fails_on_the_loop_only(void **state)
{
    struct verdict v;
    assert_passes(REAL_TIME, "cpu_in_pool", NULL);
    judge(&v, REAL_TIME, "cpu_on_loop", NULL);
    assert_int_equal(v.exit_status, 1);
    const cJSON *finding =
        cJSON_GetArrayItem(cJSON_GetObjectItem(v.json, "findings"), 0);
    assert_string_equal(text_of(finding, "rule"), "stall");
    const cJSON *cause = cJSON_GetObjectItem(finding, "cause");
    assert_string_equal(text_of(cause, "class"), "computing");
    const cJSON *at = cJSON_GetObjectItem(finding, "location");
    assert_true(ends_with(text_of(at, "file"), "examples/support/image.c"));
    verdict_free(&v);
}

static void test_verdict__report_fails_with_its_line(void **state)
{
    assert_fails(VIRTUAL_TIME, "http_server", NULL, &report, 1);
}

static void test_verdict__in_real_time_it_is_the_same(void **state)
{
    assert_passes(REAL_TIME, "gather", NULL);
    assert_passes(REAL_TIME, "http_server", "--good-only");
    assert_fails(REAL_TIME, "bad_example", NULL, &bad_example, 1);
    assert_fails(REAL_TIME, "http_server", NULL, &report, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdict__good_examples_pass),
        cmocka_unit_test(test_verdict__failed_task_passes),
        cmocka_unit_test(test_verdict__good_requests_pass),
        cmocka_unit_test(test_verdict__bad_example_fails_with_its_line),
        cmocka_unit_test(test_verdict__coffee_blocking_fails_with_both_lines),
        cmocka_unit_test(test_verdict__two_requests_fail_with_their_line),
        cmocka_unit_test(test_verdict__frozen_interface_fails_with_its_line),
        cmocka_unit_test(test_verdict__golden_rule_broken_fails_three_times),
        cmocka_unit_test(test_verdict__golden_rule_kept_passes),
        cmocka_unit_test(test_verdict__computing_fails_on_the_loop_only),
        cmocka_unit_test(test_verdict__report_fails_with_its_line),
        cmocka_unit_test(test_verdict__in_real_time_it_is_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
