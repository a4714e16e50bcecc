/* SPDX-License-Identifier: MIT */
#include "tracer/collector/timeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define SECOND INT64_C(1000000000)

/* A simulated machine: a counter of 3 GHz beside CLOCK_MONOTONIC. */
#define HZ UINT64_C(3000000000)

static const struct ls_instant begin = {.ticks = 7000000000,
                                        .monotonic_ns = 5000000000};

static struct ls_instant after(int64_t ns)
{
    return (struct ls_instant){
        .ticks = begin.ticks + (uint64_t)((double)ns * 3.0),
        .monotonic_ns = begin.monotonic_ns + (uint64_t)ns};
}

/* What the first measurement sees when it is off by PPM. */
static struct ls_instant mistaken(int64_t ns, double ppm)
{
    struct ls_instant at = after(ns);
    at.monotonic_ns =
        begin.monotonic_ns + (uint64_t)((double)ns * (1 + ppm * 1e-6));
    return at;
}

static void test_timeline__converts_exactly(void **state)
{
    struct ls_timeline t;
    ls_timeline_begin(&t, begin, after(SECOND));
    assert_int_equal(ls_timeline_ns(&t, begin.ticks), 0);
    assert_int_equal(ls_timeline_ns(&t, begin.ticks + 3), 1);
    assert_int_equal(ls_timeline_ns(&t, begin.ticks + HZ), SECOND);
    assert_int_equal(ls_timeline_ns(&t, begin.ticks + 3600 * HZ),
                     3600 * SECOND);
    assert_int_equal(ls_timeline_ns(&t, begin.ticks - HZ), -SECOND);
}

static void test_timeline__monotonic_times_are_on_the_same_scale(void **state)
{
    struct ls_timeline t;
    ls_timeline_begin(&t, begin, after(SECOND));
    assert_int_equal(ls_timeline_of_monotonic(&t, begin.monotonic_ns), 0);
    assert_int_equal(ls_timeline_of_monotonic(&t, begin.monotonic_ns + 12), 12);
    assert_int_equal(ls_timeline_of_monotonic(&t, begin.monotonic_ns - 12),
                     -12);
}

static void test_timeline__a_clock_of_nanoseconds_stays_exact(void **state)
{
    struct ls_timeline t;
    struct ls_instant first = {123456789012345, 123456789012345};
    struct ls_instant second = {123456799012345, 123456799012345};
    ls_timeline_begin(&t, first, second);
    int64_t month = 30 * 86400 * SECOND + 1;
    assert_int_equal(
        ls_timeline_ns(&t, (uint64_t)(INT64_C(123456789012345) + month)),
        month);
}

static void test_timeline__impossible_ticks_do_not_overflow(void **state)
{
    struct ls_timeline t;
    ls_timeline_begin(&t, begin, after(SECOND));
    t.ns_per_tick = 40; /* a slow counter */
    int64_t most = ls_timeline_ns(&t, begin.ticks + INT64_MAX);
    int64_t least = ls_timeline_ns(&t, begin.ticks + (UINT64_C(1) << 63));
    assert_true(most > 50 * 365 * 86400 * SECOND);
    assert_true(least < -50 * 365 * 86400 * SECOND);
    assert_true(most - least > most); /* their difference is one */
}

static void test_timeline__clocks_that_stand_still_are_survived(void **state)
{
    struct ls_timeline t;
    ls_timeline_begin(&t, begin, begin);
    assert_int_equal(ls_timeline_ns(&t, begin.ticks + 12), 12);
    ls_timeline_correct(&t, begin.ticks, begin);
    assert_int_equal(ls_timeline_ns(&t, begin.ticks + 12), 12);
}

/* A hundred seconds with a correction each, AT 3 ms behind as the collector
 * does it; the greatest error from second FROM on. */
static int64_t worst_error(struct ls_timeline *t, int from)
{
    int64_t worst = 0, last = -1;
    for (int s = 1; s <= 100; s++) {
        for (int ms = 0; ms < 1000; ms += 10) {
            int64_t true_ns = (s - 1) * SECOND + ms * (SECOND / 1000);
            int64_t ns = ls_timeline_ns(t, after(true_ns).ticks);
            assert_true(ns > last);
            last = ns;
            if (s >= from && llabs(ns - true_ns) > worst)
                worst = llabs(ns - true_ns);
        }
        struct ls_instant now = after(s * SECOND);
        ls_timeline_correct(t, now.ticks - 3 * HZ / 1000, now);
    }
    return worst;
}

static void test_timeline__correction_converges(void **state)
{
    const double ppm[] = {20, -20, 500, -500};
    for (size_t i = 0; i < sizeof ppm / sizeof ppm[0]; i++) {
        struct ls_timeline t;
        ls_timeline_begin(&t, begin, mistaken(SECOND / 100, ppm[i]));
        int64_t first = ls_timeline_ns(&t, after(SECOND).ticks) - SECOND;
        /* it was wrong at first, and then is not */
        assert_true(llabs(first) > (int64_t)(llabs((int64_t)ppm[i]) * 900));
        assert_true(worst_error(&t, 10) <= 2);
    }
}

static void test_timeline__a_drifting_counter_is_followed(void **state)
{
    struct ls_timeline t;
    ls_timeline_begin(&t, begin, after(SECOND));
    struct ls_instant now = begin;
    for (int s = 1; s <= 100; s++) {
        /* from the 50th second on the counter runs 10 ppm faster */
        now.monotonic_ns += (uint64_t)SECOND;
        now.ticks += s < 50 ? HZ : HZ + HZ / 100000;
        ls_timeline_correct(&t, now.ticks - 3 * HZ / 1000, now);
    }
    /* within the error of one second at that rate, and not of fifty */
    int64_t error = ls_timeline_ns(&t, now.ticks) - 100 * SECOND;
    assert_true(llabs(error) <= 11000);
}

