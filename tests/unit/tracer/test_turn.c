/* SPDX-License-Identifier: MIT */
/* A loop's turns, with hooks that the test calls itself. */
#include "tracer/record/turn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "session.h"
#include "tracer/collector/cursor.h"
#include "tracer/preload/hooks.h"
#include "tracer/record/call.h"
#include "tracer/record/session.h"

/* Any that are open: nobody polls them. */
enum { LOOP_FD = 1, OTHER_FD = 2 };

static struct ls_shared *shared;
static struct ls_cursor cursor;
static char more[LS_CHUNK_BYTES];
static int backend_fd = LOOP_FD, in_place = 1;
static char one_loop, other_loop; /* nobody looks into them */

/* Stacks grow downwards. */
#define FRAME ((const void *)0x2000)
#define INNER_FRAME ((const void *)0x1000)

#define LOOP ((struct uv_loop_s *)&one_loop)
#define OTHER_LOOP ((struct uv_loop_s *)&other_loop)

int ls_hooks_backend_fd(const struct uv_loop_s *loop)
{
    return backend_fd;
}

int ls_hooks_poll_in_place(void)
{
    return in_place;
}

static int open_turn(void **state)
{
    shared = test_session_open(8);
    cursor = (struct ls_cursor){0};
    return 0;
}

static int close_turn(void **state)
{
    test_session_close();
    backend_fd = LOOP_FD;
    in_place = 1;
    return 0;
}

static bool next_record(struct ls_record *is)
{
    const struct ls_record *record;
    if (!ls_recorder.ring)
        return false;
    if (cursor.ring != ls_recorder.ring)
        ls_cursor_init(&cursor, shared, ls_recorder.ring);
    ls_cursor_refresh(&cursor);
    if (!ls_cursor_peek(&cursor, &record))
        return false;
    *is = *record;
    ls_cursor_more(&cursor, more, sizeof more);
    ls_cursor_advance(&cursor);
    return true;
}

static struct ls_record expect(enum ls_record_type type)
{
    struct ls_record is = {0};
    assert_true(next_record(&is));
    assert_int_equal(is.type, type);
    return is;
}

static void expect_nothing(void)
{
    struct ls_record is;
    assert_false(next_record(&is));
}

static bool poll_fd(int fd)
{
    return ls_turn_poll(LS_LOOP_EPOLL, (uint64_t)fd, true);
}

static void test_turn__from_attach_to_detach(void **state)
{
    assert_int_equal(ls_loop_attach(LOOP, "main"), LS_OK);
    expect(LS_RECORD_LOOP);
    assert_string_equal(more, "main");
    struct ls_record begin = expect(LS_RECORD_TURN_BEGIN);
    assert_int_equal(ls_recorder.ring->turn_begin, begin.ticks);
    assert_true(poll_fd(LOOP_FD));
    assert_int_equal(ls_recorder.ring->turn_begin, 0);
    assert_true(expect(LS_RECORD_TURN_END).ticks >= begin.ticks);
    ls_turn_begin(1, true);
    expect(LS_RECORD_TURN_BEGIN);
    ls_loop_detach(LOOP);
    expect(LS_RECORD_TURN_END);
    expect(LS_RECORD_LOOP_END);
    assert_false(poll_fd(LOOP_FD));
    expect_nothing();
}

static void test_turn__the_first_poll_makes_a_loop(void **state)
{
    assert_true(poll_fd(LOOP_FD));
    struct ls_record loop = expect(LS_RECORD_LOOP);
    assert_int_equal(loop.task, LOOP_FD);
    assert_int_equal(loop.value, LS_LOOP_EPOLL);
    expect_nothing(); /* what was before it is no turn */
    ls_turn_begin(1, true);
    expect(LS_RECORD_TURN_BEGIN);
    assert_true(poll_fd(LOOP_FD));
    expect(LS_RECORD_TURN_END);
    expect_nothing();
}

static void test_turn__another_descriptor_is_a_call(void **state)
{
    poll_fd(LOOP_FD);
    ls_turn_begin(1, true);
    expect(LS_RECORD_LOOP);
    expect(LS_RECORD_TURN_BEGIN);
    assert_false(poll_fd(OTHER_FD));
    expect_nothing();
    assert_int_not_equal(ls_recorder.turn_begin, 0);
}

/* Its number may be another's by now, but it is not open. */
static void test_turn__a_loop_that_was_closed_is_replaced(void **state)
{
    int gone = dup(LOOP_FD);
    close(gone);
    poll_fd(gone);
    ls_turn_begin(1, true);
    expect(LS_RECORD_LOOP);
    expect(LS_RECORD_TURN_BEGIN);
    assert_true(poll_fd(OTHER_FD));
    expect(LS_RECORD_TURN_END);
    assert_int_equal(expect(LS_RECORD_LOOP).task, OTHER_FD);
}

