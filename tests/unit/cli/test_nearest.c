/* SPDX-License-Identifier: MIT */
#include "cli/nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *nearest_command(const char *wanted)
{
    static const char *const names[] = {"report", "check", "view", "recover",
                                        "rules"};
    struct ls_nearest nearest = ls_nearest_to(wanted);
    for (int i = 0; i < 5; i++)
        ls_nearest_try(&nearest, names[i]);
    return nearest.name;
}

static void test_nearest__finds_what_was_meant(void **state)
{
    assert_string_equal(nearest_command("reprot"), "report");
    assert_string_equal(nearest_command("chek"), "check");
    assert_string_equal(nearest_command("veiw"), "view");
    assert_string_equal(nearest_command("rule"), "rules");
    assert_string_equal(nearest_command("recovery"), "recover");
}

static void test_nearest__a_swap_is_one_edit(void **state)
{
    struct ls_nearest nearest = ls_nearest_to("ab");
    ls_nearest_try(&nearest, "ba");
    assert_int_equal(nearest.distance, 1);
}

static void test_nearest__takes_names_of_any_length(void **state)
{
    char wanted[1000];
    for (size_t i = 0; i < sizeof(wanted) - 1; i++)
        wanted[i] = 'x';
    wanted[sizeof(wanted) - 1] = '\0';
    assert_non_null(nearest_command(wanted));
    assert_non_null(nearest_command(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nearest__finds_what_was_meant),
        cmocka_unit_test(test_nearest__a_swap_is_one_edit),
        cmocka_unit_test(test_nearest__takes_names_of_any_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
