/* SPDX-License-Identifier: MIT */
/*
 * A collector driven by hand: rings are filled record by record, at times of
 * the test's own, and what is written is compared line by line. A tick is a
 * nanosecond.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "session.h"
#include "trace.h"
#include "tracer/collector/collector.h"
#include "tracer/loopscope.h"

/* No process has this number, so that there is nothing to be found out. */
#define PID 99999999
#define PID_TEXT "99999999"

enum { N_CHUNKS = 16 };

static struct ls_shared *shared;
static struct ls_collector *collector;
static struct test_trace trace;

static int open_collector(void **state)
{
    shared = test_session_open(N_CHUNKS);
    test_trace_folder(&trace, "t.json");
    struct ls_collector *c = collector = calloc(1, sizeof *c);
    c->shared = c->names.shared = shared;
    c->emit.writer = &c->writer;
    c->tasks = ls_tasks_new();
    c->unwinder = ls_unwinder_new();
    c->scratch = malloc(LS_CHUNK_BYTES);
    c->processes[0] = (struct ls_watched){.known = true,
                                          .described = true,
                                          .pid = PID,
                                          .watch = -1,
                                          .generation = 1};
    struct ls_instant first = {0, 0}, second = {1000, 1000};
    ls_timeline_begin(&c->timeline, first, second);
    return ls_writer_open(&c->writer, trace.path);
}

/* What the collector has not freed by itself. */
static void end_collector(void)
{
    struct ls_collector *c = collector;
    ls_writer_close(&c->writer);
    for (int i = 0; i < LS_N_RINGS; i++)
        if (c->threads[i])
            ls_thread_destroy(c->threads[i]);
    for (int i = 0; i < LS_N_RINGS; i++)
        free(c->threads[i]);
    ls_unwinder_free(c->unwinder);
    ls_tasks_free(c->tasks);
    ls_names_destroy(&c->names);
    free(c->places);
    free(c->scratch);
    free(c);
    collector = NULL;
}

static int close_collector(void **state)
{
    if (collector)
        end_collector();
    test_trace_destroy(&trace);
    test_session_close();
    return 0;
}

/* ---- what is recorded --------------------------------------------------- */

/* Where ring I is written next. */
static struct {
    uint32_t chunk, at;
} feeds[LS_N_RINGS];

/* Ring I, of thread 100 + I. */
static void begin_ring(uint32_t i)
{
    struct ls_ring *ring = &shared->rings[i];
    feeds[i].chunk = ring->first_chunk = ls_chunk_take(shared);
    feeds[i].at = 0;
    assert_true(ring->first_chunk < LS_N_CHUNKS);
    ring->process = 0;
    ring->tid = 100 + (int32_t)i;
    snprintf(ring->name, sizeof ring->name, "t%u", i);
    atomic_store(&ring->head, 0);
    atomic_store(&ring->state, LS_RING_LIVE);
    if (atomic_load(&shared->header.n_rings) < i + 1)
        atomic_store(&shared->header.n_rings, i + 1);
}

static void say_more(uint32_t i, struct ls_record record, const void *more,
                     size_t n_more)
{
    struct ls_record *to =
        ls_chunk_records(shared, feeds[i].chunk) + feeds[i].at;
    record.n_more = (uint16_t)((n_more + sizeof record - 1) / sizeof record);
    assert_true(feeds[i].at + 1 + record.n_more <= LS_CHUNK_RECORDS);
    *to = record;
    memset(to + 1, 0, record.n_more * sizeof record);
    memcpy(to + 1, more, n_more);
    feeds[i].at += 1u + record.n_more;
    atomic_fetch_add(&shared->rings[i].head, 1u + record.n_more);
}

#define SAY(i, ...) say_more(i, (struct ls_record){__VA_ARGS__}, "", 0)

static void mark(uint32_t i, const char *name, uint64_t ticks)
{
    SAY(i, .type = LS_RECORD_MARK, .ticks = ticks, .name = ls_name(name));
}

