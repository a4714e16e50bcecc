/* SPDX-License-Identifier: MIT */
#include "loaded.h"

#include "analysis/utf8.h"

static void test_utf8__good_text(void **state)
{
    static const char *const good[] = {"",
                                       "plain ASCII, longer than eight",
                                       "caf\xc3\xa9",
                                       "\xe2\x82\xac",
                                       "\xf0\x9f\x8d\xb5 tea",
                                       "\xed\x9f\xbf",
                                       "\xf4\x8f\xbf\xbf"};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_true(ls_utf8_is_valid(good[i], strlen(good[i])));
}

static void test_utf8__bad_text(void **state)
{
    static const char *const bad[] = {"\xff",
                                      "12345678\x80",
                                      "\xc0\xaf",
                                      "\xe0\x80\xaf",
                                      "\xed\xa0\x80",
                                      "\xf4\x90\x80\x80",
                                      "\xc3",
                                      "caf\xc3",
                                      "\xe2\x82",
                                      "\xf0\x9f\x8d(",
                                      "\xf8\x88\x80\x80\x80"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(ls_utf8_is_valid(bad[i], strlen(bad[i])));
    assert_false(ls_utf8_is_valid("a\0b", 3));
}

static void test_utf8__cleaned_text_is_good(void **state)
{
    const char text[] = "a\xff"
                        "b\xc3\xa9\0\xe2\x82z";
    char clean[sizeof(text) * 3];
    size_t n = ls_utf8_clean(text, sizeof(text) - 1, clean);
    const char expected[] = "a\xef\xbf\xbd"
                            "b\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz";
    assert_int_equal(n, sizeof(expected) - 1);
    assert_memory_equal(clean, expected, n);
    assert_true(ls_utf8_is_valid(clean, n));
}

static void test_utf8__characters_are_not_cut(void **state)
{
    assert_int_equal(ls_utf8_fit("tea", 3, 3), 3);
    assert_int_equal(ls_utf8_fit("teas", 4, 3), 3);
    assert_int_equal(ls_utf8_fit("a\xc3\xa9z", 4, 2), 1);
    assert_int_equal(ls_utf8_fit("a\xc3\xa9z", 4, 3), 3);
    assert_int_equal(ls_utf8_fit("\xe2\x82\xac", 3, 2), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8__good_text),
        cmocka_unit_test(test_utf8__bad_text),
        cmocka_unit_test(test_utf8__cleaned_text_is_good),
        cmocka_unit_test(test_utf8__characters_are_not_cut)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
