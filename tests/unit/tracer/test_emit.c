/* SPDX-License-Identifier: MIT */
#include "tracer/collector/emit.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "trace.h"

static int64_t mark_at(struct test_trace *trace, int64_t ns)
{
    struct ls_event event = {.ph = 'i', .ns = ns, .pid = 41, .tid = 42, .name = LS_JSON("\"m\""), .cat = "span"};
    int64_t at = ls_emit_begin(&trace->emit, &event);
    ls_emit_end(&trace->emit);
    return at;
}

static void test_emit__keys_come_in_the_format_s_order(void **state)
{
    struct test_trace trace;
    test_trace_open(&trace, "t.json");
    struct ls_event event = {.ph = 'i', .ns = 12345, .pid = 41, .tid = 1000000001, .id = 0x2a, .name = LS_JSON("\"n\""), .cat = "span"};
    ls_emit_begin(&trace.emit, &event);
    ls_text_add_int(ls_emit_arg(&trace.emit, "fd"), 3);
    ls_text_add_string(ls_emit_arg(&trace.emit, "text"), "a\"b");
    ls_emit_end(&trace.emit);
    test_trace_close(&trace);
    test_trace_expect(&trace,
                      "{\"ph\":\"i\",\"ts\":12.345,\"pid\":41,"
                      "\"tid\":1000000001,\"id\":\"0x2a\",\"name\":\"n\","
                      "\"cat\":\"span\",\"s\":\"t\","
                      "\"args\":{\"fd\":3,\"text\":\"a\\\"b\"}}");
    test_trace_expect_end(&trace);
    test_trace_destroy(&trace);
}

static void test_emit__what_an_event_does_not_have_is_left_out(void **state)
{
    struct test_trace trace;
    test_trace_open(&trace, "t.json");
    struct ls_event metadata = {
        .ph = 'M', .ns = 99, .pid = 1, .tid = 2, .name = LS_JSON("\"x\"")};
    assert_int_equal(ls_emit_begin(&trace.emit, &metadata), 0);
    ls_emit_end(&trace.emit);
    test_trace_close(&trace);
    test_trace_expect(&trace,
                      "{\"ph\":\"M\",\"pid\":1,\"tid\":2,\"name\":\"x\"}");
    test_trace_destroy(&trace);
}

static void test_emit__late_events_say_their_true_time(void **state)
{
    struct test_trace trace;
    test_trace_open(&trace, "t.json");
    assert_int_equal(mark_at(&trace, 50000), 50000);
    assert_int_equal(mark_at(&trace, 20000), 50000);
    assert_int_equal(mark_at(&trace, -7), 50000);
    assert_int_equal(mark_at(&trace, 50001), 50001);
    assert_int_equal(trace.emit.n_late, 2);
    test_trace_close(&trace);
#define MARK(ts, rest)                                                         \
    "{\"ph\":\"i\",\"ts\":" ts ",\"pid\":41,\"tid\":42,\"name\":\"m\","        \
    "\"cat\":\"span\",\"s\":\"t\"" rest "}"
    test_trace_expect(&trace, MARK("50.000", ""));
    test_trace_expect(&trace, MARK("50.000", ",\"args\":{\"true_us\":20.000}"));
    test_trace_expect(&trace, MARK("50.000", ",\"args\":{\"true_us\":0.000}"));
    test_trace_expect(&trace, MARK("50.001", ""));
    test_trace_expect_end(&trace);
    test_trace_destroy(&trace);
}

static void test_emit__a_late_event_keeps_its_arguments(void **state)
{
    struct test_trace trace;
    struct ls_event event = {.ph = 'C', .ns = 100, .pid = 41, .tid = 42, .name = LS_JSON("\"c\""), .cat = "span"};
    test_trace_open(&trace, "t.json");
    mark_at(&trace, 50000);
    ls_emit_begin(&trace.emit, &event);
    ls_text_add_int(ls_emit_arg(&trace.emit, "value"), 5);
    ls_emit_end(&trace.emit);
    test_trace_close(&trace);
    test_trace_next(&trace);
    test_trace_expect(&trace, "{\"ph\":\"C\",\"ts\":50.000,\"pid\":41,"
                              "\"tid\":42,\"name\":\"c\",\"cat\":\"span\","
                              "\"args\":{\"value\":5,\"true_us\":0.100}}");
    test_trace_destroy(&trace);
}

/* An end is pushed to be later than its begin: that makes nothing late. */
static void test_emit__what_was_pushed_a_little_is_not_late(void **state)
{
    struct test_trace trace;
    test_trace_open(&trace, "t.json");
    mark_at(&trace, 50001);
    assert_int_equal(mark_at(&trace, 50000), 50001);
    assert_int_equal(trace.emit.n_late, 0);
    test_trace_close(&trace);
    test_trace_expect(&trace, MARK("50.001", ""));
    test_trace_expect(&trace, MARK("50.001", ""));
    test_trace_destroy(&trace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_emit__keys_come_in_the_format_s_order),
        cmocka_unit_test(test_emit__what_an_event_does_not_have_is_left_out),
        cmocka_unit_test(test_emit__late_events_say_their_true_time),
        cmocka_unit_test(test_emit__a_late_event_keeps_its_arguments),
        cmocka_unit_test(test_emit__what_was_pushed_a_little_is_not_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
