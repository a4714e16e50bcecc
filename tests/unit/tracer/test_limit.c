/* SPDX-License-Identifier: MIT */
/* A trace that has reached its largest size. */
#include "tracer/collector/limit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "feed.h"

#define MS 1000000

/* The file is larger than it may be. */
static void reach_limit(void)
{
    collector->first_pid = PID;
    collector->max_bytes = 1;
    collector->writer.n_file = 2;
}

#define LIMIT(from)                                                            \
    "{\"ph\":\"M\",\"pid\":" PID_TEXT ",\"tid\":" PID_TEXT                     \
    ",\"name\":\"loopscope_limit\",\"args\":{\"from_us\":" from                \
    ",\"max_bytes\":1,\"turn_ns\":10000000}}"

static void begin_turn(uint64_t ms)
{
    feed_turn_begin(0, ms * MS);
}

static void end_turn(uint64_t ms)
{
    feed_turn_end(0, ms * MS);
}

static void test_limit__only_long_turns_after_it(void **state)
{
    feed_begin(0);
    begin_turn(1);
    end_turn(2);
    ls_drain(collector, 3 * MS);
    EXPECT_LINES(TURN_B("1000.000", TID_0), TURN_E("2000.000", TID_0));
    reach_limit();
    begin_turn(10);
    feed_mark(0, "short", 15 * MS);
    end_turn(19);
    begin_turn(20);
    feed_mark(0, "long", 25 * MS);
    end_turn(30);
    begin_turn(40);
    end_turn(41);
    ls_drain(collector, 50 * MS);
    EXPECT_LINES(LIMIT("2000.000"), TURN_B("20000.000", TID_0),
                 MARK("25000.000", TID_0, "long"), TURN_E("30000.000", TID_0));
}

/* What is open is ended; a turn without an end is long. */
static void test_limit__slices_are_whole(void **state)
{
    feed_begin(0);
    begin_turn(1);
    ls_drain(collector, 1 * MS);
    reach_limit();
    feed_mark(0, "in it", 2 * MS);
    end_turn(3);
    feed_mark(0, "between", 4 * MS);
    begin_turn(5);
    ls_drain(collector, 18 * MS);
    EXPECT_LINES(TURN_B("1000.000", TID_0), LIMIT("1000.000"),
                 MARK("2000.000", TID_0, "in it"), TURN_E("3000.000", TID_0),
                 TURN_B("5000.000", TID_0));
}

/* The machine's delay makes no turn long. */
static void test_limit__own_time_counts(void **state)
{
    const struct ls_measure most = {.delay_ns = 9 * MS};
    feed_begin(0);
    reach_limit();
    begin_turn(10);
    feed_say(0,
             (struct ls_record){.type = LS_RECORD_TURN_END, .ticks = 25 * MS},
             &most, sizeof most);
    ls_drain(collector, 50 * MS);
    EXPECT_LINES(LIMIT("0.000"));
}

/* A task without its begin would make no sense. */
static void test_limit__no_tasks(void **state)
{
    feed_begin(0);
    reach_limit();
    begin_turn(10);
    SAY(0, .type = LS_RECORD_TASK_START, .task = 7, .ticks = 12 * MS,
        .name = ls_name("brew"));
    SAY(0, .type = LS_RECORD_TASK_FINISH, .task = 7, .ticks = 14 * MS);
    end_turn(30);
    ls_drain(collector, 50 * MS);
    EXPECT_LINES(LIMIT("0.000"), TURN_B("10000.000", TID_0),
                 LINE("B", "12000.000", TID_0, "brew", "task", ""),
                 LINE("E", "14000.000", TID_0, "brew", "task",
                      ",\"args\":{\"task\":\"0x7\"}"),
                 TURN_E("30000.000", TID_0));
}

/* A quarter and more beyond it: slices that are in the trace are ended, others
 * are left out and counted, and turns are there. */
static void test_limit__only_turns_when_the_reserve_is_used_up(void **state)
{
    ls_name_id a = ls_name("a"), b = ls_name("b");
    feed_begin(0);
    reach_limit();
    begin_turn(10);
    SAY(0, .type = LS_RECORD_SPAN_BEGIN, .ticks = 12 * MS, .name = a);
    ls_drain(collector, 13 * MS);
    collector->writer.n_file = 1 << 20;
    SAY(0, .type = LS_RECORD_SPAN_BEGIN, .ticks = 14 * MS, .name = b);
    feed_mark(0, "mark", 15 * MS);
    feed_call_done(0, LS_CALL_USLEEP, 16 * MS, 17 * MS);
    SAY(0, .type = LS_RECORD_SPAN_END, .ticks = 18 * MS, .name = b);
    SAY(0, .type = LS_RECORD_SPAN_END, .ticks = 19 * MS, .name = a);
    end_turn(30);
    begin_turn(40);
    feed_mark(0, "mark", 41 * MS);
    end_turn(60);
    ls_drain(collector, 70 * MS);
    EXPECT_LINES(LIMIT("0.000"), TURN_B("10000.000", TID_0),
                 LINE("B", "12000.000", TID_0, "a", "span", ""),
                 LINE("E", "19000.000", TID_0, "a", "span", ""),
                 TURN_E("30000.000", TID_0), TURN_B("40000.000", TID_0),
                 TURN_E("60000.000", TID_0));
    assert_int_equal(collector->emit.n_left_out, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_limit__only_long_turns_after_it,
                                        feed_open, feed_close),
        cmocka_unit_test_setup_teardown(test_limit__slices_are_whole, feed_open,
                                        feed_close),
        cmocka_unit_test_setup_teardown(test_limit__own_time_counts, feed_open,
                                        feed_close),
        cmocka_unit_test_setup_teardown(test_limit__no_tasks, feed_open,
                                        feed_close),
        cmocka_unit_test_setup_teardown(
            test_limit__only_turns_when_the_reserve_is_used_up, feed_open,
            feed_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
