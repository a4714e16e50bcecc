/* SPDX-License-Identifier: MIT */
/* A callback that one record tells, and the ring's words before that. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "feed.h"
#include "tracer/record/asked.h"

enum { OPERATION = 5, OTHER = 6 };

/* No process has this address, so that there is no name but this. */
#define CALLBACK_B(ts, operation)                                              \
    LINE("B", ts, TID_0, "callback", "callback",                               \
         ",\"args\":{\"kind\":\"idle\",\"phase\":\"idle\","                    \
         "\"operation\":" operation "}")
#define CALLBACK_E(ts) LINE("E", ts, TID_0, "callback", "callback", "")

static void begin_turn(void)
{
    feed_begin(0);
    feed_turn_begin(0, 1000);
}

/* From BEGIN on, as one record. */
static void say_whole(uint64_t operation, uint64_t begin, uint64_t ticks)
{
    SAY(0, .type = LS_RECORD_CALLBACK, .ticks = begin,
        .name = LS_OPERATION_idle, .task = operation,
        .value = ls_callback_value(ticks, 0));
}

static void say_begun(uint64_t operation, uint64_t begin)
{
    struct ls_ring *ring = &shared->rings[0];
    ring->callback_name = LS_OPERATION_idle;
    ring->callback_operation = operation;
    ring->callback_pc = 0;
    ring->callback_begin = begin;
}

static void test_callback__one_record_is_a_begin_and_an_end(void **state)
{
    begin_turn();
    say_whole(OPERATION, 2000, 500);
    say_whole(OTHER, 2500, 250);
    ls_drain(collector, 10000);
    EXPECT_LINES(TURN_B("1.000", TID_0), CALLBACK_B("2.000", "5"),
                 CALLBACK_E("2.500"), CALLBACK_B("2.500", "6"),
                 CALLBACK_E("2.750"));
}

static void test_callback__its_end_waits_for_the_watermark(void **state)
{
    begin_turn();
    say_whole(OPERATION, 2000, 500);
    ls_drain(collector, 2100);
    EXPECT_LINES(TURN_B("1.000", TID_0), CALLBACK_B("2.000", "5"));
    ls_drain(collector, 3000);
    EXPECT_LINES(CALLBACK_E("2.500"));
}

static void test_callback__the_words_say_what_runs(void **state)
{
    begin_turn();
    say_begun(OPERATION, 2000);
    ls_drain(collector, 3000);
    EXPECT_LINES(TURN_B("1.000", TID_0), CALLBACK_B("2.000", "5"));
    ls_drain(collector, 4000);
    EXPECT_LINES(NULL);
    say_whole(OPERATION, 2000, 5000);
    ls_drain(collector, 10000);
    EXPECT_LINES(CALLBACK_E("7.000"));
    ls_drain(collector, 20000); /* the words still stand there */
    EXPECT_LINES(NULL);
}

/* The words are read before the records, which may be past them. */
static void test_callback__words_of_what_is_over(void **state)
{
    begin_turn();
    say_begun(OPERATION, 2000);
    say_whole(OPERATION, 2000, 500);
    say_whole(OTHER, 2500, 250);
    ls_drain(collector, 10000);
    EXPECT_LINES(TURN_B("1.000", TID_0), CALLBACK_B("2.000", "5"),
                 CALLBACK_E("2.500"), CALLBACK_B("2.500", "6"),
                 CALLBACK_E("2.750"));
}

static void test_callback__the_words_then_records_of_its_own(void **state)
{
    begin_turn();
    say_begun(OPERATION, 2000);
    ls_drain(collector, 3000);
    SAY(0, .type = LS_RECORD_CALLBACK_BEGIN, .ticks = 2000,
        .name = LS_OPERATION_idle, .task = OPERATION);
    feed_mark(0, "inside", 3500);
    SAY(0, .type = LS_RECORD_CALLBACK_END, .ticks = 4000,
        .name = LS_OPERATION_idle, .task = OPERATION);
    ls_drain(collector, 10000);
    EXPECT_LINES(TURN_B("1.000", TID_0), CALLBACK_B("2.000", "5"),
                 MARK("3.500", TID_0, "inside"), CALLBACK_E("4.000"));
}