/* It costs a system call. */
static void test_turn__closed_is_not_asked_all_the_time(void **state)
{
    int gone = dup(LOOP_FD);
    poll_fd(gone);
    assert_false(poll_fd(OTHER_FD));
    assert_true(ls_recorder.choice.look_at > 0);
    close(gone);
    ls_recorder.choice.look_at = UINT64_MAX;
    assert_false(poll_fd(OTHER_FD));
    ls_recorder.choice.look_at = 0;
    assert_true(poll_fd(OTHER_FD));
}

static void test_turn__attaching_a_known_loop_gives_its_name(void **state)
{
    poll_fd(LOOP_FD);
    ls_turn_begin(1, true);
    expect(LS_RECORD_LOOP);
    expect(LS_RECORD_TURN_BEGIN);
    ls_loop_attach(LOOP, "main");
    expect(LS_RECORD_LOOP);
    assert_string_equal(more, "main");
    expect_nothing(); /* the turn goes on */
    assert_true(poll_fd(LOOP_FD));
    expect(LS_RECORD_TURN_END);
}

static void test_turn__uv_run_makes_a_loop(void **state)
{
    ls_turn_run_enter(LOOP, FRAME);
    struct ls_record loop = expect(LS_RECORD_LOOP);
    assert_int_equal(loop.task, LOOP_FD);
    assert_int_equal(loop.value, LS_LOOP_LIBUV);
    expect(LS_RECORD_TURN_BEGIN);
    for (int i = 0; i < 100; i++) /* inside it, nothing else is a loop */
        assert_false(poll_fd(OTHER_FD));
    expect_nothing();
    ls_turn_run_leave(LOOP, false);
    assert_int_equal(expect(LS_RECORD_TURN_END).value, LS_TURN_RAN_OUT);
}

/* Stopped, it may have more to do; and the next turn is like any other. */
static void test_turn__only_a_loop_with_nothing_left_ran_out(void **state)
{
    ls_turn_run_enter(LOOP, FRAME);
    ls_turn_run_leave(LOOP, true);
    expect(LS_RECORD_LOOP);
    expect(LS_RECORD_TURN_BEGIN);
    expect_nothing();
    ls_turn_exit();
    assert_int_equal(expect(LS_RECORD_TURN_END).value, LS_TURN_EXITS);
    ls_turn_begin(1, true);
    expect(LS_RECORD_TURN_BEGIN);
    assert_true(poll_fd(LOOP_FD));
    assert_int_equal(expect(LS_RECORD_TURN_END).value, LS_TURN_POLLS);
}

static void test_turn__one_uv_run_after_another(void **state)
{
    ls_turn_run_enter(LOOP, FRAME);
    ls_turn_run_leave(LOOP, true);
    expect(LS_RECORD_LOOP);
    expect(LS_RECORD_TURN_BEGIN);
    backend_fd = OTHER_FD;
    ls_turn_run_enter(OTHER_LOOP, INNER_FRAME);
    expect(LS_RECORD_TURN_END);
    assert_int_equal(expect(LS_RECORD_LOOP).task, OTHER_FD);
    expect(LS_RECORD_TURN_BEGIN);
}

/* The kind is better known: the polls were seen before uv_run() was. */
static void test_turn__uv_run_of_a_known_loop_goes_on(void **state)
{
    poll_fd(LOOP_FD);
    ls_turn_begin(1, true);
    expect(LS_RECORD_LOOP);
    expect(LS_RECORD_TURN_BEGIN);
    ls_turn_run_enter(LOOP, FRAME);
    assert_int_equal(expect(LS_RECORD_LOOP).value, LS_LOOP_LIBUV);
    expect_nothing();
}

static void test_turn__what_was_long_is_measured(void **state)
{
    struct ls_measure m;
    if (access("/proc/thread-self/schedstat", R_OK) < 0)
        skip(); /* the kernel does not tell: nothing is claimed */
    ls_loop_attach(LOOP, NULL);
    expect(LS_RECORD_LOOP);
    expect(LS_RECORD_TURN_BEGIN);
    poll_fd(LOOP_FD);
    uint64_t begin = ls_clock_ticks();
    expect(LS_RECORD_TURN_END);
    ls_turn_begin(1, true);
    while (ls_clock_ticks() - begin < 3 * ls_session_ticks_per_ms())
        ;
    poll_fd(LOOP_FD);
    begin = expect(LS_RECORD_TURN_BEGIN).ticks;
    struct ls_record end = expect(LS_RECORD_TURN_END);
    assert_int_equal(end.n_more, 1);
    memcpy(&m, more, sizeof m);
    assert_true(m.cpu_ns + m.delay_ns <= end.ticks - begin);
    assert_true(m.cpu_ns + m.delay_ns > 0);
}

