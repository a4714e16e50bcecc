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

static void check_numbers(uint64_t mask, int64_t less)
{
    enum { N = 5000 };
    static int64_t numbers[N];
    uint64_t x = 1;
    int64_t sum = 0, after = 0;
    for (int i = 0; i < N; i++) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        numbers[i] = (int64_t)(x >> 1 & mask) - less;
        sum ^= numbers[i];
    }
    ls_sort_numbers(numbers, N);
    for (int i = 0; i < N; i++) {
        after ^= numbers[i];
        assert_true(i == 0 || numbers[i - 1] <= numbers[i]);
    }
    assert_int_equal(after, sum);
}

static void test_sort__numbers(void **state)
{
    check_numbers(0xff, 0);
    check_numbers(0xffffff, 1 << 23);
    check_numbers(0xff00000000, 0);
    check_numbers(UINT64_MAX >> 1, INT64_MAX / 2);
    check_numbers(0, 7);
    int64_t edges[] = {INT64_MAX, -1, INT64_MIN, 0};
    ls_sort_numbers(edges, 4);
    assert_true(edges[0] == INT64_MIN && edges[3] == INT64_MAX);
    ls_sort_numbers(NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sort__keeps_the_order_of_equals),
        cmocka_unit_test(test_sort__none_and_one),
        cmocka_unit_test(test_sort__numbers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
