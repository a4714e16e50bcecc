/* SPDX-License-Identifier: MIT */
/* A ring from both ends: the thread that appends and the cursor behind it. */
#include "tracer/record/ring.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "session.h"
#include "tracer/collector/cursor.h"

static struct ls_shared *shared;
static struct ls_cursor cursor;

/* Three chunks, unless a test wants more. */
static int open_ring(void **state)
{
    shared = test_session_open(3);
    cursor = (struct ls_cursor){0};
    return 0;
}

static int close_ring(void **state)
{
    test_session_close();
    return 0;
}

static void more_chunks(uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++)
        ls_chunk_give(shared, i);
}

/* A record with its number, and N_MORE continuations that hold it too. */
static bool append(uint64_t number, unsigned n_more)
{
    struct ls_record *record = ls_ring_reserve(n_more);
    if (!record)
        return false;
    *record = (struct ls_record){.ticks = number,
                                 .type = LS_RECORD_MARK,
                                 .n_more = (uint16_t)n_more,
                                 .value = number};
    uint64_t *more = (uint64_t *)(record + 1);
    for (unsigned i = 0; i < 4 * n_more; i++)
        more[i] = number + i;
    ls_ring_publish(n_more);
    return true;
}

/* The cursor of the test's own thread, up to now. */
static void refresh(void)
{
    if (!cursor.shared)
        ls_cursor_init(&cursor, shared, ls_recorder.ring);
    ls_cursor_refresh(&cursor);
}

static void expect_record(uint64_t number, unsigned n_more)
{
    const struct ls_record *record;
    static uint64_t more[LS_CHUNK_BYTES / sizeof(uint64_t)];
    assert_true(ls_cursor_peek(&cursor, &record));
    assert_int_equal(record->type, LS_RECORD_MARK);
    assert_int_equal(record->value, number);
    assert_int_equal(record->n_more, n_more);
    assert_int_equal(ls_cursor_more(&cursor, more, sizeof more),
                     n_more * sizeof *record);
    for (unsigned i = 0; i < 4 * n_more; i++)
        assert_int_equal(more[i], number + i);
    ls_cursor_advance(&cursor);
}

static void expect_lost(uint64_t n)
{
    const struct ls_record *record;
    assert_true(ls_cursor_peek(&cursor, &record));
    assert_int_equal(record->type, LS_RECORD_LOST);
    assert_int_equal(record->value, n);
    assert_true(record->task > 0);
    assert_true(record->task <= record->ticks);
    ls_cursor_advance(&cursor);
}

static void expect_nothing(void)
{
    const struct ls_record *record;
    assert_false(ls_cursor_peek(&cursor, &record));
    assert_false(cursor.broken);
}

static void test_ring__nothing_without_a_session(void **state)
{
    uint64_t epoch = atomic_exchange(&ls_epoch, 0);
    assert_false(append(1, 0));
    assert_null(ls_recorder.ring);
    atomic_store(&ls_epoch, epoch);
}

static void test_ring__the_first_record_opens_it(void **state)
{
    assert_true(append(1, 0));
    struct ls_ring *ring = ls_recorder.ring;
    assert_ptr_equal(ring, &shared->rings[0]);
    assert_int_equal(ring->state, LS_RING_LIVE);
    assert_int_equal(ring->process, 0);
    assert_true(ring->tid > 0);
    assert_int_equal(ring->head, 1);
    assert_int_equal(shared->header.n_rings, 1);
    assert_int_equal(test_session_n_free(), 2);
}

static void test_ring__what_is_not_published_is_not_seen(void **state)
{
    append(1, 0);
    refresh();
    struct ls_record *record = ls_ring_reserve(0);
    *record = (struct ls_record){.type = LS_RECORD_MARK, .value = 2};
    ls_cursor_refresh(&cursor);
    expect_record(1, 0);
    expect_nothing();
    ls_ring_publish(0);
    expect_nothing(); /* not before the next look */
    refresh();
    expect_record(2, 0);
    expect_nothing();
}

