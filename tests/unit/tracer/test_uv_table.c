/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tracer/preload/uv_table.h"

/* Addresses as an allocator gives them: nothing is ever read there. */
static const void *address_of(uintptr_t i)
{
    return (const void *)(UINT64_C(0x555500000000) + i * 32);
}

static struct ls_uv_entry *put(uintptr_t i, uint64_t id)
{
    bool is_new;
    struct ls_uv_entry *entry =
        ls_uv_table_put(address_of(i), LS_UV_MAIN, &is_new);
    assert_non_null(entry);
    assert_true(is_new);
    entry->op.id = id;
    return entry;
}

static uint64_t id_at(uintptr_t i)
{
    struct ls_uv_entry *entry = ls_uv_table_get(address_of(i), LS_UV_MAIN);
    return entry ? entry->op.id : 0;
}

static void test_uv_table__empty(void **state)
{
    assert_null(ls_uv_table_get(address_of(1), LS_UV_MAIN));
    assert_null(ls_uv_table_look(address_of(1), LS_UV_MAIN));
    ls_uv_table_remove(address_of(1), LS_UV_MAIN);
    assert_int_equal(ls_uv_table_count(), 0);
}

static void test_uv_table__a_handle_has_its_close_beside(void **state)
{
    bool is_new;
    put(1, 10);
    ls_uv_table_put(address_of(1), LS_UV_CLOSE, &is_new)->op.id = 11;
    assert_true(is_new);
    assert_int_equal(id_at(1), 10);
    ls_uv_table_remove(address_of(1), LS_UV_MAIN);
    assert_null(ls_uv_table_get(address_of(1), LS_UV_MAIN));
    struct ls_uv_entry *close = ls_uv_table_get(address_of(1), LS_UV_CLOSE);
    assert_int_equal(close->op.id, 11);
    ls_uv_table_drop(close);
    assert_null(ls_uv_table_get(address_of(1), LS_UV_CLOSE));
    assert_int_equal(ls_uv_table_count(), 0);
}

static void test_uv_table__the_same_again_is_the_same_entry(void **state)
{
    bool is_new;
    struct ls_uv_entry *entry = put(1, 10);
    assert_ptr_equal(ls_uv_table_put(address_of(1), LS_UV_MAIN, &is_new),
                     entry);
    assert_false(is_new);
    assert_int_equal(entry->op.id, 10);
    ls_uv_table_remove(address_of(1), LS_UV_MAIN);
}

/* Memory that another handle or request has had: nothing is left of it. */
static void test_uv_table__a_new_entry_is_zero(void **state)
{
    struct ls_uv_entry *entry = put(1, 10);
    entry->active = true;
    entry->sent = 5;
    ls_uv_table_remove(address_of(1), LS_UV_MAIN);
    entry = put(1, 0);
    assert_false(entry->active);
    assert_int_equal(entry->sent, 0);
    assert_null(entry->op.callback);
    ls_uv_table_remove(address_of(1), LS_UV_MAIN);
}

static int compare(const void *a, const void *b)
{
    uintptr_t x = *(const uintptr_t *)a, y = *(const uintptr_t *)b;
    return (x > y) - (x < y);
}

/* A program that uses a request again finds its entry; one that never does that
 * is given no more memory for it. */
static void test_uv_table__a_request_again_has_the_same_entry(void **state)
{
    enum { MANY = 100000 };
    uintptr_t *entries = calloc(MANY, sizeof *entries);
    struct ls_uv_entry *entry = put(1, 10);
    ls_uv_table_remove(address_of(1), LS_UV_MAIN);
    assert_int_equal(ls_uv_table_count(), 0);
    assert_null(ls_uv_table_look(address_of(1), LS_UV_MAIN));
    assert_ptr_equal(put(1, 11), entry);
    ls_uv_table_remove(address_of(1), LS_UV_MAIN);
    for (uintptr_t i = 0; i < MANY; i++) {
        entries[i] = (uintptr_t)put(i, 1);
        ls_uv_table_remove(address_of(i), LS_UV_MAIN);
        assert_int_equal(id_at(i), 0);
    }
    qsort(entries, MANY, sizeof *entries, compare);
    size_t n_entries = 1;
    for (size_t i = 1; i < MANY; i++)
        n_entries += entries[i] != entries[i - 1];
    assert_in_range(n_entries, 1, MANY / 10);
    free(entries);
}

