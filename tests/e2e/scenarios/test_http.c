/* SPDX-License-Identifier: MIT */
/* The HTTP server in plain callbacks: what the clients of the good page feel
 * of the blocking one. The clients are a thread of their own, so the order of
 * requests within a millisecond is not fixed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/scenario.h"

#define MS INT64_C(1000000)

static bool is_kind(const struct scenario *s, const struct ls_task *task,
                    const char *kind)
{
    return strcmp(ls_trace_string(s->trace, task->kind), kind) == 0;
}

static uint32_t count_kind(const struct scenario *s, const char *kind)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->trace->n_tasks; i++)
        n += is_kind(s, &s->trace->tasks[i], kind) &&
             s->trace->tasks[i].state == LS_TASK_OK;
    return n;
}

static const struct ls_stretch *stretches(const struct scenario *s,
                                          const struct ls_task *task)
{
    return &s->trace->stretches[task->first_stretch];
}

/* Every good request awaits these, one after the other. */
static void assert_awaits_of_good(const struct scenario *s,
                                  const struct ls_task *task)
{
    static const char *const whats[] = {"query", "open", "read", "close",
                                        "write"};
    uint32_t n = 0;
    for (uint32_t i = 0; i < task->n_stretches; i++) {
        const struct ls_stretch *stretch = &stretches(s, task)[i];
        if (stretch->kind != LS_STRETCH_AWAIT)
            continue;
        assert_true(n < sizeof whats / sizeof *whats);
        assert_string_equal(ls_trace_string(s->trace, stretch->what), whats[n]);
        n++;
    }
    assert_int_equal(n, sizeof whats / sizeof *whats);
}

static void test_http__good_requests_overlap(void **state)
{
    struct scenario s;
    scenario_run(&s, VIRTUAL_TIME, "http_server", "--good-only");
    assert_string_equal(s.run.out,
                        "GET /good: 18 answered, in 1.00 to 1.00 seconds\n");
    scenario_assert_sound(&s);
    assert_int_equal(s.trace->n_tasks, 18);
    assert_int_equal(count_kind(&s, "GET /good"), 18);
    for (uint32_t i = 0; i < s.trace->n_tasks; i++) {
        const struct ls_task *task = &s.trace->tasks[i];
        assert_awaits_of_good(&s, task);
        /* Six at once, three times. */
        assert_int_equal(scenario_ms(&s, task->begin_ns), i / 6 * 1000);
        assert_int_equal(scenario_ms(&s, task->end_ns), i / 6 * 1000 + 1000);
    }
    scenario_free(&s);
}

/* The stretch in which the report was made. */
static const struct ls_stretch *find_report(const struct scenario *s)
{
    const struct ls_task *report =
        scenario_task(s, "GET /report", "client 6 #2");
    const struct ls_stretch *first = stretches(s, report);
    assert_int_equal(first->kind, LS_STRETCH_RUN);
    assert_true(first->end_ns - first->begin_ns >= 2000 * MS);
    assert_true(first->end_ns - first->begin_ns < 2001 * MS);
    return first;
}

/* How many good requests' queries were due during the report, and had to wait
 * until it was made. */
static uint32_t count_held_up(const struct scenario *s,
                              const struct ls_stretch *report)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->trace->n_tasks; i++) {
        const struct ls_task *task = &s->trace->tasks[i];
        const struct ls_stretch *query = &stretches(s, task)[1];
        if (!is_kind(s, task, "GET /good") ||
            query->ready_ns <= report->begin_ns ||
            query->ready_ns >= report->end_ns)
            continue;
        assert_true(query->end_ns >= report->end_ns);
        assert_true(ls_stretch_held_up_ns(query) >= 900 * MS);
        n++;
    }
    return n;
}

static void test_http__blocking_request_holds_others_up(void **state)
{
    struct scenario s;
    scenario_run(&s, VIRTUAL_TIME, "http_server", NULL);
    assert_non_null(strstr(s.run.out, "GET /good: 17 answered, in 1.00 to "));
    assert_non_null(strstr(
        s.run.out, "GET /report: 1 answered, in 2.00 to 2.00 seconds\n"));
    scenario_assert_sound(&s);
    assert_int_equal(count_kind(&s, "GET /good"), 17);
    assert_int_equal(count_kind(&s, "GET /report"), 1);
    assert_int_equal(count_held_up(&s, find_report(&s)), 5);
    scenario_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_http__good_requests_overlap),
        cmocka_unit_test(test_http__blocking_request_holds_others_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
