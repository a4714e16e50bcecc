/* SPDX-License-Identifier: MIT */
/* Merging the rings, and what the records but those of calls become. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feed.h"

/* ---- merging ------------------------------------------------------------ */

static void test_drain__rings_are_merged_by_time(void **state)
{
    feed_begin(0);
    feed_begin(1);
    feed_mark(0, "a", 1000);
    feed_mark(0, "c", 3000);
    feed_mark(0, "d", 3500);
    feed_mark(1, "b", 2000);
    feed_mark(1, "e", 4000);
    ls_drain(collector, 10000);
    EXPECT_LINES(MARK("1.000", TID_0, "a"), MARK("2.000", TID_1, "b"),
                 MARK("3.000", TID_0, "c"), MARK("3.500", TID_0, "d"),
                 MARK("4.000", TID_1, "e"));
    assert_int_equal(collector->n_drained, 5);
}

static void test_drain__many_rings_are_merged_by_time(void **state)
{
    enum { N = FEED_CHUNKS, EACH = 100 };
    for (uint32_t i = 0; i < N; i++)
        feed_begin(i);
    for (uint64_t k = 0; k < EACH; k++)
        for (uint32_t i = 0; i < N; i++)
            feed_mark(i, "m", 1000 * k + i * 7 % N);
    ls_drain(collector, UINT64_MAX);
    assert_int_equal(collector->emit.n_late, 0);
    assert_int_equal(collector->n_drained, N * EACH);
}

static void test_drain__beyond_the_watermark_it_waits(void **state)
{
    feed_begin(0);
    feed_mark(0, "a", 1000);
    feed_mark(0, "b", 2000);
    feed_mark(0, "c", 2001);
    ls_drain(collector, 2000);
    EXPECT_LINES(MARK("1.000", TID_0, "a"), MARK("2.000", TID_0, "b"));
    assert_int_equal(collector->watermark, 2000);
    ls_drain(collector, UINT64_MAX);
    EXPECT_LINES(MARK("2.001", TID_0, "c"));
    assert_int_equal(collector->watermark, 2000);
}

static void test_drain__a_late_record_says_its_true_time(void **state)
{
    feed_begin(0);
    feed_begin(1);
    feed_mark(0, "a", 9000);
    ls_drain(collector, 10000);
    feed_mark(1, "late", 4000);
    feed_mark(1, "b", 11000);
    ls_drain(collector, 20000);
    EXPECT_LINES(MARK("9.000", TID_0, "a"),
                 LATE_MARK("9.000", TID_1, "late", "4.000"),
                 MARK("11.000", TID_1, "b"));
    assert_int_equal(collector->emit.n_late, 1);
}

/* A broken program's clock goes back: order in the ring is what counts. */
static void test_drain__a_ring_keeps_its_order(void **state)
{
    feed_begin(0);
    feed_begin(1);
    feed_mark(0, "a", 9000);
    feed_mark(0, "b", 4000);
    feed_mark(1, "c", 5000);
    feed_mark(1, "d", 9500);
    ls_drain(collector, 10000);
    EXPECT_LINES(MARK("5.000", TID_1, "c"), MARK("9.000", TID_0, "a"),
                 LATE_MARK("9.000", TID_0, "b", "4.000"),
                 MARK("9.500", TID_1, "d"));
}

static void test_drain__an_external_clock_waits_for_the_end(void **state)
{
    collector->external = true;
    feed_begin(0);
    feed_mark(0, "a", 7000000);
    feed_mark(0, "b", 7002000);
    ls_drain(collector, 0);
    EXPECT_LINES(NULL);
    ls_drain(collector, UINT64_MAX);
    EXPECT_LINES(MARK("0.000", TID_0, "a"), MARK("2.000", TID_0, "b"));
}

/* ---- other records ------------------------------------------------------ */