static void turn_begin(uint32_t i, uint64_t ticks)
{
    SAY(i, .type = LS_RECORD_TURN_BEGIN, .ticks = ticks);
}

static void turn_end(uint32_t i, uint64_t ticks)
{
    SAY(i, .type = LS_RECORD_TURN_END, .ticks = ticks);
}

/* The ring's word: thread I is in a call since BEGIN; 0: no more. */
static void in_call(uint32_t i, enum ls_call call, uint64_t begin)
{
    struct ls_ring *ring = &shared->rings[i];
    atomic_store(&ring->call_id, call);
    atomic_store(&ring->call_pc, 0x1000 + call);
    atomic_store(&ring->call_begin, begin);
}

static void call_done(uint32_t i, enum ls_call call, uint64_t begin,
                      uint64_t end)
{
    struct ls_call_more more = {.pc = 0x1000 + call, .fd = -1};
    struct ls_record record = {.type = LS_RECORD_CALL,
                               .ticks = begin,
                               .name = call,
                               .value = end - begin};
    say_more(i, record, &more, sizeof more);
}

static void end_ring(uint32_t i)
{
    atomic_store(&shared->rings[i].state, LS_RING_ENDED);
}

/* ---- what is written ---------------------------------------------------- */

#define TID_0 "100"
#define TID_1 "101"
#define LINE(ph, ts, tid, name, cat, rest)                                     \
    "{\"ph\":\"" ph "\",\"ts\":" ts ",\"pid\":" PID_TEXT ",\"tid\":" tid       \
    ",\"name\":\"" name "\",\"cat\":\"" cat "\"" rest "}"
#define MARK(ts, tid, name) LINE("i", ts, tid, name, "span", ",\"s\":\"t\"")
#define LATE_MARK(ts, tid, name, true_us)                                      \
    LINE("i", ts, tid, name, "span",                                           \
         ",\"s\":\"t\",\"args\":{\"true_us\":" true_us "}")
#define TURN_B(ts, tid) LINE("B", ts, tid, "turn", "turn", "")
#define TURN_E(ts, tid) LINE("E", ts, tid, "turn", "turn", "")
#define CALL_B(ts, tid, name, stack)                                           \
    LINE("B", ts, tid, name, "blocking", ",\"args\":{\"stack\":" stack "}")
#define CALL_E(ts, tid, name) LINE("E", ts, tid, name, "blocking", "")
#define LOST(tid, n, from, to)                                                 \
    "{\"ph\":\"M\",\"pid\":" PID_TEXT ",\"tid\":" tid                          \
    ",\"name\":\"loopscope_lost\",\"args\":{\"records\":" n                    \
    ",\"from_us\":" from ",\"to_us\":" to "}}"

static const char *next_line(void)
{
    const char *line;
    do
        line = test_trace_next(&trace);
    while (line && (!*line || strstr(line, "\"thread_name\"")));
    return line;
}

/* All that was drained so far and not yet compared, but the threads' names. */
static void expect_lines(const char *const *lines)
{
    size_t done = trace.text ? (size_t)(trace.next - trace.text) : 2;
    ls_writer_flush(&collector->writer);
    test_trace_read(&trace);
    /* the last line has no end yet */
    trace.text = trace.next = realloc(trace.text, trace.n_text + 2);
    memcpy(trace.text + trace.n_text, "\n", 2);
    trace.next += done;
    for (; *lines; lines++) {
        const char *is = next_line();
        assert_string_equal(is ? is : "(the trace ends)", *lines);
    }
    assert_null(next_line());
}

#define EXPECT_LINES(...) expect_lines((const char *const[]){__VA_ARGS__, NULL})

/* ---- merging ------------------------------------------------------------ */

static void test_drain__rings_are_merged_by_time(void **state)
{
    begin_ring(0);
    begin_ring(1);
    mark(0, "a", 1000);
    mark(0, "c", 3000);
    mark(0, "d", 3500);
    mark(1, "b", 2000);
    mark(1, "e", 4000);
    ls_drain(collector, 10000);
    EXPECT_LINES(MARK("1.000", TID_0, "a"), MARK("2.000", TID_1, "b"),
                 MARK("3.000", TID_0, "c"), MARK("3.500", TID_0, "d"),
                 MARK("4.000", TID_1, "e"));
    assert_int_equal(collector->n_drained, 5);
}

