/* SPDX-License-Identifier: MIT */
#include "cli/junit.h"

#include "gated.h"

static void expect(struct gated *gated, const char *expected)
{
    struct ls_text text = {0};
    ls_junit_render(&gated->gate, &gated->style, &text);
    expect_text(&text, expected);
}

#define HEAD                                                                   \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                             \
    "<testsuites name=\"loopscope\">\n"
#define RULE(name)                                                             \
    "    <testcase classname=\"loopscope.rules\" name=\"" name "\">\n"         \
    "    </testcase>\n"
#define FINDING                                                                \
    "    <testcase classname=\"loopscope.findings\" name=\"blocking-call: "    \
    "bad_example (0123456789abcdef)\">\n"

/* The suite of N_TESTS and COUNTS begins with FIRST_LINES; then come the rules
 * from the second to LAST, without a finding. */
static void expect_rules(struct gated *gated, int n_tests, const char *counts,
                         const char *first_lines, int last,
                         const char *last_lines)
{
    char *text;
    size_t n;
    FILE *out = open_memstream(&text, &n);
    assert_non_null(out);
    fprintf(out, HEAD "  <testsuite name=\"bad.json\" tests=\"%d\" %s>\n",
            n_tests, counts);
    fputs(first_lines, out);
    for (int i = LS_RULE_BLOCKING_CALL + 1; i <= last; i++)
        fprintf(out, RULE("%s"), ls_rule_get((enum ls_rule)i)->name);
    fputs(last_lines, out);
    assert_int_equal(fclose(out), 0);
    expect(gated, text);
    free(text);
}

static void test_junit__errors_are_failures(void **state)
{
    struct gated gated;
    gated_open(&gated);
    found_add_bare(&gated.found);
    gated_settle(&gated);
    expect_rules(
        &gated, LS_RULES,
        "failures=\"1\" errors=\"0\" skipped=\"0\" time=\"2.001\"",
        FINDING
        "      <failure type=\"blocking-call\" message=\"sleep() blocked the "
        "loop for 2000 ms in bad_example, bad_example.c:31\">error: sleep() "
        "blocked the loop for 2000 ms in bad_example, bad_example.c:31\n"
        "  [blocking-call]\n"
        "  at 1.1 ms, task bad_example: computing 0.0 blocked 2000.0 "
        "descheduled 0.1 ms\n"
        "  &gt; bad_example  examples/bad_example.c:31\n"
        "    co_entry     examples/support/co.c:88\n"
        "    uv_run       libuv.so.1.0.0+0x10aa0\n"
        "    main         examples/bad_example.c:60\n"
        "  1 task waited; without this it would have run sooner: ticker by "
        "1501 ms\n"
        "  Use a timer.\n"
        "</failure>\n"
        "    </testcase>\n",
        LS_RULE_TRACE_HEALTH - 1,
        "    <testcase classname=\"loopscope.rules\" name=\"trace-health\">\n"
        "      <system-out>warning: 3 records were lost [trace-health]\n"
        "</system-out>\n"
        "    </testcase>\n"
        "  </testsuite>\n"
        "</testsuites>\n");
    gated_close(&gated);
}

static void test_junit__what_is_accepted_is_skipped(void **state)
{
    struct gated gated;
    gated_open(&gated);
    gated.found.items[0].standing = LS_STANDING_KNOWN;
    gated_settle(&gated);
    expect_rules(&gated, LS_RULES + 1,
                 "failures=\"0\" errors=\"0\" skipped=\"1\" time=\"2.001\"",
                 FINDING
                 "      <skipped message=\"in the baseline\">sleep() blocked "
                 "the loop for 2000 ms in bad_example, "
                 "bad_example.c:31</skipped>\n"
                 "    </testcase>\n" RULE("blocking-call"),
                 LS_RULE_TRACE_HEALTH, "  </testsuite>\n</testsuites>\n");
    gated_close(&gated);
}

static void test_junit__trouble_is_an_error_and_a_budget_a_test(void **state)
{
    struct gated gated;
    gated_open(&gated);
    gated.gate.judged = gated.judged + 1;
    gated_set_budget(&gated);
    expect(&gated,
           HEAD "  <testsuite name=\"no,ne.json\" tests=\"1\" failures=\"0\" "
                "errors=\"1\" skipped=\"0\">\n"
                "    <testcase classname=\"loopscope.trace\" name=\"is "
                "usable\">\n"
                "      <error type=\"unusable\" message=\"there is no such "
                "file\"></error>\n"
                "    </testcase>\n"
                "  </testsuite>\n"
                "  <testsuite name=\"budgets\" tests=\"2\" failures=\"1\" "
                "errors=\"0\" skipped=\"0\">\n"
                "    <testcase classname=\"loopscope.budgets\" "
                "name=\"max-turn\">\n"
                "      <failure type=\"budget\" message=\"max-turn is 62 ms, "
                "over the budget of 50 ms (the median of 3 "
                "traces)\"></failure>\n"
                "    </testcase>\n"
                "    <testcase classname=\"loopscope.budgets\" "
                "name=\"utilisation\">\n"
                "    </testcase>\n"
                "  </testsuite>\n"
                "</testsuites>\n");
    gated_close(&gated);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_junit__errors_are_failures),
        cmocka_unit_test(test_junit__what_is_accepted_is_skipped),
        cmocka_unit_test(test_junit__trouble_is_an_error_and_a_budget_a_test),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
