/* SPDX-License-Identifier: MIT */
/*
 * A cursor over memory that the traced program has written anything into. The
 * arena ends at a page that nobody may touch, and what is copied goes into
 * exact allocations, so that ASan sees every step beyond.
 */
#include "tracer/collector/cursor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "session.h"
#include "tracer/record/ring.h"

enum { N_CHUNKS = 8 };

static struct ls_shared *shared;

static int open_session(void **state)
{
    shared = test_session_open(N_CHUNKS);
    return 0;
}

static int close_session(void **state)
{
    test_session_close();
    return 0;
}

/* Some chunks of records, with continuations here and there. */
static void record_some(void)
{
    for (unsigned i = 0; i < 2500; i++) {
        unsigned n_more = i % 7 == 0 ? i % 23 : 0;
        struct ls_record *record = ls_ring_reserve(n_more);
        assert_non_null(record);
        *record = (struct ls_record){
            .ticks = i, .type = LS_RECORD_MARK, .n_more = (uint16_t)n_more};
        ls_ring_publish(n_more);
    }
}

/* Read to the end; how many records of the ring were passed. */
static uint64_t read_all(struct ls_cursor *cursor)
{
    const struct ls_record *record;
    uint64_t n = 0;
    while (ls_cursor_peek(cursor, &record)) {
        size_t n_bytes = record->n_more * sizeof *record;
        unsigned char *bytes = malloc(n_bytes ? n_bytes : 1);
        assert_true(record->type > LS_RECORD_NONE);
        assert_true(record->type < LS_RECORD_TYPES);
        assert_int_equal(ls_cursor_more(cursor, bytes, n_bytes), n_bytes);
        free(bytes);
        ls_cursor_advance(cursor);
        assert_true(++n <= (uint64_t)LS_N_CHUNKS * LS_CHUNK_RECORDS);
    }
    return n;
}

/* ---- one thing wrong ---------------------------------------------------- */

static struct ls_cursor begin(void)
{
    struct ls_cursor cursor;
    record_some();
    ls_cursor_init(&cursor, shared, ls_recorder.ring);
    return cursor;
}

static void expect_given_up(struct ls_cursor *cursor, uint64_t n_unread)
{
    const struct ls_record *record;
    assert_true(cursor->broken);
    assert_int_equal(cursor->n_unread, n_unread);
    assert_false(ls_cursor_peek(cursor, &record));
    ls_cursor_refresh(cursor);
    assert_false(ls_cursor_peek(cursor, &record));
    assert_int_equal(cursor->n_unread, n_unread);
}

static void test_cursor__a_first_chunk_that_there_is_not(void **state)
{
    struct ls_cursor cursor;
    record_some();
    ls_recorder.ring->first_chunk = LS_N_CHUNKS;
    ls_cursor_init(&cursor, shared, ls_recorder.ring);
    ls_cursor_refresh(&cursor);
    expect_given_up(&cursor, 1);
    uint32_t n_free = test_session_n_free();
    ls_cursor_finish(&cursor);
    assert_int_equal(test_session_n_free(), n_free);
}

static void test_cursor__a_head_that_cannot_be(void **state)
{
    struct ls_cursor cursor = begin();
    atomic_store(&ls_recorder.ring->head, UINT64_MAX);
    ls_cursor_refresh(&cursor);
    expect_given_up(&cursor, 1);
}

static void test_cursor__a_head_that_goes_back(void **state)
{
    struct ls_cursor cursor = begin();
    ls_cursor_refresh(&cursor);
    read_all(&cursor);
    atomic_store(&ls_recorder.ring->head, cursor.tail - 1);
    ls_cursor_refresh(&cursor);
    expect_given_up(&cursor, 1);
}

static void test_cursor__a_type_that_there_is_not(void **state)
{
    struct ls_cursor cursor = begin();
    ls_chunk_records(shared, cursor.chunk)[40].type = LS_RECORD_TYPES;
    ls_cursor_refresh(&cursor);
    read_all(&cursor);
    expect_given_up(&cursor, cursor.head - cursor.tail);
    assert_true(cursor.tail <= 40);
}

static void test_cursor__more_than_the_chunk_has(void **state)
{
    struct ls_cursor cursor = begin();
    ls_chunk_records(shared, cursor.chunk)[0].n_more = LS_CHUNK_RECORDS;
    ls_cursor_refresh(&cursor);
    assert_int_equal(read_all(&cursor), 0);
    expect_given_up(&cursor, cursor.head);
}

static void test_cursor__more_than_is_published(void **state)
{
    struct ls_cursor cursor;
    struct ls_record *record = ls_ring_reserve(0);
    *record = (struct ls_record){.type = LS_RECORD_MARK, .n_more = 1};
    ls_ring_publish(0);
    ls_cursor_init(&cursor, shared, ls_recorder.ring);
    ls_cursor_refresh(&cursor);
    assert_int_equal(read_all(&cursor), 0);
    expect_given_up(&cursor, 1);
}

