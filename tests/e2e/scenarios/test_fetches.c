/* SPDX-License-Identifier: MIT */
/* URLs fetched by libcurl on the loop, from a local server with delays. Which
 * of two answers of the same time comes first is the kernel's affair. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/scenario.h"

/* What libcurl and the way through the sockets add. */
#define SLACK_MS 20

static void assert_ms(int64_t ms, int64_t expected)
{
    assert_in_range(ms, expected, expected + SLACK_MS);
}

/* The requests are sent almost at once, and answered after one delay. */
static void test_fetches__one_delay_not_three(void **state)
{
    static const char *const labels[] = {"first", "second", "third"};
    struct scenario s;
    scenario_run(&s, VIRTUAL_TIME, "fetch_urls", NULL);
    assert_string_equal(s.run.out, "Fetched with status 200\n"
                                   "Fetched with status 200\n"
                                   "Fetched with status 200\n"
                                   "Total time: 2.0 s\n");
    scenario_assert_sound(&s);
    for (int i = 0; i < 3; i++) {
        const struct ls_task *task = scenario_task(&s, "fetch_url", labels[i]);
        const struct ls_stretch *await =
            &s.trace->stretches[task->first_stretch + 2];
        assert_string_equal(ls_trace_string(s.trace, await->what), "response");
        assert_ms(scenario_ms(&s, await->begin_ns), 0);
        assert_ms(scenario_ms(&s, task->end_ns), 2000);
    }
    scenario_free(&s);
}

/* Three fail, each in its way and at its time; two are none the worse. */
static void test_fetches__errors_are_results(void **state)
{
    static const struct {
        const char *label;
        int64_t end_ms;
        const char *reason; /* "": it went well */
    } expected[] = {
        {"url_0", 1000, ""},
        {"url_1", 0, "the server reports an error"},
        {"url_2", 0, "Couldn't connect to server"},
        {"url_3", 3000, "Timeout was reached"},
        {"url_4", 1500, ""},
    };
    struct scenario s;
    scenario_run(&s, VIRTUAL_TIME, "well_structured", NULL);
    assert_string_equal(s.run.out,
                        "Task 0 completed: 16 bytes\n"
                        "Task 1 failed: the server reports an error\n"
                        "Task 2 failed: Couldn't connect to server\n"
                        "Task 3 failed: Timeout was reached\n"
                        "Task 4 completed: 16 bytes\n");
    scenario_assert_sound(&s);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct ls_task *task =
            scenario_task(&s, "fetch_data", expected[i].label);
        assert_ms(scenario_ms(&s, task->end_ns), expected[i].end_ms);
        assert_string_equal(ls_trace_string(s.trace, task->reason),
                            expected[i].reason);
        assert_int_equal(task->state,
                         *expected[i].reason ? LS_TASK_FAILED : LS_TASK_OK);
    }
    scenario_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fetches__one_delay_not_three),
        cmocka_unit_test(test_fetches__errors_are_results),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
