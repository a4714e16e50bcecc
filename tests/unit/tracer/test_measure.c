/* SPDX-License-Identifier: MIT */
/*
 * How a thread's time was spent, also where the machine took the processor away in
 * the middle of reading its clocks. The test does that by handing over a NOW
 * that is long past: what lies between was not the program's.
 */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "session.h"
#include "tracer/record/clock.h"
#include "tracer/record/measure.h"

#define MS UINT64_C(1000000) /* a tick is a nanosecond here */

static int open_session(void **state)
{
    test_session_open(2);
    return ls_ring_open() ? 0 : -1;
}

static int close_session(void **state)
{
    test_session_close();
    return 0;
}

static void sleep_ms(uint64_t ms)
{
    nanosleep(&(struct timespec){.tv_nsec = (long)(ms * MS)}, NULL);
}

static uint64_t blocked_of(const struct ls_measure *m, uint64_t wall)
{
    return wall - m->cpu_ns - m->delay_ns;
}

static void test_measure__what_blocks_is_known(void **state)
{
    struct ls_measure m;
    uint64_t begin = ls_clock_ticks();
    ls_measure_read(begin);
    struct ls_reading base = ls_recorder.base;
    sleep_ms(20);
    uint64_t end = ls_clock_ticks();
    assert_true(ls_measure_since(&base, begin, end, &m));
    assert_true(blocked_of(&m, end - begin) >= 19 * MS);
}

/* A turn that begins so is not blocked by that. */
static void test_measure__a_late_first_reading_blocks_nothing(void **state)
{
    struct ls_measure m;
    uint64_t begin = ls_clock_ticks();
    sleep_ms(20);
    ls_measure_read(begin);
    struct ls_reading base = ls_recorder.base;
    uint64_t end = ls_clock_ticks();
    assert_true(ls_measure_since(&base, begin, end, &m));
    assert_true(blocked_of(&m, end - begin) < 2 * MS);
}

static atomic_bool is_over;

static void *spin(void *arg)
{
    while (!atomic_load(&is_over))
        ;
    return arg;
}

/* Makes the calling thread wait for the processor for MS and more. */
static void be_delayed(uint64_t ms)
{
    cpu_set_t all, one;
    pthread_t rival;
    assert_int_equal(sched_getaffinity(0, sizeof all, &all), 0);
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    atomic_store(&is_over, false);
    assert_int_equal(pthread_create(&rival, NULL, spin, NULL), 0);
    do
        ls_measure_read(ls_clock_ticks());
    while (ls_recorder.base.used.delay_ns < ms * MS);
    atomic_store(&is_over, true);
    pthread_join(rival, NULL);
    assert_int_equal(sched_setaffinity(0, sizeof all, &all), 0);
}

/* Nor is a wait taken for the machine's doing, where the second reading comes
 * late. */
static void test_measure__a_late_last_reading_excuses_nothing(void **state)
{
    struct ls_measure m;
    be_delayed(25);
    uint64_t begin = ls_clock_ticks();
    ls_measure_read(begin);
    struct ls_reading base = ls_recorder.base;
    sleep_ms(20);
    uint64_t end = ls_clock_ticks();
    assert_true(base.used.delay_ns >= 20 * MS);
    /* as if 20 ms of run queue had come between END and the reading */
    base.used.delay_ns -= 20 * MS;
    sleep_ms(20);
    assert_true(ls_measure_since(&base, begin, end, &m));
    assert_true(blocked_of(&m, end - begin) >= 18 * MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_measure__what_blocks_is_known),
        cmocka_unit_test(test_measure__a_late_first_reading_blocks_nothing),
        cmocka_unit_test(test_measure__a_late_last_reading_excuses_nothing),
    };
    return cmocka_run_group_tests(tests, open_session, close_session);
}
