/* SPDX-License-Identifier: MIT */
#include "cli/duration.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_duration__reads_every_unit(void **state)
{
    static const struct {
        const char *text;
        int64_t ns;
    } cases[] = {
        {"50ms", 50000000},
        {"1.5s", 1500000000},
        {"200us", 200000},
        {"10ns", 10},
        {"50", 50000000},
        {"0", 0},
        {".5", 500000},
        {"5.", 5000000},
        {"0.1ms", 100000},
        {"1.0000000009s", 1000000000},
        {"9223372036s", INT64_C(9223372036000000000)},
        {"9223372036854775807ns", INT64_MAX},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        int64_t ns = -1;
        assert_true(ls_duration_parse(cases[i].text, &ns));
        assert_int_equal(ns, cases[i].ns);
    }
}

static void test_duration__refuses_what_is_no_time(void **state)
{
    static const char *const cases[] = {
        "",
        "ms",
        ".",
        "-1",
        "+1",
        " 1",
        "1 ms",
        "1m",
        "1.2.3",
        "1e3",
        "0x10",
        "inf",
        "50MS",
        "1s ",
        "9223372037s",
        "9223372036854775808ns",
        "99999999999999999999",
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        int64_t ns;
        assert_false(ls_duration_parse(cases[i], &ns));
    }
}

static void test_duration__rounds_for_sentences(void **state)
{
    char text[LS_DURATION_TEXT];
    assert_string_equal(ls_duration_format(text, 0), "0 ms");
    assert_string_equal(ls_duration_format(text, 12345), "0.012 ms");
    assert_string_equal(ls_duration_format(text, 2345678), "2.3 ms");
    assert_string_equal(ls_duration_format(text, 9960000), "10 ms");
    assert_string_equal(ls_duration_format(text, 2000100000), "2000 ms");
    assert_string_equal(ls_duration_format(text, 12500000000), "12.5 s");
}

static void test_duration__tells_small_figures_apart(void **state)
{
    char text[LS_DURATION_TEXT];
    assert_string_equal(ls_duration_format_ms(text, 0), "0.0");
    assert_string_equal(ls_duration_format_ms(text, 40000), "0.040");
    assert_string_equal(ls_duration_format_ms(text, 100000), "0.1");
    assert_string_equal(ls_duration_format_ms(text, 2000420000), "2000.4");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_duration__reads_every_unit),
        cmocka_unit_test(test_duration__refuses_what_is_no_time),
        cmocka_unit_test(test_duration__rounds_for_sentences),
        cmocka_unit_test(test_duration__tells_small_figures_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
