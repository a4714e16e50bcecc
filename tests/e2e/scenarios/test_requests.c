/* SPDX-License-Identifier: MIT */
/*
 * Requests that wait: a thread each, a task each, and a task for each event
 * that comes over a socket.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/scenario.h"

/* What both programs print. */
struct figures {
    double used_kib, reserved_kib, seconds;
};

static struct figures read_figures(const struct scenario *s, int n_waiting,
                                   const char *what, int n_requests)
{
    struct figures f;
    char format[200];
    snprintf(format, sizeof format,
             "%d %s that wait: %%lf KiB each, and %%lf KiB reserved\n"
             "%d requests in %%lf s",
             n_waiting, what, n_requests);
    if (sscanf(s->run.out, format, &f.used_kib, &f.reserved_kib, &f.seconds) !=
        3)
        fail_msg("not as expected: %s", s->run.out);
    return f;
}

/* Throughput = threads / latency: 1,000 a second, and not one more. */
static void test_requests__thread_each(void **state)
{
    struct scenario s;
    scenario_run(&s, REAL_TIME, "thread_per_request", NULL);
    scenario_assert_sound(&s);
    struct figures f = read_figures(&s, 1000, "threads", 2000);
    assert_true(f.seconds >= 2);
    assert_true(f.used_kib >= 4);
    assert_true(f.reserved_kib > 10 * f.used_kib);
    scenario_free(&s);
}

/* 10,000 at once on one thread: all wait before the first is done. */
static void test_requests__task_each(void **state)
{
    struct scenario s;
    scenario_run(&s, VIRTUAL_TIME, "task_per_request", NULL);
    scenario_assert_sound(&s);
    struct figures f = read_figures(&s, 10000, "tasks", 10000);
    assert_true(f.seconds >= 1 && f.seconds < 1.5);
    assert_true(f.used_kib >= 4 && f.used_kib < 16);
    int64_t last_begin_ns = INT64_MIN, first_end_ns = INT64_MAX;
    uint32_t n = 0;
    for (uint32_t i = 0; i < s.trace->n_tasks; i++) {
        const struct ls_task *task = &s.trace->tasks[i];
        if (strcmp(ls_trace_string(s.trace, task->kind), "request") != 0)
            continue;
        n++;
        assert_int_equal(task->thread, s.trace->tasks[0].thread);
        if (task->begin_ns > last_begin_ns)
            last_begin_ns = task->begin_ns;
        if (task->end_ns < first_end_ns)
            first_end_ns = task->end_ns;
    }
    assert_int_equal(n, 10000);
    assert_true(last_begin_ns < first_end_ns);
    scenario_free(&s);
}

static void test_requests__number_of_tasks_is_checked(void **state)
{
    static const char *const wrong[] = {"0", "x", "", "20001"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char folder[256];
        struct run run;
        temporary_folder(folder, sizeof folder);
        const char *argv[] = {LS_EXAMPLES "/task_per_request", "--requests",
                              wrong[i], NULL};
        const char *env[] = {"LOOPSCOPE_COLLECTOR=" LS_COLLECTOR, NULL};
        run_program(&run, &(struct run_how){
                              .argv = argv, .env = env, .folder = folder});
        assert_int_equal(run.exit_status, 2);
        assert_non_null(strstr(run.err, "not from 1 to 20000"));
        run_free(&run);
        remove_folder(folder);
    }
}

/* Each event begins a task when it comes, whatever the others wait for. */
static void test_requests__webhooks(void **state)
{
    scenario_assert_story("webhooks", NULL,
                          "/payment: has come\n"
                          "/push: has come\n"
                          "/message: has come\n"
                          "/message: stored\n"
                          "/push: stored\n"
                          "/payment: stored\n"
                          "/push: has come\n"
                          "/push: has come\n"
                          "/push: stored\n"
                          "/push: stored\n"
                          "/payment: has come\n"
                          "/payment: stored\n"
                          "6 events, 0 failed\n",

                          "0 POST /payment client 1 #1 starts\n"
                          "0 POST /payment client 1 #1 awaits store\n"
                          "100 POST /push client 2 #1 starts\n"
                          "100 POST /push client 2 #1 awaits store\n"
                          "200 POST /message client 3 #1 starts\n"
                          "200 POST /message client 3 #1 awaits store\n"
                          "300 POST /message client 3 #1 resumes\n"
                          "300 POST /message client 3 #1 awaits write\n"
                          "300 POST /message client 3 #1 resumes\n"
                          "300 POST /message client 3 #1 finishes\n"
                          "400 POST /push client 2 #1 resumes\n"
                          "400 POST /push client 2 #1 awaits write\n"
                          "400 POST /push client 2 #1 resumes\n"
                          "400 POST /push client 2 #1 finishes\n"
                          "500 POST /payment client 1 #1 resumes\n"
                          "500 POST /payment client 1 #1 awaits write\n"
                          "500 POST /payment client 1 #1 resumes\n"
                          "500 POST /payment client 1 #1 finishes\n"
                          "700 POST /push client 4 #1 starts\n"
                          "700 POST /push client 4 #1 awaits store\n"
                          "750 POST /push client 5 #1 starts\n"
                          "750 POST /push client 5 #1 awaits store\n"
                          "1000 POST /push client 4 #1 resumes\n"
                          "1000 POST /push client 4 #1 awaits write\n"
                          "1000 POST /push client 4 #1 resumes\n"
                          "1000 POST /push client 4 #1 finishes\n"
                          "1050 POST /push client 5 #1 resumes\n"
                          "1050 POST /push client 5 #1 awaits write\n"
                          "1050 POST /push client 5 #1 resumes\n"
                          "1050 POST /push client 5 #1 finishes\n"
                          "1100 POST /payment client 6 #1 starts\n"
                          "1100 POST /payment client 6 #1 awaits store\n"
                          "1600 POST /payment client 6 #1 resumes\n"
                          "1600 POST /payment client 6 #1 awaits write\n"
                          "1600 POST /payment client 6 #1 resumes\n"
                          "1600 POST /payment client 6 #1 finishes\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requests__thread_each),
        cmocka_unit_test(test_requests__task_each),
        cmocka_unit_test(test_requests__number_of_tasks_is_checked),
        cmocka_unit_test(test_requests__webhooks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