static void test_drain__a_turn_s_parts_are_its_whole(void **state)
{
    struct ls_measure m = {.cpu_ns = 700, .delay_ns = 200, .faults = 3};
    struct ls_record record = {.type = LS_RECORD_TURN_END, .ticks = 2000};
    feed_begin(0);
    feed_turn_begin(0, 1000);
    feed_say(0, record, &m, sizeof m);
    ls_drain(collector, 10000);
    EXPECT_LINES(TURN_B("1.000", TID_0),
                 LINE("E", "2.000", TID_0, "turn", "turn",
                      ",\"args\":{\"cpu_ns\":700,\"blocked_ns\":100,"
                      "\"descheduled_ns\":200,\"faults\":3}"));
}

static void test_drain__a_loop_is_said(void **state)
{
    struct ls_record record = {.type = LS_RECORD_LOOP, .ticks = 1000};
    feed_begin(0);
    feed_say(0, record, "main", 4);
    ls_drain(collector, 10000);
    EXPECT_LINES("{\"ph\":\"M\",\"pid\":" PID_TEXT ",\"tid\":" TID_0
                 ",\"name\":\"loopscope_loop\",\"args\":{\"name\":\"main\","
                 "\"kind\":\"libuv\"}}");
}

static void test_drain__spans_end_by_name(void **state)
{
    ls_name_id a = ls_name("a"), b = ls_name("b"), c = ls_name("c");
    feed_begin(0);
    SAY(0, .type = LS_RECORD_SPAN_BEGIN, .ticks = 1000, .name = a);
    SAY(0, .type = LS_RECORD_SPAN_BEGIN, .ticks = 2000, .name = b);
    SAY(0, .type = LS_RECORD_SPAN_END, .ticks = 3000, .name = c);
    SAY(0, .type = LS_RECORD_SPAN_END, .ticks = 4000, .name = a);
    SAY(0, .type = LS_RECORD_SPAN_END, .ticks = 5000, .name = b);
    ls_drain(collector, 10000);
#define SPAN(ph, ts, name) LINE(ph, ts, TID_0, name, "span", "")
    EXPECT_LINES(SPAN("B", "1.000", "a"), SPAN("B", "2.000", "b"),
                 SPAN("E", "4.000", "b"), SPAN("E", "4.000", "a"),
                 SPAN("B", "4.000", "b"), SPAN("E", "5.000", "b"));
}

static void say_counter(double value, uint64_t ticks)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    SAY(0, .type = LS_RECORD_COUNTER, .ticks = ticks, .name = ls_name("n"),
        .value = bits);
}

static void test_drain__marks_and_counters(void **state)
{
    struct ls_record record = {
        .type = LS_RECORD_MARK, .ticks = 1000, .name = ls_name("m")};
    feed_begin(0);
    feed_say(0, record, "why \"so\"", 8);
    say_counter(0.5, 2000);
    say_counter(NAN, 3000);
    say_counter(INFINITY, 4000);
    ls_drain(collector, 10000);
    EXPECT_LINES(
        LINE("i", "1.000", TID_0, "m", "span",
             ",\"s\":\"t\",\"args\":{\"text\":\"why \\\"so\\\"\"}"),
        LINE("C", "2.000", TID_0, "n", "span", ",\"args\":{\"value\":0.5}"));
}

