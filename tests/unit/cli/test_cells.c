/* SPDX-License-Identifier: MIT */
#include "cli/cells.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct ls_style ascii = {.width = 80};

static void expect_row(const struct ls_cells *cells, const char *expected)
{
    struct ls_text text = {0};
    ls_cells_render(cells, &text, &ascii);
    assert_string_equal(ls_text_get(&text), expected);
    ls_text_destroy(&text);
}

static void expect_axis(int64_t begin_ns, int64_t end_ns, int n,
                        const char *expected)
{
    struct ls_cells cells;
    assert_true(ls_cells_init(&cells, begin_ns, end_ns, n));
    struct ls_text text = {0};
    ls_cells_render_axis(&cells, &text, n + 1);
    assert_string_equal(ls_text_get(&text), expected);
    ls_text_destroy(&text);
    ls_cells_destroy(&cells);
}

static void test_cells__the_more_telling_wins(void **state)
{
    struct ls_cells cells;
    assert_true(ls_cells_init(&cells, 0, 100, 10));
    ls_cells_paint(&cells, 60, 80, LS_CELL_BLOCKING);
    ls_cells_paint(&cells, 50, 90, LS_CELL_RUNNING);
    ls_cells_paint(&cells, 10, 100, LS_CELL_AWAITING);
    expect_row(&cells, " ----#!!#-");
    ls_cells_clear(&cells);
    expect_row(&cells, "          ");
    ls_cells_destroy(&cells);
}

static void test_cells__short_stretches_show(void **state)
{
    struct ls_cells cells;
    assert_true(ls_cells_init(&cells, 0, 1000000, 10));
    ls_cells_paint(&cells, 0, 1000000, LS_CELL_AWAITING);
    ls_cells_paint(&cells, 250000, 250001, LS_CELL_RUNNING);
    ls_cells_paint(&cells, 999999, 999999, LS_CELL_RUNNING);
    expect_row(&cells, "--#------#");
    ls_cells_destroy(&cells);
}

static void test_cells__an_end_does_not_touch_the_next(void **state)
{
    struct ls_cells cells;
    assert_true(ls_cells_init(&cells, 0, 100, 10));
    ls_cells_paint(&cells, 0, 50, LS_CELL_RUNNING);
    expect_row(&cells, "#####     ");
    ls_cells_destroy(&cells);
}

static void test_cells__times_outside_are_held_within(void **state)
{
    struct ls_cells cells;
    assert_true(ls_cells_init(&cells, 0, INT64_MAX, 4));
    assert_int_equal(ls_cells_at(&cells, -5), 0);
    assert_int_equal(ls_cells_at(&cells, INT64_MAX / 2), 1);
    assert_int_equal(ls_cells_at(&cells, INT64_MAX), 3);
    ls_cells_destroy(&cells);
}

static void test_cells__ticks_are_round_and_stand_under_their_cell(void **state)
{
    expect_axis(0, 2000000000, 20, "0s        1s       2s\n");
    expect_axis(0, 250000000, 50,
                "0ms       50ms      100ms     150ms     200ms\n");
    expect_axis(1000000, 5000000, 32, "0ms             2ms\n");
}

static void test_cells__an_empty_time_has_a_row_too(void **state)
{
    struct ls_cells cells;
    assert_true(ls_cells_init(&cells, 7, 7, 3));
    ls_cells_paint(&cells, 7, 7, LS_CELL_RUNNING);
    expect_row(&cells, "#  ");
    ls_cells_destroy(&cells);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells__the_more_telling_wins),
        cmocka_unit_test(test_cells__short_stretches_show),
        cmocka_unit_test(test_cells__an_end_does_not_touch_the_next),
        cmocka_unit_test(test_cells__times_outside_are_held_within),
        cmocka_unit_test(
            test_cells__ticks_are_round_and_stand_under_their_cell),
        cmocka_unit_test(test_cells__an_empty_time_has_a_row_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
