/* SPDX-License-Identifier: MIT */
#include "loaded.h"

#include "analysis/strings.h"

static void test_strings__same_text_same_index(void **state)
{
    struct ls_strings *s = ls_strings_new();
    ls_string a = ls_strings_add(s, "brew tea", 8);
    ls_string b = ls_strings_add(s, "brew tea or coffee", 18);
    assert_int_equal(ls_strings_add(s, "brew tea and", 8), a);
    assert_int_not_equal(a, b);
    assert_string_equal(ls_strings_get(s, a), "brew tea");
    assert_string_equal(ls_strings_get(s, b), "brew tea or coffee");
    ls_strings_free(s);
}

static void test_strings__empty_and_unknown(void **state)
{
    struct ls_strings *s = ls_strings_new();
    assert_int_equal(ls_strings_add(s, "", 0), 0);
    assert_string_equal(ls_strings_get(s, 0), "");
    assert_string_equal(ls_strings_get(s, 12345), "");
    assert_string_equal(ls_strings_get(NULL, 1), "");
    ls_strings_free(s);
}

static void test_strings__many_survive_growth_and_freezing(void **state)
{
    enum { N = 20000 };
    struct ls_strings *s = ls_strings_new();
    char text[32];
    for (int i = 0; i < N; i++) {
        int n = snprintf(text, sizeof(text), "name %d", i);
        assert_int_equal(ls_strings_add(s, text, (size_t)n), i + 1);
    }
    assert_int_equal(ls_strings_add(s, "name 77", 7), 78);
    ls_strings_freeze(s);
    for (int i = 0; i < N; i++) {
        snprintf(text, sizeof(text), "name %d", i);
        assert_string_equal(ls_strings_get(s, (ls_string)i + 1), text);
    }
    assert_false(s->failed);
    ls_strings_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strings__same_text_same_index),
        cmocka_unit_test(test_strings__empty_and_unknown),
        cmocka_unit_test(test_strings__many_survive_growth_and_freezing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