static void test_turn__uv_run_was_left_by_a_jump(void **state)
{
    ls_turn_run_enter(LOOP, FRAME);
    ls_turn_run_enter(OTHER_LOOP, INNER_FRAME);
    expect(LS_RECORD_LOOP);
    assert_int_equal(expect(LS_RECORD_TURN_BEGIN).name, 0);
    expect_nothing();
    ls_recorder.operation = 5;
    ls_turn_run_enter(LOOP, FRAME);
    expect(LS_RECORD_TURN_END);
    assert_int_equal(expect(LS_RECORD_TURN_BEGIN).name, LS_POLL_JUMPED);
    assert_int_equal(ls_recorder.operation, 0);
    ls_turn_run_leave(LOOP, false);
    assert_int_equal(expect(LS_RECORD_TURN_END).value, LS_TURN_RAN_OUT);
}

static void test_turn__run_begins_one_and_ends_it_when_all_is_done(void **state)
{
    ls_loop_attach(LOOP, NULL);
    expect(LS_RECORD_LOOP);
    expect(LS_RECORD_TURN_BEGIN);
    ls_turn_run_enter(LOOP, FRAME);
    expect_nothing(); /* the attach began it */
    ls_turn_run_leave(LOOP, true);
    expect_nothing(); /* it will be run again */
    ls_turn_run_enter(LOOP, FRAME);
    ls_turn_run_enter(OTHER_LOOP, INNER_FRAME);
    ls_turn_run_leave(OTHER_LOOP, false);
    expect_nothing();
    ls_turn_run_leave(LOOP, false);
    expect(LS_RECORD_TURN_END);
    ls_turn_run_enter(LOOP, FRAME);
    expect(LS_RECORD_TURN_BEGIN);
}

static void test_turn__attaching_again_detaches(void **state)
{
    ls_loop_attach(LOOP, "one");
    ls_loop_attach(OTHER_LOOP, "other");
    expect(LS_RECORD_LOOP);
    expect(LS_RECORD_TURN_BEGIN);
    expect(LS_RECORD_TURN_END);
    expect(LS_RECORD_LOOP_END);
    expect(LS_RECORD_LOOP);
    assert_string_equal(more, "other");
    expect(LS_RECORD_TURN_BEGIN);
    ls_loop_detach(LOOP); /* it is not that one */
    expect_nothing();
}

static void test_turn__what_cannot_be_attached_is_told(void **state)
{
    assert_int_equal(ls_loop_attach(NULL, "main"), LS_EINVAL);
    assert_string_not_equal(ls_error_detail(), "");
    backend_fd = -1;
    assert_int_equal(ls_loop_attach(LOOP, "main"), LS_ENOHOOKS);
    assert_non_null(strstr(ls_error_detail(), "libuv"));
    backend_fd = LOOP_FD;
    in_place = 0;
    assert_int_equal(ls_loop_attach(LOOP, "main"), LS_ENOHOOKS);
    assert_non_null(strstr(ls_error_detail(), "before libuv"));
    expect_nothing();
    in_place = 1;
    assert_int_equal(ls_loop_attach(LOOP, "main"), LS_OK);
    assert_string_equal(ls_error_detail(), "");
}

/* A loop belongs to the session in which it was met. */
static void test_turn__another_session_meets_the_loop_anew(void **state)
{
    ls_loop_attach(LOOP, "main");
    poll_fd(LOOP_FD);
    test_session_renew();
    ls_turn_begin(1, true); /* the poll returns */
    assert_int_equal(ls_recorder.turn_begin, 0);
    assert_true(poll_fd(LOOP_FD));
    assert_int_equal(expect(LS_RECORD_LOOP).value, LS_LOOP_EPOLL);
    expect_nothing();
}

/* ---- calls in it -------------------------------------------------------- */

/* A call that has lasted N_MS. */
static __attribute__((noinline)) void call(enum ls_call id, int n_ms)
{
    struct ls_call_scope scope;
    ls_call_begin(&scope, id, -1, __builtin_return_address(0));
    if (scope.begin) {
        assert_int_equal(ls_recorder.ring->call_begin, scope.begin);
        scope.begin -= (uint64_t)n_ms * ls_session_ticks_per_ms();
    }
    ls_call_end(&scope);
}