static void expect_bad_next(uint32_t next)
{
    shared = test_session_open(N_CHUNKS);
    struct ls_cursor cursor = begin();
    atomic_store(&ls_chunk_head(shared, cursor.chunk)->next, next);
    ls_cursor_refresh(&cursor);
    read_all(&cursor);
    assert_int_equal(cursor.tail, LS_CHUNK_RECORDS);
    expect_given_up(&cursor, cursor.head - LS_CHUNK_RECORDS);
    test_session_close();
}

static void test_cursor__a_next_chunk_that_cannot_be(void **state)
{
    expect_bad_next(0);
    expect_bad_next(LS_N_CHUNKS + 1);
    expect_bad_next(UINT32_MAX);
}

static void test_cursor__a_chunk_that_follows_itself(void **state)
{
    struct ls_cursor cursor = begin();
    atomic_store(&ls_chunk_head(shared, cursor.chunk)->next, cursor.chunk + 1);
    ls_cursor_refresh(&cursor);
    read_all(&cursor);
    expect_given_up(&cursor, cursor.head - LS_CHUNK_RECORDS);
}

/* Two chunks that follow each other, and a head to match: it ends. */
static void test_cursor__chunks_in_a_circle(void **state)
{
    struct ls_cursor cursor = begin();
    uint32_t first = cursor.chunk;
    uint32_t second = atomic_load(&ls_chunk_head(shared, first)->next) - 1;
    for (int i = 0; i < LS_CHUNK_RECORDS; i++) {
        ls_chunk_records(shared, first)[i].n_more = 0;
        ls_chunk_records(shared, second)[i].n_more = 0;
        ls_chunk_records(shared, first)[i].type = LS_RECORD_MARK;
        ls_chunk_records(shared, second)[i].type = LS_RECORD_MARK;
    }
    atomic_store(&ls_chunk_head(shared, second)->next, first + 1);
    atomic_store(&ls_recorder.ring->head,
                 (uint64_t)LS_N_CHUNKS * LS_CHUNK_RECORDS);
    ls_cursor_refresh(&cursor);
    read_all(&cursor);
    assert_true(cursor.broken || cursor.tail == cursor.head);
}

/* A whole arena of skipped rests: peek goes through it and comes back. */
static void test_cursor__nothing_but_skips(void **state)
{
    struct ls_cursor cursor = begin();
    struct ls_record *records = ls_chunk_records(shared, cursor.chunk);
    memset(records, 0, LS_CHUNK_BYTES - sizeof *records);
    atomic_store(&ls_chunk_head(shared, cursor.chunk)->next, 0);
    ls_cursor_refresh(&cursor);
    assert_int_equal(read_all(&cursor), 0);
    expect_given_up(&cursor, cursor.head - LS_CHUNK_RECORDS);
}

/* What was copied at the peek does not change when the memory does. */
static void test_cursor__the_peeked_record_is_a_copy(void **state)
{
    const struct ls_record *record;
    struct ls_cursor cursor = begin();
    ls_cursor_refresh(&cursor);
    assert_true(ls_cursor_peek(&cursor, &record));
    ls_chunk_records(shared, cursor.chunk)[0].n_more = 65535;
    ls_chunk_records(shared, cursor.chunk)[0].type = 65535;
    assert_int_equal(record->type, LS_RECORD_MARK);
    ls_cursor_advance(&cursor);
    assert_int_equal(cursor.tail, 1);
    assert_true(ls_cursor_peek(&cursor, &record));
}

/* ---- anything wrong ----------------------------------------------------- */

static uint64_t random_state;

/* Knuth's MMIX generator; the upper bits. */
static uint32_t dice(uint32_t n)
{
    random_state =
        random_state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (uint32_t)(random_state >> 33) % n;
}

/* Values that are near a limit are wrong in more interesting ways. */
static uint64_t odd_value(void)
{
    static const uint64_t all[] = {0,
                                   1,
                                   2,
                                   LS_N_CHUNKS,
                                   LS_N_CHUNKS + 1,
                                   N_CHUNKS,
                                   UINT16_MAX,
                                   UINT32_MAX,
                                   UINT64_MAX,
                                   LS_RECORD_TYPES,
                                   LS_MORE_MAX,
                                   2500,
                                   LS_MORE_MAX + 2};
    size_t n = sizeof all / sizeof all[0];
    uint32_t i = dice((uint32_t)n + 4);
    return i < n ? all[i] : i % 2 ? dice(N_CHUNKS + 2) : random_state;
}

static void damage_ring(struct ls_ring *ring)
{
    switch (dice(3)) {
    case 0:
        atomic_store(&ring->head, odd_value());
        break;
    case 1:
        atomic_fetch_add(&ring->head, dice(3 * LS_CHUNK_RECORDS));
        break;
    case 2:
        ring->first_chunk = (uint32_t)odd_value();
        break;
    }
}

