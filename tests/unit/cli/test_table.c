/* SPDX-License-Identifier: MIT */
#include "cli/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct ls_column columns[] = {
    {"tasks (ms)", 9}, {"count", 8}, {"p90", 1}, {"max", 7}};

static void expect_table(int width, const char *expected)
{
    static const char *const cells[] = {"brew",       "3",   "2000.5", "2000.6",
                                        "a long one", "120", "0.5",    "12.0"};
    struct ls_table table = {.columns = columns, .n_columns = 4};
    for (int i = 0; i < 8; i++)
        ls_table_add(&table, cells[i]);
    const struct ls_style style = {.width = width};
    struct ls_text text = {0};
    ls_table_render(&table, &text, &style);
    assert_string_equal(ls_text_get(&text), expected);
    ls_text_destroy(&text);
    ls_table_destroy(&table);
}

static void test_table__aligns_figures_to_the_right(void **state)
{
    expect_table(80, "tasks (ms)  count     p90     max\n"
                     "brew            3  2000.5  2000.6\n"
                     "a long one    120     0.5    12.0\n");
}

static void test_table__leaves_out_what_matters_least(void **state)
{
    expect_table(26, "tasks (ms)  count     max\n"
                     "brew            3  2000.6\n"
                     "a long one    120    12.0\n");
}

static void test_table__cuts_the_first_column_last(void **state)
{
    expect_table(23, "tasks (~  count     max\n"
                     "brew          3  2000.6\n"
                     "a long ~    120    12.0\n");
}

static void test_table__without_rows_is_its_titles(void **state)
{
    struct ls_table table = {.columns = columns, .n_columns = 4};
    const struct ls_style style = {.width = 80};
    struct ls_text text = {0};
    ls_table_render(&table, &text, &style);
    assert_string_equal(ls_text_get(&text), "tasks (ms)  count  p90  max\n");
    ls_text_destroy(&text);
    ls_table_destroy(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table__aligns_figures_to_the_right),
        cmocka_unit_test(test_table__leaves_out_what_matters_least),
        cmocka_unit_test(test_table__cuts_the_first_column_last),
        cmocka_unit_test(test_table__without_rows_is_its_titles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
