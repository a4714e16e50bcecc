/* SPDX-License-Identifier: MIT */
/*
 * Threads that append and one that drains, with too few chunks for all: what
 * is read and what is told as lost are together what was written, in order.
 * For ThreadSanitizer, too.
 */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "session.h"
#include "tracer/collector/cursor.h"
#include "tracer/record/ring.h"

enum {
    N_THREADS = 4,
    N_RECORDS = 350000, /* of each thread */
    N_CHUNKS = 24,
    N_ROUNDS = 50, /* of threads that come and go */
    FEW_RECORDS = 100
};

static struct ls_shared *shared;

/* Record NUMBER of thread WHO; the continuations are made from both. */
static void append(uint64_t who, uint64_t number)
{
    unsigned n_more = number % 16 == 0 ? (unsigned)(number / 16 % 40) : 0;
    struct ls_record *record = ls_ring_reserve(n_more);
    if (!record) {
        sched_yield(); /* so that not nearly all is lost */
        return;
    }
    *record = (struct ls_record){.ticks = number,
                                 .type = LS_RECORD_MARK,
                                 .n_more = (uint16_t)n_more,
                                 .task = who,
                                 .value = number};
    uint64_t *more = (uint64_t *)(record + 1);
    for (unsigned i = 0; i < 4 * n_more; i++)
        more[i] = number ^ who << 32 ^ i;
    ls_ring_publish(n_more);
}

struct producer {
    pthread_t thread;
    uint64_t who, n_records;
    uint64_t untold;
    _Atomic bool done;
};

static void *produce(void *arg)
{
    struct producer *p = arg;
    for (uint64_t i = 1; i <= p->n_records; i++)
        append(p->who, i);
    p->untold = ls_recorder.n_lost;
    atomic_store(&p->done, true);
    return NULL;
}

/* ---- the draining side -------------------------------------------------- */

/* One ring as the drainer knows it. */
struct reader {
    struct ls_cursor cursor;
    bool open;
    uint64_t who;
    uint64_t n_read, n_lost;
    uint64_t n_before; /* records of the time without a ring */
};

struct totals {
    uint64_t n_read, n_lost, n_before;
    uint64_t n_wrong; /* records that are not as they were written */
};

static bool is_right(struct reader *r, const struct ls_record *record)
{
    static uint64_t more[LS_CHUNK_BYTES / sizeof(uint64_t)];
    size_t n = ls_cursor_more(&r->cursor, more, sizeof more) / sizeof *more;
    if (r->n_read > 0 && record->task != r->who)
        return false;
    /* no gap that was not told */
    if (record->value != r->n_before + r->n_read + r->n_lost + 1)
        return false;
    for (size_t i = 0; i < n; i++)
        if (more[i] != (record->value ^ record->task << 32 ^ i))
            return false;
    return true;
}

static void read_ring(struct reader *r, struct totals *totals)
{
    const struct ls_record *record;
    while (ls_cursor_peek(&r->cursor, &record)) {
        if (record->type == LS_RECORD_LOST) {
            r->n_lost += record->value;
        } else {
            if (r->n_read == 0 && r->n_lost == 0)
                r->n_before = record->value - 1;
            totals->n_wrong += !is_right(r, record);
            r->who = record->task;
            r->n_read++;
        }
        ls_cursor_advance(&r->cursor);
    }
}

static void close_reader(struct reader *r, uint32_t i, struct totals *totals)
{
    totals->n_read += r->n_read;
    totals->n_lost += r->n_lost;
    totals->n_before += r->n_before;
    totals->n_wrong += r->cursor.broken;
    ls_cursor_finish(&r->cursor);
    *r = (struct reader){0};
    atomic_store(&shared->rings[i].state, LS_RING_FREE);
}