static void test_turn__calls_are_recorded_inside_only(void **state)
{
    call(LS_CALL_SLEEP, 1);
    expect_nothing();
    ls_loop_attach(LOOP, NULL);
    expect(LS_RECORD_LOOP);
    expect(LS_RECORD_TURN_BEGIN);
    call(LS_CALL_SLEEP, 1);
    struct ls_record is = expect(LS_RECORD_CALL);
    assert_int_equal(is.name, LS_CALL_SLEEP);
    assert_int_equal(is.n_more, 1); /* below the threshold: no stack */
    assert_true(is.value >= ls_session_ticks_per_ms());
    assert_int_equal(ls_recorder.ring->call_begin, 0);
    poll_fd(LOOP_FD);
    expect(LS_RECORD_TURN_END);
    call(LS_CALL_SLEEP, 1);
    expect_nothing();
}

static void test_turn__a_short_call_leaves_nothing(void **state)
{
    ls_loop_attach(LOOP, NULL);
    expect(LS_RECORD_LOOP);
    expect(LS_RECORD_TURN_BEGIN);
    call(LS_CALL_READ, 0);
    expect_nothing();
}

static void test_turn__a_call_in_a_call_is_part_of_it(void **state)
{
    struct ls_call_scope scope;
    ls_loop_attach(LOOP, NULL);
    expect(LS_RECORD_LOOP);
    expect(LS_RECORD_TURN_BEGIN);
    ls_call_begin(&scope, LS_CALL_UV_SLEEP, -1, NULL);
    call(LS_CALL_NANOSLEEP, 5);
    expect_nothing();
    scope.begin -= 5 * ls_session_ticks_per_ms();
    ls_call_end(&scope);
    assert_int_equal(expect(LS_RECORD_CALL).name, LS_CALL_UV_SLEEP);
    expect_nothing();
}

static void test_turn__a_call_s_record_says_what_it_was_on(void **state)
{
    struct ls_call_more is;
    struct ls_call_scope scope;
    ls_loop_attach(LOOP, NULL);
    expect(LS_RECORD_LOOP);
    expect(LS_RECORD_TURN_BEGIN);
    ls_recorder.current = 7;
    ls_call_begin(&scope, LS_CALL_READ, 99999, &is);
    scope.begin -= 20 * ls_session_ticks_per_ms();
    ls_call_end(&scope);
    struct ls_record record = expect(LS_RECORD_CALL);
    memcpy(&is, more, sizeof is);
    assert_int_equal(record.task, 7);
    assert_int_equal(is.fd, 99999); /* closed meanwhile */
    assert_int_equal(is.fd_kind, LS_FD_NONE);
    assert_true(is.pc == (uint64_t)(uintptr_t)&is);
    assert_true(is.n_stack_more > 2); /* over the threshold */
    assert_int_equal(record.n_more, 1 + is.n_stack_more);
}

#define TURN_TEST(test)                                                        \
    cmocka_unit_test_setup_teardown(test, open_turn, close_turn)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TURN_TEST(test_turn__from_attach_to_detach),
        TURN_TEST(test_turn__the_first_poll_makes_a_loop),
        TURN_TEST(test_turn__another_descriptor_is_a_call),
        TURN_TEST(test_turn__a_loop_that_was_closed_is_replaced),
        TURN_TEST(test_turn__closed_is_not_asked_all_the_time),
        TURN_TEST(test_turn__attaching_a_known_loop_gives_its_name),
        TURN_TEST(test_turn__uv_run_makes_a_loop),
        TURN_TEST(test_turn__only_a_loop_with_nothing_left_ran_out),
        TURN_TEST(test_turn__one_uv_run_after_another),
        TURN_TEST(test_turn__uv_run_of_a_known_loop_goes_on),
        TURN_TEST(test_turn__what_was_long_is_measured),
        TURN_TEST(test_turn__uv_run_was_left_by_a_jump),
        TURN_TEST(test_turn__run_begins_one_and_ends_it_when_all_is_done),
        TURN_TEST(test_turn__attaching_again_detaches),
        TURN_TEST(test_turn__what_cannot_be_attached_is_told),
        TURN_TEST(test_turn__another_session_meets_the_loop_anew),
        TURN_TEST(test_turn__calls_are_recorded_inside_only),
        TURN_TEST(test_turn__a_short_call_leaves_nothing),
        TURN_TEST(test_turn__a_call_in_a_call_is_part_of_it),
        TURN_TEST(test_turn__a_call_s_record_says_what_it_was_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
