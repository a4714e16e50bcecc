/* SPDX-License-Identifier: MIT */
#include "tracer/collector/task.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "trace.h"
#include "tracer/loopscope.h"

static struct test_trace trace;
static struct ls_thread thread;
static struct ls_tasks *tasks;

static int open_tasks(void **state)
{
    test_trace_open(&trace, "t.json");
    thread = (struct ls_thread){.emit = &trace.emit, .pid = 41, .tid = 42};
    tasks = ls_tasks_new();
    return 0;
}

static int close_tasks(void **state)
{
    ls_tasks_free(tasks);
    ls_thread_destroy(&thread);
    test_trace_destroy(&trace);
    return 0;
}

/* ---- what is recorded --------------------------------------------------- */

static void start(uint64_t id, const char *label, int64_t ns)
{
    struct ls_record r = {.type = LS_RECORD_TASK_START, .task = id};
    ls_tasks_start(tasks, &thread, &r, LS_JSON("\"brew\""), label,
                   strlen(label), ns);
}

static void make(uint64_t id, uint64_t by, int64_t ns)
{
    struct ls_record r = {.type = LS_RECORD_TASK_MADE, .task = id, .value = by};
    ls_tasks_start(tasks, &thread, &r, LS_JSON("\"brew\""), "", 0, ns);
}

static void await(uint64_t id, int64_t due_ns, int64_t ns)
{
    struct ls_record r = {.type = LS_RECORD_TASK_AWAIT, .task = id};
    ls_tasks_await(tasks, &thread, &r, LS_JSON("\"steep\""), due_ns, ns);
}

static void ready(uint64_t id, uint64_t by, int64_t ns)
{
    struct ls_record r = {
        .type = LS_RECORD_TASK_READY, .task = id, .value = by};
    ls_tasks_ready(tasks, &thread, &r, ns);
}

static void detach(uint64_t id, int64_t ns)
{
    struct ls_record r = {.type = LS_RECORD_TASK_DETACH, .task = id};
    ls_tasks_detach(tasks, &thread, &r, ns);
}

static void resume(uint64_t id, int64_t ns)
{
    struct ls_record r = {.type = LS_RECORD_TASK_RESUME, .task = id};
    ls_tasks_resume(tasks, &thread, &r, ns);
}

static void finish(uint64_t id, uint64_t outcome, const char *reason,
                   int64_t ns)
{
    struct ls_record r = {
        .type = LS_RECORD_TASK_FINISH, .task = id, .value = outcome};
    ls_tasks_finish(tasks, &thread, &r, reason, strlen(reason), ns);
}

/* ---- what is written ---------------------------------------------------- */

#define ASYNC(ph, ts, lane, id, name, args)                                    \
    "{\"ph\":\"" ph "\",\"ts\":" ts ",\"pid\":41,\"tid\":" lane                \
    ",\"id\":\"" id "\",\"name\":\"" name "\",\"cat\":\"task\","               \
    "\"args\":{" args "}}"
#define WORD(event, label)                                                     \
    "\"event\":\"" event "\",\"label\":\"" label "\",\"loop\":42"
#define RUN_B(ts)                                                              \
    "{\"ph\":\"B\",\"ts\":" ts                                                 \
    ",\"pid\":41,\"tid\":42,\"name\":\"brew\",\"cat\":\"task\"}"
#define RUN_E(ts, id)                                                          \
    "{\"ph\":\"E\",\"ts\":" ts                                                 \
    ",\"pid\":41,\"tid\":42,\"name\":\"brew\",\"cat\":\"task\",\"args\":"      \
    "{\"task\":\"" id "\"}}"
#define LANE_1 "1000000001"

#define OK ",\"outcome\":\"ok\""

static void expect_lines(const char *const *lines)
{
    test_trace_close(&trace);
    for (; *lines; lines++)
        test_trace_expect(&trace, *lines);
    test_trace_expect_end(&trace);
}

#define EXPECT_LINES(...) expect_lines((const char *const[]){__VA_ARGS__, NULL})