static void test_drain__many_rings_are_merged_by_time(void **state)
{
    enum { N = N_CHUNKS, EACH = 100 };
    for (uint32_t i = 0; i < N; i++)
        begin_ring(i);
    for (uint64_t k = 0; k < EACH; k++)
        for (uint32_t i = 0; i < N; i++)
            mark(i, "m", 1000 * k + i * 7 % N);
    ls_drain(collector, UINT64_MAX);
    assert_int_equal(collector->emit.n_late, 0);
    assert_int_equal(collector->n_drained, N * EACH);
}

static void test_drain__beyond_the_watermark_it_waits(void **state)
{
    begin_ring(0);
    mark(0, "a", 1000);
    mark(0, "b", 2000);
    mark(0, "c", 2001);
    ls_drain(collector, 2000);
    EXPECT_LINES(MARK("1.000", TID_0, "a"), MARK("2.000", TID_0, "b"));
    assert_int_equal(collector->watermark, 2000);
    ls_drain(collector, UINT64_MAX);
    EXPECT_LINES(MARK("2.001", TID_0, "c"));
    assert_int_equal(collector->watermark, 2000);
}

static void test_drain__a_late_record_says_its_true_time(void **state)
{
    begin_ring(0);
    begin_ring(1);
    mark(0, "a", 9000);
    ls_drain(collector, 10000);
    mark(1, "late", 4000);
    mark(1, "b", 11000);
    ls_drain(collector, 20000);
    EXPECT_LINES(MARK("9.000", TID_0, "a"),
                 LATE_MARK("9.000", TID_1, "late", "4.000"),
                 MARK("11.000", TID_1, "b"));
    assert_int_equal(collector->emit.n_late, 1);
}

/* A broken program's clock goes back: order in the ring is what counts. */
static void test_drain__a_ring_keeps_its_order(void **state)
{
    begin_ring(0);
    begin_ring(1);
    mark(0, "a", 9000);
    mark(0, "b", 4000);
    mark(1, "c", 5000);
    mark(1, "d", 9500);
    ls_drain(collector, 10000);
    EXPECT_LINES(MARK("5.000", TID_1, "c"), MARK("9.000", TID_0, "a"),
                 LATE_MARK("9.000", TID_0, "b", "4.000"),
                 MARK("9.500", TID_1, "d"));
}

static void test_drain__an_external_clock_waits_for_the_end(void **state)
{
    collector->external = true;
    begin_ring(0);
    mark(0, "a", 7000000);
    mark(0, "b", 7002000);
    ls_drain(collector, 0);
    EXPECT_LINES(NULL);
    ls_drain(collector, UINT64_MAX);
    EXPECT_LINES(MARK("0.000", TID_0, "a"), MARK("2.000", TID_0, "b"));
}

/* ---- calls -------------------------------------------------------------- */

static void test_drain__a_call_has_a_begin_and_an_end(void **state)
{
    begin_ring(0);
    begin_ring(1);
    turn_begin(0, 1000);
    call_done(0, LS_CALL_READ, 2000, 6000);
    turn_end(0, 7000);
    mark(1, "between", 4000);
    ls_drain(collector, 10000);
    EXPECT_LINES(TURN_B("1.000", TID_0), CALL_B("2.000", TID_0, "read", "1"),
                 MARK("4.000", TID_1, "between"),
                 CALL_E("6.000", TID_0, "read"), TURN_E("7.000", TID_0));
}

