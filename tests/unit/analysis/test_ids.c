/* SPDX-License-Identifier: MIT */
#include "loaded.h"

#include "analysis/ids.h"

static void test_ids__finds_what_was_put(void **state)
{
    struct ls_ids *ids = ls_ids_new();
    for (uint64_t i = 0; i < 5000; i++) {
        uint32_t *index = ls_ids_put(ids, i * i << 20);
        assert_int_equal(*index, LS_NONE);
        *index = (uint32_t)i;
    }
    for (uint64_t i = 0; i < 5000; i++)
        assert_int_equal(ls_ids_find(ids, i * i << 20), i);
    assert_int_equal(*ls_ids_put(ids, 49ull << 20), 7);
    ls_ids_free(ids);
}

static void test_ids__unknown_is_none(void **state)
{
    struct ls_ids *ids = ls_ids_new();
    assert_int_equal(ls_ids_find(ids, 0), LS_NONE);
    *ls_ids_put(ids, 0) = 3;
    assert_int_equal(ls_ids_find(ids, 0), 3);
    assert_int_equal(ls_ids_find(ids, UINT64_MAX), LS_NONE);
    ls_ids_free(ids);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ids__finds_what_was_put),
        cmocka_unit_test(test_ids__unknown_is_none)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
