/* SPDX-License-Identifier: MIT */
#include "loaded.h"

#include "analysis/sort.h"

struct thing {
    int64_t at_ns;
    int place;
};

static void test_sort__keeps_the_order_of_equals(void **state)
{
    enum { N = 1001 };
    struct thing things[N];
    uint32_t x = 1;
    for (int i = 0; i < N; i++) {
        x = x * 1664525 + 1013904223;
        things[i] = (struct thing){(int64_t)(x >> 24) - 100, i};
    }
    assert_true(ls_sort_by_time(things, N, sizeof(*things)));
    for (int i = 1; i < N; i++) {
        assert_true(things[i - 1].at_ns <= things[i].at_ns);
        if (things[i - 1].at_ns == things[i].at_ns)
            assert_true(things[i - 1].place < things[i].place);
    }
}

static void test_sort__none_and_one(void **state)
{
    struct thing one = {5, 5};
    assert_true(ls_sort_by_time(NULL, 0, sizeof(one)));
    assert_true(ls_sort_by_time(&one, 1, sizeof(one)));
    assert_int_equal(one.place, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sort__keeps_the_order_of_equals),
        cmocka_unit_test(test_sort__none_and_one)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
