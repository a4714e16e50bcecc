/* SPDX-License-Identifier: MIT */
/* Which of a thread's polls are its loop's, by a clock of the test's. */
#include "tracer/record/choice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { MS = 1000, A = 5, B = 6, PLACE = 0x5000, OTHER_PLACE = 0x6000 };

static struct ls_choice choice;
static uint64_t now;

static int begin(void **state)
{
    choice = LS_NO_CHOICE;
    now = 1000000;
    return 0;
}

/* As the hook does it. True: it is the loop's own poll. */
static bool poll_as(enum ls_loop_kind kind, uint64_t key, bool may_wait)
{
    if (choice.key == key) {
        choice.n_own++;
        choice.n_other = 0;
        return true;
    }
    return ls_choice_replace(&choice,
                             &(struct ls_polled){.kind = kind,
                                                 .key = key,
                                                 .now = now,
                                                 .ticks_per_ms = MS,
                                                 .may_wait = may_wait});
}

static bool epoll(uint64_t key)
{
    return poll_as(LS_LOOP_EPOLL, key, true);
}

static bool poll_at(uint64_t place)
{
    return poll_as(LS_LOOP_POLL, place, true);
}

/* N polls of KEY, so many ms apart; how many of them were the loop's own. */
static int many(bool (*poll)(uint64_t), uint64_t key, int n, int ms)
{
    int n_own = 0;
    for (int i = 0; i < n; i++, now += (uint64_t)ms * MS)
        n_own += poll(key);
    return n_own;
}

static void test_choice__the_first_poll_is_the_loop_s(void **state)
{
    assert_true(epoll(0)); /* a descriptor like any other */
    assert_true(epoll(0));
    begin(NULL);
    assert_true(poll_at(PLACE));
    assert_int_equal(choice.kind, LS_LOOP_POLL);
}

static void test_choice__a_look_makes_no_loop(void **state)
{
    for (int i = 0; i < 100; i++)
        assert_false(poll_as(LS_LOOP_SELECT, PLACE, false));
    assert_true(poll_as(LS_LOOP_SELECT, PLACE, true));
    assert_true(poll_as(LS_LOOP_SELECT, PLACE, false)); /* it is known now */
    for (int i = 0; i < 100; i++) /* nor does it replace one */
        assert_false(poll_as(LS_LOOP_POLL, OTHER_PLACE, false));
}

static void test_choice__an_epoll_that_looks_is_a_loop(void **state)
{
    assert_true(poll_as(LS_LOOP_EPOLL, A, false));
}

static void test_choice__epoll_beats_poll(void **state)
{
    many(poll_at, PLACE, 100, 100); /* for 10 s */
    assert_true(epoll(A));
    assert_int_equal(choice.key, A);
    assert_int_equal(many(poll_at, PLACE, 9, 1000), 0);
    assert_int_equal(choice.key, A);
}

static void test_choice__a_start_up_s_poll_is_replaced(void **state)
{
    poll_at(PLACE);
    assert_false(poll_at(OTHER_PLACE));
    assert_false(poll_at(OTHER_PLACE));
    assert_true(poll_at(OTHER_PLACE));
    assert_int_equal(choice.key, OTHER_PLACE);
    assert_false(poll_at(PLACE));
}

/* Two places by turns: the first is the loop, the second waits inside it. */
static void test_choice__places_by_turns(void **state)
{
    for (int i = 0; i < 100; i++, now += 100 * MS) {
        assert_true(poll_at(PLACE));
        assert_false(poll_at(OTHER_PLACE));
        assert_false(poll_at(OTHER_PLACE));
    }
}

/* A download in the middle of a turn: 1.9 s, in 1900 polls. */
static void test_choice__a_nested_poll_is_none(void **state)
{
    many(poll_at, PLACE, 30, 100);
    assert_int_equal(many(poll_at, OTHER_PLACE, 1900, 1), 0);
    assert_true(poll_at(PLACE));
    begin(NULL);
    epoll(A);
    assert_int_equal(many(epoll, B, 1900, 1), 0);
    assert_true(epoll(A));
    assert_int_equal(many(epoll, B, 9, 1000), 0); /* long, but few */
    assert_true(epoll(A));
}

static void test_choice__what_goes_on_for_long_is_the_loop(void **state)
{
    epoll(A);
    assert_int_equal(many(epoll, B, 30, 100), 10); /* the first 2 s are lost */
    assert_int_equal(choice.key, B);
}

/* And if the first comes back, the second was nested after all. */
static void test_choice__back_to_the_first(void **state)
{
    epoll(A);
    many(epoll, B, 30, 100);
    assert_true(epoll(A));
    assert_int_equal(choice.key, A);
    assert_false(poll_at(PLACE));
}

static void test_choice__another_loop_starts_the_count_again(void **state)
{
    epoll(A);
    for (int i = 0; i < 10; i++)
        for (uint64_t key = B; key < B + 3; key++)
            assert_int_equal(many(epoll, key, 9, 100), 0);
}

static void test_choice__a_closed_loop_is_replaced_at_once(void **state)
{
    epoll(A);
    assert_true(
        ls_choice_replace(&choice, &(struct ls_polled){.kind = LS_LOOP_POLL,
                                                       .key = PLACE,
                                                       .now = now,
                                                       .ticks_per_ms = MS,
                                                       .may_wait = true,
                                                       .old_closed = true}));
}

#define CHOICE_TEST(test) cmocka_unit_test_setup(test, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CHOICE_TEST(test_choice__the_first_poll_is_the_loop_s),
        CHOICE_TEST(test_choice__a_look_makes_no_loop),
        CHOICE_TEST(test_choice__an_epoll_that_looks_is_a_loop),
        CHOICE_TEST(test_choice__epoll_beats_poll),
        CHOICE_TEST(test_choice__a_start_up_s_poll_is_replaced),
        CHOICE_TEST(test_choice__places_by_turns),
        CHOICE_TEST(test_choice__a_nested_poll_is_none),
        CHOICE_TEST(test_choice__what_goes_on_for_long_is_the_loop),
        CHOICE_TEST(test_choice__back_to_the_first),
        CHOICE_TEST(test_choice__another_loop_starts_the_count_again),
        CHOICE_TEST(test_choice__a_closed_loop_is_replaced_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
