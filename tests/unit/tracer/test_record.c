/* SPDX-License-Identifier: MIT */
/* What the public recording calls leave in the ring. */
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "session.h"
#include "tracer/collector/cursor.h"
#include "tracer/loopscope.h"
#include "tracer/record/ring.h"

static struct ls_shared *shared;
static struct ls_cursor cursor;
static char text[LS_CHUNK_BYTES + 1]; /* continuations of the last one */

static int open_record(void **state)
{
    shared = test_session_open(8);
    cursor = (struct ls_cursor){0};
    return 0;
}

static int close_record(void **state)
{
    test_session_close();
    return 0;
}

/* The next record; it has a time of its own. */
static struct ls_record next_record(void)
{
    static uint64_t last;
    const struct ls_record *record;
    if (!cursor.shared)
        ls_cursor_init(&cursor, shared, ls_recorder.ring);
    ls_cursor_refresh(&cursor);
    assert_true(ls_cursor_peek(&cursor, &record));
    struct ls_record is = *record;
    text[ls_cursor_more(&cursor, text, sizeof text - 1)] = '\0';
    ls_cursor_advance(&cursor);
    assert_true(is.ticks >= last);
    last = is.ticks;
    return is;
}

static void expect(enum ls_record_type type, uint32_t name, uint64_t task,
                   uint64_t value)
{
    struct ls_record is = next_record();
    assert_int_equal(is.type, type);
    assert_int_equal(is.name, name);
    assert_int_equal(is.task, task);
    assert_int_equal(is.value, value);
}

static void expect_nothing(void)
{
    const struct ls_record *record;
    ls_cursor_refresh(&cursor);
    assert_false(ls_cursor_peek(&cursor, &record));
}

static void test_record__a_task_s_life(void **state)
{
    ls_name_id brew = ls_name("brew"), steep = ls_name("steep");
    ls_task_id t = ls_task_start(brew, "Masala");
    assert_int_not_equal(t, 0);
    assert_int_equal(ls_task_current(), t);
    expect(LS_RECORD_TASK_START, brew, t, 0);
    assert_string_equal(text, "Masala");
    ls_task_await(t, &(struct ls_await){.kind = steep, .due_ns = 12345});
    assert_int_equal(ls_task_current(), 0);
    expect(LS_RECORD_TASK_AWAIT, steep, t, 12345);
    ls_task_ready(t);
    expect(LS_RECORD_TASK_READY, 0, t, 0);
    ls_task_resume(t);
    assert_int_equal(ls_task_current(), t);
    expect(LS_RECORD_TASK_RESUME, 0, t, 0);
    ls_task_await(t, NULL);
    expect(LS_RECORD_TASK_AWAIT, 0, t, 0);
    ls_task_finish(t, LS_FINISHED_FAILED, "no milk");
    expect(LS_RECORD_TASK_FINISH, 0, t, LS_FINISHED_FAILED);
    assert_string_equal(text, "no milk");
    expect_nothing();
}

static void test_record__a_task_is_detached(void **state)
{
    ls_task_id t = ls_task_make(0, NULL);
    ls_task_detach(t);
    ls_task_detach(0);
    expect(LS_RECORD_TASK_MADE, 0, t, 0);
    expect(LS_RECORD_TASK_DETACH, 0, t, 0);
    expect_nothing();
}

static void test_record__who_started_it_and_said_it_is_ready(void **state)
{
    ls_task_id parent = ls_task_start(0, NULL);
    ls_task_id child = ls_task_make(0, NULL);
    assert_int_equal(ls_task_current(), parent);
    ls_task_ready(child);
    ls_task_finish(parent, LS_FINISHED_OK, NULL);
    assert_int_equal(ls_task_current(), 0);
    expect(LS_RECORD_TASK_START, 0, parent, 0);
    expect(LS_RECORD_TASK_MADE, 0, child, parent);
    expect(LS_RECORD_TASK_READY, 0, child, parent);
    expect(LS_RECORD_TASK_FINISH, 0, parent, LS_FINISHED_OK);
}

