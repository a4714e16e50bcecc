/* SPDX-License-Identifier: MIT */
#include "tracer/collector/map.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct ls_map map;
static int things[100000];

static int empty(void **state)
{
    map = (struct ls_map){0};
    return 0;
}

static int destroy(void **state)
{
    ls_map_destroy(&map);
    return 0;
}

static void test_map__empty(void **state)
{
    assert_null(ls_map_get(&map, 1));
    assert_null(ls_map_remove(&map, 1));
    ls_map_destroy(&map);
    ls_map_destroy(&map);
}

static void test_map__what_is_put_is_there(void **state)
{
    assert_true(ls_map_put(&map, 7, &things[0]));
    assert_true(ls_map_put(&map, UINT64_MAX, &things[1]));
    assert_ptr_equal(ls_map_get(&map, 7), &things[0]);
    assert_ptr_equal(ls_map_get(&map, UINT64_MAX), &things[1]);
    assert_null(ls_map_get(&map, 8));
    assert_int_equal(map.n, 2);
}

/* No key: it marks what is empty. */
static void test_map__zero_is_no_key(void **state)
{
    assert_false(ls_map_put(&map, 0, &things[0]));
    assert_true(ls_map_put(&map, 1, &things[1]));
    assert_null(ls_map_get(&map, 0));
    assert_null(ls_map_remove(&map, 0));
    assert_int_equal(map.n, 1);
}

static void test_map__a_key_again_replaces(void **state)
{
    assert_true(ls_map_put(&map, 7, &things[0]));
    assert_true(ls_map_put(&map, 7, &things[1]));
    assert_int_equal(map.n, 1);
    assert_ptr_equal(ls_map_remove(&map, 7), &things[1]);
    assert_null(ls_map_get(&map, 7));
    assert_int_equal(map.n, 0);
}

/* Dense ids, and addresses that differ only high up or low down. */
static uint64_t key_of(size_t i)
{
    return i % 3 == 0 ? i + 1 : i % 3 == 1 ? (uint64_t)i << 40 : i * 4096;
}

static void test_map__growing_loses_nothing(void **state)
{
    enum { N = 100000 };
    for (size_t i = 0; i < N; i++)
        assert_true(ls_map_put(&map, key_of(i), &things[i]));
    assert_true(map.capacity >= 2 * map.n);
    assert_int_equal(map.capacity & (map.capacity - 1), 0);
    for (size_t i = 0; i < N; i++)
        assert_non_null(ls_map_get(&map, key_of(i)));
}

/* Keys whose home is one slot: all but the first are displaced. */
static size_t collide(uint64_t *keys, size_t n)
{
    const uint64_t hash = UINT64_C(0x9e3779b97f4a7c15);
    size_t found = 0;
    for (uint64_t key = 1; found < n; key++)
        if (((key * hash >> 24) & 63) == 62) /* near the end: it wraps */
            keys[found++] = key;
    return found;
}

static void test_map__collisions_and_gaps(void **state)
{
    enum { N = 12 };
    uint64_t keys[N];
    assert_int_equal(collide(keys, N), N);
    for (size_t gap = 0; gap < N; gap++) {
        for (size_t i = 0; i < N; i++)
            assert_true(ls_map_put(&map, keys[i], &things[i]));
        assert_int_equal(map.capacity, 64);
        assert_ptr_equal(ls_map_remove(&map, keys[gap]), &things[gap]);
        for (size_t i = 0; i < N; i++)
            assert_ptr_equal(ls_map_get(&map, keys[i]),
                             i == gap ? NULL : &things[i]);
        ls_map_destroy(&map);
    }
}

/* Against a plain array, with removals among it. */
static void test_map__as_an_array_has_it(void **state)
{
    enum { KEYS = 300, STEPS = 200000 };
    void *is[KEYS] = {0};
    size_t n = 0;
    uint32_t random = 1;
    for (int step = 0; step < STEPS; step++) {
        random = random * 1664525 + 1013904223;
        size_t k = (random >> 8) % KEYS;
        if (random >> 31) {
            n += !is[k];
            is[k] = &things[step % 100000];
            assert_true(ls_map_put(&map, k + 1, is[k]));
        } else {
            assert_ptr_equal(ls_map_remove(&map, k + 1), is[k]);
            n -= is[k] != NULL;
            is[k] = NULL;
        }
        assert_int_equal(map.n, n);
        k = (random >> 16) % KEYS;
        assert_ptr_equal(ls_map_get(&map, k + 1), is[k]);
    }
}

static bool is_odd(uint64_t key, void *value, void *arg)
{
    ++*(int *)arg;
    return key % 2 == 1;
}

static void test_map__a_sweep_takes_what_it_is_told_to(void **state)
{
    enum { N = 1000 };
    int n_seen = 0;
    for (size_t i = 1; i <= N; i++)
        assert_true(ls_map_put(&map, i, &things[i]));
    ls_map_sweep(&map, is_odd, &n_seen);
    assert_int_equal(n_seen, N);
    assert_int_equal(map.n, N / 2);
    for (size_t i = 1; i <= N; i++)
        assert_ptr_equal(ls_map_get(&map, i), i % 2 ? NULL : &things[i]);
    assert_true(ls_map_put(&map, 1, &things[1]));
}

static bool is_any(uint64_t key, void *value, void *arg)
{
    return true;
}

static void test_map__a_sweep_of_all(void **state)
{
    ls_map_sweep(&map, is_any, NULL); /* of nothing */
    assert_true(ls_map_put(&map, 1, &things[1]));
    ls_map_sweep(&map, is_any, NULL);
    assert_int_equal(map.n, 0);
    assert_null(ls_map_get(&map, 1));
    assert_true(ls_map_put(&map, 1, &things[1]));
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(test_map__##name, empty, destroy)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(empty),
        TEST(what_is_put_is_there),
        TEST(zero_is_no_key),
        TEST(a_key_again_replaces),
        TEST(growing_loses_nothing),
        TEST(collisions_and_gaps),
        TEST(as_an_array_has_it),
        TEST(a_sweep_takes_what_it_is_told_to),
        TEST(a_sweep_of_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
