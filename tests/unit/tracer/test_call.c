/* SPDX-License-Identifier: MIT */
/* Blocking calls in the trace: in progress, over, lost; their stacks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "feed.h"

static void test_call__a_call_has_a_begin_and_an_end(void **state)
{
    feed_begin(0);
    feed_begin(1);
    feed_turn_begin(0, 1000);
    feed_call_done(0, LS_CALL_READ, 2000, 6000);
    feed_turn_end(0, 7000);
    feed_mark(1, "between", 4000);
    ls_drain(collector, 10000);
    EXPECT_LINES(TURN_B("1.000", TID_0), CALL_B("2.000", TID_0, "read", "1"),
                 MARK("4.000", TID_1, "between"),
                 CALL_E("6.000", TID_0, "read"), TURN_E("7.000", TID_0));
}

static void test_call__a_call_in_progress_begins_in_time(void **state)
{
    feed_begin(0);
    feed_begin(1);
    feed_turn_begin(0, 1000);
    feed_in_call(0, LS_CALL_SLEEP, 2000);
    feed_mark(1, "meanwhile", 3000);
    ls_drain(collector, 5000);
    EXPECT_LINES(TURN_B("1.000", TID_0), CALL_B("2.000", TID_0, "sleep", "1"),
                 MARK("3.000", TID_1, "meanwhile"));
    ls_drain(collector, 6000); /* it goes on: nothing new */
    EXPECT_LINES(NULL);
    feed_call_done(0, LS_CALL_SLEEP, 2000, 10000);
    feed_in_call(0, LS_CALL_SLEEP, 0);
    feed_turn_end(0, 11000);
    ls_drain(collector, 10500);
    EXPECT_LINES(CALL_E("10.000", TID_0, "sleep"));
    ls_drain(collector, 20000);
    EXPECT_LINES(TURN_E("11.000", TID_0));
    assert_int_equal(collector->emit.n_late, 0);
}

static void test_call__a_call_in_progress_waits_for_the_watermark(void **state)
{
    feed_begin(0);
    feed_turn_begin(0, 1000);
    feed_in_call(0, LS_CALL_SLEEP, 2000);
    ls_drain(collector, 1500);
    EXPECT_LINES(TURN_B("1.000", TID_0));
    /* it was so short that there is no record of it */
    feed_in_call(0, LS_CALL_SLEEP, 0);
    ls_drain(collector, 5000);
    EXPECT_LINES(NULL);
}

/* The record is there, and the word not yet taken back: the thread may have
 * been descheduled in between. */
static void test_call__a_call_that_is_over_does_not_begin_again(void **state)
{
    feed_begin(0);
    feed_turn_begin(0, 1000);
    feed_in_call(0, LS_CALL_SLEEP, 2000);
    feed_call_done(0, LS_CALL_SLEEP, 2000, 3000);
    ls_drain(collector, 10000);
    EXPECT_LINES(TURN_B("1.000", TID_0), CALL_B("2.000", TID_0, "sleep", "1"),
                 CALL_E("3.000", TID_0, "sleep"));
    ls_drain(collector, 20000);
    feed_in_call(0, LS_CALL_SLEEP, 0);
    feed_turn_end(0, 30000);
    ls_drain(collector, 40000);
    EXPECT_LINES(TURN_E("30.000", TID_0));
    /* and the next one does begin */
    feed_turn_begin(0, 41000);
    feed_in_call(0, LS_CALL_READ, 42000);
    ls_drain(collector, 50000);
    EXPECT_LINES(TURN_B("41.000", TID_0), CALL_B("42.000", TID_0, "read", "2"));
}

/* The same after the turn that it was in. */
static void test_call__a_call_of_a_turn_before_does_not_begin_again(
    void **state)
{
    feed_begin(0);
    feed_turn_begin(0, 1000);
    feed_in_call(0, LS_CALL_SLEEP, 2000);
    feed_call_done(0, LS_CALL_SLEEP, 2000, 3000);
    feed_turn_end(0, 4000);
    ls_drain(collector, UINT64_MAX);
    EXPECT_LINES(TURN_B("1.000", TID_0), CALL_B("2.000", TID_0, "sleep", "1"),
                 CALL_E("3.000", TID_0, "sleep"), TURN_E("4.000", TID_0));
}

static void test_call__a_call_whose_record_was_lost(void **state)
{
    feed_begin(0);
    feed_turn_begin(0, 1000);
    feed_in_call(0, LS_CALL_SLEEP, 2000);
    ls_drain(collector, 3000);
    feed_in_call(0, LS_CALL_READ, 5000);
    ls_drain(collector, 6000);
    EXPECT_LINES(TURN_B("1.000", TID_0), CALL_B("2.000", TID_0, "sleep", "1"),
                 CALL_E("5.000", TID_0, "sleep"),
                 CALL_B("5.000", TID_0, "read", "2"));
}

static void test_call__a_call_on_a_nonblocking_descriptor_is_none(void **state)
{
    struct ls_call_more more = {.fd = 3, .flags = LS_CALL_NONBLOCKING};
    struct ls_record record = {
        .type = LS_RECORD_CALL, .ticks = 2000, .value = 1000};
    feed_begin(0);
    feed_turn_begin(0, 1000);
    feed_say(0, record, &more, sizeof more);
    feed_turn_end(0, 4000);
    ls_drain(collector, 5000);
    EXPECT_LINES(TURN_B("1.000", TID_0), TURN_E("4.000", TID_0));
}

