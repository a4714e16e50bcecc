/* SPDX-License-Identifier: MIT */
/*
 * CPUs: what computes on the loop, beside it, on two loops at once, and on one
 * that switches; and the golden rule of what must not wait on a loop.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/scenario.h"

#define MS INT64_C(1000000)

static const struct ls_stretch *stretch_of(const struct scenario *s,
                                           const struct ls_task *task,
                                           uint32_t i)
{
    return &s->trace->stretches[task->first_stretch + i];
}

static int64_t running_ns(const struct scenario *s, const struct ls_task *task)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < task->n_stretches; i++) {
        const struct ls_stretch *stretch = stretch_of(s, task, i);
        if (stretch->kind == LS_STRETCH_RUN)
            sum += stretch->end_ns - stretch->begin_ns;
    }
    return sum;
}

/* The longest await of that kind. */
static int64_t awaiting_ns(const struct scenario *s, const struct ls_task *task,
                           const char *what)
{
    int64_t longest = -1;
    for (uint32_t i = 0; i < task->n_stretches; i++) {
        const struct ls_stretch *stretch = stretch_of(s, task, i);
        int64_t ns = stretch->end_ns - stretch->begin_ns;
        if (stretch->kind == LS_STRETCH_AWAIT && ns > longest &&
            strcmp(ls_trace_string(s->trace, stretch->what), what) == 0)
            longest = ns;
    }
    return longest;
}

/* Between 600 and 1600 ms nobody else runs: the tick of 750 comes then. */
static void test_computing__on_the_loop(void **state)
{
    struct scenario s;
    scenario_run(&s, VIRTUAL_TIME, "cpu_on_loop", NULL);
    scenario_assert_sound(&s);
    const struct ls_task *image = scenario_task(&s, "process_image", "");
    const struct ls_task *ticker = scenario_task(&s, "tick", "ticker");
    assert_int_equal(scenario_ms(&s, image->begin_ns), 600);
    assert_true(running_ns(&s, image) >= 1000 * MS);
    assert_true(awaiting_ns(&s, ticker, "sleep") >= 1090 * MS);
    scenario_free(&s);
}

/* The task itself hardly runs; it waits for a thread of the pool. */
static void test_computing__in_the_pool(void **state)
{
    struct scenario s;
    scenario_run(&s, REAL_TIME, "cpu_in_pool", NULL);
    scenario_assert_sound(&s);
    const struct ls_task *image = scenario_task(&s, "process_image", "");
    assert_true(awaiting_ns(&s, image, "pool") >= 100 * MS);
    scenario_free(&s);
}

/* Two loops, two threads, and both tasks are there at the same time. */
static void test_computing__parallel(void **state)
{
    struct scenario s;
    scenario_run(&s, VIRTUAL_TIME, "parallel", NULL);
    scenario_assert_sound(&s);
    const struct ls_task *a = scenario_task(&s, "Task A", "");
    const struct ls_task *b = scenario_task(&s, "Task B", "");
    assert_int_not_equal(a->thread, b->thread);
    assert_int_not_equal(a->loop, b->loop);
    assert_true(a->begin_ns < b->end_ns && b->begin_ns < a->end_ns);
    assert_true(running_ns(&s, a) >= 890 * MS);
    assert_true(running_ns(&s, b) >= 890 * MS);
    scenario_free(&s);
}

/* One thread, never idle: 300 and 600 ms make 900, with a wait of 300 ms of A
 * in each part of B's. */
static void test_computing__concurrent(void **state)
{
    struct scenario s;
    scenario_run(&s, VIRTUAL_TIME, "concurrent", NULL);
    assert_string_equal(s.run.out, "0.9 s of work in all: 0.9 s\n");
    scenario_assert_sound(&s);
    const struct ls_task *a = scenario_task(&s, "Task A", "");
    const struct ls_task *b = scenario_task(&s, "Task B", "");
    assert_int_equal(a->thread, b->thread);
    assert_int_equal((running_ns(&s, a) + MS) / (10 * MS), 30);
    assert_int_equal((running_ns(&s, b) + MS) / (10 * MS), 60);
    assert_true(awaiting_ns(&s, a, "input") >= 290 * MS);
    int64_t end_ms = scenario_ms(&s, a->end_ns);
    assert_true(end_ms >= 895 && end_ms <= 910);
    scenario_free(&s);
}

/* Three freezes of the ticker: 1 s, 1 s and 2 s. */
static void test_computing__golden_rule_broken(void **state)
{
    struct scenario s;
    scenario_run(&s, VIRTUAL_TIME, "golden_rule", NULL);
    assert_string_equal(s.run.out, "slept\n"
                                   "config: 9 bytes\n"
                                   "database: 19 bytes\n");
    scenario_assert_sound(&s);
    const struct ls_task *mixed = scenario_task(&s, "mixed", "");
    const struct ls_task *ticker = scenario_task(&s, "tick", "ticker");
    assert_true(running_ns(&s, mixed) >= 4000 * MS);
    assert_true(awaiting_ns(&s, ticker, "sleep") >= 2000 * MS);
    scenario_free(&s);
}

/* What it does takes as long, and the ticker ticks every 250 ms. */
static void test_computing__golden_rule_kept(void **state)
{
    struct scenario s;
    scenario_run(&s, VIRTUAL_TIME, "golden_rule", "--async");
    scenario_assert_sound(&s);
    const struct ls_task *awaited = scenario_task(&s, "awaited", "");
    const struct ls_task *ticker = scenario_task(&s, "tick", "ticker");
    assert_true(awaited->end_ns - awaited->begin_ns >= 5000 * MS);
    assert_true(running_ns(&s, awaited) < 10 * MS);
    assert_true(awaiting_ns(&s, ticker, "sleep") < 260 * MS);
    scenario_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_computing__on_the_loop),
        cmocka_unit_test(test_computing__in_the_pool),
        cmocka_unit_test(test_computing__parallel),
        cmocka_unit_test(test_computing__concurrent),
        cmocka_unit_test(test_computing__golden_rule_broken),
        cmocka_unit_test(test_computing__golden_rule_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