/* The name is its kind, whatever it awaits; of one that is over, nothing. */
static void test_task__is_detached(void **state)
{
    make(7, 0, 1000);
    detach(7, 2000);
    resume(7, 3000);
    finish(7, 0, "", 4000);
    detach(7, 5000);
    detach(8, 6000);
    EXPECT_LINES(
        ASYNC("b", "1.000", LANE_1, "0x7", "brew", WORD("start", "")),
        ASYNC("b", "1.000", LANE_1, "0x7", "first run", WORD("await", "")),
        ASYNC("n", "2.000", LANE_1, "0x7", "brew", WORD("detach", "")),
        ASYNC("e", "3.000", LANE_1, "0x7", "first run", WORD("resume", "")),
        RUN_B("3.000"), RUN_E("4.000", "0x7"),
        ASYNC("e", "4.000", LANE_1, "0x7", "brew", WORD("finish", "") OK));
}

static void test_task__one_life(void **state)
{
    uint64_t awaited[] = {8, 9};
    start(7, "Masala", 1000);
    thread.awaited = malloc(sizeof awaited);
    memcpy(thread.awaited, awaited, sizeof awaited);
    thread.n_awaited = 2;
    await(7, 8000, 2000);
    assert_int_equal(thread.n_awaited, 0);
    ready(7, 8, 3000);
    resume(7, 4000);
    await(7, -1, 5000);
    resume(7, 6000);
    finish(7, LS_FINISHED_FAILED, "no \"milk\"", 7000);
#define MASALA(event) WORD(event, "Masala")
    EXPECT_LINES(
        ASYNC("b", "1.000", LANE_1, "0x7", "brew", MASALA("start")),
        RUN_B("1.000"), RUN_E("2.000", "0x7"),
        ASYNC("b", "2.000", LANE_1, "0x7", "steep",
              MASALA("await") ",\"due_us\":8.000,\"on\":[\"0x8\",\"0x9\"]"),
        ASYNC("n", "3.000", LANE_1, "0x7", "steep",
              MASALA("ready") ",\"by\":\"0x8\""),
        ASYNC("e", "4.000", LANE_1, "0x7", "steep", MASALA("resume")),
        RUN_B("4.000"), RUN_E("5.000", "0x7"),
        ASYNC("b", "5.000", LANE_1, "0x7", "steep", MASALA("await")),
        ASYNC("e", "6.000", LANE_1, "0x7", "steep", MASALA("resume")),
        RUN_B("6.000"), RUN_E("7.000", "0x7"),
        ASYNC("e", "7.000", LANE_1, "0x7", "brew",
              MASALA("finish") ",\"outcome\":\"failed\","
                               "\"reason\":\"no \\\"milk\\\"\""));
}

static void test_task__made_before_it_runs(void **state)
{
    make(7, 3, 1000);
    resume(7, 2000);
    finish(7, LS_FINISHED_OK, "", 3000);
    EXPECT_LINES(
        ASYNC("b", "1.000", LANE_1, "0x7", "brew",
              WORD("start", "") ",\"by\":\"0x3\""),
        ASYNC("b", "1.000", LANE_1, "0x7", "first run", WORD("await", "")),
        ASYNC("e", "2.000", LANE_1, "0x7", "first run", WORD("resume", "")),
        RUN_B("2.000"), RUN_E("3.000", "0x7"),
        ASYNC("e", "3.000", LANE_1, "0x7", "brew", WORD("finish", "") OK));
}

static void test_task__labels_are_made_safe(void **state)
{
    start(7, "a\"\n\xff", 1000);
    test_trace_close(&trace);
    test_trace_expect(&trace, ASYNC("b", "1.000", LANE_1, "0x7", "brew",
                                    WORD("start", "a\\\"\\n\xef\xbf\xbd")));
}

static void test_task__cancelled_while_it_awaits(void **state)
{
    start(7, "", 1000);
    await(7, -1, 2000);
    finish(7, LS_FINISHED_CANCELLED, "", 3000);
    EXPECT_LINES(
        ASYNC("b", "1.000", LANE_1, "0x7", "brew", WORD("start", "")),
        RUN_B("1.000"), RUN_E("2.000", "0x7"),
        ASYNC("b", "2.000", LANE_1, "0x7", "steep", WORD("await", "")),
        ASYNC("e", "3.000", LANE_1, "0x7", "steep", WORD("resume", "")),
        ASYNC("e", "3.000", LANE_1, "0x7", "brew",
              WORD("finish", "") ",\"outcome\":\"cancelled\""));
}

