/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tracer/record/nonblocking.h"

static int forget(void **state)
{
    ls_nonblocking_remove_all();
    return 0;
}

static void test_nonblocking__known_until_it_is_removed(void **state)
{
    assert_false(ls_nonblocking_has(7));
    ls_nonblocking_add(7);
    assert_true(ls_nonblocking_has(7));
    assert_false(ls_nonblocking_has(6));
    assert_false(ls_nonblocking_has(8));
    ls_nonblocking_remove(7);
    assert_false(ls_nonblocking_has(7));
}

static void test_nonblocking__numbers_out_of_range_are_not_known(void **state)
{
    const int odd[] = {-1, INT_MIN, INT_MAX, LS_NONBLOCKING_MOST};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        ls_nonblocking_add(odd[i]);
        assert_false(ls_nonblocking_has(odd[i]));
        ls_nonblocking_remove(odd[i]);
    }
    ls_nonblocking_add(LS_NONBLOCKING_MOST - 1);
    assert_true(ls_nonblocking_has(LS_NONBLOCKING_MOST - 1));
}

static void test_nonblocking__a_range_has_both_its_ends(void **state)
{
    for (int fd = 3; fd < 8; fd++)
        ls_nonblocking_add(fd);
    ls_nonblocking_remove_range(4, 6);
    for (int fd = 3; fd < 8; fd++)
        assert_int_equal(ls_nonblocking_has(fd), fd == 3 || fd == 7);
    ls_nonblocking_remove_range(5, UINT_MAX);
    assert_true(ls_nonblocking_has(3));
    assert_false(ls_nonblocking_has(7));
}

static void test_nonblocking__all_are_removed(void **state)
{
    ls_nonblocking_add(0);
    ls_nonblocking_add(LS_NONBLOCKING_MOST - 1);
    ls_nonblocking_remove_all();
    assert_false(ls_nonblocking_has(0));
    assert_false(ls_nonblocking_has(LS_NONBLOCKING_MOST - 1));
}

/* The flag is of what is open: a number that ever was one of several takes all
 * with it. Of those that nobody knows, so does any. */
static void test_nonblocking__what_is_one_blocks_together(void **state)
{
    for (int fd = 10; fd < 14; fd++)
        ls_nonblocking_add(fd);
    ls_nonblocking_blocks(10);
    assert_false(ls_nonblocking_has(10));
    assert_true(ls_nonblocking_has(11));
    ls_nonblocking_are_one(11, 12);
    assert_true(ls_nonblocking_has(12));
    ls_nonblocking_remove(12); /* closed, and used again */
    ls_nonblocking_add(12);
    ls_nonblocking_blocks(12);
    assert_false(ls_nonblocking_has(11));
    assert_false(ls_nonblocking_has(13));
    ls_nonblocking_add(13);
    ls_nonblocking_are_one(-1, LS_NONBLOCKING_MOST);
    ls_nonblocking_blocks(LS_NONBLOCKING_MOST);
    assert_false(ls_nonblocking_has(13));
}

#define TEST(name) cmocka_unit_test_setup(name, forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_nonblocking__known_until_it_is_removed),
        TEST(test_nonblocking__numbers_out_of_range_are_not_known),
        TEST(test_nonblocking__a_range_has_both_its_ends),
        TEST(test_nonblocking__all_are_removed),
        TEST(test_nonblocking__what_is_one_blocks_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