static void test_drain__a_gather_over_several_records(void **state)
{
    uint64_t ids[3000];
    const char *line;
    feed_begin(0);
    for (uint64_t i = 0; i < 3000; i++)
        ids[i] = 100 + i;
    SAY(0, .type = LS_RECORD_TASK_START, .ticks = 1000, .task = 7);
    for (int part = 0; part < 3; part++)
        feed_say(0,
                 (struct ls_record){.type = LS_RECORD_TASK_ON,
                                    .ticks = 2000,
                                    .task = 7,
                                    .value = 1000},
                 ids + 1000 * part, 8000);
    SAY(0, .type = LS_RECORD_TASK_AWAIT, .ticks = 2000, .task = 7,
        .value = 9000);
    ls_drain(collector, 10000);
    ls_writer_close(&collector->writer);
    test_trace_read(&trace);
    while ((line = feed_next_line()) && !strstr(line, "\"await\",\"cat\""))
        ;
    assert_non_null(line);
    assert_non_null(strstr(line, "\"due_us\":9.000,\"on\":[\"0x64\",\"0x65\""));
    assert_non_null(strstr(line, ",\"0xc1a\",\"0xc1b\"]}}"));
    size_t n = 0;
    for (const char *at = line; (at = strstr(at, "\"0x")); at++)
        n++;
    assert_int_equal(n, 1 + 3000);
}

/* ---- losses ------------------------------------------------------------- */

static void test_drain__a_loss_is_written(void **state)
{
    feed_begin(0);
    SAY(0, .type = LS_RECORD_LOST, .ticks = 5000, .task = 2000, .value = 12);
    ls_drain(collector, 10000);
    EXPECT_LINES(LOST(TID_0, "12", "2.000", "5.000"));
    assert_int_equal(collector->n_lost, 12);
}

static void test_drain__a_broken_ring_is_counted(void **state)
{
    feed_begin(0);
    feed_mark(0, "a", 1000);
    SAY(0, .type = LS_RECORD_TYPES, .ticks = 2000);
    feed_mark(0, "b", 3000);
    ls_drain(collector, 10000);
    EXPECT_LINES(MARK("1.000", TID_0, "a"), LOST(TID_0, "2", "1.000", "1.000"));
    assert_int_equal(collector->n_lost, 2);
    ls_drain(collector, 20000); /* once */
    EXPECT_LINES(NULL);
}

/* What was dropped last has no record that tells it. */

/* What is said of the ring itself may be overwritten: it is known by then. */
static void test_drain__a_ring_that_was_met_stays_one(void **state)
{
    feed_begin(0);
    feed_mark(0, "a", 1000);
    ls_drain(collector, 1500);
    atomic_store(&shared->rings[0].state, 77);
    atomic_store(&shared->header.n_rings, 0);
    feed_mark(0, "b", 2000);
    ls_drain(collector, 10000);
    EXPECT_LINES(MARK("1.000", TID_0, "a"), MARK("2.000", TID_0, "b"));
    ls_drain_count_rest(collector);
    assert_int_equal(collector->n_lost, 0);
}

static void test_drain__a_ring_that_makes_no_sense_is_counted(void **state)
{
    feed_begin(0);
    feed_mark(0, "a", 1000);
    shared->rings[0].process = LS_N_PROCESSES;
    ls_drain(collector, 10000);
    EXPECT_LINES(NULL);
    ls_drain_count_rest(collector);
    assert_int_equal(collector->n_lost, 1);
}

static void test_drain__no_program_loses_more_than_there_can_be(void **state)
{
    feed_begin(0);
    SAY(0, .type = LS_RECORD_LOST, .ticks = 2000, .task = 1000,
        .value = UINT64_MAX);
    ls_drain(collector, 10000);
    EXPECT_LINES(LOST(TID_0, "1", "1.000", "2.000"));
    assert_int_equal(collector->n_lost, 1);
}

static void test_drain__a_loss_at_the_end_is_written(void **state)
{
    feed_begin(0);
    feed_mark(0, "a", 1000);
    SAY(0, .type = LS_RECORD_LOST, .ticks = 5000, .task = 2000, .value = 12);
    atomic_store(&shared->rings[0].dropped, 15);
    feed_end(0);
    ls_drain(collector, 10000);
    EXPECT_LINES(MARK("1.000", TID_0, "a"), LOST(TID_0, "12", "2.000", "5.000"),
                 LOST(TID_0, "3", "1.000", "1.000"));
    assert_int_equal(collector->n_lost, 15);
}