/* A callback of one task starts others: it is itself again after them. */
static void test_record__an_inner_task_gives_back_the_outer(void **state)
{
    struct ls_await what = {.kind = 1};
    ls_task_id outer = ls_task_start(1, NULL);
    ls_task_id inner = ls_task_start(1, NULL);
    ls_task_id innermost = ls_task_start(1, NULL);
    assert_int_equal(ls_task_current(), innermost);
    ls_task_finish(inner, LS_FINISHED_OK, NULL); /* not in order */
    assert_int_equal(ls_task_current(), innermost);
    ls_task_await(innermost, &what);
    assert_int_equal(ls_task_current(), outer);
    ls_task_resume(innermost);
    ls_task_finish(innermost, LS_FINISHED_OK, NULL);
    assert_int_equal(ls_task_current(), outer);
    ls_task_finish(outer, LS_FINISHED_OK, NULL);
    assert_int_equal(ls_task_current(), 0);
}

/* Deeper than is kept: the innermost ones are right. */
static void test_record__many_tasks_inside_each_other(void **state)
{
    ls_task_id tasks[3 * LS_OUTER_TASKS];
    enum { N = sizeof tasks / sizeof tasks[0] };
    for (int i = 0; i < N; i++)
        tasks[i] = ls_task_start(1, NULL);
    for (int i = N - 1; i >= 0; i--) {
        ls_task_id is = ls_task_current();
        assert_int_equal(is, i >= N - 1 - LS_OUTER_TASKS ? tasks[i] : 0);
        ls_task_finish(tasks[i], LS_FINISHED_OK, NULL);
    }
    assert_int_equal(ls_task_current(), 0);
}

static void test_record__another_s_await_leaves_the_current(void **state)
{
    ls_task_id other = ls_task_start(0, NULL);
    ls_task_id t = ls_task_start(0, NULL);
    ls_task_await(other, NULL);
    assert_int_equal(ls_task_current(), t);
    ls_task_finish(other, LS_FINISHED_OK, NULL);
    assert_int_equal(ls_task_current(), t);
}

static void test_record__task_0_is_no_task(void **state)
{
    ls_task_id t = ls_task_start(0, NULL);
    ls_task_await(0, NULL);
    ls_task_ready(0);
    ls_task_resume(0);
    ls_task_finish(0, LS_FINISHED_OK, NULL);
    assert_int_equal(ls_task_current(), t);
    expect(LS_RECORD_TASK_START, 0, t, 0);
    expect_nothing();
}

static void test_record__a_gather_goes_over_several_records(void **state)
{
    enum { N = 2500 };
    static ls_task_id ids[N];
    uint64_t n_seen = 0;
    ls_task_id t = ls_task_start(0, NULL);
    for (uint64_t i = 0; i < N; i++)
        ids[i] = 1000 + i;
    ls_task_await(t, &(struct ls_await){.tasks = ids, .n_tasks = N});
    expect(LS_RECORD_TASK_START, 0, t, 0);
    while (n_seen < N) {
        struct ls_record is = next_record();
        assert_int_equal(is.type, LS_RECORD_TASK_ON);
        assert_int_equal(is.task, t);
        assert_true(is.value > 0);
        assert_memory_equal(text, ids + n_seen, is.value * sizeof *ids);
        n_seen += is.value;
    }
    assert_int_equal(n_seen, N);
    expect(LS_RECORD_TASK_AWAIT, 0, t, 0);
}

static void test_record__texts_are_cut(void **state)
{
    char *label = calloc(1, LS_LABEL_BYTES + 2);
    memset(label, 'x', LS_LABEL_BYTES + 1);
    ls_task_start(0, label);
    next_record();
    assert_int_equal(strlen(text), LS_LABEL_BYTES);
    ls_mark(0, label);
    next_record();
    assert_int_equal(strlen(text), LS_LABEL_BYTES);
    free(label);
}

static void test_record__spans_marks_and_counters(void **state)
{
    double value;
    ls_name_id name = ls_name("pour");
    ls_task_id t = ls_task_start(0, NULL);
    expect(LS_RECORD_TASK_START, 0, t, 0);
    ls_span_begin(name);
    expect(LS_RECORD_SPAN_BEGIN, name, t, 0);
    ls_span_end(name);
    expect(LS_RECORD_SPAN_END, name, t, 0);
    ls_mark(name, "hot");
    expect(LS_RECORD_MARK, name, t, 0);
    assert_string_equal(text, "hot");
    ls_mark(name, NULL);
    expect(LS_RECORD_MARK, name, t, 0);
    assert_string_equal(text, "");
    ls_counter(name, NAN);
    ls_counter(name, -INFINITY);
    ls_counter(name, 0.1);
    struct ls_record is = next_record();
    assert_int_equal(is.type, LS_RECORD_COUNTER);
    memcpy(&value, &is.value, sizeof value);
    assert_true(value == 0.1);
    expect_nothing();
}