/* Entries stay where they are, whatever the table does. */
static void test_uv_table__growing_moves_no_entry(void **state)
{
    enum { N = 20000 };
    struct ls_uv_entry **entries = calloc(N, sizeof *entries);
    for (uintptr_t i = 0; i < N; i++)
        entries[i] = put(i, i + 1);
    assert_int_equal(ls_uv_table_count(), N);
    for (uintptr_t i = 0; i < N; i++) {
        assert_ptr_equal(ls_uv_table_get(address_of(i), LS_UV_MAIN),
                         entries[i]);
        assert_int_equal(entries[i]->op.id, i + 1);
    }
    for (uintptr_t i = 0; i < N; i++)
        ls_uv_table_remove(address_of(i), LS_UV_MAIN);
    assert_int_equal(ls_uv_table_count(), 0);
    free(entries);
}

/* Against an array that says the same: taken out in any order, nothing that is
 * there is ever missed. */
static void test_uv_table__like_an_array(void **state)
{
    enum { N = 300, STEPS = 200000 };
    static uint64_t expected[N];
    uint64_t random = 42;
    for (uint64_t step = 1; step <= STEPS; step++) {
        random = random * UINT64_C(6364136223846793005) + 1;
        uintptr_t i = (random >> 33) % N;
        assert_int_equal(id_at(i), expected[i]);
        if (expected[i])
            ls_uv_table_remove(address_of(i), LS_UV_MAIN);
        else
            put(i, step);
        expected[i] = expected[i] ? 0 : step;
    }
    for (uintptr_t i = 0; i < N; i++)
        ls_uv_table_remove(address_of(i), LS_UV_MAIN);
    assert_int_equal(ls_uv_table_count(), 0);
}

/* Two loops, each with requests of its own, and a third thread that looks. */
enum { THREADS = 2, OWN = 200, ROUNDS = 300 };
static _Atomic bool stop;
static _Atomic unsigned n_wrong;

static void *use_own(void *arg)
{
    uintptr_t base = (uintptr_t)arg * OWN;
    for (int round = 0; round < ROUNDS; round++) {
        for (uintptr_t i = base; i < base + OWN; i++) {
            bool is_new;
            ls_uv_table_put(address_of(i), LS_UV_MAIN, &is_new)->op.id = i + 1;
            n_wrong += !is_new;
        }
        for (uintptr_t i = base; i < base + OWN; i++) {
            n_wrong += id_at(i) != i + 1;
            ls_uv_table_remove(address_of(i), LS_UV_MAIN);
            n_wrong += id_at(i) != 0;
        }
    }
    return NULL;
}

static void *look_on(void *arg)
{
    while (!atomic_load(&stop))
        for (uintptr_t i = 0; i < (uintptr_t)THREADS * OWN; i++)
            ls_uv_table_look(address_of(i), LS_UV_MAIN);
    return NULL;
}

static void test_uv_table__threads(void **state)
{
    pthread_t threads[THREADS], looker;
    pthread_create(&looker, NULL, look_on, NULL);
    for (uintptr_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, use_own, (void *)i);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    atomic_store(&stop, true);
    pthread_join(looker, NULL);
    assert_int_equal(n_wrong, 0);
    assert_int_equal(ls_uv_table_count(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_uv_table__empty),
        cmocka_unit_test(test_uv_table__a_handle_has_its_close_beside),
        cmocka_unit_test(test_uv_table__the_same_again_is_the_same_entry),
        cmocka_unit_test(test_uv_table__a_new_entry_is_zero),
        cmocka_unit_test(test_uv_table__a_request_again_has_the_same_entry),
        cmocka_unit_test(test_uv_table__growing_moves_no_entry),
        cmocka_unit_test(test_uv_table__like_an_array),
        cmocka_unit_test(test_uv_table__threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
