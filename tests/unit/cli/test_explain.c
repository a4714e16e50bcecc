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
               "  1 task waited 1501 ms in all: ticker 1501 ms\n"
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
               "  1 task waited 1501 ms in all: ticker\n"
               "    1501 ms\n"
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_explain__tells_everything_that_is_known),
        cmocka_unit_test(test_explain__leaves_out_what_is_not_known),
        cmocka_unit_test(test_explain__fits_a_narrow_terminal),
        cmocka_unit_test(test_explain__counts_what_it_leaves_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
