/* SPDX-License-Identifier: MIT */
#include "loaded.h"

#include "analysis/statistics.h"

static void test_statistics__nearest_rank(void **state)
{
    int64_t values[101];
    for (int i = 0; i < 101; i++)
        values[i] = 101 - i;
    struct ls_summary s = ls_summary_of(values, 100); /* 2 to 101 */
    assert_int_equal(s.count, 100);
    assert_int_equal(s.p50_ns, 51);
    assert_int_equal(s.p90_ns, 91);
    assert_int_equal(s.p99_ns, 100);
    assert_int_equal(s.max_ns, 101);
    assert_int_equal(s.mean_ns, 51);
    int64_t few[] = {30, 10, 20};
    s = ls_summary_of(few, 3);
    assert_int_equal(s.p50_ns, 20);
    assert_int_equal(s.p90_ns, 30);
    assert_int_equal(s.p99_ns, 30);
    s = ls_summary_of(few, 1);
    assert_int_equal(s.p50_ns, 10);
    assert_int_equal(ls_summary_of(NULL, 0).count, 0);
}

static void test_statistics__sums_do_not_overflow(void **state)
{
    int64_t values[] = {INT64_MAX, INT64_MAX, 1};
    assert_int_equal(ls_summary_of(values, 3).total_ns, INT64_MAX);
}

static void test_statistics__tasks_by_kind(void **state)
{
    struct ls_trace *t = load_sample("gather.json");
    struct ls_statistics *s = ls_statistics_make(t, 50000000);
    assert_int_equal(s->n_tasks, 2);
    assert_string_equal(name_of(t, s->tasks[0].kind), "brew");
    assert_int_equal(s->tasks[0].life.count, 3);
    assert_int_equal(s->tasks[0].life.p50_ns, 2000520000);
    assert_int_equal(s->tasks[0].running.total_ns, 330000);
    assert_int_equal(s->tasks[0].held_up.max_ns, 440000);
    assert_int_equal(s->tasks[0].n_open, 0);
    assert_int_equal(s->n_callbacks, 0);
    ls_statistics_free(s);
    ls_trace_free(t);
}

static void test_statistics__loops(void **state)
{
    struct ls_trace *t = load_sample("gather.json");
    struct ls_statistics *s = ls_statistics_make(t, 1000000);
    assert_int_equal(s->n_loops, 1);
    assert_int_equal(s->loops[0].turns.count, 2);
    assert_int_equal(s->loops[0].span_ns, 2001900000);
    assert_int_equal(s->loops[0].blocking_ns, 400000); /* 1.4 ms, 1 allowed */
    assert_true(s->loops[0].utilisation > 0.000899 &&
                s->loops[0].utilisation < 0.000900);
    ls_statistics_free(s);
    ls_trace_free(t);
}

static void test_statistics__blocking_time_is_own_time(void **state)
{
    struct ls_trace *t = load_sample("bad_example.json");
    struct ls_statistics *s = ls_statistics_make(t, 50000000);
    assert_int_equal(s->loops[0].blocking_ns, 1951220000);
    assert_int_equal(s->n_callbacks, 1);
    assert_string_equal(name_of(t, s->callbacks[0].name), "sleep");
    assert_int_equal(s->callbacks[0].kind, LS_SLICE_BLOCKING);
    assert_int_equal(s->callbacks[0].time.total_ns, 2000100000);
    assert_int_equal(s->tasks[0].n_failed + s->tasks[1].n_failed, 1);
    ls_statistics_free(s);
    ls_trace_free(t);
}

static void test_statistics__callbacks_by_kind_and_the_pool(void **state)
{
    struct ls_trace *t = load_sample("unmodified.json");
    struct ls_statistics *s = ls_statistics_make(t, 50000000);
    assert_int_equal(s->n_kinds, 4);
    assert_string_equal(name_of(t, s->kinds[0].kind), "read");
    assert_string_equal(name_of(t, s->kinds[0].phase), "io");
    assert_int_equal(s->kinds[0].time.count, 2);
    assert_string_equal(name_of(t, s->kinds[1].phase), "timers");
    assert_int_equal(s->pool_queued.max_ns, 39000000);
    assert_int_equal(s->pool_worked.count, 1);
    assert_int_equal(s->pool_worked.max_ns, 30000000);
    ls_statistics_free(s);
    ls_trace_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statistics__nearest_rank),
        cmocka_unit_test(test_statistics__sums_do_not_overflow),
        cmocka_unit_test(test_statistics__tasks_by_kind),
        cmocka_unit_test(test_statistics__loops),
        cmocka_unit_test(test_statistics__callbacks_by_kind_and_the_pool),
        cmocka_unit_test(test_statistics__blocking_time_is_own_time)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
