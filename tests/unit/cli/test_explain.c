/* SPDX-License-Identifier: MIT */
#include "cli/explain.h"

#include "found.h"

static void expect_all(const struct found *found, int width, size_t limit,
                       const char *expected)
{
    const struct ls_style style = {.width = width, .folder = "/home/you/src"};
    struct ls_text text = {0};
    ls_explain_all(&found->story, &text, &style, limit);
    expect_text(&text, expected);
}

static void test_explain__tells_everything_that_is_known(void **state)
{
    struct found found;
    found_open(&found);
    expect_all(&found, 80, 5,
               "error: sleep() blocked the loop for 2000 ms in bad_example, "
               "bad_example.c:31\n"
               "  [blocking-call]\n"
               "  at 1.1 ms, task bad_example: computing 0.0 blocked 2000.0 "
               "descheduled 0.1 ms\n"
               "  > bad_example  examples/bad_example.c:31\n"
               "    co_entry     examples/support/co.c:88\n"
               "    uv_run       libuv.so.1.0.0+0x10aa0\n"
               "    main         examples/bad_example.c:60\n"
               "  1 task waited; without this it would have run sooner: ticker "
               "by 1501 ms\n"
               "  Use a timer.\n");
    found_close(&found);
}

static void test_explain__leaves_out_what_is_not_known(void **state)
{
    struct found found;
    found_open(&found);
    found_add_bare(&found);
    found.items[0] = found.items[1];
    found.findings.n = 1;
    expect_all(&found, 80, 5, "warning: 3 records were lost [trace-health]\n");
    found_close(&found);
}

static void test_explain__fits_a_narrow_terminal(void **state)
{
    struct found found;
    found_open(&found);
    found.items[0].count = 12;
    expect_all(&found, 40, 5,
               "error: sleep() blocked the loop for 2000\n"
               "  ms in bad_example, bad_example.c:31\n"
               "  [blocking-call]\n"
               "  the worst at 1.1 ms, task bad_example:\n"
               "    computing 0.0 blocked 2000.0\n"
               "    descheduled 0.1 ms\n"
               "  > bad_example\n"
               "      examples/bad_example.c:31\n"
               "    co_entry\n"
               "      examples/support/co.c:88\n"
               "    uv_run       libuv.so.1.0.0+0x10aa0\n"
               "    main\n"
               "      examples/bad_example.c:60\n"
               "  1 task waited; without this it would\n"
               "    have run sooner: ticker by 1501 ms\n"
               "  Use a timer.\n");
    found_close(&found);
}

static void test_explain__counts_what_it_leaves_out(void **state)
{
    struct found found;
    found_open(&found);
    found_add_bare(&found);
    found.items[0].stack = LS_NONE;
    found.items[0].advice = NULL;
    found.items[0].n_waiters = 0;
    expect_all(&found, 200, 1,
               "error: sleep() blocked the loop for 2000 ms in bad_example, "
               "bad_example.c:31 [blocking-call]\n"
               "  at 1.1 ms, task bad_example: computing 0.0 blocked 2000.0 "
               "descheduled 0.1 ms\n"
               "\n"
               "(and 1 more)\n");
    found_close(&found);
}

static void test_explain__names_the_loop_where_there_are_several(void **state)
{
    const struct ls_style style = {.width = 100};
    struct ls_text text = {0};
    struct sample sample;
    sample_parse(&sample, SAMPLE_TWO_LOOPS);
    struct ls_findings *findings = ls_findings_judge(sample.trace, NULL);
    assert_non_null(findings);
    assert_int_equal(findings->n, 2);
    findings->items[0].advice[0] = '\0';
    const struct ls_story story = {sample.trace, &sample.names, findings, "x"};
    ls_explain_all(&story, &text, &style, 1);
    expect_text(&text, "error: a turn of the loop \"other\" computed for 80.0 "
                       "ms without giving way [stall]\n"
                       "  at 0 ms, loop other: computing 80.0 blocked 0.0 "
                       "descheduled 0.0 ms\n"
                       "\n(and 1 more)\n");
    ls_findings_free(findings);
    sample_free(&sample);
}

static void test_explain__of_what_took_no_time_it_is_the_first(void **state)
{
    struct found found;
    found_open(&found);
    found_add_bare(&found);
    found.items[0] = found.items[1];
    found.items[0].start_ns = 1100000;
    found.items[0].count = 3;
    found.findings.n = 1;
    expect_all(&found, 80, 5,
               "warning: 3 records were lost [trace-health]\n"
               "  the first at 1.1 ms\n");
    found_close(&found);
}

/* 80 bytes of a label of 100. */
static void test_explain__cuts_long_names(void **state)
{
#define TEN(text) text text text text text text text text text text
    struct sample sample;
    struct ls_text text = {0};
    sample_parse(&sample,
                 SAMPLE_HEAD SAMPLE_TASK("b", "0.000", "1", "brew", "start",
                                         TEN("0123456789"), "") SAMPLE_TAIL);
    ls_names_task_in_full(&sample.names, 0, &text);
    expect_text(&text, "brew 01234567890123456789012345678901234567890123456789"
                       "012345678901234567890123456789...");
    sample_free(&sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_explain__tells_everything_that_is_known),
        cmocka_unit_test(test_explain__leaves_out_what_is_not_known),
        cmocka_unit_test(test_explain__fits_a_narrow_terminal),
        cmocka_unit_test(test_explain__counts_what_it_leaves_out),
        cmocka_unit_test(test_explain__names_the_loop_where_there_are_several),
        cmocka_unit_test(test_explain__of_what_took_no_time_it_is_the_first),
        cmocka_unit_test(test_explain__cuts_long_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
