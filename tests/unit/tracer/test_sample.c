/* SPDX-License-Identifier: MIT */
/* Samples on their way: in their order, and those for which there is no room
 * are counted. */
#include "tracer/collector/sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct ls_sample_queue queue;

static int init(void **state)
{
    ls_sample_queue_init(&queue);
    return 0;
}

static int destroy(void **state)
{
    ls_sample_queue_destroy(&queue);
    return 0;
}

static void give(uint32_t process, uint64_t ticks)
{
    struct ls_sample *sample = calloc(1, sizeof *sample);
    assert_non_null(sample);
    sample->process = process;
    sample->ticks = ticks;
    ls_sample_queue_give(&queue, sample);
}

/* How many were there. */
static uint64_t take_all(void)
{
    uint64_t n = 0;
    struct ls_sample *sample;
    while ((sample = ls_sample_queue_take(&queue))) {
        assert_int_equal(sample->ticks, n++);
        ls_sample_free(sample);
    }
    return n;
}

static void test_sample__first_in_first_out(void **state)
{
    for (uint64_t i = 0; i < 10; i++)
        give(1, i);
    assert_int_equal(take_all(), 10);
    assert_int_equal(ls_sample_queue_dropped(&queue, 1), 0);
}

static void test_sample__what_finds_no_room_is_counted(void **state)
{
    enum { MANY = 5000 };
    for (uint64_t i = 0; i < MANY; i++)
        give(3, i);
    give(4, MANY);
    uint64_t n = take_all();
    assert_in_range(n, 1, MANY - 1);
    assert_int_equal(ls_sample_queue_dropped(&queue, 3), MANY - n);
    assert_int_equal(ls_sample_queue_dropped(&queue, 4), 1);
    assert_int_equal(ls_sample_queue_dropped(&queue, 5), 0);
    /* Once told, they are told. */
    assert_int_equal(ls_sample_queue_dropped(&queue, 3), 0);
    give(3, 0);
    assert_int_equal(take_all(), 1);
}

#define SAMPLE_TEST(test) cmocka_unit_test_setup_teardown(test, init, destroy)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SAMPLE_TEST(test_sample__first_in_first_out),
        SAMPLE_TEST(test_sample__what_finds_no_room_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