static void damage_record(void)
{
    struct ls_record *record =
        ls_chunk_records(shared, dice(N_CHUNKS)) + dice(LS_CHUNK_RECORDS);
    switch (dice(3)) {
    case 0:
        record->n_more = (uint16_t)odd_value();
        break;
    case 1:
        record->type = (uint16_t)odd_value();
        break;
    case 2:
        for (size_t i = 0; i < sizeof *record; i++)
            ((unsigned char *)record)[i] = (unsigned char)dice(256);
        break;
    }
}

static void damage_something(struct ls_ring *ring)
{
    switch (dice(5)) {
    case 0:
        damage_ring(ring);
        break;
    case 1:
        atomic_store(&ls_chunk_head(shared, dice(N_CHUNKS))->next,
                     (uint32_t)odd_value());
        break;
    case 2: {
        unsigned char *bytes = shared->arena[dice(N_CHUNKS)];
        for (uint32_t i = dice(LS_CHUNK_BYTES); i < LS_CHUNK_BYTES; i++)
            bytes[i] = (unsigned char)dice(256);
        break;
    }
    default:
        damage_record();
    }
}

/* One ring, damaged before and while it is read; it comes to an end, and
 * either all is read or some is counted. */
static bool read_damaged(uint64_t seed)
{
    struct ls_cursor cursor;
    random_state = seed;
    record_some();
    struct ls_ring *ring = ls_recorder.ring;
    if (dice(2))
        damage_something(ring);
    ls_cursor_init(&cursor, shared, ring);
    for (int look = 0; look < 4; look++) {
        const struct ls_record *record;
        ls_cursor_refresh(&cursor);
        for (uint32_t n = dice(2000); n > 0; n--) {
            if (!ls_cursor_peek(&cursor, &record))
                break;
            ls_cursor_advance(&cursor);
        }
        if (dice(2))
            damage_something(ring);
        if (dice(3) == 0 && ls_cursor_peek(&cursor, &record)) {
            damage_something(ring); /* between the peek and the copy */
            size_t n_bytes = record->n_more * sizeof *record;
            unsigned char *bytes = malloc(n_bytes + 1);
            ls_cursor_more(&cursor, bytes, n_bytes);
            free(bytes);
            ls_cursor_advance(&cursor);
        }
    }
    ls_cursor_refresh(&cursor);
    read_all(&cursor);
    if (cursor.broken)
        assert_true(cursor.n_unread > 0);
    else
        assert_int_equal(cursor.tail, cursor.head);
    bool broken = cursor.broken;
    ls_cursor_finish(&cursor);
    return broken;
}

static void test_cursor__random_damage(void **state)
{
    enum { CASES = 4000 };
    int n_broken = 0;
    for (uint64_t seed = 0; seed < CASES; seed++) {
        shared = test_session_open(N_CHUNKS);
        n_broken += read_damaged(seed * 7919 + 1);
        test_session_close();
    }
    /* it was not all for nothing, nor all too much */
    assert_in_range(n_broken, CASES / 10, CASES - CASES / 20);
}

/* The stack of empty chunks is the program's to damage, too. */
static void test_cursor__a_damaged_stack_of_chunks(void **state)
{
    for (uint64_t seed = 0; seed < 2000; seed++) {
        shared = test_session_open(N_CHUNKS);
        random_state = seed;
        for (int i = 0; i < 4; i++)
            atomic_store(&shared->header.next_free[dice(N_CHUNKS)],
                         (uint32_t)odd_value());
        if (dice(3) == 0)
            atomic_store(&shared->header.free_chunks, odd_value());
        for (int i = 0; i < 30; i++) {
            uint32_t chunk = ls_chunk_take(shared);
            assert_in_range(chunk, 0, LS_N_CHUNKS);
            if (chunk < LS_N_CHUNKS && dice(2))
                ls_chunk_give(shared, chunk);
        }
        test_session_close();
    }
}

#define CURSOR_TEST(test)                                                      \
    cmocka_unit_test_setup_teardown(test, open_session, close_session)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CURSOR_TEST(test_cursor__a_first_chunk_that_there_is_not),
        CURSOR_TEST(test_cursor__a_head_that_cannot_be),
        CURSOR_TEST(test_cursor__a_head_that_goes_back),
        CURSOR_TEST(test_cursor__a_type_that_there_is_not),
        CURSOR_TEST(test_cursor__more_than_the_chunk_has),
        CURSOR_TEST(test_cursor__more_than_is_published),
        cmocka_unit_test(test_cursor__a_next_chunk_that_cannot_be),
        CURSOR_TEST(test_cursor__a_chunk_that_follows_itself),
        CURSOR_TEST(test_cursor__chunks_in_a_circle),
        CURSOR_TEST(test_cursor__nothing_but_skips),
        CURSOR_TEST(test_cursor__the_peeked_record_is_a_copy),
        cmocka_unit_test(test_cursor__random_damage),
        cmocka_unit_test(test_cursor__a_damaged_stack_of_chunks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
