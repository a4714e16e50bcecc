/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "fixture.h"
#include "viewer/actions.h"

static void test_actions__no_key_twice(void **state)
{
    for (int a = 0; a < LS_ACTIONS; a++)
        for (int k = 0; k < LS_ACTION_KEYS; k++) {
            struct ls_key key = ls_action_get((enum ls_action)a)->keys[k];
            if (key.code)
                assert_int_equal(ls_action_of_key(key), a);
        }
}

static void test_actions__all_have_names_and_keys(void **state)
{
    for (int a = 1; a < LS_ACTIONS; a++) {
        const struct ls_action_info *info = ls_action_get((enum ls_action)a);
        assert_non_null(info->name);
        assert_int_not_equal(info->keys[0].code, 0);
        for (int b = 1; b < a; b++)
            assert_string_not_equal(info->name,
                                    ls_action_get((enum ls_action)b)->name);
    }
}

/* An action is in the help itself, or right behind one that speaks for both
 * (left and right, next and previous). */
static void test_actions__all_are_in_the_help(void **state)
{
    for (int a = 1; a < LS_ACTIONS; a++) {
        const struct ls_action_info *info = ls_action_get((enum ls_action)a);
        assert_true((info->help == NULL) == (info->shown == NULL));
        int first = a;
        while (!ls_action_get((enum ls_action)first)->help)
            first--;
        assert_true(first > LS_ACTION_NONE);
    }
}

static void test_actions__unknown_keys_do_nothing(void **state)
{
    assert_int_equal(ls_action_of_key((struct ls_key){0, 0}), LS_ACTION_NONE);
    assert_int_equal(ls_action_of_key((struct ls_key){'j', 0}), LS_ACTION_NONE);
    assert_int_equal(ls_action_of_key((struct ls_key){'q', 0}), LS_ACTION_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_actions__no_key_twice),
        cmocka_unit_test(test_actions__all_have_names_and_keys),
        cmocka_unit_test(test_actions__all_are_in_the_help),
        cmocka_unit_test(test_actions__unknown_keys_do_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
