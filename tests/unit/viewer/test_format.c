/* SPDX-License-Identifier: MIT */
#include "fixture.h"
#include "viewer/format.h"

static void test_format__durations(void **state)
{
    static const struct {
        int64_t ns;
        const char *text;
    } cases[] = {
        {0, "0 s"},
        {7, "7 ns"},
        {999, "999 ns"},
        {1000, "1 \u00b5s"},
        {35000, "35 \u00b5s"},
        {80500, "80.5 \u00b5s"},
        {999999, "1 ms"},
        {1400000, "1.4 ms"},
        {12340000, "12.3 ms"},
        {50000000, "50 ms"},
        {412300000, "412 ms"},
        {2000100000, "2.00 s"},
        {12345000000, "12.3 s"},
        {4321000000000, "4321 s"},
        {-2000000, "-2 ms"},
    };
    char text[LS_FORMAT_MAX];
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_string_equal(ls_format_duration(text, cases[i].ns),
                            cases[i].text);
}

static void test_format__times_have_the_steps_decimals(void **state)
{
    char text[LS_FORMAT_MAX];
    assert_string_equal(ls_format_time(text, 500000000, 500000000, 2000000000),
                        "0.5 s");
    assert_string_equal(
        ls_format_time(text, 2000000000, 1000000000, 2000000000), "2 s");
    assert_string_equal(ls_format_time(text, 200000, 200000, 1100000),
                        "0.2 ms");
    assert_string_equal(ls_format_time(text, -1, 1000000, 2000000000),
                        "0.000 s");
}

static void test_format__counts_are_grouped(void **state)
{
    char text[LS_FORMAT_MAX];
    assert_string_equal(ls_format_count(text, 0), "0");
    assert_string_equal(ls_format_count(text, 1234), "1234");
    assert_string_equal(ls_format_count(text, 12410), "12 410");
    assert_string_equal(ls_format_count(text, UINT64_MAX),
                        "18 446 744 073 709 551 615");
}

static void test_format__steps_are_round(void **state)
{
    assert_int_equal(ls_round_step_ns(1), 1);
    assert_int_equal(ls_round_step_ns(3), 5);
    assert_int_equal(ls_round_step_ns(2100), 5000);
    assert_int_equal(ls_round_step_ns(60000000), 100000000);
    assert_true(ls_round_step_ns(INT64_MAX) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_format__durations),
        cmocka_unit_test(test_format__times_have_the_steps_decimals),
        cmocka_unit_test(test_format__counts_are_grouped),
        cmocka_unit_test(test_format__steps_are_round),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
