/* SPDX-License-Identifier: MIT */
/* Some examples on the real clock. A busy machine may delay anything, so only
 * order and own time are judged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/scenario.h"

#define MS INT64_C(1000000)

/* The longest own time of a turn of the only loop that has a name. */
static int64_t longest_turn_ns(const struct scenario *s)
{
    int64_t longest = 0;
    for (uint32_t i = 0; i < s->trace->n_loops; i++) {
        const struct ls_loop *loop = &s->trace->loops[i];
        const struct ls_thread *thread = &s->trace->threads[loop->thread];
        for (uint32_t k = 0; k < loop->n_turns; k++) {
            int64_t own =
                ls_slice_own_ns(s->trace, &thread->slices[loop->turns[k]]);
            if (own > longest)
                longest = own;
        }
    }
    return longest;
}

/* The detail of the longest blocking call of that name. */
static const struct ls_detail *longest_call(const struct scenario *s,
                                            const char *name)
{
    const struct ls_slice *longest = NULL;
    for (uint32_t t = 0; t < s->trace->n_threads; t++) {
        const struct ls_thread *thread = &s->trace->threads[t];
        for (uint32_t i = 0; i < thread->n_slices; i++) {
            const struct ls_slice *slice = &thread->slices[i];
            if (slice->kind == LS_SLICE_BLOCKING &&
                strcmp(ls_trace_string(s->trace, slice->name), name) == 0 &&
                (!longest || slice->end_ns - slice->begin_ns >
                                 longest->end_ns - longest->begin_ns))
                longest = slice;
        }
    }
    assert_non_null(longest);
    const struct ls_detail *detail = ls_trace_detail(s->trace, longest);
    assert_non_null(detail);
    return detail;
}

static void test_real_time__gather_waits_together(void **state)
{
    static const char *const names[] = {"Masala", "Green", "Ginger"};
    struct scenario s;
    scenario_run(&s, REAL_TIME, "gather", NULL);
    assert_string_equal(s.run.out, "Brewing Masala...\n"
                                   "Brewing Green...\n"
                                   "Brewing Ginger...\n"
                                   "Masala is ready.\n"
                                   "Green is ready.\n"
                                   "Ginger is ready.\n");
    scenario_assert_sound(&s);
    int64_t last_begin = INT64_MIN, first_end = INT64_MAX;
    for (int i = 0; i < 3; i++) {
        const struct ls_task *task = scenario_task(&s, "brew", names[i]);
        const struct ls_stretch *sleep =
            &s.trace->stretches[task->first_stretch + 2];
        assert_string_equal(ls_trace_string(s.trace, sleep->what), "sleep");
        assert_true(sleep->end_ns - sleep->begin_ns >= 198 * MS);
        if (sleep->begin_ns > last_begin)
            last_begin = sleep->begin_ns;
        if (sleep->end_ns < first_end)
            first_end = sleep->end_ns;
    }
    assert_true(last_begin < first_end);
    assert_true(longest_turn_ns(&s) < 50 * MS);
    scenario_free(&s);
}

static void test_real_time__bad_example_blocks_the_loop(void **state)
{
    struct scenario s;
    scenario_run(&s, REAL_TIME, "bad_example", NULL);
    assert_string_equal(s.run.out, "Start\nEnd\n");
    scenario_assert_sound(&s);
    const struct ls_detail *sleep = longest_call(&s, "usleep");
    assert_true(sleep->cause.blocked_ns >= 190 * MS);
    assert_true(sleep->cause.cpu_ns < 50 * MS);
    assert_true(longest_turn_ns(&s) >= 190 * MS);
    scenario_free(&s);
}

static void test_real_time__report_blocks_the_server(void **state)
{
    struct scenario s;
    scenario_run(&s, REAL_TIME, "http_server", NULL);
    assert_non_null(strstr(s.run.out, "GET /good: 17 answered"));
    assert_non_null(strstr(s.run.out, "GET /report: 1 answered"));
    scenario_assert_sound(&s);
    const struct ls_detail *read = longest_call(&s, "read");
    assert_true(read->cause.blocked_ns >= 190 * MS);
    assert_string_equal(ls_trace_string(s.trace, read->fd_kind), "socket");
    scenario_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_real_time__gather_waits_together),
        cmocka_unit_test(test_real_time__bad_example_blocks_the_loop),
        cmocka_unit_test(test_real_time__report_blocks_the_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
