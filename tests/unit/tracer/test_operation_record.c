/* SPDX-License-Identifier: MIT */
/* What the hooks of libuv's callbacks leave in the ring, and in its words. */
#include "tracer/record/operation.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "session.h"
#include "tracer/collector/cursor.h"

enum { N_CHUNKS = 2 };

static struct ls_shared *shared;
static struct ls_cursor cursor;
static struct ls_operation op;

static void callback(void)
{
}

static int open_session(void **state)
{
    shared = test_session_open(N_CHUNKS);
    cursor = (struct ls_cursor){0};
    ls_recorder.callback_kind = LS_N_OPERATIONS;
    op = (struct ls_operation){.id = ls_operation_take_id(),
                               .epoch = ls_epoch,
                               .task = 7,
                               .callback = (void *)callback,
                               .kind = LS_OPERATION_timer};
    return 0;
}

static int close_session(void **state)
{
    test_session_close();
    return 0;
}

static bool next_record(struct ls_record *is)
{
    const struct ls_record *record;
    if (cursor.ring != ls_recorder.ring)
        ls_cursor_init(&cursor, shared, ls_recorder.ring);
    ls_cursor_refresh(&cursor);
    if (!ls_cursor_peek(&cursor, &record))
        return false;
    *is = *record;
    ls_cursor_advance(&cursor);
    return true;
}

static struct ls_record expect(enum ls_record_type type, uint64_t task)
{
    struct ls_record is = {0};
    assert_true(next_record(&is));
    assert_int_equal(is.type, type);
    assert_int_equal(is.task, task);
    return is;
}

static void expect_nothing(void)
{
    struct ls_record is;
    assert_false(next_record(&is));
}

static void record_something(void)
{
    struct ls_record *record = ls_ring_reserve(0);
    assert_non_null(record);
    *record = (struct ls_record){.type = LS_RECORD_MARK};
    ls_ring_publish(0);
}

static void test_callback__one_that_asks_for_nothing_is_one_record(void **state)
{
    struct ls_callback_scope scope;
    ls_callback_begin(&scope, &op, 0, NULL);
    expect_nothing();
    assert_int_equal(ls_operation_context(), 7);
    ls_callback_end(&scope, 0);
    struct ls_record is = expect(LS_RECORD_CALLBACK, op.id);
    assert_int_equal(is.ticks, scope.begin);
    assert_int_equal(is.name, LS_OPERATION_timer);
    assert_int_equal(is.ticks + ls_callback_ticks(is.value),
                     ls_recorder.callback_at);
    assert_int_equal(ls_callback_due_ms(is.value), 0);
    assert_int_equal(ls_operation_context(), 0);
    expect_nothing();
}

static void test_callback__the_ring_says_what_has_begun(void **state)
{
    struct ls_callback_scope scope;
    ls_callback_begin(&scope, &op, -4, NULL);
    const struct ls_ring *ring = ls_recorder.ring;
    assert_int_equal(ring->callback_begin, scope.begin);
    assert_int_equal(ring->callback_operation, op.id);
    assert_int_equal(ring->callback_pc, (uintptr_t)callback);
    assert_int_equal(ring->callback_name, LS_OPERATION_timer | 4u << 16);
    ls_callback_end(&scope, 0);
    assert_int_equal(expect(LS_RECORD_CALLBACK, op.id).name,
                     LS_OPERATION_timer | 4u << 16);
}

static void test_callback__what_is_recorded_in_it_comes_after_its_begin(
    void **state)
{
    struct ls_callback_scope scope;
    ls_callback_begin(&scope, &op, 0, NULL);
    record_something();
    record_something();
    ls_callback_end(&scope, 12);
    struct ls_record is = expect(LS_RECORD_CALLBACK_BEGIN, op.id);
    assert_int_equal(is.ticks, scope.begin);
    assert_int_equal(is.value, (uintptr_t)callback);
    expect(LS_RECORD_MARK, 0);
    expect(LS_RECORD_MARK, 0);
    is = expect(LS_RECORD_CALLBACK_END, op.id);
    assert_int_equal(is.value, 12 * LS_NS_PER_MS);
    expect_nothing();
}

