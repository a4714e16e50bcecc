/* SPDX-License-Identifier: MIT */
/* `loopscope run --inject`: a stall that is planted to see the gate shut. */
#include "shell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <cJSON.h>

#define RUN LS_REAL " run --inject 120ms "

static void assert_contains(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' is not in:\n%s", part, text);
}

static struct outcome run(int status, const char *line)
{
    struct outcome o = shell_run(line);
    if (o.status != status)
        fail_msg("%d, not %d: %s\n%s%s", o.status, status, line, o.out, o.err);
    return o;
}

static void test_inject__a_program_that_is_clean_fails(void **state)
{
    struct outcome o = run(1, RUN "-- " LS_WAITS " 0");
    assert_contains(o.err, "fail: loopscope.json (1 error");
    assert_contains(o.err,
                    "error: a stall injected by --inject blocked the loop for "
                    "12");
    assert_contains(o.err, "    main                    ");
    o = run(0, "grep -c '\"B\".*loopscope_inject' loopscope.json");
    assert_string_equal(o.out, "1\n");
    o = run(0, "grep loopscope_inject loopscope.json");
    assert_contains(o.out, "\"target\":\"injected by --inject\"");
    run(0, "grep -q '\"inject_ns\":120000000' loopscope.json");
}

/* Wherever it is told, it is not taken for a call of the program's. */
static void test_inject__is_told_as_what_it_is(void **state)
{
    setenv("COLUMNS", "200", 1);
    struct outcome o = run(1, RUN "-- " LS_WAITS " 0");
    assert_contains(o.err, "\nThe loop stalled once: a stall injected by "
                           "--inject blocked it for 12");
    o = run(0, LS_REAL " report loopscope.json");
    assert_contains(o.out, "The loop stalled once: a stall injected by "
                           "--inject blocked it for 12");
    assert_contains(o.out,
                    "a stall injected by --inject blocks the loop for 12");
    unsetenv("COLUMNS");
}

/* It waited for as long as it was told, in the program. */
static void test_inject__is_a_true_wait(void **state)
{
    struct outcome o = run(1, RUN "--format json -- " LS_WAITS " 0");
    cJSON *root = cJSON_Parse(o.err); /* nothing is said of the trace itself */
    if (!root)
        fail_msg("not JSON alone:\n%s", o.err);
    const cJSON *finding =
        cJSON_GetArrayItem(cJSON_GetObjectItem(root, "findings"), 0);
    const cJSON *cause = cJSON_GetObjectItem(finding, "cause");
    assert_string_equal(
        cJSON_GetStringValue(cJSON_GetObjectItem(cause, "class")), "blocked");
    assert_true(cJSON_GetObjectItem(cause, "blocked_ns")->valuedouble >= 119e6);
    assert_string_equal(
        cJSON_GetStringValue(cJSON_GetObjectItem(finding, "call")),
        "loopscope_inject");
    cJSON_Delete(root);
}

static void test_inject__the_gate_may_be_open(void **state)
{
    run(0, RUN "--fail 2s --warn 1s -- " LS_WAITS " 0");
    run(0,
        RUN "--rule blocking-call=off --rule long-turn=off -- " LS_WAITS " 0");
}

/* What cannot have been proved is no success. */
static void test_inject__without_a_loop_nothing_is_proved(void **state)
{
    struct outcome o = run(3, RUN "-- /bin/true");
    assert_contains(o.err, "nothing-traced: loopscope.json");
    assert_contains(o.err, "The stall of --inject was not planted");
}

/* One for all processes, and none for what only starts them. */
static void test_inject__once_in_a_suite(void **state)
{
    static const char suite[] = "add_test(one \"" LS_WAITS "\" \"0\")\n"
                                "add_test(two \"" LS_WAITS "\" \"0\")\n";
    shell_write("CTestTestfile.cmake", suite, sizeof(suite) - 1);
    struct outcome o = run(1, RUN "-- " LS_CTEST " -Q");
    assert_contains(o.err, "fail: loopscope.json (1 error");
    assert_contains(o.err, "  fail: waits 0 #");
    assert_contains(o.err, "  pass: 1 process\n");
}

static void test_inject__the_programs_status_is_stronger(void **state)
{
    run(7, RUN "-- " LS_WAITS " 0 7");
}

static void test_inject__misuse(void **state)
{
    struct outcome o = run(125, LS_REAL " run --inject never -- /bin/true");
    assert_int_equal(count_lines(o.err), 1);
    assert_contains(o.err, "--inject wants a time");
    run(125, LS_REAL " run --inject 0 -- /bin/true");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_inject__a_program_that_is_clean_fails),
        cmocka_unit_test(test_inject__is_told_as_what_it_is),
        cmocka_unit_test(test_inject__is_a_true_wait),
        cmocka_unit_test(test_inject__the_gate_may_be_open),
        cmocka_unit_test(test_inject__without_a_loop_nothing_is_proved),
        cmocka_unit_test(test_inject__once_in_a_suite),
        cmocka_unit_test(test_inject__the_programs_status_is_stronger),
        cmocka_unit_test(test_inject__misuse),
    };
    return cmocka_run_group_tests(tests, shell_open, shell_close);
}