static void test_task__ends_are_later_than_begins(void **state)
{
    start(7, "", 1000);
    await(7, -1, 1000);
    resume(7, 1000);
    finish(7, LS_FINISHED_OK, "", 1000);
    EXPECT_LINES(
        ASYNC("b", "1.000", LANE_1, "0x7", "brew", WORD("start", "")),
        RUN_B("1.000"), RUN_E("1.001", "0x7"),
        ASYNC("b", "1.001", LANE_1, "0x7", "steep", WORD("await", "")),
        ASYNC("e", "1.002", LANE_1, "0x7", "steep", WORD("resume", "")),
        RUN_B("1.002"), RUN_E("1.003", "0x7"),
        ASYNC("e", "1.003", LANE_1, "0x7", "brew", WORD("finish", "") OK));
}

static void test_task__spans_wait_with_it(void **state)
{
    start(7, "", 1000);
    ls_thread_push(&thread, LS_OPEN_SPAN, LS_JSON("\"pour\""), 7, 2000);
    await(7, -1, 3000);
    assert_int_equal(thread.open.n, 0);
    resume(7, 4000);
    assert_int_equal(thread.open.n, 2);
    finish(7, LS_FINISHED_OK, "", 5000);
    /* a span that the finished task forgot goes on, as its thread's */
    assert_int_equal(thread.open.n, 1);
}

/* ---- lanes -------------------------------------------------------------- */

/* The lane of the last task event that was written. */
static int64_t last_lane(void)
{
    struct ls_text *buffer = &trace.writer.buffer;
    ls_text_add_bytes(buffer, "", 1);
    buffer->n--;
    const char *at = buffer->bytes, *lane = NULL;
    while ((at = strstr(at, "\"tid\":10000")))
        lane = at += 6;
    assert_non_null(lane);
    return strtoll(lane, NULL, 10);
}

static int64_t lane_of_new(uint64_t id)
{
    make(id, 0, 1000);
    return last_lane() - LS_LANE_FIRST;
}

static void test_task__the_lowest_free_lane_is_taken(void **state)
{
    for (uint64_t id = 1; id <= 20; id++)
        assert_int_equal(lane_of_new(id), id - 1);
    static const uint64_t over[] = {15, 3, 20, 9, 4};
    for (size_t i = 0; i < sizeof over / sizeof over[0]; i++)
        finish(over[i], LS_FINISHED_OK, "", 2000);
    static const int64_t lanes[] = {2, 3, 8, 14, 19, 20, 21};
    for (size_t i = 0; i < sizeof lanes / sizeof lanes[0]; i++)
        assert_int_equal(lane_of_new(100 + i), lanes[i]);
}

static void test_task__living_tasks_share_no_lane(void **state)
{
    enum { N = 500, STEPS = 20000 };
    static uint64_t on[N + 1]; /* id by lane; 0: free */
    memset(on, 0, sizeof on);
    uint64_t random = 1, next_id = 1;
    int n_living = 0;
    for (int i = 0; i < STEPS; i++) {
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
        uint32_t dice = (uint32_t)(random >> 33);
        if (n_living < N && dice % 2) {
            int64_t lane = lane_of_new(next_id);
            assert_in_range(lane, 0, N - 1);
            assert_int_equal(on[lane], 0);
            for (int64_t below = 0; below < lane; below++)
                assert_int_not_equal(on[below], 0);
            on[lane] = next_id++;
            n_living++;
        } else if (on[dice / 2 % N]) {
            finish(on[dice / 2 % N], LS_FINISHED_OK, "", 1000);
            on[dice / 2 % N] = 0;
            n_living--;
        }
        ls_writer_flush(&trace.writer);
    }
}

static void test_task__each_process_has_its_lanes(void **state)
{
    assert_int_equal(lane_of_new(1), 0);
    thread.process = 1;
    assert_int_equal(lane_of_new(2), 0);
    assert_int_equal(lane_of_new(3), 1);
    thread.process = 0;
    assert_int_equal(lane_of_new(4), 1);
}

/* ---- what makes no sense ------------------------------------------------ */

#define STRAY ",\"stray\":true"

