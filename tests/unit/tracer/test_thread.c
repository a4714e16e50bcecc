/* SPDX-License-Identifier: MIT */
#include "tracer/collector/thread.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "trace.h"

static struct test_trace trace;
static struct ls_thread thread;

static int open_thread(void **state)
{
    test_trace_open(&trace, "t.json");
    thread = (struct ls_thread){.emit = &trace.emit, .pid = 41, .tid = 42};
    return 0;
}

static int close_thread(void **state)
{
    ls_thread_destroy(&thread);
    test_trace_destroy(&trace);
    return 0;
}

#define LINE(ph, ts, name, cat, args)                                          \
    "{\"ph\":\"" ph "\",\"ts\":" ts ",\"pid\":41,\"tid\":42,\"name\":\"" name  \
    "\",\"cat\":\"" cat "\"" args "}"
#define TASK_ARGS(id) ",\"args\":{\"task\":\"" id "\"}"

/* The slices that the tests use, each with its begin and its end. */
#define TURN_B(ts) LINE("B", ts, "turn", "turn", "")
#define TURN_E(ts) LINE("E", ts, "turn", "turn", "")
#define BREW_B(ts) LINE("B", ts, "brew", "task", "")
#define BREW_E(ts) LINE("E", ts, "brew", "task", TASK_ARGS("0x7"))
#define POUR_B(ts) LINE("B", ts, "pour", "span", "")
#define POUR_E(ts) LINE("E", ts, "pour", "span", "")
#define STIR_B(ts) LINE("B", ts, "stir", "span", "")
#define STIR_E(ts) LINE("E", ts, "stir", "span", "")

static const struct ls_json brew = {"\"brew\"", 6};
static const struct ls_json pour = {"\"pour\"", 6};
static const struct ls_json stir = {"\"stir\"", 6};

static void expect_lines(const char *const *lines)
{
    test_trace_close(&trace);
    for (; *lines; lines++)
        test_trace_expect(&trace, *lines);
    test_trace_expect_end(&trace);
}

#define EXPECT_LINES(...) expect_lines((const char *const[]){__VA_ARGS__, NULL})

static void test_thread__slices_nest(void **state)
{
    ls_thread_turn_begin(&thread, 1000);
    ls_thread_push(&thread, LS_OPEN_TASK, brew, 7, 2000);
    ls_thread_push(&thread, LS_OPEN_SPAN, pour, 7, 3000);
    ls_thread_close(&thread, 2, 4000, 0, NULL, NULL, NULL);
    ls_thread_close(&thread, 1, 5000, 0, NULL, NULL, NULL);
    ls_thread_turn_end(&thread, 6000, NULL, NULL);
    EXPECT_LINES(TURN_B("1.000"), BREW_B("2.000"), POUR_B("3.000"),
                 POUR_E("4.000"), BREW_E("5.000"), TURN_E("6.000"));
}

static void test_thread__closing_in_the_middle_reopens_above(void **state)
{
    ls_thread_turn_begin(&thread, 1000);
    ls_thread_push(&thread, LS_OPEN_TASK, brew, 7, 2000);
    ls_thread_push(&thread, LS_OPEN_SPAN, pour, 0, 3000);
    ls_thread_push(&thread, LS_OPEN_SPAN, stir, 0, 4000);
    ls_thread_close(&thread, 1, 5000, 0, NULL, NULL, NULL);
    assert_int_equal(thread.open.n, 3);
    assert_int_equal(ls_thread_find(&thread, LS_OPEN_SPAN, 0), 2);
    assert_int_equal(ls_thread_find(&thread, LS_OPEN_TASK, 0), 3);
    ls_thread_close_all(&thread, 6000);
    EXPECT_LINES(TURN_B("1.000"), BREW_B("2.000"), POUR_B("3.000"),
                 STIR_B("4.000"), STIR_E("5.000"), POUR_E("5.000"),
                 BREW_E("5.000"), POUR_B("5.000"), STIR_B("5.000"),
                 STIR_E("6.000"), POUR_E("6.000"), TURN_E("6.000"));
}

