/* SPDX-License-Identifier: MIT */
/* Sequences that are legal and seldom: programs/odd.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "traced.h"

static void run_case(struct traced *t, const char *name)
{
    traced_run(t, "odd", name, NULL, 0);
    assert_string_equal(t->run.out, "");
    traced_load(t);
    assert_true(t->trace->health.complete);
}

/* The longest turn of the only loop. */
static const struct ls_slice *longest_turn(const struct traced *t)
{
    const struct ls_slice *longest = NULL;
    assert_int_equal(t->trace->n_loops, 1);
    const struct ls_loop *loop = &t->trace->loops[0];
    const struct ls_thread *thread = &t->trace->threads[loop->thread];
    for (uint32_t i = 0; i < loop->n_turns; i++) {
        const struct ls_slice *turn = &thread->slices[loop->turns[i]];
        if (!longest ||
            turn->end_ns - turn->begin_ns > longest->end_ns - longest->begin_ns)
            longest = turn;
    }
    assert_non_null(longest);
    return longest;
}

/* What the calls in it used is the turn's too. */
static void test_odd__a_turn_with_calls_keeps_its_computing(void **state)
{
    struct traced t = {0};
    run_case(&t, "mixed");
    const struct ls_detail *detail = ls_trace_detail(t.trace, longest_turn(&t));
    assert_non_null(detail);
    assert_in_range(detail->cause.cpu_ns, 60000000, 90000000);
    assert_in_range(detail->cause.blocked_ns, 38000000, 80000000);
    traced_free(&t);
}

/* A loop that hangs, and a thread that notices and gives up. */
static void test_odd__a_turn_lasts_until_the_exit(void **state)
{
    struct traced t = {0};
    run_case(&t, "exiting");
    const struct ls_slice *turn = longest_turn(&t);
    assert_in_range(turn->end_ns - turn->begin_ns, 250000000, 10000000000);
    traced_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_odd__a_turn_with_calls_keeps_its_computing),
        cmocka_unit_test(test_odd__a_turn_lasts_until_the_exit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