static void test_task__strays(void **state)
{
    start(7, "", 1000);
    resume(7, 2000); /* it runs */
    await(7, -1, 3000);
    thread.n_awaited = 1;
    await(7, -1, 4000); /* it awaits */
    assert_int_equal(thread.n_awaited, 0);
    EXPECT_LINES(
        ASYNC("b", "1.000", LANE_1, "0x7", "brew", WORD("start", "")),
        RUN_B("1.000"),
        ASYNC("n", "2.000", LANE_1, "0x7", "brew", WORD("resume", "") STRAY),
        RUN_E("3.000", "0x7"),
        ASYNC("b", "3.000", LANE_1, "0x7", "steep", WORD("await", "")),
        ASYNC("n", "4.000", LANE_1, "0x7", "steep", WORD("await", "") STRAY));
}

static void test_task__finished_twice(void **state)
{
    start(7, "", 1000);
    finish(7, LS_FINISHED_OK, "", 2000);
    finish(7, LS_FINISHED_OK, "", 3000);
    await(7, -1, 4000);
    resume(7, 5000);
    ready(7, 0, 6000); /* no stray: that may well come late */
    start(7, "", 7000);
#define GHOST(ts, event)                                                       \
    ASYNC("n", ts, LANE_1, "0x7", "finished task", WORD(event, "") STRAY)
    EXPECT_LINES(
        ASYNC("b", "1.000", LANE_1, "0x7", "brew", WORD("start", "")),
        RUN_B("1.000"), RUN_E("2.000", "0x7"),
        ASYNC("e", "2.000", LANE_1, "0x7", "brew", WORD("finish", "") OK),
        GHOST("3.000", "finish"), GHOST("4.000", "await"),
        GHOST("5.000", "resume"));
}

static void test_task__started_twice_is_once(void **state)
{
    start(7, "first", 1000);
    start(7, "second", 2000);
    EXPECT_LINES(
        ASYNC("b", "1.000", LANE_1, "0x7", "brew", WORD("start", "first")),
        RUN_B("1.000"));
}

#define CUT ",\"cut\":true"
#define CUT_RUN_B(ts)                                                          \
    "{\"ph\":\"B\",\"ts\":" ts                                                 \
    ",\"pid\":41,\"tid\":42,\"name\":\"task\",\"cat\":\"task\"}"
#define CUT_RUN_E(ts)                                                          \
    "{\"ph\":\"E\",\"ts\":" ts                                                 \
    ",\"pid\":41,\"tid\":42,\"name\":\"task\",\"cat\":\"task\",\"args\":"      \
    "{\"task\":\"0x7\"}}"

static void test_task__a_lost_start_is_made_up_at_the_cut(void **state)
{
    await(7, -1, 1000);
    resume(7, 2000);
    EXPECT_LINES(
        ASYNC("b", "1.000", LANE_1, "0x7", "task", WORD("start", "") CUT),
        CUT_RUN_B("1.000"), CUT_RUN_E("1.001"),
        ASYNC("b", "1.001", LANE_1, "0x7", "steep", WORD("await", "")),
        ASYNC("e", "2.000", LANE_1, "0x7", "steep", WORD("resume", "")),
        CUT_RUN_B("2.000"));
}

static void test_task__a_finish_without_a_start(void **state)
{
    finish(7, 99, "", 1000); /* and an outcome that there is not */
    EXPECT_LINES(
        ASYNC("b", "1.000", LANE_1, "0x7", "task", WORD("start", "") CUT),
        CUT_RUN_B("1.000"), CUT_RUN_E("1.001"),
        ASYNC("e", "1.001", LANE_1, "0x7", "task", WORD("finish", "") OK));
}

static void test_task__impossible_ids_are_ignored(void **state)
{
    static const uint64_t ids[] = {0, UINT64_C(1) << 32, UINT64_MAX};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        start(ids[i], "", 1000);
        await(ids[i], -1, 2000);
        ready(ids[i], 0, 3000);
        resume(ids[i], 4000);
        finish(ids[i], 0, "", 5000);
    }
    test_trace_close(&trace);
    assert_int_equal(test_trace_count(&trace), 0);
}

/* ---- threads and processes ---------------------------------------------- */

