/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "fixture.h"
#include "viewer/lod.h"

static uint32_t seed = 1;

static uint32_t dice(uint32_t n)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % n;
}

/* N stretches one after the other, short ones mostly. */
static void make_row(struct ls_series *s, uint32_t n)
{
    assert_int_equal(ls_series_init(s, n, LS_WEIGHT_LENGTH), 0);
    int64_t at = 0;
    for (uint32_t i = 0; i < n; i++) {
        at += dice(50);
        int64_t begin_ns = at;
        at += dice(100) == 0 ? 2000 : dice(20);
        ls_series_put(s, i, &(struct ls_placed){begin_ns, at, 0, i});
    }
    assert_int_equal(ls_series_finish(s), 0);
}

static void test_lod__greatest_is_the_greatest(void **state)
{
    for (uint32_t n = 1; n < 700; n += 37) {
        struct ls_series s;
        make_row(&s, n);
        for (int k = 0; k < 300; k++) {
            uint32_t lo = dice(n), hi = lo + 1 + dice(n - lo);
            double most = -1;
            for (uint32_t i = lo; i < hi; i++)
                if (ls_series_weight(&s, i) > most)
                    most = ls_series_weight(&s, i);
            uint32_t best = ls_series_greatest(&s, lo, hi);
            assert_true(best >= lo && best < hi);
            assert_true(ls_series_weight(&s, best) == most);
        }
        ls_series_destroy(&s);
    }
}

static void check_query(const struct ls_series *s,
                        const struct ls_lod_window *w)
{
    struct ls_lod_box *boxes =
        malloc(LS_LOD_BOXES(w->n_columns) * sizeof(*boxes));
    assert_non_null(boxes);
    uint32_t n = ls_lod_query(s, 0, s->n, w, boxes);
    assert_true(n <= LS_LOD_BOXES(w->n_columns));
    uint32_t counted = 0, expected = 0;
    double most = -1, shown = -1;
    for (uint32_t i = 0; i < s->n; i++) {
        if (ls_series_end_ns(s, i) <= w->begin_ns ||
            s->begin_ns[i] >= w->end_ns)
            continue;
        expected++;
        if (ls_series_weight(s, i) > most)
            most = ls_series_weight(s, i);
    }
    for (uint32_t i = 0; i < n; i++) {
        counted += boxes[i].count;
        if (ls_series_weight(s, boxes[i].best) > shown)
            shown = ls_series_weight(s, boxes[i].best);
        assert_true(boxes[i].column < boxes[i].end_column);
        assert_true(boxes[i].end_column <= w->n_columns);
        if (i > 0)
            assert_true(boxes[i].column >= boxes[i - 1].column);
    }
    /* Zero-length stretches on the window's first edge may be left out. */
    assert_true(counted <= expected + 1 && counted + 1 >= expected);
    if (expected > 0)
        assert_true(shown == most);
    free(boxes);
}

static void test_lod__longest_survives_any_zoom(void **state)
{
    struct ls_series s;
    make_row(&s, 20000);
    int64_t end = ls_series_end_ns(&s, s.n - 1);
    for (int k = 0; k < 300; k++) {
        struct ls_lod_window w = {.n_columns = 1 + dice(300)};
        w.begin_ns = (int64_t)dice((uint32_t)end) - 100;
        w.end_ns = w.begin_ns + 1 + dice(k % 3 ? 5000 : (uint32_t)end);
        check_query(&s, &w);
    }
    struct ls_lod_window all = {-10, end + 10, 1};
    check_query(&s, &all);
    ls_series_destroy(&s);
}

static void test_lod__one_stall_among_a_million(void **state)
{
    enum { N = 1000000 };
    struct ls_series s;
    assert_int_equal(ls_series_init(&s, N, LS_WEIGHT_LENGTH), 0);
    int64_t at = 0;
    for (uint32_t i = 0; i < N; i++) {
        int64_t end_ns = at + (i == 765432 ? 60000000 : 300);
        ls_series_put(&s, i, &(struct ls_placed){at, end_ns, 0, i});
        at = end_ns + 700;
    }
    assert_int_equal(ls_series_finish(&s), 0);
    struct ls_lod_box boxes[LS_LOD_BOXES(100)];
    /* A 60 ms stall in an hour around it: less than a column. */
    struct ls_lod_window w = {-1800000000000, 1800000000000, 100};
    uint32_t n = ls_lod_query(&s, 0, N, &w, boxes);
    bool found = false;
    for (uint32_t i = 0; i < n; i++)
        found |= boxes[i].best == 765432;
    assert_true(found);
    ls_series_destroy(&s);
}