static void test_thread__spans_park_with_their_task(void **state)
{
    struct ls_open_list parked = {0};
    ls_thread_push(&thread, LS_OPEN_TASK, brew, 7, 1000);
    ls_thread_push(&thread, LS_OPEN_SPAN, pour, 7, 2000);
    ls_thread_push(&thread, LS_OPEN_SPAN, stir, 8, 3000); /* somebody else's */
    ls_thread_close(&thread, 0, 4000, 7, &parked, NULL, NULL);
    assert_int_equal(parked.n, 1);
    assert_string_equal(parked.items[0].name.text, "\"pour\"");
    assert_int_equal(thread.open.n, 1);
    ls_thread_close_all(&thread, 5000);
    free(parked.items);
    EXPECT_LINES(BREW_B("1.000"), POUR_B("2.000"), STIR_B("3.000"),
                 STIR_E("4.000"), POUR_E("4.000"), BREW_E("4.000"),
                 STIR_B("4.000"), STIR_E("5.000"));
}

static void test_thread__what_is_open_waits_out_the_poll(void **state)
{
    ls_thread_turn_begin(&thread, 1000);
    ls_thread_push(&thread, LS_OPEN_TASK, brew, 7, 2000);
    ls_thread_push(&thread, LS_OPEN_SPAN, pour, 7, 3000);
    ls_thread_turn_end(&thread, 4000, NULL, NULL);
    assert_int_equal(thread.open.n, 0);
    assert_int_equal(thread.parked.n, 2);
    ls_thread_turn_begin(&thread, 9000);
    assert_int_equal(thread.turn_begin_ns, 9000);
    assert_int_equal(thread.parked.n, 0);
    ls_thread_close_all(&thread, 9500);
    EXPECT_LINES(TURN_B("1.000"), BREW_B("2.000"), POUR_B("3.000"),
                 POUR_E("4.000"), BREW_E("4.000"), TURN_E("4.000"),
                 TURN_B("9.000"), BREW_B("9.000"), POUR_B("9.000"),
                 POUR_E("9.500"), BREW_E("9.500"), TURN_E("9.500"));
}

static void test_thread__what_was_open_before_the_turn_stays(void **state)
{
    ls_thread_push(&thread, LS_OPEN_SPAN, pour, 0, 1000);
    ls_thread_turn_begin(&thread, 2000);
    ls_thread_turn_end(&thread, 3000, NULL, NULL);
    assert_int_equal(thread.open.n, 1);
    ls_thread_close_all(&thread, 4000);
    EXPECT_LINES(POUR_B("1.000"), TURN_B("2.000"), TURN_E("3.000"),
                 POUR_E("4.000"));
}

static void test_thread__ends_are_later_than_begins(void **state)
{
    ls_thread_turn_begin(&thread, 1000);
    ls_thread_push(&thread, LS_OPEN_SPAN, pour, 0, 1000);
    ls_thread_close(&thread, 1, 1000, 0, NULL, NULL, NULL);
    ls_thread_turn_end(&thread, 1000, NULL, NULL);
    /* and so it is when it is closed and opened again */
    ls_thread_turn_begin(&thread, 2000);
    ls_thread_push(&thread, LS_OPEN_SPAN, pour, 0, 2000);
    ls_thread_close(&thread, 0, 2000, 0, NULL, NULL, NULL);
    ls_thread_close_all(&thread, 2000);
    EXPECT_LINES(TURN_B("1.000"), POUR_B("1.000"), POUR_E("1.001"),
                 TURN_E("1.001"), TURN_B("2.000"), POUR_B("2.000"),
                 POUR_E("2.001"), TURN_E("2.001"), POUR_B("2.001"),
                 POUR_E("2.002"));
}

static void add_answer(struct ls_emit *emit, void *arg)
{
    ls_text_add_int(ls_emit_arg(emit, "cpu_ns"), *(int *)arg);
}

static void test_thread__an_end_takes_arguments(void **state)
{
    int answer = 42;
    ls_thread_turn_begin(&thread, 1000);
    ls_thread_push(&thread, LS_OPEN_TASK, brew, 7, 2000);
    ls_thread_close(&thread, 1, 3000, 0, NULL, add_answer, &answer);
    ls_thread_push(&thread, LS_OPEN_SPAN, pour, 0, 3000);
    ls_thread_turn_end(&thread, 4000, add_answer, &answer);
    EXPECT_LINES(
        TURN_B("1.000"), BREW_B("2.000"),
        LINE("E", "3.000", "brew", "task",
             ",\"args\":{\"task\":\"0x7\",\"cpu_ns\":42}"),
        POUR_B("3.000"), POUR_E("4.000"),
        LINE("E", "4.000", "turn", "turn", ",\"args\":{\"cpu_ns\":42}"));
}