static void test_ring__peeking_twice_is_the_same(void **state)
{
    const struct ls_record *first, *second;
    append(1, 0);
    append(2, 0);
    refresh();
    assert_true(ls_cursor_peek(&cursor, &first));
    assert_true(ls_cursor_peek(&cursor, &second));
    assert_ptr_equal(first, second);
    assert_int_equal(second->value, 1);
}

static void test_ring__order_and_contents_over_chunks(void **state)
{
    enum { N = 3 * LS_CHUNK_RECORDS };
    for (uint64_t i = 0; i < N; i++)
        assert_true(append(i, 0));
    refresh();
    for (uint64_t i = 0; i < N; i++)
        expect_record(i, 0);
    expect_nothing();
    assert_int_equal(cursor.tail, N);
}

static void test_ring__continuations(void **state)
{
    static const unsigned all[] = {1, 0, 7, 64, 1000, 0, 900, 1, 300, 2000};
    for (uint64_t i = 0; i < 10; i++)
        assert_true(append(i * 1000, all[i]));
    refresh();
    for (uint64_t i = 0; i < 10; i++)
        expect_record(i * 1000, all[i]);
    expect_nothing();
}

static void test_ring__more_than_asked_for_is_left_out(void **state)
{
    uint64_t some[2];
    append(5, 3);
    refresh();
    const struct ls_record *record;
    assert_true(ls_cursor_peek(&cursor, &record));
    assert_int_equal(ls_cursor_more(&cursor, some, sizeof some), sizeof some);
    assert_int_equal(some[1], 6);
}

static void test_ring__what_does_not_fit_skips_the_chunk_s_rest(void **state)
{
    for (uint64_t i = 0; i < LS_CHUNK_RECORDS - 5; i++)
        append(i, 0);
    assert_true(append(7000, 5)); /* six records: one too many */
    assert_true(append(8000, 0));
    assert_int_equal(ls_recorder.head, LS_CHUNK_RECORDS + 6 + 1);
    refresh();
    for (uint64_t i = 0; i < LS_CHUNK_RECORDS - 5; i++)
        expect_record(i, 0);
    expect_record(7000, 5);
    expect_record(8000, 0);
    expect_nothing();
    assert_int_equal(cursor.tail, cursor.head);
}

static void test_ring__what_fits_exactly_skips_nothing(void **state)
{
    for (uint64_t i = 0; i < LS_CHUNK_RECORDS - 6; i++)
        append(i, 0);
    assert_true(append(7000, 5));
    assert_true(append(8000, 0));
    assert_int_equal(ls_recorder.head, LS_CHUNK_RECORDS + 1);
}

static void test_ring__the_longest_record(void **state)
{
    enum { MOST = LS_MORE_MAX - 1 };
    assert_true(append(1, 0));
    assert_true(append(2, MOST));
    assert_false(append(3, MOST + 1)); /* never fits */
    assert_false(append(4, 65535));
    refresh();
    expect_record(1, 0);
    expect_record(2, MOST);
    expect_nothing();
}

static void test_ring__chunks_come_back(void **state)
{
    /* a hundred times as much as there is memory for */
    for (uint64_t i = 0; i < 300 * LS_CHUNK_RECORDS; i++) {
        assert_true(append(i, 0));
        if (i % 1000 == 999) {
            refresh();
            for (uint64_t k = i - 999; k <= i; k++)
                expect_record(k, 0);
        }
    }
    refresh();
    assert_true(test_session_n_free() >= 1);
    assert_int_equal(ls_recorder.ring->dropped, 0);
}