static void test_drain__a_call_in_progress_begins_in_time(void **state)
{
    begin_ring(0);
    begin_ring(1);
    turn_begin(0, 1000);
    in_call(0, LS_CALL_SLEEP, 2000);
    mark(1, "meanwhile", 3000);
    ls_drain(collector, 5000);
    EXPECT_LINES(TURN_B("1.000", TID_0), CALL_B("2.000", TID_0, "sleep", "1"),
                 MARK("3.000", TID_1, "meanwhile"));
    ls_drain(collector, 6000); /* it goes on: nothing new */
    EXPECT_LINES(NULL);
    call_done(0, LS_CALL_SLEEP, 2000, 10000);
    in_call(0, LS_CALL_SLEEP, 0);
    turn_end(0, 11000);
    ls_drain(collector, 10500);
    EXPECT_LINES(CALL_E("10.000", TID_0, "sleep"));
    ls_drain(collector, 20000);
    EXPECT_LINES(TURN_E("11.000", TID_0));
    assert_int_equal(collector->emit.n_late, 0);
}

static void test_drain__a_call_in_progress_waits_for_the_watermark(void **state)
{
    begin_ring(0);
    turn_begin(0, 1000);
    in_call(0, LS_CALL_SLEEP, 2000);
    ls_drain(collector, 1500);
    EXPECT_LINES(TURN_B("1.000", TID_0));
    /* it was so short that there is no record of it */
    in_call(0, LS_CALL_SLEEP, 0);
    ls_drain(collector, 5000);
    EXPECT_LINES(NULL);
}

/* The record is there, and the word not yet taken back: the thread may have
 * been descheduled in between. */
static void test_drain__a_call_that_is_over_does_not_begin_again(void **state)
{
    begin_ring(0);
    turn_begin(0, 1000);
    in_call(0, LS_CALL_SLEEP, 2000);
    call_done(0, LS_CALL_SLEEP, 2000, 3000);
    ls_drain(collector, 10000);
    EXPECT_LINES(TURN_B("1.000", TID_0), CALL_B("2.000", TID_0, "sleep", "1"),
                 CALL_E("3.000", TID_0, "sleep"));
    ls_drain(collector, 20000);
    in_call(0, LS_CALL_SLEEP, 0);
    turn_end(0, 30000);
    ls_drain(collector, 40000);
    EXPECT_LINES(TURN_E("30.000", TID_0));
    /* and the next one does begin */
    turn_begin(0, 41000);
    in_call(0, LS_CALL_READ, 42000);
    ls_drain(collector, 50000);
    EXPECT_LINES(TURN_B("41.000", TID_0), CALL_B("42.000", TID_0, "read", "2"));
}

/* The same after the turn that it was in. */
static void test_drain__a_call_of_a_turn_before_does_not_begin_again(
    void **state)
{
    begin_ring(0);
    turn_begin(0, 1000);
    in_call(0, LS_CALL_SLEEP, 2000);
    call_done(0, LS_CALL_SLEEP, 2000, 3000);
    turn_end(0, 4000);
    ls_drain(collector, UINT64_MAX);
    EXPECT_LINES(TURN_B("1.000", TID_0), CALL_B("2.000", TID_0, "sleep", "1"),
                 CALL_E("3.000", TID_0, "sleep"), TURN_E("4.000", TID_0));
}

static void test_drain__a_call_whose_record_was_lost(void **state)
{
    begin_ring(0);
    turn_begin(0, 1000);
    in_call(0, LS_CALL_SLEEP, 2000);
    ls_drain(collector, 3000);
    in_call(0, LS_CALL_READ, 5000);
    ls_drain(collector, 6000);
    EXPECT_LINES(TURN_B("1.000", TID_0), CALL_B("2.000", TID_0, "sleep", "1"),
                 CALL_E("5.000", TID_0, "sleep"),
                 CALL_B("5.000", TID_0, "read", "2"));
}

static void test_drain__a_call_on_a_nonblocking_descriptor_is_none(void **state)
{
    struct ls_call_more more = {.fd = 3, .flags = LS_CALL_NONBLOCKING};
    struct ls_record record = {
        .type = LS_RECORD_CALL, .ticks = 2000, .value = 1000};
    begin_ring(0);
    turn_begin(0, 1000);
    say_more(0, record, &more, sizeof more);
    turn_end(0, 4000);
    ls_drain(collector, 5000);
    EXPECT_LINES(TURN_B("1.000", TID_0), TURN_E("4.000", TID_0));
}

