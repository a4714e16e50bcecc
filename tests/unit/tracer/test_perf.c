/* SPDX-License-Identifier: MIT */
/* The kernel's samples: records made by hand, whole and broken, and the test's
 * own thread. */
#include "tracer/collector/perf.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tracer/record/clock.h"

#if defined(__x86_64__)
enum { N_REGISTERS = 8, SP_AT = 2, PC_AT = 3 };
#else
enum { N_REGISTERS = 14, SP_AT = 12, PC_AT = 13 };
#endif
enum { N_STACK = 64, N_WORDS = 2 + N_REGISTERS + 1 + N_STACK / 8 + 1 };

struct record {
    struct perf_event_header header;
    uint64_t words[N_WORDS]; /* time, abi, registers, n, stack, there */
};

static struct record whole_record(void)
{
    struct record r = {
        .header = {.type = PERF_RECORD_SAMPLE, .size = sizeof r},
        .words = {12345, PERF_SAMPLE_REGS_ABI_64},
    };
    for (int i = 0; i < N_REGISTERS; i++)
        r.words[2 + i] = 1000u + (unsigned)i;
    r.words[2 + N_REGISTERS] = N_STACK;
    r.words[2 + N_REGISTERS + 1] = 0xabcd;
    r.words[N_WORDS - 1] = 40;
    return r;
}

static bool parse(const struct record *r, size_t n,
                  struct ls_perf_sample *sample)
{
    /* Exactly so long, that the sanitizer sees who reads beyond it. */
    unsigned char *copy = malloc(n ? n : 1);
    memcpy(copy, r, n);
    bool good = ls_perf_parse(copy, n, sample);
    if (good) {
        uint64_t sum = 0;
        for (size_t i = 0; i < sample->n_stack; i++)
            sum += sample->stack[i];
        good = sum != UINT64_MAX;
    }
    free(copy);
    return good;
}

static void test_perf__a_record(void **state)
{
    struct record r = whole_record();
    struct ls_perf_sample sample;
    assert_true(ls_perf_parse((const unsigned char *)&r, sizeof r, &sample));
    assert_int_equal(sample.monotonic_ns, 12345);
    assert_int_equal(sample.registers.sp, 1000 + SP_AT);
    assert_int_equal(sample.registers.pc, 1000 + PC_AT);
    assert_int_equal(sample.n_stack, 40);
    assert_int_equal(sample.stack[0], 0xcd);
}

static void test_perf__records_that_are_none(void **state)
{
    struct ls_perf_sample sample;
    struct record r = whole_record();
    r.header.type = PERF_RECORD_LOST;
    assert_false(parse(&r, sizeof r, &sample));
    r = whole_record(); /* a thread of the kernel has no registers */
    r.words[1] = PERF_SAMPLE_REGS_ABI_NONE;
    assert_false(parse(&r, sizeof r, &sample));
    r = whole_record();
    r.words[1] = PERF_SAMPLE_REGS_ABI_32;
    assert_false(parse(&r, sizeof r, &sample));
    r = whole_record(); /* more stack than there is */
    r.words[2 + N_REGISTERS] = UINT64_MAX - 7;
    assert_false(parse(&r, sizeof r, &sample));
    r = whole_record();
    r.words[N_WORDS - 1] = N_STACK + 1;
    assert_false(parse(&r, sizeof r, &sample));
}

static void test_perf__records_that_are_cut(void **state)
{
    struct ls_perf_sample sample;
    struct record r = whole_record();
    for (size_t n = 0; n < sizeof r; n++) {
        assert_false(parse(&r, n, &sample));
        struct record cut = r;
        cut.header.size = (uint16_t)n;
        assert_false(parse(&cut, sizeof cut, &sample));
    }
}

static void test_perf__random_bytes(void **state)
{
    struct ls_perf_sample sample;
    uint64_t dice = 1;
    for (int n = 0; n < 20000; n++) {
        struct record r = whole_record();
        for (int k = 0; k < 4; k++) {
            dice = dice * UINT64_C(6364136223846793005) + 1442695040888963407;
            ((unsigned char *)&r)[(dice >> 33) % sizeof r] =
                (unsigned char)(dice >> 57);
        }
        parse(&r, sizeof r, &sample); /* whatever it says */
    }
}

static volatile unsigned long sink;

static void burn(int ms)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    int64_t end =
        t.tv_sec * INT64_C(1000000000) + t.tv_nsec + ms * INT64_C(1000000);
    do {
        for (unsigned i = 0; i < 10000; i++)
            sink += i;
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    } while (t.tv_sec * INT64_C(1000000000) + t.tv_nsec < end);
}

static void test_perf__the_own_thread(void **state)
{
    struct ls_perf perf;
    struct ls_perf_sample sample;
    int n = 0;
    int error = ls_perf_open(&perf, (int)gettid());
    if (error == -EACCES || error == -EPERM || error == -ENOSYS)
        skip(); /* this machine does not allow it */
    assert_int_equal(error, 0);
    uint64_t begin = ls_clock_monotonic();
    ls_perf_start(&perf, 1000000);
    burn(20);
    /* More than the ring holds at one time. */
    for (int i = 0; i < 4; i++) {
        while (ls_perf_next(&perf, &sample)) {
            assert_in_range(sample.monotonic_ns, begin, ls_clock_monotonic());
            assert_true(sample.registers.pc != 0 && sample.registers.sp != 0);
            assert_true(sample.n_stack > 100);
            n++;
        }
        burn(10);
    }
    assert_in_range(n, 15, 80);
    ls_perf_stop(&perf);
    while (ls_perf_next(&perf, &sample))
        ;
    burn(5);
    assert_false(ls_perf_next(&perf, &sample));
    ls_perf_close(&perf);
    ls_perf_close(&perf);
}

static void test_perf__no_such_thread(void **state)
{
    struct ls_perf perf;
    int error = ls_perf_open(&perf, 99999999);
    assert_true(error < 0);
    assert_int_equal(perf.fd, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_perf__a_record),
        cmocka_unit_test(test_perf__records_that_are_none),
        cmocka_unit_test(test_perf__records_that_are_cut),
        cmocka_unit_test(test_perf__random_bytes),
        cmocka_unit_test(test_perf__the_own_thread),
        cmocka_unit_test(test_perf__no_such_thread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