static void test_thread__a_call_whose_end_was_lost_ends_with_the_turn(
    void **state)
{
    ls_thread_turn_begin(&thread, 1000);
    ls_thread_push(&thread, LS_OPEN_CALL, LS_JSON("\"read\""), 0, 2000);
    ls_text_add_int(ls_emit_arg(&trace.emit, "stack"), 1);
    ls_emit_end(&trace.emit);
    thread.call_begin = 2;
    ls_thread_turn_end(&thread, 3000, NULL, NULL);
    assert_int_equal(thread.call_begin, 0);
    ls_thread_turn_begin(&thread, 4000);
    ls_thread_close_all(&thread, 5000);
    EXPECT_LINES(
        TURN_B("1.000"),
        LINE("B", "2.000", "read", "blocking", ",\"args\":{\"stack\":1}"),
        LINE("E", "3.000", "read", "blocking", ""), TURN_E("3.000"),
        TURN_B("4.000"), TURN_E("5.000"));
}

static void test_thread__a_turn_whose_end_was_lost_ends_at_the_next(
    void **state)
{
    ls_thread_turn_begin(&thread, 1000);
    ls_thread_push(&thread, LS_OPEN_SPAN, pour, 0, 2000);
    ls_thread_turn_begin(&thread, 3000);
    ls_thread_close_all(&thread, 4000);
    EXPECT_LINES(TURN_B("1.000"), POUR_B("2.000"), POUR_E("3.000"),
                 TURN_E("3.000"), TURN_B("3.000"), POUR_B("3.000"),
                 POUR_E("4.000"), TURN_E("4.000"));
}

/* A span around the attaching ends in the first turn, which goes on. */
static void test_thread__a_turn_that_is_split_counts_from_there(void **state)
{
    ls_thread_push(&thread, LS_OPEN_SPAN, pour, 0, 1000);
    ls_thread_turn_begin(&thread, 2000);
    ls_thread_close(&thread, 0, 3000, 0, NULL, NULL, NULL);
    assert_int_equal(thread.turn_begin_ns, 3000);
    ls_thread_turn_end(&thread, 4000, NULL, NULL);
    EXPECT_LINES(POUR_B("1.000"), TURN_B("2.000"), TURN_E("3.000"),
                 POUR_E("3.000"), TURN_B("3.000"), TURN_E("4.000"));
}

static void test_thread__an_end_without_a_begin_is_nothing(void **state)
{
    ls_thread_turn_end(&thread, 1000, NULL, NULL);
    ls_thread_close(&thread, ls_thread_find(&thread, LS_OPEN_CALL, 0), 1000, 0,
                    NULL, NULL, NULL);
    ls_thread_push(&thread, LS_OPEN_SPAN, pour, 0, 1000);
    ls_thread_turn_end(&thread, 2000, NULL, NULL);
    ls_thread_close_all(&thread, 3000);
    EXPECT_LINES(POUR_B("1.000"), POUR_E("3.000"));
}

static void test_thread__a_hundred_deep(void **state)
{
    for (int i = 0; i < 100; i++)
        ls_thread_push(&thread, LS_OPEN_SPAN, i % 2 ? pour : stir, 0, 1000 + i);
    ls_thread_close(&thread, 0, 2000, 0, NULL, NULL, NULL);
    assert_int_equal(thread.open.n, 99);
    ls_thread_close_all(&thread, 3000);
    test_trace_close(&trace);
    assert_int_equal(test_trace_count(&trace), 100 + 100 + 99 + 99);
}

#define THREAD_TEST(test)                                                      \
    cmocka_unit_test_setup_teardown(test, open_thread, close_thread)

int main(void)
{
    const struct CMUnitTest tests[] = {
        THREAD_TEST(test_thread__slices_nest),
        THREAD_TEST(test_thread__closing_in_the_middle_reopens_above),
        THREAD_TEST(test_thread__spans_park_with_their_task),
        THREAD_TEST(test_thread__what_is_open_waits_out_the_poll),
        THREAD_TEST(test_thread__what_was_open_before_the_turn_stays),
        THREAD_TEST(test_thread__ends_are_later_than_begins),
        THREAD_TEST(test_thread__an_end_takes_arguments),
        THREAD_TEST(test_thread__a_call_whose_end_was_lost_ends_with_the_turn),
        THREAD_TEST(test_thread__a_turn_whose_end_was_lost_ends_at_the_next),
        THREAD_TEST(test_thread__a_turn_that_is_split_counts_from_there),
        THREAD_TEST(test_thread__an_end_without_a_begin_is_nothing),
        THREAD_TEST(test_thread__a_hundred_deep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
