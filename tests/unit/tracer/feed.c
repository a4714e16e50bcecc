/* SPDX-License-Identifier: MIT */
#include "feed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct ls_shared *shared;
struct ls_collector *collector;
struct test_trace trace;

int feed_open(void **state)
{
    shared = test_session_open(FEED_CHUNKS);
    test_trace_folder(&trace, "t.json");
    struct ls_collector *c = collector = calloc(1, sizeof *c);
    c->shared = c->names.shared = shared;
    c->emit.writer = &c->writer;
    c->tasks = ls_tasks_new();
    c->operations = ls_operations_new();
    c->functions = ls_functions_new();
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
void feed_finish(void)
{
    struct ls_collector *c = collector;
    ls_writer_close(&c->writer);
    for (int i = 0; i < LS_N_RINGS; i++)
        if (c->threads[i])
            ls_thread_destroy(c->threads[i]);
    for (int i = 0; i < LS_N_RINGS; i++)
        free(c->threads[i]);
    ls_unwinder_free(c->unwinder);
    ls_operations_free(c->operations);
    ls_functions_free(c->functions);
    ls_tasks_free(c->tasks);
    ls_names_destroy(&c->names);
    free(c->places);
    free(c->scratch);
    free(c);
    collector = NULL;
}

int feed_close(void **state)
{
    if (collector)
        feed_finish();
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
void feed_begin(uint32_t i)
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

void feed_say(uint32_t i, struct ls_record record, const void *more,
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

void feed_mark(uint32_t i, const char *name, uint64_t ticks)
{
    SAY(i, .type = LS_RECORD_MARK, .ticks = ticks, .name = ls_name(name));
}

void feed_turn_begin(uint32_t i, uint64_t ticks)
{
    SAY(i, .type = LS_RECORD_TURN_BEGIN, .ticks = ticks);
}

void feed_turn_end(uint32_t i, uint64_t ticks)
{
    SAY(i, .type = LS_RECORD_TURN_END, .ticks = ticks);
}

/* The ring's word: thread I is in a call since BEGIN; 0: no more. */
void feed_in_call(uint32_t i, enum ls_call call, uint64_t begin)
{
    struct ls_ring *ring = &shared->rings[i];
    atomic_store(&ring->call_id, call);
    atomic_store(&ring->call_pc, 0x1000 + call);
    atomic_store(&ring->call_begin, begin);
}

void feed_call_done(uint32_t i, enum ls_call call, uint64_t begin, uint64_t end)
{
    struct ls_call_more more = {.pc = 0x1000 + call, .fd = -1};
    struct ls_record record = {.type = LS_RECORD_CALL,
                               .ticks = begin,
                               .name = call,
                               .value = end - begin};
    feed_say(i, record, &more, sizeof more);
}

void feed_end(uint32_t i)
{
    atomic_store(&shared->rings[i].state, LS_RING_ENDED);
}

bool feed_has_room(uint32_t i, uint32_t n)
{
    return feeds[i].at + n < LS_CHUNK_RECORDS;
}

/* ---- what is written ---------------------------------------------------- */

const char *feed_next_line(void)
{
    const char *line;
    do
        line = test_trace_next(&trace);
    while (line && (!*line || strstr(line, "\"thread_name\"")));
    return line;
}

/* All that was drained so far and not yet compared, but the threads' names. */
void feed_expect(const char *const *lines)
{
    size_t done = trace.text ? (size_t)(trace.next - trace.text) : 2;
    ls_writer_flush(&collector->writer);
    test_trace_read(&trace);
    /* the last line has no end yet */
    trace.text = trace.next = realloc(trace.text, trace.n_text + 2);
    memcpy(trace.text + trace.n_text, "\n", 2);
    trace.next += done;
    for (; *lines; lines++) {
        const char *is = feed_next_line();
        assert_string_equal(is ? is : "(the trace ends)", *lines);
    }
    assert_null(feed_next_line());
}