static void test_drain__a_loss_at_the_process_s_end_is_written(void **state)
{
    feed_begin(0);
    feed_mark(0, "a", 1000);
    atomic_store(&shared->rings[0].dropped, 3);
    ls_drain(collector, 10000);
    EXPECT_LINES(MARK("1.000", TID_0, "a"));
    ls_drain_end_process(collector, 0, LS_LEAVING_CLOSED);
    EXPECT_LINES(LOST(TID_0, "3", "1.000", "1.000"));
    assert_int_equal(collector->n_lost, 3);
}

/* A program that never ends its spans: no more than so many are open. */
static void test_drain__spans_without_end_are_counted(void **state)
{
    feed_begin(0);
    for (uint64_t i = 0; i < LS_MOST_OPEN + 3; i++)
        SAY(0, .type = LS_RECORD_SPAN_BEGIN, .ticks = 1000 + i,
            .name = ls_name("a"));
    ls_drain(collector, 10000);
    assert_int_equal(collector->threads[0]->open.n, LS_MOST_OPEN);
    ls_drain_end_process(collector, 0, LS_LEAVING_DIED);
    assert_int_equal(collector->n_lost, 3);
}

/* A time to come holds nothing up, and makes no trace of a hundred years. */
static void test_drain__the_future_is_not_believed(void **state)
{
    collector->ticks_per_ms = 1000000;
    feed_begin(0);
    feed_mark(0, "a", 1000);
    feed_mark(0, "b", UINT64_C(1) << 62);
    feed_call_done(0, LS_CALL_USLEEP, 2000, UINT64_MAX);
    feed_mark(0, "c", 3000);
    ls_drain(collector, 10000);
    EXPECT_LINES(MARK("1.000", TID_0, "a"), MARK("1.000", TID_0, "b"),
                 CALL_B("2.000", TID_0, "usleep", "1"),
                 CALL_E("2.001", TID_0, "usleep"), MARK("3.000", TID_0, "c"));
}

/* ---- ends --------------------------------------------------------------- */

/* What a thread has left open lasted until it ended, not until the last thing
 * that anybody recorded. */
static void test_drain__what_a_thread_left_open_ends_with_it(void **state)
{
    feed_begin(0);
    SAY(0, .type = LS_RECORD_SPAN_BEGIN, .ticks = 1000, .name = ls_name("a"));
    shared->rings[0].ended_at = 7000;
    feed_end(0);
    ls_drain(collector, 10000);
    EXPECT_LINES(SPAN("B", "1.000", "a"), SPAN("E", "7.000", "a"));
}

static void test_drain__what_is_open_at_the_close_ends_there(void **state)
{
    feed_begin(0);
    SAY(0, .type = LS_RECORD_SPAN_BEGIN, .ticks = 1000, .name = ls_name("a"));
    shared->processes[0].closed_at = 8000;
    collector->processes[0].closing_ticks = 9000;
    ls_drain(collector, 10000);
    ls_drain_end_process(collector, 0, LS_LEAVING_CLOSED);
    EXPECT_LINES(SPAN("B", "1.000", "a"), SPAN("E", "8.000", "a"));
}

/* The turn says that the program ended in it. */
static void test_drain__a_turn_of_a_process_that_exits(void **state)
{
    feed_begin(0);
    feed_turn_begin(0, 1000);
    shared->processes[0].closed_at = 8000;
    collector->processes[0].closing_ticks = 9000;
    ls_drain(collector, 10000);
    ls_drain_end_process(collector, 0, LS_LEAVING_EXITED);
    EXPECT_LINES(
        TURN_B("1.000", TID_0),
        LINE("E", "8.000", TID_0, "turn", "turn", ",\"args\":{\"exit\":true}"));
}

