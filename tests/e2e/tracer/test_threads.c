/* SPDX-License-Identifier: MIT */
/* Four loops in four threads at once: everything is there, in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "traced.h"

enum { N_LOOPS = 4, N_TASKS = 100, N_AWAITS = 10 };

static void check_task(const struct traced *t, const struct ls_task *task)
{
    assert_int_equal(task->state, LS_TASK_OK);
    assert_int_equal(task->flags & ~LS_TASK_OVERLAP, 0);
    assert_int_equal(task->n_stretches, 2 * N_AWAITS + 1);
    int64_t at = task->begin_ns;
    for (uint32_t i = 0; i < task->n_stretches; i++) {
        const struct ls_stretch *s =
            &t->trace->stretches[task->first_stretch + i];
        assert_int_equal(s->kind, i % 2 ? LS_STRETCH_AWAIT : LS_STRETCH_RUN);
        assert_true(s->begin_ns >= at);
        assert_true(s->end_ns >= s->begin_ns);
        at = s->begin_ns;
        if (s->kind == LS_STRETCH_AWAIT)
            assert_string_equal(traced_string(t, s->what), "timer");
    }
}

static void check_counter(const struct traced *t, const char *name)
{
    const struct ls_counter *counter = traced_counter(t, name);
    assert_int_equal(counter->n_points, N_TASKS * N_AWAITS);
    for (uint32_t i = 0; i < counter->n_points; i++)
        assert_true(counter->points[i].value == i + 1);
}

static void check_loop(const struct traced *t, const struct ls_loop *loop)
{
    const struct ls_thread *thread = &t->trace->threads[loop->thread];
    int n_tasks = 0;
    for (uint32_t i = 0; i < t->trace->n_tasks; i++)
        n_tasks += t->trace->tasks[i].thread == loop->thread;
    assert_int_equal(n_tasks, N_TASKS);
    assert_true(loop->n_turns > 2);
    for (uint32_t i = 1; i < loop->n_turns; i++)
        assert_true(thread->slices[loop->turns[i]].begin_ns >=
                    thread->slices[loop->turns[i - 1]].end_ns);
    check_counter(t, traced_string(t, loop->name));
}

static void test_threads__four_loops_lose_nothing(void **state)
{
    struct traced t = {0};
    traced_run(&t, "many_loops", NULL, NULL, 0);
    traced_load(&t);
    assert_true(t.trace->health.complete);
    assert_int_equal(t.trace->health.n_lost, 0);
    assert_int_equal(t.trace->n_loops, N_LOOPS);
    assert_int_equal(t.trace->n_tasks, N_LOOPS * N_TASKS);
    for (uint32_t i = 0; i < t.trace->n_tasks; i++)
        check_task(&t, &t.trace->tasks[i]);
    for (uint32_t i = 0; i < t.trace->n_loops; i++)
        check_loop(&t, &t.trace->loops[i]);
    traced_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads__four_loops_lose_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
