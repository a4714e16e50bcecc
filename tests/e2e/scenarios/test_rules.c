/* SPDX-License-Identifier: MIT */
/* Of each rule an example that triggers it, and its twin that does not. */
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
    cJSON *json;
    const cJSON *found; /* the rule's only finding, or NULL */
};

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

static void judge(struct verdict *v, const char *rule, const char *example,
                  const char *extra)
{
    struct run run;
    scenario_run(&v->s, REAL_TIME, example, extra);
    const char *argv[] = {LS_COMMAND, "check",         "--format",
                          "json",     v->s.trace_path, NULL};
    run_program(&run, &(struct run_how){.argv = argv});
    assert_string_equal(run.err, "");
    v->json = cJSON_Parse(run.out);
    assert_non_null(v->json);
    run_free(&run);
    v->found = NULL;
    const cJSON *finding;
    cJSON_ArrayForEach(finding, cJSON_GetObjectItem(v->json, "findings"))
    {
        if (strcmp(text_of(finding, "rule"), rule) != 0)
            continue;
        if (v->found)
            fail_msg("two findings of %s: %s, %s", rule,
                     text_of(v->found, "message"), text_of(finding, "message"));
        v->found = finding;
    }
}

static void verdict_free(struct verdict *v)
{
    cJSON_Delete(v->json);
    scenario_free(&v->s);
}

/* The example has the finding as a warning, and nothing that fails. */
static void judge_bad(struct verdict *v, const char *rule, const char *example)
{
    judge(v, rule, example, NULL);
    if (!v->found)
        fail_msg("%s has no finding of %s", example, rule);
    assert_string_equal(text_of(v->found, "severity"), "warning");
    assert_string_equal(text_of(v->json, "verdict"), "pass");
}

/* Its twin has no finding at all but what the machine did. */
static void assert_is_good(const char *rule, const char *example,
                           const char *option)
{
    struct verdict v;
    judge(&v, rule, example, option);
    const cJSON *finding;
    cJSON_ArrayForEach(finding, cJSON_GetObjectItem(v.json, "findings"))
    {
        if (strcmp(text_of(finding, "severity"), "note") != 0)
            fail_msg("%s %s: %s", example, option, text_of(finding, "message"));
    }
    assert_null(v.found);
    verdict_free(&v);
}

static void test_rules__long_turn(void **state)
{
    struct verdict v;
    judge_bad(&v, "long-turn", "expiring_sessions");
    const cJSON *part =
        cJSON_GetArrayItem(cJSON_GetObjectItem(v.found, "parts"), 0);
    assert_string_equal(text_of(part, "name"), "on_expiry");
    assert_true(number_of(part, "count") > 30);
    assert_non_null(strstr(text_of(v.found, "advice"), "uv_idle_start"));
    verdict_free(&v);
    assert_is_good("long-turn", "expiring_sessions", "--queue");
}

static void test_rules__timer_drift(void **state)
{
    struct verdict v;
    judge_bad(&v, "timer-drift", "late_frames");
    assert_string_equal(text_of(v.found, "callback"), "on_message");
    assert_string_equal(text_of(cJSON_GetObjectItem(v.found, "task"), "label"),
                        "draw");
    assert_true(number_of(v.found, "period_ns") > 10e6);
    assert_non_null(strstr(text_of(v.found, "advice"), "uv_queue_work"));
    verdict_free(&v);
    assert_is_good("timer-drift", "late_frames", "--in-pool");
}

static void test_rules__spinning(void **state)
{
    struct verdict v;
    judge_bad(&v, "spinning", "busy_polling");
    assert_string_equal(text_of(v.found, "callback"), "ask");
    assert_true(number_of(v.found, "duration_ns") >= 9e8);
    assert_non_null(strstr(text_of(v.found, "advice"), "uv_idle_stop"));
    verdict_free(&v);
    assert_is_good("spinning", "busy_polling", "--async");
}

static void test_rules__pool_saturated(void **state)
{
    struct verdict v;
    judge_bad(&v, "pool-saturated", "full_pool");
    assert_true(number_of(v.found, "pool_threads") == 4);
    assert_true(number_of(v.found, "p99_ns") > 5e6);
    const cJSON *part =
        cJSON_GetArrayItem(cJSON_GetObjectItem(v.found, "parts"), 0);
    assert_string_equal(text_of(part, "name"), "query");
    assert_true(number_of(part, "count") == 12);
    assert_non_null(strstr(text_of(v.found, "advice"), "UV_THREADPOOL_SIZE"));
    verdict_free(&v);
    assert_is_good("pool-saturated", "full_pool", "--threads");
}

static void test_rules__handle_leak(void **state)
{
    struct verdict v;
    judge_bad(&v, "handle-leak", "forgotten_timers");
    assert_true(number_of(v.found, "count") == 6);
    assert_string_equal(text_of(v.found, "target"), "timer");
    assert_string_equal(text_of(v.found, "callback"), "on_timeout");
    const cJSON *at = cJSON_GetObjectItem(v.found, "location");
    assert_string_equal(text_of(at, "function"), "ask");
    assert_true(number_of(at, "line") ==
                line_of("examples/forgotten_timers.c", "on_timeout, ms"));
    assert_non_null(strstr(text_of(v.found, "advice"), "uv_close"));
    verdict_free(&v);
    assert_is_good("handle-leak", "forgotten_timers", "--close");
}

static void test_rules__handle_leak_of_a_server(void **state)
{
    struct verdict v;
    judge_bad(&v, "handle-leak", "leaky_server");
    assert_true(number_of(v.found, "count") == 45);
    assert_string_equal(text_of(v.found, "target"), "connection");
    const cJSON *at = cJSON_GetObjectItem(v.found, "location");
    assert_string_equal(text_of(at, "function"), "on_connection");
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(v.found, "growth")),
                     3);
    verdict_free(&v);
    assert_is_good("handle-leak", "leaky_server", "--close");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules__long_turn),
        cmocka_unit_test(test_rules__pool_saturated),
        cmocka_unit_test(test_rules__timer_drift),
        cmocka_unit_test(test_rules__spinning),
        cmocka_unit_test(test_rules__handle_leak),
        cmocka_unit_test(test_rules__handle_leak_of_a_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