/* Nothing was left to wait for; and what a broken program says is nothing. */
static void test_drain__the_turn_after_which_a_loop_ran_out(void **state)
{
    feed_begin(0);
    feed_turn_begin(0, 1000);
    SAY(0, .type = LS_RECORD_TURN_END, .ticks = 2000, .value = LS_TURN_RAN_OUT);
    feed_turn_begin(0, 3000);
    SAY(0, .type = LS_RECORD_TURN_END, .ticks = 4000, .value = 77);
    ls_drain(collector, 10000);
    EXPECT_LINES(TURN_B("1.000", TID_0),
                 LINE("E", "2.000", TID_0, "turn", "turn",
                      ",\"args\":{\"ran_out\":true}"),
                 TURN_B("3.000", TID_0), TURN_E("4.000", TID_0));
}

static void test_drain__a_thread_that_ends_frees_its_ring(void **state)
{
    feed_begin(0);
    SAY(0, .type = LS_RECORD_SPAN_BEGIN, .ticks = 1000, .name = ls_name("a"));
    feed_end(0);
    ls_drain(collector, 500);
    assert_int_equal(shared->rings[0].state, LS_RING_ENDED);
    ls_drain(collector, 10000);
    EXPECT_LINES(SPAN("B", "1.000", "a"), SPAN("E", "1.001", "a"));
    assert_int_equal(shared->rings[0].state, LS_RING_FREE);
    assert_null(collector->threads[0]);
    assert_int_equal(test_session_n_free(), FEED_CHUNKS);
    /* the next thread in the same ring begins anew */
    feed_begin(0);
    feed_mark(0, "b", 20000);
    ls_drain(collector, 30000);
    EXPECT_LINES(MARK("20.000", TID_0, "b"));
}

static void open_slices(void)
{
    feed_begin(0);
    feed_turn_begin(0, 1000);
    SAY(0, .type = LS_RECORD_TASK_START, .ticks = 1000, .task = 7);
    feed_in_call(0, LS_CALL_SLEEP, 2000);
    ls_drain(collector, 3000);
    assert_int_equal(collector->threads[0]->open.n, 3);
}

static void test_drain__a_process_that_closed_ends_what_is_open(void **state)
{
    open_slices();
    uint64_t before = collector->writer.n_events;
    ls_drain_end_process(collector, 0, LS_LEAVING_CLOSED);
    assert_int_equal(collector->writer.n_events, before + 3);
    assert_null(collector->threads[0]);
    assert_int_equal(test_session_n_free(), FEED_CHUNKS);
}

static void test_drain__a_process_that_died_leaves_it_open(void **state)
{
    open_slices();
    uint64_t before = collector->writer.n_events;
    ls_drain_end_process(collector, 0, LS_LEAVING_DIED);
    assert_int_equal(collector->writer.n_events, before);
    assert_null(collector->threads[0]);
    assert_int_equal(shared->rings[0].state, LS_RING_FREE);
}

static void test_drain__a_process_that_is_not_known_waits(void **state)
{
    feed_begin(0);
    shared->rings[0].process = 1;
    feed_mark(0, "a", 1000);
    feed_begin(1);
    shared->rings[1].process = UINT32_MAX;
    feed_mark(1, "b", 1000);
    ls_drain(collector, 10000);
    EXPECT_LINES(NULL);
    collector->processes[1] = collector->processes[0];
    ls_drain(collector, 10000);
    EXPECT_LINES(MARK("1.000", TID_0, "a"));
}

/* ---- anything at all ---------------------------------------------------- */

static uint64_t random_state;

static uint64_t dice(uint64_t n)
{
    random_state =
        random_state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (random_state >> 33) % n;
}

/* Mostly small, so that the records have to do with each other. */
static uint64_t odd_value(void)
{
    static const uint64_t all[] = {0, INT64_MAX, UINT64_MAX, UINT64_C(1) << 63};
    uint64_t is = dice(40);
    return is < 4 ? all[is] : is < 30 ? dice(20) : dice(1 << 20);
}

