/* SPDX-License-Identifier: MIT */
#include "cli/label.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct ls_style utf8 = {.width = 20, .utf8 = true};
static const struct ls_style ascii = {.width = 20};

static void expect_add(const struct ls_style *style, const char *given,
                       const char *expected)
{
    struct ls_text text = {0};
    ls_label_add(&text, style, given);
    assert_string_equal(ls_text_get(&text), expected);
    ls_text_destroy(&text);
}

static void expect_fit(const struct ls_style *style, const char *given,
                       int columns, const char *expected)
{
    struct ls_text text = {0};
    ls_label_fit(&text, style, given, columns);
    assert_string_equal(ls_text_get(&text), expected);
    ls_text_destroy(&text);
}

static void expect_wrap(const char *before, const char *given, int hang,
                        const char *expected)
{
    struct ls_text text = {0};
    ls_text_add(&text, before);
    ls_label_wrap(&text, &utf8, given, hang);
    assert_string_equal(ls_text_get(&text), expected);
    ls_text_destroy(&text);
}

static void test_label__control_characters_cannot_pass(void **state)
{
    expect_add(&utf8, "a\033[31mb", "a\u00b7[31mb");
    expect_add(&utf8, "a\r\nb\t\x7f", "a\u00b7\u00b7b\u00b7\u00b7");
    expect_add(&utf8, "\xc2\x85\u202e", "\u00b7\u00b7"); /* C1, bidi override */
    expect_add(&ascii, "a\033\nb", "a..b");
}

static void test_label__broken_text_is_shown_as_such(void **state)
{
    expect_add(&utf8, "\xff\xc3", "\u00b7\u00b7");
    expect_add(&utf8, "\xc0\xaf", "\u00b7\u00b7");           /* overlong */
    expect_add(&utf8, "\xed\xa0\x80", "\u00b7\u00b7\u00b7"); /* surrogate */
    expect_add(&utf8, "\xf4\x90\x80\x80", "\u00b7\u00b7\u00b7\u00b7");
    expect_add(&ascii, "caf\xc3\xa9", "caf?");
}

static void test_label__columns_are_those_of_a_terminal(void **state)
{
    assert_int_equal(ls_label_columns(&utf8, "Masala"), 6);
    assert_int_equal(ls_label_columns(&utf8, "\u8336"), 2);  /* East Asian */
    assert_int_equal(ls_label_columns(&utf8, "e\u0301"), 1); /* combining */
    assert_int_equal(ls_label_columns(&ascii, "\u8336"), 1);
}

static void test_label__fits_exactly(void **state)
{
    expect_fit(&utf8, "Green", 8, "Green   ");
    expect_fit(&utf8, "Green", 5, "Green");
    expect_fit(&utf8, "Green", 4, "Gre\u2026");
    expect_fit(&ascii, "Green", 4, "Gre~");
    expect_fit(&utf8, "Green", 0, "");
    /* Half of a wide character does not go in: a space takes its place. */
    expect_fit(&utf8, "\u8336\u8336\u8336", 4, "\u8336\u2026 ");
}

static void test_label__fits_to_the_right(void **state)
{
    struct ls_text text = {0};
    ls_label_fit_right(&text, &utf8, "12.5", 7);
    assert_string_equal(ls_text_get(&text), "   12.5");
    ls_text_destroy(&text);
}

static void test_label__wraps_with_a_hanging_indent(void **state)
{
    expect_wrap("", "one two three four five six", 2,
                "one two three four\n  five six\n");
    expect_wrap("Time 0ms: ", "Start coroutine A", 10,
                "Time 0ms: Start\n          coroutine\n          A\n");
    expect_wrap("", "", 2, "\n");
    /* What is coloured takes no columns. */
    expect_wrap("\033[31merror\033[0m: ", "exactly thirt", 2,
                "\033[31merror\033[0m: exactly thirt\n");
}

static void test_label__cuts_words_that_fit_no_line(void **state)
{
    expect_wrap("", "abcdefghijklmnopqrstuvwxyz", 4,
                "abcdefghijklmnopqrst\n    uvwxyz\n");
    expect_wrap("> name  ", "abcdefghijklmnop", 4,
                "> name\n    abcdefghijklmnop\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_label__control_characters_cannot_pass),
        cmocka_unit_test(test_label__broken_text_is_shown_as_such),
        cmocka_unit_test(test_label__columns_are_those_of_a_terminal),
        cmocka_unit_test(test_label__fits_exactly),
        cmocka_unit_test(test_label__fits_to_the_right),
        cmocka_unit_test(test_label__wraps_with_a_hanging_indent),
        cmocka_unit_test(test_label__cuts_words_that_fit_no_line),
    };
    if (!setlocale(LC_CTYPE, "C.UTF-8"))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
