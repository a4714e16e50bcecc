/* SPDX-License-Identifier: MIT */
/* When a turn is looked at, by a clock of the test's own. */
#include "tracer/collector/suspect.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define MS INT64_C(1000000)
#define THRESHOLD (10 * MS)

static const struct ls_sight sleeping = {
    .state = LS_SIGHT_BLOCKED, .syscall = 35, .sp = 100, .pc = 200};
static const struct ls_sight reading = {
    .state = LS_SIGHT_BLOCKED, .syscall = 0, .sp = 100, .pc = 300};

static struct ls_suspect suspect;

static enum ls_suspect_due due(int64_t age_ns, int64_t *wait_ns)
{
    return ls_suspect_due(&suspect, age_ns, THRESHOLD, wait_ns);
}

static int set_up(void **state)
{
    ls_suspect_begin(&suspect, 7);
    return 0;
}

static void test_suspect__a_short_turn_costs_nothing(void **state)
{
    int64_t wait;
    assert_int_equal(due(0, &wait), LS_SUSPECT_WAIT);
    assert_int_equal(wait, 5 * MS);
    assert_int_equal(due(4 * MS, &wait), LS_SUSPECT_WAIT);
    assert_int_equal(wait, 1 * MS);
}

static void test_suspect__sampled_from_half_the_threshold_on(void **state)
{
    int64_t wait;
    assert_int_equal(due(5 * MS, &wait), LS_SUSPECT_ARM);
    assert_int_equal(suspect.period_ns, MS);
    assert_int_equal(due(6 * MS, &wait), LS_SUSPECT_WATCH);
    assert_int_equal(wait, 4 * MS);
    assert_int_equal(due(10 * MS, &wait), LS_SUSPECT_LOOK);
    assert_int_equal(due(10 * MS, &wait), LS_SUSPECT_WATCH);
    assert_int_equal(wait, 2 * MS);
}

/* Found only when it was far over the threshold. */
static void test_suspect__seen_late(void **state)
{
    int64_t wait;
    assert_int_equal(due(500 * MS, &wait), LS_SUSPECT_ARM);
    assert_int_equal(due(500 * MS, &wait), LS_SUSPECT_LOOK);
    assert_int_equal(wait, 50 * MS);
}

/* Scan as told until END; how many looks, and what they told by weight. */
static int looks_until(int64_t end, int64_t *told_ns, int *n_told)
{
    int64_t wait, age = 0;
    int n = 0;
    while (age < end) {
        if (due(age, &wait) == LS_SUSPECT_LOOK) {
            int64_t weight = ls_suspect_same(&suspect, &sleeping)
                                 ? ls_suspect_stays(&suspect, age)
                                 : ls_suspect_moves(&suspect, &sleeping, age);
            n++;
            *told_ns += weight;
            *n_told += weight > 0;
        }
        age += wait > 0 ? wait : 1000;
    }
    *told_ns += ls_suspect_owes(&suspect);
    return n;
}

static void test_suspect__ten_minutes_are_tens_of_samples(void **state)
{
    int64_t told_ns = 0;
    int n_told = 0;
    int n = looks_until(600000 * MS, &told_ns, &n_told);
    assert_in_range(n, 50, 250);
    assert_in_range(n_told, 10, 20);
    /* All but the begin, and what came after the last look. */
    assert_in_range(told_ns, 585000 * MS, 600000 * MS);
}

static void test_suspect__another_place_is_told_at_once(void **state)
{
    int64_t wait;
    due(5 * MS, &wait);
    due(10 * MS, &wait);
    assert_false(ls_suspect_same(&suspect, &sleeping));
    assert_int_equal(ls_suspect_moves(&suspect, &sleeping, 10 * MS), 5 * MS);
    assert_true(ls_suspect_same(&suspect, &sleeping));
    assert_int_equal(ls_suspect_stays(&suspect, 12 * MS), 0);
    assert_false(ls_suspect_same(&suspect, &reading));
    assert_int_equal(ls_suspect_owes(&suspect), 2 * MS);
    assert_int_equal(ls_suspect_owes(&suspect), 0);
    assert_int_equal(ls_suspect_moves(&suspect, &reading, 15 * MS), 3 * MS);
}

static void test_suspect__the_same_place_is_told_at_ages_that_double(
    void **state)
{
    int64_t wait;
    due(5 * MS, &wait);
    ls_suspect_moves(&suspect, &sleeping, 10 * MS);
    assert_int_equal(ls_suspect_stays(&suspect, 19 * MS), 0);
    assert_int_equal(ls_suspect_stays(&suspect, 20 * MS), 10 * MS);
    assert_int_equal(ls_suspect_stays(&suspect, 39 * MS), 0);
    assert_int_equal(ls_suspect_stays(&suspect, 41 * MS), 21 * MS);
}

/* Dense in the beginning, then ever thinner. */
static void test_suspect__samples_thin_out(void **state)
{
    int64_t wait, all_ns = 0;
    int n = 0;
    due(5 * MS, &wait);
    for (; all_ns < 600000 * MS; n++) {
        all_ns += suspect.period_ns;
        ls_suspect_sampled(&suspect);
    }
    assert_in_range(n, 40, 100);
}

static void test_suspect__weights_are_milliseconds(void **state)
{
    assert_int_equal(ls_suspect_weight(0), 1);
    assert_int_equal(ls_suspect_weight(-5), 1);
    assert_int_equal(ls_suspect_weight(1499999), 1);
    assert_int_equal(ls_suspect_weight(1500000), 2);
    assert_int_equal(ls_suspect_weight(INT64_MAX - MS), UINT32_MAX);
}

#define SUSPECT_TEST(test) cmocka_unit_test_setup(test, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SUSPECT_TEST(test_suspect__a_short_turn_costs_nothing),
        SUSPECT_TEST(test_suspect__sampled_from_half_the_threshold_on),
        SUSPECT_TEST(test_suspect__seen_late),
        SUSPECT_TEST(test_suspect__ten_minutes_are_tens_of_samples),
        SUSPECT_TEST(test_suspect__another_place_is_told_at_once),
        SUSPECT_TEST(test_suspect__the_same_place_is_told_at_ages_that_double),
        SUSPECT_TEST(test_suspect__samples_thin_out),
        SUSPECT_TEST(test_suspect__weights_are_milliseconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
