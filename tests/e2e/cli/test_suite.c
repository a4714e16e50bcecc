/* SPDX-License-Identifier: MIT */
/* `loopscope run --check -- ctest`: a test suite under the gate, each of its
 * processes judged by itself. */
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

#define RUN LS_REAL " run --check "
#define CTEST "-- " LS_CTEST

static void write_suite(const char *tests)
{
    shell_write("CTestTestfile.cmake", tests, strlen(tests));
}

static void assert_contains(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' is not in:\n%s", part, text);
}

static int count_of(const char *text, const char *part)
{
    int n = 0;
    for (; (text = strstr(text, part)); text += strlen(part))
        n++;
    return n;
}

static struct outcome run(int status, const char *line)
{
    struct outcome o = shell_run(line);
    if (o.status != status)
        fail_msg("%d, not %d: %s\n%s%s", o.status, status, line, o.out, o.err);
    return o;
}

static const char mixed[] = "add_test(good \"" LS_WAITS "\" \"0\")\n"
                            "add_test(bad \"" LS_WAITS "\" \"80\")\n"
                            "add_test(bad_too \"" LS_WAITS "\" \"120\")\n"
                            "add_test(no_loop \"/bin/sh\" \"-c\" \"exit 0\")\n";

static void test_suite__each_process_has_a_verdict(void **state)
{
    write_suite(mixed);
    struct outcome o = run(1, RUN CTEST " -j2");
    assert_contains(o.out, "100% tests passed");
    assert_contains(o.err, "fail: loopscope.json (2 errors");
    assert_contains(o.err, "  ctest starts the others, and is not judged\n");
    assert_contains(o.err, "  fail: waits 80 (");
    assert_contains(o.err, "  fail: waits 120 (");
    assert_contains(o.err, "  pass: 1 process; without a loop: 1\n");
    assert_contains(o.err, "in load_config, waits.c:");
}

static const char *text_of(const cJSON *item, const char *key)
{
    return cJSON_GetStringValue(cJSON_GetObjectItem(item, key));
}

static void test_suite__json_has_them_by_name(void **state)
{
    write_suite(mixed);
    struct outcome o = run(1, RUN "--format json " CTEST " -Q");
    cJSON *root = cJSON_Parse(o.err); /* nothing is said of the trace itself */
    if (!root)
        fail_msg("not JSON alone:\n%s", o.err);
    const cJSON *trace = cJSON_GetArrayItem(
        cJSON_GetObjectItem(cJSON_GetObjectItem(root, "summary"), "traces"), 0);
    const cJSON *one, *all = cJSON_GetObjectItem(trace, "processes");
    int n_known = 0;
    cJSON_ArrayForEach(one, all)
    {
        static const char *const verdicts[][2] = {{"ctest", "not-judged"},
                                                  {"waits 0", "pass"},
                                                  {"waits 80", "fail"},
                                                  {"waits 120", "fail"}};
        for (size_t i = 0; i < 4; i++) {
            if (strcmp(text_of(one, "name"), verdicts[i][0]))
                continue;
            assert_string_equal(text_of(one, "verdict"), verdicts[i][1]);
            n_known++;
        }
    }
    assert_int_equal(cJSON_GetArraySize(all), 4);
    assert_int_equal(n_known, 4);
    cJSON_Delete(root);
}

/* Equal findings, even of processes with equal arguments. */
static void test_suite__junit_names_do_not_repeat(void **state)
{
    write_suite("add_test(one \"" LS_WAITS "\" \"80\")\n"
                "add_test(two \"" LS_WAITS "\" \"80\")\n"
                "add_test(three \"" LS_WAITS "\" \"0\")\n");
    struct outcome o = run(1, RUN "--format junit " CTEST " -Q");
    assert_contains(o.err, " in waits 80 #1\"");
    assert_contains(o.err, " in waits 80 #2\"");
    assert_contains(o.err,
                    "classname=\"loopscope.processes\" name=\"waits 0\"");
    shell_write("verdict.xml", o.err, strlen(o.err));
    o = run(0, "grep '<testcase' verdict.xml | sort | uniq -d");
    assert_string_equal(o.out, "");
    o = run(0, "grep -c '<failure' verdict.xml");
    assert_string_equal(o.out, "2\n");
}

static void test_suite__a_suite_that_is_clean(void **state)
{
    write_suite("add_test(one \"" LS_WAITS "\" \"0\")\n"
                "add_test(two \"" LS_WAITS "\" \"0\")\n");
    struct outcome o = run(0, RUN "--fail 400ms --warn 400ms " CTEST " -Q");
    assert_contains(o.err, "  pass: 2 processes\n");
    assert_int_equal(count_of(o.err, "fail:"), 0);
}

/* ctest's own loop is none of the suite's. */
static void test_suite__without_a_loop_nothing_was_traced(void **state)
{
    write_suite("add_test(one \"/bin/sh\" \"-c\" \"exit 0\")\n"
                "add_test(two \"/bin/sh\" \"-c\" \"exit 0\")\n");
    struct outcome o = run(3, RUN CTEST " -Q");
    assert_contains(o.err, "nothing-traced: loopscope.json");
}

static void test_suite__a_failing_test_is_the_status(void **state)
{
    write_suite("add_test(one \"" LS_WAITS "\" \"80\" \"4\")\n");
    struct outcome o = run(8, RUN CTEST " -Q"); /* ctest's for failed tests */
    assert_contains(o.err, "fail: loopscope.json (1 error");
}

static void test_suite__options_of_check(void **state)
{
    write_suite(mixed);
    run(0, RUN "--fail 2s --warn 1s " CTEST " -Q");
    run(0, RUN "--rule blocking-call=off " CTEST " -Q");
    run(0, RUN "--write-baseline accepted.json " CTEST " -Q");
    run(0, RUN "--baseline accepted.json " CTEST " -Q");
    static const char all[] = "process:wai*\n";
    shell_write("accepted.txt", all, sizeof(all) - 1);
    run(0, RUN "--suppressions accepted.txt " CTEST " -Q");
    struct outcome o = run(1, RUN "--format github " CTEST " -Q");
    assert_int_equal(count_of(o.err, "::error file=" LS_SOURCE_DIR
                                     "/tests/e2e/cli/programs/waits.c,line="),
                     2); /* whole, though Ninja names it from its folder */
    o = run(1,
            RUN "--budget max-turn=60ms --rule blocking-call=off " CTEST " -Q");
    assert_contains(o.err, "max-turn is ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_suite__each_process_has_a_verdict),
        cmocka_unit_test(test_suite__json_has_them_by_name),
        cmocka_unit_test(test_suite__junit_names_do_not_repeat),
        cmocka_unit_test(test_suite__a_suite_that_is_clean),
        cmocka_unit_test(test_suite__without_a_loop_nothing_was_traced),
        cmocka_unit_test(test_suite__a_failing_test_is_the_status),
        cmocka_unit_test(test_suite__options_of_check),
    };
    return cmocka_run_group_tests(tests, shell_open, shell_close);
}
