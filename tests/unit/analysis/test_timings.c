/* SPDX-License-Identifier: MIT */
#include "loaded.h"

#include "analysis/timings.h"

static const struct ls_timing *find(const struct ls_timings *timings,
                                    enum ls_timing_kind kind, const char *name)
{
    for (uint32_t i = 0; i < timings->n; i++)
        if (timings->items[i].kind == kind &&
            !strcmp(timings->items[i].name, name))
            return &timings->items[i];
    return NULL;
}

static void test_timings__every_task(void **state)
{
    struct ls_trace *t = load_sample("gather.json");
    struct ls_timings *timings = ls_timings_make(t);
    const struct ls_timing *life = find(timings, LS_TIMING_TASK, "brew");
    assert_int_equal(life->n, 3);
    assert_true(life->values[0] <= life->values[1] &&
                life->values[1] <= life->values[2]);
    assert_int_equal(life->values[1], 2000520000);
    const struct ls_timing *ran = find(timings, LS_TIMING_RUNNING, "brew");
    assert_int_equal(ran->values[0] + ran->values[1] + ran->values[2], 330000);
    assert_int_equal(find(timings, LS_TIMING_HELD_UP, "brew")->values[2],
                     440000);
    assert_int_equal(find(timings, LS_TIMING_TURN, "main")->n, 2);
    assert_null(find(timings, LS_TIMING_CALL, "sleep"));
    ls_timings_free(timings);
    ls_trace_free(t);
}

static void test_timings__turns_are_own_time(void **state)
{
    struct ls_trace *t =
        load_text(OURS LOOP SLICE("B", "0.000", "turn", "turn", "")
                      SLICE("E", "900.000", "turn", "turn",
                            MEASURED("100000", "50000", "750000")) END);
    struct ls_timings *timings = ls_timings_make(t);
    assert_int_equal(timings->n, 1);
    assert_int_equal(find(timings, LS_TIMING_TURN, "main")->values[0], 150000);
    ls_timings_free(timings);
    ls_trace_free(t);
}

/* One name, three kinds: three rows. */
static void test_timings__kinds_are_kept_apart(void **state)
{
    struct ls_trace *t = load_text(
        OURS LOOP SLICE("B", "0.000", "turn", "turn", "")
            SLICE("B", "1.000", "x", "callback", "")
                SLICE("B", "2.000", "x", "span", "") SLICE("B", "3.000", "x",
                                                           "blocking", "")
                    SLICE("E", "4.000", "x", "blocking", "")
                        SLICE("E", "6.000", "x", "span", "")
                            SLICE("E", "9.000", "x", "callback", "")
                                SLICE("E", "10.000", "turn", "turn", "") END);
    struct ls_timings *timings = ls_timings_make(t);
    assert_int_equal(timings->n, 4);
    assert_int_equal(find(timings, LS_TIMING_CALLBACK, "x")->values[0], 8000);
    assert_int_equal(find(timings, LS_TIMING_SPAN, "x")->values[0], 4000);
    assert_int_equal(find(timings, LS_TIMING_CALL, "x")->values[0], 1000);
    ls_timings_free(timings);
    ls_trace_free(t);
}

static void test_timings__of_nothing(void **state)
{
    struct ls_trace *t = load_text(OURS END);
    struct ls_timings *timings = ls_timings_make(t);
    assert_int_equal(timings->n, 0);
    ls_timings_free(timings);
    ls_timings_free(NULL);
    ls_trace_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_timings__every_task),
        cmocka_unit_test(test_timings__turns_are_own_time),
        cmocka_unit_test(test_timings__kinds_are_kept_apart),
        cmocka_unit_test(test_timings__of_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