static void test_timeline__never_goes_back_at_a_correction(void **state)
{
    struct ls_timeline t;
    uint64_t random = 1;
    ls_timeline_begin(&t, begin, mistaken(SECOND / 100, 300));
    for (int s = 1; s <= 1000; s++) {
        struct ls_instant now = after(s * SECOND);
        /* a reading that was interrupted: up to 1 ms wrong */
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
        now.monotonic_ns += (random >> 33) % 1000000;
        uint64_t at = now.ticks - 3 * HZ / 1000;
        int64_t before = ls_timeline_ns(&t, at);
        int64_t earlier = ls_timeline_ns(&t, at - 1);
        ls_timeline_correct(&t, at, now);
        assert_int_equal(ls_timeline_ns(&t, at), before);
        assert_true(ls_timeline_ns(&t, at + 1) >= before);
        assert_true(earlier <= before);
    }
}

static void expect_order_over_a_jump(int64_t ticks_jump, int64_t ns_jump)
{
    struct ls_timeline t;
    int64_t last = -1;
    ls_timeline_begin(&t, begin, after(SECOND));
    for (int s = 1; s <= 60; s++) {
        struct ls_instant now = after(s * SECOND);
        if (s > 20) {
            now.ticks += (uint64_t)ticks_jump;
            now.monotonic_ns += (uint64_t)ns_jump;
        }
        uint64_t at = now.ticks - 3 * HZ / 1000;
        assert_true(ls_timeline_ns(&t, at) > last);
        last = ls_timeline_ns(&t, at);
        ls_timeline_correct(&t, at, now);
        assert_int_equal(ls_timeline_ns(&t, at), last);
        assert_true(t.ns_per_tick > 0);
    }
}

static void test_timeline__a_jump_of_one_clock_keeps_the_order(void **state)
{
    expect_order_over_a_jump((int64_t)(3600 * HZ), 0);
    expect_order_over_a_jump(0, 3600 * SECOND);
    expect_order_over_a_jump((int64_t)HZ / 10, 0);
    expect_order_over_a_jump(0, SECOND / 10);
}

/* An hour of suspension: what comes after it takes as long as it takes. */
static void test_timeline__a_jump_leaves_durations_alone(void **state)
{
    struct ls_timeline t;
    uint64_t jump = 3600 * HZ;
    ls_timeline_begin(&t, begin, after(SECOND));
    for (int s = 1; s <= 60; s++) {
        struct ls_instant now = after(s * SECOND);
        now.ticks += s > 20 ? jump : 0;
        ls_timeline_correct(&t, now.ticks - 3 * HZ / 1000, now);
        int64_t later =
            ls_timeline_ns(&t, now.ticks + HZ) - ls_timeline_ns(&t, now.ticks);
        assert_true(llabs(later - SECOND) < 1000);
    }
}

static void test_timeline__a_small_jump_is_made_up_for(void **state)
{
    struct ls_timeline t;
    ls_timeline_begin(&t, begin, after(SECOND));
    struct ls_instant now = begin;
    for (int s = 1; s <= 60; s++) {
        now = after(s * SECOND);
        if (s > 20)
            now.monotonic_ns += (uint64_t)SECOND / 10;
        ls_timeline_correct(&t, now.ticks - 3 * HZ / 1000, now);
    }
    int64_t error = ls_timeline_ns(&t, now.ticks) -
                    ls_timeline_of_monotonic(&t, now.monotonic_ns);
    assert_true(llabs(error) < SECOND / 100);
}

static void test_timeline__reads_both_clocks_at_one_moment(void **state)
{
    struct ls_instant a = ls_timeline_read();
    struct ls_instant b = ls_timeline_read();
    assert_true(b.monotonic_ns >= a.monotonic_ns);
    assert_true(b.ticks >= a.ticks);
}

/* What was measured before the program ran does not count. */
static void test_timeline__restart_moves_zero(void **state)
{
    struct ls_timeline t;
    struct ls_instant later = after(SECOND);

    ls_timeline_begin(&t, begin, later);
    ls_timeline_restart(&t, later);
    assert_int_equal(ls_timeline_ns(&t, later.ticks), 0);
    assert_int_equal(ls_timeline_of_monotonic(&t, later.monotonic_ns), 0);
    assert_int_equal(ls_timeline_ns(&t, after(2 * SECOND).ticks), SECOND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_timeline__converts_exactly),
        cmocka_unit_test(test_timeline__monotonic_times_are_on_the_same_scale),
        cmocka_unit_test(test_timeline__a_clock_of_nanoseconds_stays_exact),
        cmocka_unit_test(test_timeline__impossible_ticks_do_not_overflow),
        cmocka_unit_test(test_timeline__clocks_that_stand_still_are_survived),
        cmocka_unit_test(test_timeline__correction_converges),
        cmocka_unit_test(test_timeline__a_drifting_counter_is_followed),
        cmocka_unit_test(test_timeline__never_goes_back_at_a_correction),
        cmocka_unit_test(test_timeline__a_jump_of_one_clock_keeps_the_order),
        cmocka_unit_test(test_timeline__a_jump_leaves_durations_alone),
        cmocka_unit_test(test_timeline__a_small_jump_is_made_up_for),
        cmocka_unit_test(test_timeline__reads_both_clocks_at_one_moment),
        cmocka_unit_test(test_timeline__restart_moves_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