static void test_callback__a_call_inside_that_has_not_returned(void **state)
{
    begin_turn();
    say_begun(OPERATION, 2000);
    feed_in_call(0, LS_CALL_READ, 2500);
    ls_drain(collector, 3000);
    EXPECT_LINES(TURN_B("1.000", TID_0), CALLBACK_B("2.000", "5"),
                 CALL_B("2.500", TID_0, "read", "1"));
}

static void test_callback__a_call_around_that_has_not_returned(void **state)
{
    begin_turn();
    feed_in_call(0, LS_CALL_READ, 1500);
    say_begun(OPERATION, 2000);
    ls_drain(collector, 3000);
    EXPECT_LINES(TURN_B("1.000", TID_0), CALL_B("1.500", TID_0, "read", "1"),
                 CALLBACK_B("2.000", "5"));
}

/* It has left uv_run() by a jump, and runs it again. */
static void test_callback__left_by_a_jump(void **state)
{
    begin_turn();
    SAY(0, .type = LS_RECORD_CALLBACK_BEGIN, .ticks = 2000,
        .name = LS_OPERATION_idle, .task = OPERATION);
    feed_turn_end(0, 3000);
    SAY(0, .type = LS_RECORD_TURN_BEGIN, .ticks = 4000, .name = LS_POLL_JUMPED);
    say_whole(OTHER, 5000, 500);
    ls_drain(collector, 10000);
    EXPECT_LINES(TURN_B("1.000", TID_0), CALLBACK_B("2.000", "5"),
                 CALLBACK_E("3.000"), TURN_E("3.000", TID_0),
                 TURN_B("4.000", TID_0), CALLBACK_B("5.000", "6"),
                 CALLBACK_E("5.500"));
}

/* Ticks of a coarse clock: one begins as another ends, at the same time. */
static void test_callback__none_of_no_length_is_lost(void **state)
{
    begin_turn();
    say_whole(OPERATION, 2000, 0);
    say_whole(OPERATION, 2000, 0);
    ls_drain(collector, 10000);
    EXPECT_LINES(TURN_B("1.000", TID_0), CALLBACK_B("2.000", "5"),
                 CALLBACK_E("2.001"), CALLBACK_B("2.001", "5"),
                 CALLBACK_E("2.002"));
}

/* Of a ring that was scribbled over. */
static void test_callback__a_time_that_cannot_be(void **state)
{
    begin_turn();
    SAY(0, .type = LS_RECORD_CALLBACK, .ticks = UINT64_MAX - 10, .name = ~0u,
        .task = UINT64_MAX, .value = UINT64_MAX);
    ls_drain(collector, UINT64_MAX);
    assert_int_equal(collector->n_drained, 2);
}

static void test_callback__what_a_poll_gave_that_was_not_to_wait(void **state)
{
    feed_begin(0);
    SAY(0, .type = LS_RECORD_TURN_BEGIN, .ticks = 1000,
        .name = LS_POLL_SEEN | LS_POLL_NO_WAIT, .value = 3);
    feed_turn_end(0, 2000);
    SAY(0, .type = LS_RECORD_TURN_BEGIN, .ticks = 3000, .name = LS_POLL_SEEN,
        .value = 3);
    feed_turn_end(0, 4000);
    ls_drain(collector, 10000);
    EXPECT_LINES(TURN_B("1.000", TID_0),
                 LINE("E", "2.000", TID_0, "turn", "turn",
                      ",\"args\":{\"nowait\":true,\"events\":3}"),
                 TURN_B("3.000", TID_0), TURN_E("4.000", TID_0));
}

int main(void)
{
#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(test_callback__##name, feed_open,          \
                                    feed_close)
    const struct CMUnitTest tests[] = {
        TEST(one_record_is_a_begin_and_an_end),
        TEST(its_end_waits_for_the_watermark),
        TEST(the_words_say_what_runs),
        TEST(words_of_what_is_over),
        TEST(the_words_then_records_of_its_own),
        TEST(a_call_inside_that_has_not_returned),
        TEST(a_call_around_that_has_not_returned),
        TEST(left_by_a_jump),
        TEST(none_of_no_length_is_lost),
        TEST(a_time_that_cannot_be),
        TEST(what_a_poll_gave_that_was_not_to_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