static void test_task__resumed_on_another_thread(void **state)
{
    struct ls_thread other = {.emit = &trace.emit, .pid = 41, .tid = 43};
    struct ls_record r = {.type = LS_RECORD_TASK_RESUME, .task = 7};
    start(7, "", 1000);
    await(7, -1, 2000);
    ls_tasks_resume(tasks, &other, &r, 3000);
    assert_int_equal(thread.open.n, 0);
    assert_int_equal(other.open.n, 1);
    finish(7, LS_FINISHED_OK, "", 4000); /* said by the first thread */
    assert_int_equal(other.open.n, 0);
    ls_thread_destroy(&other);
    test_trace_close(&trace);
    assert_int_equal(test_trace_count(&trace), 8);
}

static void test_task__a_thread_that_is_gone_is_not_touched(void **state)
{
    struct ls_thread *other = calloc(1, sizeof *other);
    *other = (struct ls_thread){.emit = &trace.emit, .pid = 41, .tid = 43};
    struct ls_record r = {.type = LS_RECORD_TASK_START, .task = 7};
    ls_tasks_start(tasks, other, &r, LS_JSON("\"brew\""), "", 0, 1000);
    ls_tasks_forget_thread(tasks, other);
    ls_thread_destroy(other);
    free(other);
    finish(7, LS_FINISHED_OK, "", 2000);
    test_trace_close(&trace);
    assert_int_equal(test_trace_count(&trace), 3);
}

static void test_task__parked_runs_are_forgotten_at_the_await(void **state)
{
    ls_thread_turn_begin(&thread, 1000);
    start(7, "", 2000);
    ls_thread_turn_end(&thread, 3000, NULL, NULL);
    assert_int_equal(thread.parked.n, 1);
    await(7, -1, 4000);
    assert_int_equal(thread.parked.n, 0);
    ls_thread_turn_begin(&thread, 5000);
    assert_int_equal(thread.open.n, 1);
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void test_task__forgetting_a_process_is_quick(void **state)
{
    enum { N = 20000 };
    double begin;
    for (uint64_t id = 1; id <= N; id++) {
        thread.process = id % 10 == 0;
        make(id, 0, 1000);
    }
    begin = seconds();
    ls_tasks_forget_process(tasks, 0);
    assert_true(seconds() - begin < 1); /* some ms; the square were minutes */
    ls_writer_flush(&trace.writer);
    /* those of the other process are still there, in their lanes */
    thread.process = 1;
    resume(10, 2000);
    assert_int_equal(last_lane(), LS_LANE_FIRST);
    resume(N, 2000);
    assert_int_equal(last_lane(), LS_LANE_FIRST + N / 10 - 1);
    /* the process's are over, and its lanes are free */
    thread.process = 0;
    finish(7, LS_FINISHED_OK, "", 3000);
    assert_int_equal(lane_of_new(N + 1), 0);
    test_trace_close(&trace);
    assert_non_null(strstr(trace.text, "\"finished task\""));
}

static void test_task__forgetting_nothing(void **state)
{
    ls_tasks_forget_process(tasks, 3);
    assert_int_equal(lane_of_new(1), 0);
    ls_tasks_free(NULL);
}

#define TASK_TEST(test)                                                        \
    cmocka_unit_test_setup_teardown(test, open_tasks, close_tasks)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TASK_TEST(test_task__one_life),
        TASK_TEST(test_task__is_detached),
        TASK_TEST(test_task__made_before_it_runs),
        TASK_TEST(test_task__labels_are_made_safe),
        TASK_TEST(test_task__cancelled_while_it_awaits),
        TASK_TEST(test_task__ends_are_later_than_begins),
        TASK_TEST(test_task__spans_wait_with_it),
        TASK_TEST(test_task__the_lowest_free_lane_is_taken),
        TASK_TEST(test_task__living_tasks_share_no_lane),
        TASK_TEST(test_task__each_process_has_its_lanes),
        TASK_TEST(test_task__strays),
        TASK_TEST(test_task__finished_twice),
        TASK_TEST(test_task__started_twice_is_once),
        TASK_TEST(test_task__a_lost_start_is_made_up_at_the_cut),
        TASK_TEST(test_task__a_finish_without_a_start),
        TASK_TEST(test_task__impossible_ids_are_ignored),
        TASK_TEST(test_task__resumed_on_another_thread),
        TASK_TEST(test_task__a_thread_that_is_gone_is_not_touched),
        TASK_TEST(test_task__parked_runs_are_forgotten_at_the_await),
        TASK_TEST(test_task__forgetting_a_process_is_quick),
        TASK_TEST(test_task__forgetting_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