static void test_record__nothing_when_nothing_is_recorded(void **state)
{
    uint64_t epoch = atomic_exchange(&ls_epoch, 0);
    assert_int_equal(ls_task_start(0, "a"), 0);
    assert_int_equal(ls_task_make(0, "b"), 0);
    ls_mark(0, "c");
    ls_span_begin(0);
    ls_counter(0, 1);
    assert_null(ls_recorder.ring);
    atomic_store(&ls_epoch, epoch);
}

enum { N_THREADS = 4, N_TASKS = 1000 };

static void *start_tasks(void *arg)
{
    uint64_t *ids = arg;
    for (int i = 0; i < N_TASKS; i++)
        ids[i] = ls_task_make(0, NULL);
    return NULL;
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void test_record__ids_are_given_once(void **state)
{
    static uint64_t ids[N_THREADS * N_TASKS];
    pthread_t threads[N_THREADS];
    for (int i = 0; i < N_THREADS; i++)
        assert_int_equal(
            pthread_create(&threads[i], NULL, start_tasks, ids + i * N_TASKS),
            0);
    for (int i = 0; i < N_THREADS; i++)
        pthread_join(threads[i], NULL);
    qsort(ids, N_THREADS * N_TASKS, sizeof *ids, compare);
    assert_true(ids[0] > 0);
    for (int i = 1; i < N_THREADS * N_TASKS; i++)
        assert_true(ids[i] > ids[i - 1]);
    /* dense: the collector keeps a bit for each */
    assert_true(ids[N_THREADS * N_TASKS - 1] <=
                N_THREADS * (N_TASKS + LS_TASK_ID_BLOCK));
}

/* A task that another session's trace knows is nothing to this one. */
static void test_record__another_session_has_other_tasks(void **state)
{
    ls_task_id before = ls_task_start(0, NULL);
    assert_int_equal(ls_task_current(), before);
    test_session_renew();
    assert_int_equal(ls_task_current(), 0);
    ls_task_ready(before);
    expect(LS_RECORD_TASK_READY, 0, before, 0);
    ls_mark(0, NULL);
    expect(LS_RECORD_MARK, 0, 0, 0);
    ls_task_id t = ls_task_make(0, NULL);
    expect(LS_RECORD_TASK_MADE, 0, t, 0);
}

static void *resume_first(void *task)
{
    ls_task_resume(*(ls_task_id *)task);
    ls_mark(0, NULL);
    return NULL;
}

/* The first call of a thread opens its ring, and the task runs there. */
static void test_record__a_resume_as_a_thread_s_first_call(void **state)
{
    pthread_t thread;
    ls_task_id t = ls_task_make(0, NULL);
    assert_int_equal(pthread_create(&thread, NULL, resume_first, &t), 0);
    pthread_join(thread, NULL);
    ls_cursor_init(&cursor, shared, &shared->rings[1]);
    expect(LS_RECORD_TASK_RESUME, 0, t, 0);
    expect(LS_RECORD_MARK, 0, t, 0);
}

#define RECORD_TEST(test)                                                      \
    cmocka_unit_test_setup_teardown(test, open_record, close_record)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RECORD_TEST(test_record__a_task_s_life),
        RECORD_TEST(test_record__a_task_is_detached),
        RECORD_TEST(test_record__who_started_it_and_said_it_is_ready),
        RECORD_TEST(test_record__an_inner_task_gives_back_the_outer),
        RECORD_TEST(test_record__many_tasks_inside_each_other),
        RECORD_TEST(test_record__another_s_await_leaves_the_current),
        RECORD_TEST(test_record__task_0_is_no_task),
        RECORD_TEST(test_record__a_gather_goes_over_several_records),
        RECORD_TEST(test_record__texts_are_cut),
        RECORD_TEST(test_record__spans_marks_and_counters),
        RECORD_TEST(test_record__nothing_when_nothing_is_recorded),
        RECORD_TEST(test_record__ids_are_given_once),
        RECORD_TEST(test_record__another_session_has_other_tasks),
        RECORD_TEST(test_record__a_resume_as_a_thread_s_first_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