static void test_lod__whole_when_wide(void **state)
{
    struct ls_series s;
    make_row(&s, 50);
    struct ls_lod_window w = {s.begin_ns[10] - 5, s.begin_ns[14] + 5, 100000};
    struct ls_lod_box *boxes = malloc(LS_LOD_BOXES(100000) * sizeof(*boxes));
    assert_non_null(boxes);
    uint32_t n = ls_lod_query(&s, 0, s.n, &w, boxes);
    for (uint32_t i = 0; i < n; i++)
        if (ls_series_end_ns(&s, boxes[i].best) > s.begin_ns[boxes[i].best])
            assert_int_equal(boxes[i].count, 1);
    free(boxes);
    ls_series_destroy(&s);
}

static void test_lod__begun_before_the_window(void **state)
{
    struct ls_series s;
    assert_int_equal(ls_series_init(&s, 1, LS_WEIGHT_LENGTH), 0);
    ls_series_put(&s, 0, &(struct ls_placed){0, 1000, 0, 0});
    assert_int_equal(ls_series_finish(&s), 0);
    struct ls_lod_window w = {400, 600, 10};
    struct ls_lod_box boxes[LS_LOD_BOXES(10)];
    assert_int_equal(ls_lod_query(&s, 0, 1, &w, boxes), 1);
    assert_int_equal(boxes[0].column, 0);
    assert_int_equal(boxes[0].end_column, 10);
    ls_series_destroy(&s);
}

/* Rows of one series, and searches that begin and end anywhere in them. */
static void test_lod__searches_stay_in_their_row(void **state)
{
    struct ls_series s;
    make_row(&s, 1000);
    for (int k = 0; k < 3000; k++) {
        uint32_t lo = dice(1000), hi = lo + dice(1001 - lo);
        int64_t at_ns = dice((uint32_t)ls_series_end_ns(&s, 999) + 100);
        uint32_t expected = lo, found;
        while (expected < hi && s.begin_ns[expected] < at_ns)
            expected++;
        found = ls_series_beginning_at(&s, lo, hi, at_ns);
        assert_int_equal(found, expected);
    }
    ls_series_destroy(&s);
}

static void test_lod__lengths_beyond_32_bits(void **state)
{
    struct ls_series s;
    const int64_t day = INT64_C(86400000000000);
    assert_int_equal(ls_series_init(&s, 3, LS_WEIGHT_LENGTH), 0);
    /* In any order, as rows are filled side by side. */
    ls_series_put(&s, 2, &(struct ls_placed){3 * day, 4 * day, 0, 2});
    ls_series_put(&s, 0, &(struct ls_placed){0, 2 * day, 0, 0});
    ls_series_put(&s, 1, &(struct ls_placed){2 * day, 2 * day + 1, 0, 1});
    assert_int_equal(ls_series_finish(&s), 0);
    assert_int_equal(ls_series_end_ns(&s, 0), 2 * day);
    assert_int_equal(ls_series_end_ns(&s, 1), 2 * day + 1);
    assert_int_equal(ls_series_end_ns(&s, 2), 4 * day);
    assert_int_equal(ls_series_greatest(&s, 0, 3), 0);
    assert_int_equal(ls_series_greatest(&s, 1, 3), 2);
    ls_series_destroy(&s);
}

static void test_lod__weights_of_their_own(void **state)
{
    struct ls_series s;
    assert_int_equal(ls_series_init(&s, 2, LS_WEIGHT_OWN), 0);
    ls_series_put(&s, 0, &(struct ls_placed){0, 100, 0, 0});
    ls_series_put(&s, 1, &(struct ls_placed){100, 110, 500, 1});
    assert_int_equal(ls_series_finish(&s), 0);
    assert_true(ls_series_weight(&s, 0) == 100);
    assert_int_equal(ls_series_greatest(&s, 0, 2), 1);
    ls_series_destroy(&s);
}

static void test_lod__empty(void **state)
{
    struct ls_series s;
    assert_int_equal(ls_series_init(&s, 0, LS_WEIGHT_LENGTH), 0);
    assert_int_equal(ls_series_finish(&s), 0);
    struct ls_lod_window w = {0, 1, 1};
    struct ls_lod_box boxes[LS_LOD_BOXES(1)];
    assert_int_equal(ls_lod_query(&s, 0, 0, &w, boxes), 0);
    ls_series_destroy(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lod__greatest_is_the_greatest),
        cmocka_unit_test(test_lod__longest_survives_any_zoom),
        cmocka_unit_test(test_lod__one_stall_among_a_million),
        cmocka_unit_test(test_lod__whole_when_wide),
        cmocka_unit_test(test_lod__begun_before_the_window),
        cmocka_unit_test(test_lod__searches_stay_in_their_row),
        cmocka_unit_test(test_lod__lengths_beyond_32_bits),
        cmocka_unit_test(test_lod__weights_of_their_own),
        cmocka_unit_test(test_lod__empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