static void say_anything(uint32_t i)
{
    unsigned char more[320];
    struct ls_record record = {.type = (uint16_t)dice(LS_RECORD_TYPES),
                               .ticks = dice(20) ? dice(100000) : odd_value(),
                               .name = (uint32_t)odd_value(),
                               .task = odd_value(),
                               .value = odd_value()};
    if (record.type == LS_RECORD_NONE)
        return;
    for (size_t k = 0; k < sizeof more; k++)
        more[k] = (unsigned char)(dice(2) ? dice(256) : 0);
    if (feed_has_room(i, 20))
        feed_say(i, record, more, dice(3) ? 0 : dice(sizeof more));
    if (dice(10) == 0)
        feed_in_call(i, (enum ls_call)dice(LS_N_CALLS + 3), odd_value());
}

/* Whatever a broken program writes, the trace is JSON and in order. */
static void test_drain__any_records_make_a_trace(void **state)
{
    for (uint64_t seed = 1; seed <= 300; seed++) {
        if (seed > 1)
            feed_open(NULL);
        random_state = seed;
        for (uint32_t i = 0; i < 4; i++)
            feed_begin(i);
        for (int k = 0; k < 200; k++)
            say_anything((uint32_t)dice(4));
        for (uint64_t watermark = 0; watermark < 5; watermark++)
            ls_drain(collector, watermark * 25000);
        ls_drain(collector, UINT64_MAX);
        ls_drain_end_process(collector, 0, LS_LEAVING_CLOSED);
        int n = (int)collector->writer.n_events;
        feed_finish();
        test_trace_read(&trace);
        assert_int_equal(test_trace_count(&trace), n);
        if (seed < 300)
            feed_close(NULL);
    }
}

#define FEED_TEST(test)                                                        \
    cmocka_unit_test_setup_teardown(test, feed_open, feed_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FEED_TEST(test_drain__rings_are_merged_by_time),
        FEED_TEST(test_drain__many_rings_are_merged_by_time),
        FEED_TEST(test_drain__beyond_the_watermark_it_waits),
        FEED_TEST(test_drain__a_late_record_says_its_true_time),
        FEED_TEST(test_drain__a_ring_keeps_its_order),
        FEED_TEST(test_drain__an_external_clock_waits_for_the_end),
        FEED_TEST(test_drain__a_turn_s_parts_are_its_whole),
        FEED_TEST(test_drain__a_loop_is_said),
        FEED_TEST(test_drain__spans_end_by_name),
        FEED_TEST(test_drain__marks_and_counters),
        FEED_TEST(test_drain__a_gather_over_several_records),
        FEED_TEST(test_drain__a_loss_is_written),
        FEED_TEST(test_drain__a_broken_ring_is_counted),
        FEED_TEST(test_drain__a_ring_that_was_met_stays_one),
        FEED_TEST(test_drain__a_ring_that_makes_no_sense_is_counted),
        FEED_TEST(test_drain__no_program_loses_more_than_there_can_be),
        FEED_TEST(test_drain__a_loss_at_the_end_is_written),
        FEED_TEST(test_drain__a_loss_at_the_process_s_end_is_written),
        FEED_TEST(test_drain__spans_without_end_are_counted),
        FEED_TEST(test_drain__the_future_is_not_believed),
        FEED_TEST(test_drain__what_a_thread_left_open_ends_with_it),
        FEED_TEST(test_drain__what_is_open_at_the_close_ends_there),
        FEED_TEST(test_drain__a_turn_of_a_process_that_exits),
        FEED_TEST(test_drain__the_turn_after_which_a_loop_ran_out),
        FEED_TEST(test_drain__a_thread_that_ends_frees_its_ring),
        FEED_TEST(test_drain__a_process_that_closed_ends_what_is_open),
        FEED_TEST(test_drain__a_process_that_died_leaves_it_open),
        FEED_TEST(test_drain__a_process_that_is_not_known_waits),
        FEED_TEST(test_drain__any_records_make_a_trace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
