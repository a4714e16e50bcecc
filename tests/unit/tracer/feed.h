#ifndef LS_TEST_FEED_H
#define LS_TEST_FEED_H
/* SPDX-License-Identifier: MIT */
/*
 * feed.h - a collector driven by hand: rings are filled record by record, at
 * times of the test's own, and what is written is compared line by line.
 *
 *     feed_begin(0);
 *     feed_mark(0, "a", 1000);
 *     ls_drain(collector, 2000);
 *     EXPECT_LINES(MARK("1.000", TID_0, "a"));
 *
 * Units: a tick is a nanosecond.
 * Ownership: feed_close() frees everything.
 * Errors: assertions.
 * Threads: one.
 */
#include "session.h"
#include "trace.h"
#include "tracer/collector/collector.h"
#include "tracer/loopscope.h"

/* No process has this number, so that there is nothing to be found out. */
#define PID 99999999
#define PID_TEXT "99999999"

enum { FEED_CHUNKS = 16 };

extern struct ls_shared *shared;
extern struct ls_collector *collector;
extern struct test_trace trace;

/* Setup and teardown of a test. */
int feed_open(void **state);
int feed_close(void **state);

/* Free the collector and leave the trace. */
void feed_finish(void);

/* Ring I, of thread 100 + I. */
void feed_begin(uint32_t i);
void feed_end(uint32_t i);

/* Whether ring I takes another N records. */
bool feed_has_room(uint32_t i, uint32_t n);

void feed_say(uint32_t i, struct ls_record record, const void *more,
              size_t n_more);
#define SAY(i, ...) feed_say(i, (struct ls_record){__VA_ARGS__}, "", 0)

void feed_mark(uint32_t i, const char *name, uint64_t ticks);
void feed_turn_begin(uint32_t i, uint64_t ticks);
void feed_turn_end(uint32_t i, uint64_t ticks);

/* The ring's word: thread I is in a call since BEGIN; 0: no more. */
void feed_in_call(uint32_t i, enum ls_call call, uint64_t begin);
void feed_call_done(uint32_t i, enum ls_call call, uint64_t begin,
                    uint64_t end);

/* The next event but the threads' names, or NULL. */
const char *feed_next_line(void);

/* All that was drained so far and not yet compared, but the threads' names. */
void feed_expect(const char *const *lines);

#define EXPECT_LINES(...) feed_expect((const char *const[]){__VA_ARGS__, NULL})

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

#endif