static void test_callback__one_inside_another(void **state)
{
    struct ls_callback_scope outer, inner;
    struct ls_operation other = op;
    other.id = ls_operation_take_id();
    other.task = 8;
    ls_callback_begin(&outer, &op, 0, NULL);
    ls_callback_begin(&inner, &other, 0, NULL);
    assert_int_equal(ls_operation_context(), 8);
    ls_callback_end(&inner, 0);
    assert_int_equal(ls_operation_context(), 7);
    ls_callback_end(&outer, 0);
    expect(LS_RECORD_CALLBACK_BEGIN, op.id);
    expect(LS_RECORD_CALLBACK_BEGIN, other.id);
    expect(LS_RECORD_CALLBACK_END, other.id);
    expect(LS_RECORD_CALLBACK_END, op.id);
    expect_nothing();
}

static void test_callback__when_a_timer_is_due_again(void **state)
{
    struct ls_callback_scope scope;
    ls_callback_begin(&scope, &op, 0, NULL);
    ls_callback_end(&scope, 123456);
    assert_int_equal(
        ls_callback_due_ms(expect(LS_RECORD_CALLBACK, op.id).value), 123456);
    ls_callback_begin(&scope, &op, 0, NULL);
    ls_callback_end(&scope, UINT64_C(1) << LS_CALLBACK_DUE_BITS);
    expect(LS_RECORD_CALLBACK_BEGIN, op.id);
    assert_int_equal(expect(LS_RECORD_CALLBACK_END, op.id).value,
                     (UINT64_C(1) << LS_CALLBACK_DUE_BITS) * LS_NS_PER_MS);
    expect_nothing();
}

static void test_callback__a_timer_that_arms_itself(void **state)
{
    struct ls_callback_scope scope;
    ls_callback_begin(&scope, &op, 0, NULL);
    ls_operation_again(&op, 99);
    ls_callback_end(&scope, 0);
    assert_int_equal(
        ls_callback_due_ms(expect(LS_RECORD_CALLBACK, op.id).value), 99);
    ls_callback_begin(&scope, &op, 0, NULL);
    ls_operation_again(&op, 100);
    record_something();
    ls_callback_end(&scope, 0);
    expect(LS_RECORD_CALLBACK_BEGIN, op.id);
    assert_int_equal(expect(LS_RECORD_ASKED_AGAIN, op.id).value,
                     100 * LS_NS_PER_MS);
    expect(LS_RECORD_MARK, 0);
    expect(LS_RECORD_CALLBACK_END, op.id);
    expect_nothing();
}

static void test_callback__another_timer_is_armed_by_a_record(void **state)
{
    struct ls_callback_scope scope;
    struct ls_operation other = op;
    other.id = ls_operation_take_id();
    ls_callback_begin(&scope, &op, 0, NULL);
    ls_operation_again(&other, 100);
    ls_callback_end(&scope, 0);
    expect(LS_RECORD_CALLBACK_BEGIN, op.id);
    expect(LS_RECORD_ASKED_AGAIN, other.id);
    expect(LS_RECORD_CALLBACK_END, op.id);
}

static void test_callback__a_long_one_is_two_records(void **state)
{
    struct ls_callback_scope scope;
    ls_callback_begin(&scope, &op, 0, NULL);
    /* As if it had begun long ago. */
    scope.begin -= UINT64_C(1) << LS_CALLBACK_TICKS_BITS;
    ls_recorder.ring->callback_begin = scope.begin;
    ls_callback_end(&scope, 0);
    assert_int_equal(expect(LS_RECORD_CALLBACK_BEGIN, op.id).ticks,
                     scope.begin);
    expect(LS_RECORD_CALLBACK_END, op.id);
    expect_nothing();
}