static void test_ring__finished_gives_back_everything(void **state)
{
    for (uint64_t i = 0; i < 2 * LS_CHUNK_RECORDS; i++)
        append(i, 0);
    refresh();
    struct ls_ring *ring = ls_recorder.ring;
    ls_ring_end();
    assert_int_equal(ring->state, LS_RING_ENDED);
    for (uint64_t i = 0; i < 2 * LS_CHUNK_RECORDS; i++)
        expect_record(i, 0);
    ls_cursor_finish(&cursor);
    assert_int_equal(test_session_n_free(), 3);
    ls_cursor_finish(&cursor);
    assert_int_equal(test_session_n_free(), 3);
}

static uint64_t fill(void)
{
    uint64_t n = 0;
    while (append(n, 0))
        n++;
    return n;
}

static void test_ring__without_memory_it_drops_and_says_so(void **state)
{
    uint64_t n = fill();
    assert_int_equal(n, 3 * LS_CHUNK_RECORDS);
    for (int i = 0; i < 9; i++)
        assert_false(append(n, i % 3));
    assert_int_equal(ls_recorder.ring->dropped, 10);
    refresh();
    for (uint64_t i = 0; i < n; i++)
        expect_record(i, 0);
    expect_nothing();
    assert_true(append(n, 0));
    refresh();
    expect_lost(10);
    expect_record(n, 0);
    expect_nothing();
    /* and that was all */
    assert_true(append(n + 1, 0));
    refresh();
    expect_record(n + 1, 0);
    assert_int_equal(ls_recorder.ring->dropped, 10);
}

static void test_ring__each_loss_is_told_once(void **state)
{
    uint64_t n = fill(), n_read = 0, n_lost = 1;
    const struct ls_record *record;
    for (int round = 0; round < 10; round++) {
        refresh();
        while (ls_cursor_peek(&cursor, &record)) {
            if (record->type == LS_RECORD_LOST)
                n_lost -= record->value;
            else
                n_read++;
            ls_cursor_advance(&cursor);
        }
        n += fill();
        n_lost++;
    }
    assert_int_equal(ls_recorder.ring->dropped, 11);
    refresh();
    while (ls_cursor_peek(&cursor, &record)) {
        n_read += record->type == LS_RECORD_MARK;
        n_lost -= record->type == LS_RECORD_LOST ? record->value : 0;
        ls_cursor_advance(&cursor);
    }
    assert_int_equal(n_read, n);
    assert_int_equal(n_lost, 1); /* of the last fill, not yet told */
}

/* A long record that finds no room is told of before a short one that fits
 * into what is left of the chunk. */
static void test_ring__a_loss_is_told_before_what_still_fits(void **state)
{
    uint64_t n = 0;
    while (n < 3 * LS_CHUNK_RECORDS - 10)
        append(n++, 0);
    assert_false(append(1, 20));
    assert_true(append(n, 0));
    assert_false(append(1, 20));
    assert_true(append(n + 1, 0));
    refresh();
    for (uint64_t i = 0; i < n; i++)
        expect_record(i, 0);
    expect_lost(1);
    expect_record(n, 0);
    expect_lost(1);
    expect_record(n + 1, 0);
    expect_nothing();
}

/* The last place of a chunk is not enough for both. */
static void test_ring__a_loss_without_room_for_what_follows(void **state)
{
    uint64_t n = 0;
    while (n < 3 * LS_CHUNK_RECORDS - 1)
        append(n++, 0);
    assert_false(append(1, 20));
    assert_false(append(1, 0));
    refresh();
    for (uint64_t i = 0; i < n; i++)
        expect_record(i, 0);
    assert_true(append(n, 0));
    refresh();
    expect_lost(2);
    expect_record(n, 0);
    expect_nothing();
}

static void test_ring__closed_while_it_grows(void **state)
{
    for (uint64_t i = 0; i < LS_CHUNK_RECORDS; i++)
        append(i, 0);
    test_session_hide(true);
    bool appended = append(1, 0);
    test_session_hide(false);
    assert_false(appended);
    assert_int_equal(test_session_n_free(), 2);
}

