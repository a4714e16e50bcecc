/* SPDX-License-Identifier: MIT */
/* The virtual clock of the other tests (tests/support/vclock.c). Runs with it
 * preloaded. */
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define MS INT64_C(1000000)

/* More than all readings of the clock in a test cost. */
#define SLACK_NS (MS / 10)

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 * MS + time.tv_nsec;
}

static int64_t really_now(void)
{
    struct timespec time;
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 * MS + time.tv_nsec;
}

static void assert_took(int64_t since, int64_t ns)
{
    int64_t took = now() - since;
    assert_true(took >= ns && took < ns + SLACK_NS);
}

static void test_vclock__sleeps_last_exactly_and_take_no_time(void **state)
{
    int64_t began = now(), really_began = really_now();
    sleep(100);
    usleep(20000);
    nanosleep(&(struct timespec){.tv_nsec = 3 * MS}, NULL);
    clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){.tv_sec = 1}, NULL);
    assert_took(began, 101023 * MS);
    assert_true(really_now() - really_began < 50000 * MS);
}

static void test_vclock__sleep_until_a_time(void **state)
{
    int64_t until = now() + 250 * MS;
    struct timespec time = {.tv_sec = until / (1000 * MS),
                            .tv_nsec = until % (1000 * MS)};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
    assert_took(until, 0);
}

static void test_vclock__clocks_agree(void **state)
{
    struct timeval before, after;
    time_t seconds = time(NULL);
    gettimeofday(&before, NULL);
    assert_true(before.tv_sec - seconds <= 1);
    sleep(7);
    gettimeofday(&after, NULL);
    assert_int_equal(after.tv_sec - before.tv_sec, 7);
    assert_int_equal(time(NULL) - seconds, 7);
}

static void test_vclock__no_two_readings_are_equal(void **state)
{
    int64_t last = now();
    for (int i = 0; i < 100; i++) {
        int64_t next = now();
        assert_true(next > last);
        last = next;
    }
}

static void test_vclock__cpu_time_is_real(void **state)
{
    struct timespec before, after;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
    sleep(3600);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
    assert_true(after.tv_sec - before.tv_sec < 60);
}

static void test_vclock__poll_that_finds_nothing_moves_the_clock(void **state)
{
    int fds[2], epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN};
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(epoll_ctl(epoll, EPOLL_CTL_ADD, fds[0], &event), 0);
    struct pollfd pollfd = {.fd = fds[0], .events = POLLIN};

    int64_t began = now();
    assert_int_equal(epoll_wait(epoll, &event, 1, 400), 0);
    assert_int_equal(poll(&pollfd, 1, 70), 0);
    assert_took(began, 470 * MS);

    assert_int_equal(write(fds[1], "x", 1), 1);
    began = now();
    assert_int_equal(epoll_wait(epoll, &event, 1, 400), 1);
    assert_int_equal(poll(&pollfd, 1, -1), 1);
    assert_took(began, 0);
    close(epoll);
    close(fds[0]);
    close(fds[1]);
}

static void *write_after_200_ms(void *arg)
{
    usleep(200000);
    assert_int_equal(write(*(int *)arg, "x", 1), 1);
    return NULL;
}

/* What other threads do at an earlier time happens first. */
static void test_vclock__other_threads_are_waited_for(void **state)
{
    for (int i = 0; i < 50; i++) {
        int fds[2];
        pthread_t thread;
        assert_int_equal(pipe(fds), 0);
        struct pollfd pollfd = {.fd = fds[0], .events = POLLIN};
        int64_t began = now();
        pthread_create(&thread, NULL, write_after_200_ms, &fds[1]);
        assert_int_equal(poll(&pollfd, 1, 1000), 1);
        assert_took(began, 200 * MS);
        pthread_join(thread, NULL);
        close(fds[0]);
        close(fds[1]);
    }
}

static void test_vclock__a_blocking_read_lasts_as_long_as_it_is(void **state)
{
    for (int i = 0; i < 50; i++) {
        int fds[2];
        char byte;
        pthread_t thread;
        assert_int_equal(pipe(fds), 0);
        pthread_create(&thread, NULL, write_after_200_ms, &fds[1]);
        int64_t began = now();
        assert_int_equal(read(fds[0], &byte, 1), 1);
        assert_took(began, 200 * MS);
        pthread_join(thread, NULL);
        close(fds[0]);
        close(fds[1]);
    }
}

static void test_vclock__programs_started_by_it_have_the_real_clock(
    void **state)
{
    assert_null(getenv("LD_PRELOAD"));
    assert_string_equal(getenv("LOOPSCOPE_CLOCK"), "external");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vclock__sleeps_last_exactly_and_take_no_time),
        cmocka_unit_test(test_vclock__sleep_until_a_time),
        cmocka_unit_test(test_vclock__clocks_agree),
        cmocka_unit_test(test_vclock__no_two_readings_are_equal),
        cmocka_unit_test(test_vclock__cpu_time_is_real),
        cmocka_unit_test(test_vclock__poll_that_finds_nothing_moves_the_clock),
        cmocka_unit_test(test_vclock__other_threads_are_waited_for),
        cmocka_unit_test(test_vclock__a_blocking_read_lasts_as_long_as_it_is),
        cmocka_unit_test(
            test_vclock__programs_started_by_it_have_the_real_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