static void test_call__a_call_s_parts_are_its_whole(void **state)
{
    struct ls_call_more more = {.pc = 0x1234,
                                .fd = 5,
                                .fd_kind = LS_FD_SOCKET,
                                .flags = LS_CALL_MEASURED,
                                .cpu_ns = 100,
                                .delay_ns = 300};
    struct ls_record record = {.type = LS_RECORD_CALL,
                               .ticks = 2000,
                               .name = LS_CALL_RECV,
                               .value = 1000};
    feed_begin(0);
    feed_turn_begin(0, 1000);
    feed_say(0, record, &more, sizeof more);
    record.ticks = 4000;
    more.cpu_ns = 900; /* together more than the whole */
    more.fd = -1;
    feed_say(0, record, &more, sizeof more);
    ls_drain(collector, 10000);
#define RECV_E(ts, args)                                                       \
    LINE("E", ts, TID_0, "recv", "blocking", ",\"args\":{" args "}")
    EXPECT_LINES(TURN_B("1.000", TID_0), CALL_B("2.000", TID_0, "recv", "1"),
                 RECV_E("3.000", "\"cpu_ns\":100,\"blocked_ns\":600,"
                                 "\"descheduled_ns\":300,\"fd\":5,"
                                 "\"fd_kind\":\"socket\""),
                 CALL_B("4.000", TID_0, "recv", "1"),
                 RECV_E("5.000", "\"cpu_ns\":900,\"blocked_ns\":0,"
                                 "\"descheduled_ns\":100"));
}

/* Its begin stands later in the file than it was, and its end right after:
 * both say when it truly was. */
static void test_call__a_late_call_claims_nothing(void **state)
{
    struct ls_call_more more = {.pc = 0x1234,
                                .fd = -1,
                                .flags = LS_CALL_MEASURED,
                                .cpu_ns = 100,
                                .delay_ns = 300};
    struct ls_record record = {.type = LS_RECORD_CALL,
                               .ticks = 2000,
                               .name = LS_CALL_RECV,
                               .value = 1000};
    feed_begin(0);
    feed_begin(1);
    feed_mark(1, "a", 9000);
    ls_drain(collector, 10000);
    feed_say(0, record, &more, sizeof more);
    ls_drain(collector, 20000);
    EXPECT_LINES(MARK("9.000", TID_1, "a"),
                 LINE("B", "9.000", TID_0, "recv", "blocking",
                      ",\"args\":{\"stack\":1,\"true_us\":2.000}"),
                 LINE("E", "9.001", TID_0, "recv", "blocking",
                      ",\"args\":{\"true_us\":3.000}"));
}

static void test_call__a_copied_stack_gets_a_number(void **state)
{
    struct {
        struct ls_call_more more;
        struct ls_registers registers;
        unsigned char stack[256];
    } all = {.more = {.pc = 0x1234,
                      .fd = -1,
                      .n_stack_more =
                          (sizeof all.registers + sizeof all.stack) / 32}};
    struct ls_record record = {.type = LS_RECORD_CALL,
                               .ticks = 2000,
                               .name = LS_CALL_SLEEP,
                               .value = 1000};
    feed_begin(0);
    feed_say(0, record, &all, sizeof all);
    ls_drain(collector, 10000);
    EXPECT_LINES(CALL_B("2.000", TID_0, "sleep", "1"),
                 LINE("E", "3.000", TID_0, "sleep", "blocking",
                      ",\"args\":{\"stack\":2}"));
    while (ls_unwinder_pending(collector->unwinder) > 0)
        ls_stack_write(collector);
        /* there is no such process: what is not known is absent */
#define STACK(id)                                                              \
    "{\"ph\":\"M\",\"pid\":" PID_TEXT ",\"tid\":" PID_TEXT                     \
    ",\"name\":\"loopscope_stack\",\"args\":{\"id\":" id ",\"frames\":[{}]}}"
    EXPECT_LINES(STACK("1"), STACK("2"));
}

static void test_call__one_place_has_one_number(void **state)
{
    struct ls_thread thread = {.pid = PID};
    for (uint64_t pc = 1; pc <= 500; pc++)
        assert_int_equal(ls_stack_place(collector, &thread, pc), pc);
    for (uint64_t pc = 1; pc <= 500; pc++)
        assert_int_equal(ls_stack_place(collector, &thread, pc), pc);
    collector->processes[0].generation++; /* another process, other code */
    assert_int_equal(ls_stack_place(collector, &thread, 1), 501);
}

#define FEED_TEST(test)                                                        \
    cmocka_unit_test_setup_teardown(test, feed_open, feed_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FEED_TEST(test_call__a_call_has_a_begin_and_an_end),
        FEED_TEST(test_call__a_call_in_progress_begins_in_time),
        FEED_TEST(test_call__a_call_in_progress_waits_for_the_watermark),
        FEED_TEST(test_call__a_call_that_is_over_does_not_begin_again),
        FEED_TEST(test_call__a_call_of_a_turn_before_does_not_begin_again),
        FEED_TEST(test_call__a_call_whose_record_was_lost),
        FEED_TEST(test_call__a_call_on_a_nonblocking_descriptor_is_none),
        FEED_TEST(test_call__a_call_s_parts_are_its_whole),
        FEED_TEST(test_call__a_late_call_claims_nothing),
        FEED_TEST(test_call__a_copied_stack_gets_a_number),
        FEED_TEST(test_call__one_place_has_one_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
