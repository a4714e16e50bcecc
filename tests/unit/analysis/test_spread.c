/* SPDX-License-Identifier: MIT */
#include "loaded.h"

#include "analysis/spread.h"

#include <math.h>

#define N(values) (sizeof(values) / sizeof(*(values)))

static int64_t mad_of(const int64_t *values, size_t n)
{
    return ls_spread_mad(values, n);
}

static void test_spread__of_few_values(void **state)
{
    static const int64_t values[] = {1, 1, 2, 2, 4, 6, 9};
    assert_int_equal(ls_spread_median(values, 7), 2);
    assert_int_equal(mad_of(values, 7), 1); /* 0 0 1 1 2 4 7 */
    assert_int_equal(mad_of(values, 1), 0);
    assert_int_equal(mad_of(values, 3), 0); /* 0 0 1 */
    assert_int_equal(mad_of(values, 0), 0);
    assert_int_equal(ls_spread_median(values, 0), 0);
}

static int compare(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* Against what the definition says, by sorting. */
static void test_spread__as_defined(void **state)
{
    uint64_t seed = 7;
    for (size_t n = 1; n < 60; n++) {
        int64_t values[60], away[60];
        for (size_t i = 0; i < n; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            values[i] = (int64_t)(seed >> 33) % 50;
        }
        qsort(values, n, sizeof(*values), compare);
        for (size_t i = 0; i < n; i++)
            away[i] = llabs(values[i] - values[(n - 1) / 2]);
        qsort(away, n, sizeof(*away), compare);
        assert_int_equal(mad_of(values, n), away[(n - 1) / 2]);
    }
}

static void test_spread__extremes_do_not_overflow(void **state)
{
    static const int64_t values[] = {INT64_MIN, 0, INT64_MAX};
    assert_int_equal(mad_of(values, 3), INT64_MAX);
}

static void expect_p(const int64_t *a, size_t n, const int64_t *b, size_t m,
                     double expected)
{
    assert_true(fabs(ls_spread_p(a, n, b, m) - expected) < 1e-6);
    assert_true(fabs(ls_spread_p(b, m, a, n) - expected) < 1e-6);
}

/* The expected are reckoned the other way, from the sums of mean ranks. */
static void test_spread__rank_test(void **state)
{
    static const int64_t low[] = {1, 2, 3, 4, 5, 6};
    static const int64_t high[] = {11, 12, 13, 14, 15, 16};
    static const int64_t tied[] = {3, 3, 4, 5, 5, 7};
    expect_p(low, 6, high, 6, 0.005074868);
    expect_p(low, 5, high, 5, 0.012185780);
    expect_p(low, 6, low, 6, 1);
    expect_p(low, 6, tied, 6, 0.415906459);
}

static void test_spread__nothing_to_compare(void **state)
{
    static const int64_t same[] = {5, 5, 5, 5, 5, 5, 5, 5};
    assert_true(ls_spread_p(same, 8, same, 8) == 1);
    assert_true(ls_spread_p(same, 0, same, 8) == 1);
    assert_true(ls_spread_p(same, 8, NULL, 0) == 1);
    assert_true(ls_spread_p(same, 1, same, 1) == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spread__of_few_values),
        cmocka_unit_test(test_spread__as_defined),
        cmocka_unit_test(test_spread__extremes_do_not_overflow),
        cmocka_unit_test(test_spread__rank_test),
        cmocka_unit_test(test_spread__nothing_to_compare),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