static void test_drain__a_call_s_parts_are_its_whole(void **state)
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
    begin_ring(0);
    turn_begin(0, 1000);
    say_more(0, record, &more, sizeof more);
    record.ticks = 4000;
    more.cpu_ns = 900; /* together more than the whole */
    more.fd = -1;
    say_more(0, record, &more, sizeof more);
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

/* Its begin stands later in the file than it was, perhaps after its end. */
static void test_drain__a_late_call_claims_nothing(void **state)
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
    begin_ring(0);
    begin_ring(1);
    mark(1, "a", 9000);
    ls_drain(collector, 10000);
    say_more(0, record, &more, sizeof more);
    ls_drain(collector, 20000);
    EXPECT_LINES(MARK("9.000", TID_1, "a"),
                 LINE("B", "9.000", TID_0, "recv", "blocking",
                      ",\"args\":{\"stack\":1,\"true_us\":2.000}"),
                 CALL_E("9.001", TID_0, "recv"));
}

static void test_drain__a_copied_stack_gets_a_number(void **state)
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
    begin_ring(0);
    say_more(0, record, &all, sizeof all);
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

static void test_drain__one_place_has_one_number(void **state)
{
    struct ls_thread thread = {.pid = PID};
    for (uint64_t pc = 1; pc <= 500; pc++)
        assert_int_equal(ls_stack_place(collector, &thread, pc), pc);
    for (uint64_t pc = 1; pc <= 500; pc++)
        assert_int_equal(ls_stack_place(collector, &thread, pc), pc);
    collector->processes[0].generation++; /* another process, other code */
    assert_int_equal(ls_stack_place(collector, &thread, 1), 501);
}

/* ---- other records ------------------------------------------------------ */

static void test_drain__a_turn_s_parts_are_its_whole(void **state)
{
    struct ls_measure m = {.cpu_ns = 700, .delay_ns = 200, .faults = 3};
    struct ls_record record = {.type = LS_RECORD_TURN_END, .ticks = 2000};
    begin_ring(0);
    turn_begin(0, 1000);
    say_more(0, record, &m, sizeof m);
    ls_drain(collector, 10000);
    EXPECT_LINES(TURN_B("1.000", TID_0),
                 LINE("E", "2.000", TID_0, "turn", "turn",
                      ",\"args\":{\"cpu_ns\":700,\"blocked_ns\":100,"
                      "\"descheduled_ns\":200,\"faults\":3}"));
}

static void test_drain__a_loop_is_said(void **state)
{
    struct ls_record record = {.type = LS_RECORD_LOOP, .ticks = 1000};
    begin_ring(0);
    say_more(0, record, "main", 4);
    ls_drain(collector, 10000);
    EXPECT_LINES("{\"ph\":\"M\",\"pid\":" PID_TEXT ",\"tid\":" TID_0
                 ",\"name\":\"loopscope_loop\",\"args\":{\"name\":\"main\","
                 "\"kind\":\"libuv\"}}");
}