/* As a signal handler does it that interrupts the making of a record. */
static void test_ring__records_inside_a_record_are_lost(void **state)
{
    append(1, 0);
    struct ls_record *record = ls_ring_reserve(1);
    assert_false(append(2, 0));
    assert_false(append(3, 5));
    memset(record, 0, 2 * sizeof *record);
    *record = (struct ls_record){.type = LS_RECORD_MARK, .n_more = 1};
    ls_ring_publish(1);
    assert_true(append(4, 0));
    refresh();
    const struct ls_record *seen;
    expect_record(1, 0);
    assert_true(ls_cursor_peek(&cursor, &seen));
    assert_int_equal(seen->n_more, 1);
    ls_cursor_advance(&cursor);
    expect_lost(2);
    expect_record(4, 0);
    expect_nothing();
    assert_int_equal(ls_recorder.ring->dropped, 2);
}

/* And one that jumps out of it. */
static void test_ring__a_record_that_is_never_made(void **state)
{
    enum { MANY = 1001 };
    append(1, 0);
    ls_ring_reserve(0);
    int n_lost = 0;
    while (n_lost < MANY && !append(2, 0))
        n_lost++;
    assert_in_range(n_lost, 1, MANY - 1);
    assert_true(append(3, 0));
    refresh();
    expect_record(1, 0);
    expect_lost((uint64_t)n_lost);
    expect_record(2, 0);
    expect_record(3, 0);
    expect_nothing();
}

static void test_ring__another_session_is_another_ring(void **state)
{
    append(1, 0);
    struct ls_ring *first = ls_recorder.ring;
    struct ls_record *left = ls_recorder.next;
    test_session_renew();
    assert_true(append(2, 0));
    assert_ptr_not_equal(ls_recorder.ring, first);
    assert_ptr_not_equal(ls_recorder.next, left + 1);
    assert_int_equal(first->head, 1);
    assert_int_equal(ls_recorder.ring->head, 1);
}

static void test_ring__forgotten_it_is_another_ring(void **state)
{
    append(1, 0);
    struct ls_ring *first = ls_recorder.ring;
    ls_recorder.current = 7;
    ls_ring_forget();
    assert_int_equal(ls_recorder.current, 0);
    assert_true(append(2, 0));
    assert_ptr_not_equal(ls_recorder.ring, first);
    /* the first belongs to the parent of the fork */
    assert_int_equal(first->state, LS_RING_LIVE);
    assert_int_equal(first->head, 1);
}

static void test_ring__a_table_that_is_full_is_counted(void **state)
{
    for (int i = 0; i < LS_N_RINGS; i++)
        atomic_store(&shared->rings[i].state, LS_RING_LIVE);
    for (uint64_t i = 0; i < 5; i++)
        assert_false(append(i, 0));
    assert_int_equal(shared->header.unringed, 5);
    assert_int_equal(test_session_n_free(), 3);
    /* and when one is free, it is found, if not at once */
    atomic_store(&shared->rings[LS_N_RINGS - 1].state, LS_RING_FREE);
    int n = 0;
    while (!append(6, 0))
        assert_true(++n < 1000);
    assert_int_equal(shared->header.unringed, 5 + n);
    assert_ptr_equal(ls_recorder.ring, &shared->rings[LS_N_RINGS - 1]);
    assert_int_equal(shared->header.n_rings, LS_N_RINGS);
}

static void test_ring__without_a_first_chunk_is_counted(void **state)
{
    uint32_t chunks[3];
    for (int i = 0; i < 3; i++)
        chunks[i] = ls_chunk_take(shared);
    assert_false(append(1, 0));
    assert_int_equal(shared->header.unringed, 1);
    assert_int_equal(shared->rings[0].state, LS_RING_FREE);
    ls_chunk_give(shared, chunks[0]);
    assert_true(append(2, 0));
}

static void *record_and_end(void *name)
{
    pthread_setname_np(pthread_self(), name);
    assert_true(append(1, 0));
    return NULL;
}