static void test_callback__of_an_operation_that_is_not_known(void **state)
{
    struct ls_callback_scope scope;
    op.epoch--;
    ls_callback_begin(&scope, &op, 0, NULL);
    ls_callback_end(&scope, 0);
    assert_int_equal(expect(LS_RECORD_CALLBACK_BEGIN, 0).value,
                     (uintptr_t)callback);
    expect(LS_RECORD_CALLBACK_END, 0);
}

static void test_callback__who_woke_it_is_said_at_its_begin(void **state)
{
    struct ls_callback_scope scope;
    struct ls_sent_more sent = {.ticks = 5};
    ls_callback_begin(&scope, &op, 0, &sent);
    assert_int_equal(expect(LS_RECORD_CALLBACK_BEGIN, op.id).n_more, 1);
    ls_callback_end(&scope, 0);
    expect(LS_RECORD_CALLBACK_END, op.id);
}

/* It was left by a jump: the next one says so first. */
static void test_callback__one_that_never_ended(void **state)
{
    struct ls_callback_scope left, next;
    ls_callback_begin(&left, &op, 0, NULL);
    ls_callback_begin(&next, &op, 0, NULL);
    ls_callback_end(&next, 0);
    expect(LS_RECORD_CALLBACK_BEGIN, op.id);
    expect(LS_RECORD_CALLBACK_BEGIN, op.id);
    expect(LS_RECORD_CALLBACK_END, op.id);
    expect_nothing();
}

static void test_callback__another_session_begins_in_it(void **state)
{
    struct ls_callback_scope scope;
    ls_callback_begin(&scope, &op, 0, NULL);
    test_session_renew();
    ls_callback_end(&scope, 0);
    cursor = (struct ls_cursor){0};
    expect(LS_RECORD_CALLBACK_END, op.id); /* which nobody knows there */
    expect_nothing();
}

/* With a full ring the word must not go on saying that it runs. */
static void test_callback__its_end_finds_no_room(void **state)
{
    struct ls_callback_scope scope;
    while (ls_ring_reserve(0))
        ls_ring_publish(0);
    ls_callback_begin(&scope, &op, 0, NULL);
    assert_int_equal(ls_recorder.ring->callback_begin, scope.begin);
    ls_callback_end(&scope, 0);
    assert_int_equal(ls_recorder.ring->callback_begin, 0);
    assert_int_equal(ls_recorder.busy, 0);
}

static void test_callback__a_whole_chunk_of_them(void **state)
{
    for (int i = 0; i < LS_CHUNK_RECORDS + 1; i++) {
        struct ls_callback_scope scope;
        ls_callback_begin(&scope, &op, 0, NULL);
        ls_callback_end(&scope, 0);
    }
    /* The one that the chunk had no room for took the long way. */
    for (int i = 0; i < LS_CHUNK_RECORDS; i++)
        expect(LS_RECORD_CALLBACK, op.id);
    expect(LS_RECORD_CALLBACK_BEGIN, op.id);
    expect(LS_RECORD_CALLBACK_END, op.id);
    expect_nothing();
}

int main(void)
{
#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(test_callback__##name, open_session,       \
                                    close_session)
    const struct CMUnitTest tests[] = {
        TEST(one_that_asks_for_nothing_is_one_record),
        TEST(the_ring_says_what_has_begun),
        TEST(what_is_recorded_in_it_comes_after_its_begin),
        TEST(one_inside_another),
        TEST(when_a_timer_is_due_again),
        TEST(a_timer_that_arms_itself),
        TEST(another_timer_is_armed_by_a_record),
        TEST(a_long_one_is_two_records),
        TEST(of_an_operation_that_is_not_known),
        TEST(who_woke_it_is_said_at_its_begin),
        TEST(one_that_never_ended),
        TEST(another_session_begins_in_it),
        TEST(its_end_finds_no_room),
        TEST(a_whole_chunk_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