static void test_drain__spans_end_by_name(void **state)
{
    ls_name_id a = ls_name("a"), b = ls_name("b"), c = ls_name("c");
    begin_ring(0);
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
    begin_ring(0);
    say_more(0, record, "why \"so\"", 8);
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
    begin_ring(0);
    for (uint64_t i = 0; i < 3000; i++)
        ids[i] = 100 + i;
    SAY(0, .type = LS_RECORD_TASK_START, .ticks = 1000, .task = 7);
    for (int part = 0; part < 3; part++)
        say_more(0,
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
    while ((line = next_line()) && !strstr(line, "\"await\",\"cat\""))
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
    begin_ring(0);
    SAY(0, .type = LS_RECORD_LOST, .ticks = 5000, .task = 2000, .value = 12);
    ls_drain(collector, 10000);
    EXPECT_LINES(LOST(TID_0, "12", "2.000", "5.000"));
    assert_int_equal(collector->n_lost, 12);
}

static void test_drain__a_broken_ring_is_counted(void **state)
{
    begin_ring(0);
    mark(0, "a", 1000);
    SAY(0, .type = LS_RECORD_TYPES, .ticks = 2000);
    mark(0, "b", 3000);
    ls_drain(collector, 10000);
    EXPECT_LINES(MARK("1.000", TID_0, "a"), LOST(TID_0, "2", "1.000", "1.000"));
    assert_int_equal(collector->n_lost, 2);
    ls_drain(collector, 20000); /* once */
    EXPECT_LINES(NULL);
}

/* What was dropped last has no record that tells it. */
static void test_drain__a_loss_at_the_end_is_written(void **state)
{
    begin_ring(0);
    mark(0, "a", 1000);
    SAY(0, .type = LS_RECORD_LOST, .ticks = 5000, .task = 2000, .value = 12);
    atomic_store(&shared->rings[0].dropped, 15);
    end_ring(0);
    ls_drain(collector, 10000);
    EXPECT_LINES(MARK("1.000", TID_0, "a"), LOST(TID_0, "12", "2.000", "5.000"),
                 LOST(TID_0, "3", "1.000", "1.000"));
    assert_int_equal(collector->n_lost, 15);
}

static void test_drain__a_loss_at_the_process_s_end_is_written(void **state)
{
    begin_ring(0);
    mark(0, "a", 1000);
    atomic_store(&shared->rings[0].dropped, 3);
    ls_drain(collector, 10000);
    EXPECT_LINES(MARK("1.000", TID_0, "a"));
    ls_drain_end_process(collector, 0, true);
    EXPECT_LINES(LOST(TID_0, "3", "1.000", "1.000"));
    assert_int_equal(collector->n_lost, 3);
}

/* ---- ends --------------------------------------------------------------- */

static void test_drain__a_thread_that_ends_frees_its_ring(void **state)
{
    begin_ring(0);
    SAY(0, .type = LS_RECORD_SPAN_BEGIN, .ticks = 1000, .name = ls_name("a"));
    end_ring(0);
    ls_drain(collector, 500);
    assert_int_equal(shared->rings[0].state, LS_RING_ENDED);
    ls_drain(collector, 10000);
    EXPECT_LINES(SPAN("B", "1.000", "a"), SPAN("E", "1.001", "a"));
    assert_int_equal(shared->rings[0].state, LS_RING_FREE);
    assert_null(collector->threads[0]);
    assert_int_equal(test_session_n_free(), N_CHUNKS);
    /* the next thread in the same ring begins anew */
    begin_ring(0);
    mark(0, "b", 20000);
    ls_drain(collector, 30000);
    EXPECT_LINES(MARK("20.000", TID_0, "b"));
}

static void open_slices(void)
{
    begin_ring(0);
    turn_begin(0, 1000);
    SAY(0, .type = LS_RECORD_TASK_START, .ticks = 1000, .task = 7);
    in_call(0, LS_CALL_SLEEP, 2000);
    ls_drain(collector, 3000);
    assert_int_equal(collector->threads[0]->open.n, 3);
}

static void test_drain__a_process_that_closed_ends_what_is_open(void **state)
{
    open_slices();
    uint64_t before = collector->writer.n_events;
    ls_drain_end_process(collector, 0, true);
    assert_int_equal(collector->writer.n_events, before + 3);
    assert_null(collector->threads[0]);
    assert_int_equal(test_session_n_free(), N_CHUNKS);
}

static void test_drain__a_process_that_died_leaves_it_open(void **state)
{
    open_slices();
    uint64_t before = collector->writer.n_events;
    ls_drain_end_process(collector, 0, false);
    assert_int_equal(collector->writer.n_events, before);
    assert_null(collector->threads[0]);
    assert_int_equal(shared->rings[0].state, LS_RING_FREE);
}

static void test_drain__a_process_that_is_not_known_waits(void **state)
{
    begin_ring(0);
    shared->rings[0].process = 1;
    mark(0, "a", 1000);
    begin_ring(1);
    shared->rings[1].process = UINT32_MAX;
    mark(1, "b", 1000);
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
    if (feeds[i].at < LS_CHUNK_RECORDS - 20)
        say_more(i, record, more, dice(3) ? 0 : dice(sizeof more));
    if (dice(10) == 0)
        in_call(i, (enum ls_call)dice(LS_N_CALLS + 3), odd_value());
}

/* Whatever a broken program writes, the trace is JSON and in order. */
static void test_drain__any_records_make_a_trace(void **state)
{
    for (uint64_t seed = 1; seed <= 300; seed++) {
        if (seed > 1)
            open_collector(NULL);
        random_state = seed;
        for (uint32_t i = 0; i < 4; i++)
            begin_ring(i);
        for (int k = 0; k < 200; k++)
            say_anything((uint32_t)dice(4));
        for (uint64_t watermark = 0; watermark < 5; watermark++)
            ls_drain(collector, watermark * 25000);
        ls_drain(collector, UINT64_MAX);
        ls_drain_end_process(collector, 0, true);
        int n = (int)collector->writer.n_events;
        end_collector();
        test_trace_read(&trace);
        assert_int_equal(test_trace_count(&trace), n);
        if (seed < 300)
            close_collector(NULL);
    }
}

#define DRAIN_TEST(test)                                                       \
    cmocka_unit_test_setup_teardown(test, open_collector, close_collector)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DRAIN_TEST(test_drain__rings_are_merged_by_time),
        DRAIN_TEST(test_drain__many_rings_are_merged_by_time),
        DRAIN_TEST(test_drain__beyond_the_watermark_it_waits),
        DRAIN_TEST(test_drain__a_late_record_says_its_true_time),
        DRAIN_TEST(test_drain__a_ring_keeps_its_order),
        DRAIN_TEST(test_drain__an_external_clock_waits_for_the_end),
        DRAIN_TEST(test_drain__a_call_has_a_begin_and_an_end),
        DRAIN_TEST(test_drain__a_call_in_progress_begins_in_time),
        DRAIN_TEST(test_drain__a_call_in_progress_waits_for_the_watermark),
        DRAIN_TEST(test_drain__a_call_that_is_over_does_not_begin_again),
        DRAIN_TEST(test_drain__a_call_of_a_turn_before_does_not_begin_again),
        DRAIN_TEST(test_drain__a_call_whose_record_was_lost),
        DRAIN_TEST(test_drain__a_call_on_a_nonblocking_descriptor_is_none),
        DRAIN_TEST(test_drain__a_call_s_parts_are_its_whole),
        DRAIN_TEST(test_drain__a_late_call_claims_nothing),
        DRAIN_TEST(test_drain__a_copied_stack_gets_a_number),
        DRAIN_TEST(test_drain__one_place_has_one_number),
        DRAIN_TEST(test_drain__a_turn_s_parts_are_its_whole),
        DRAIN_TEST(test_drain__a_loop_is_said),
        DRAIN_TEST(test_drain__spans_end_by_name),
        DRAIN_TEST(test_drain__marks_and_counters),
        DRAIN_TEST(test_drain__a_gather_over_several_records),
        DRAIN_TEST(test_drain__a_loss_is_written),
        DRAIN_TEST(test_drain__a_broken_ring_is_counted),
        DRAIN_TEST(test_drain__a_loss_at_the_end_is_written),
        DRAIN_TEST(test_drain__a_loss_at_the_process_s_end_is_written),
        DRAIN_TEST(test_drain__a_thread_that_ends_frees_its_ring),
        DRAIN_TEST(test_drain__a_process_that_closed_ends_what_is_open),
        DRAIN_TEST(test_drain__a_process_that_died_leaves_it_open),
        DRAIN_TEST(test_drain__a_process_that_is_not_known_waits),
        DRAIN_TEST(test_drain__any_records_make_a_trace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