static void test_ring__a_thread_that_ends_says_so(void **state)
{
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, record_and_end, "teapot"),
                     0);
    pthread_join(thread, NULL);
    assert_int_equal(shared->rings[0].state, LS_RING_ENDED);
    assert_string_equal(shared->rings[0].name, "teapot");
}

static void test_ring__chunks_are_a_stack(void **state)
{
    more_chunks(3, 10);
    assert_int_equal(test_session_n_free(), 10);
    for (uint32_t i = 0; i < 7; i++)
        assert_int_equal(ls_chunk_take(shared), 9 - i);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(ls_chunk_take(shared), i);
    assert_int_equal(ls_chunk_take(shared), LS_N_CHUNKS);
    ls_chunk_give(shared, 5);
    assert_int_equal(ls_chunk_take(shared), 5);
    assert_int_equal(ls_chunk_take(shared), LS_N_CHUNKS);
}

static void test_ring__text_is_cut(void **state)
{
    char *text = malloc(2 * LS_LABEL_BYTES);
    memset(text, 'x', 2 * LS_LABEL_BYTES);
    assert_int_equal(ls_ring_text_length(text), LS_LABEL_BYTES);
    text[5] = '\0';
    assert_int_equal(ls_ring_text_length(text), 5);
    assert_int_equal(ls_ring_text_length(NULL), 0);
    assert_int_equal(ls_ring_more(0), 0);
    assert_int_equal(ls_ring_more(1), 1);
    assert_int_equal(ls_ring_more(32), 1);
    assert_int_equal(ls_ring_more(33), 2);
    free(text);
}

static void test_ring__what_is_filled_ends_in_zeros(void **state)
{
    struct ls_record records[3];
    memset(records, 0xee, sizeof records);
    ls_ring_fill(records, "0123456789012345678901234567890123", 34);
    assert_memory_equal(&records[1], "0123456789012345678901234567890123", 34);
    const char *rest = (const char *)&records[1] + 34;
    for (int i = 0; i < 30; i++)
        assert_int_equal(rest[i], 0);
}

#define RING_TEST(test)                                                        \
    cmocka_unit_test_setup_teardown(test, open_ring, close_ring)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RING_TEST(test_ring__nothing_without_a_session),
        RING_TEST(test_ring__the_first_record_opens_it),
        RING_TEST(test_ring__what_is_not_published_is_not_seen),
        RING_TEST(test_ring__peeking_twice_is_the_same),
        RING_TEST(test_ring__order_and_contents_over_chunks),
        RING_TEST(test_ring__continuations),
        RING_TEST(test_ring__more_than_asked_for_is_left_out),
        RING_TEST(test_ring__what_does_not_fit_skips_the_chunk_s_rest),
        RING_TEST(test_ring__what_fits_exactly_skips_nothing),
        RING_TEST(test_ring__the_longest_record),
        RING_TEST(test_ring__chunks_come_back),
        RING_TEST(test_ring__finished_gives_back_everything),
        RING_TEST(test_ring__without_memory_it_drops_and_says_so),
        RING_TEST(test_ring__each_loss_is_told_once),
        RING_TEST(test_ring__a_loss_is_told_before_what_still_fits),
        RING_TEST(test_ring__a_loss_without_room_for_what_follows),
        RING_TEST(test_ring__closed_while_it_grows),
        RING_TEST(test_ring__records_inside_a_record_are_lost),
        RING_TEST(test_ring__a_record_that_is_never_made),
        RING_TEST(test_ring__another_session_is_another_ring),
        RING_TEST(test_ring__forgotten_it_is_another_ring),
        RING_TEST(test_ring__a_table_that_is_full_is_counted),
        RING_TEST(test_ring__without_a_first_chunk_is_counted),
        RING_TEST(test_ring__a_thread_that_ends_says_so),
        RING_TEST(test_ring__chunks_are_a_stack),
        RING_TEST(test_ring__text_is_cut),
        RING_TEST(test_ring__what_is_filled_ends_in_zeros),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