/* All rings once; false: there is none. */
static bool drain(struct reader *readers, struct totals *totals)
{
    bool some = false;
    uint32_t n_rings = atomic_load(&shared->header.n_rings);
    for (uint32_t i = 0; i < n_rings; i++) {
        struct reader *r = &readers[i];
        uint32_t is = atomic_load(&shared->rings[i].state);
        if (is != LS_RING_LIVE && is != LS_RING_ENDED)
            continue;
        if (!r->open)
            ls_cursor_init(&r->cursor, shared, &shared->rings[i]);
        r->open = some = true;
        ls_cursor_refresh(&r->cursor);
        read_ring(r, totals);
        if (is == LS_RING_ENDED)
            close_reader(r, i, totals);
    }
    return some;
}

/* Some ring has met the end of memory. */
static bool is_full(void)
{
    for (uint32_t i = 0; i < LS_N_RINGS; i++)
        if (atomic_load(&shared->rings[i].dropped) > 0)
            return true;
    return false;
}

static bool all_done(struct producer *producers, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!atomic_load(&producers[i].done))
            return false;
    return true;
}

static void start(struct producer *producers, size_t n, uint64_t n_records)
{
    for (size_t i = 0; i < n; i++) {
        producers[i] = (struct producer){.who = i + 1, .n_records = n_records};
        assert_int_equal(
            pthread_create(&producers[i].thread, NULL, produce, &producers[i]),
            0);
    }
}

static void join(struct producer *producers, size_t n, struct totals *totals)
{
    for (size_t i = 0; i < n; i++) {
        pthread_join(producers[i].thread, NULL);
        totals->n_lost += producers[i].untold;
    }
}

static void test_ring_threads__read_and_lost_are_what_was_written(void **state)
{
    static struct reader readers[LS_N_RINGS];
    struct producer producers[N_THREADS];
    struct totals totals = {0};
    shared = test_session_open(N_CHUNKS);
    start(producers, N_THREADS, N_RECORDS);
    while (!is_full()) /* so that there is a loss on every machine */
        sched_yield();
    while (!all_done(producers, N_THREADS)) {
        drain(readers, &totals);
        sched_yield();
    }
    join(producers, N_THREADS, &totals);
    drain(readers, &totals);
    assert_false(drain(readers, &totals));
    assert_int_equal(totals.n_wrong, 0);
    assert_int_equal(totals.n_before, shared->header.unringed);
    assert_int_equal(totals.n_read + totals.n_lost + totals.n_before,
                     (uint64_t)N_THREADS * N_RECORDS);
    assert_true(totals.n_read > 0);
    assert_true(totals.n_lost > 0);
    assert_int_equal(test_session_n_free(), N_CHUNKS);
    print_message("read %llu, lost %llu\n", (unsigned long long)totals.n_read,
                  (unsigned long long)totals.n_lost);
    test_session_close();
}

/* Rings and chunks are taken again by threads that come later. */
static void test_ring_threads__threads_come_and_go(void **state)
{
    static struct reader readers[LS_N_RINGS];
    struct producer producers[N_THREADS];
    struct totals totals = {0};
    shared = test_session_open(N_CHUNKS);
    for (int round = 0; round < N_ROUNDS; round++) {
        start(producers, N_THREADS, FEW_RECORDS);
        while (!all_done(producers, N_THREADS))
            drain(readers, &totals);
        join(producers, N_THREADS, &totals);
        drain(readers, &totals);
    }
    assert_int_equal(totals.n_wrong, 0);
    assert_int_equal(totals.n_lost, 0);
    assert_int_equal(totals.n_read,
                     (uint64_t)N_ROUNDS * N_THREADS * FEW_RECORDS);
    assert_int_equal(shared->header.unringed, 0);
    /* no more rings than threads at a time */
    assert_in_range(shared->header.n_rings, 1, N_THREADS);
    assert_int_equal(test_session_n_free(), N_CHUNKS);
    test_session_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ring_threads__read_and_lost_are_what_was_written),
        cmocka_unit_test(test_ring_threads__threads_come_and_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
