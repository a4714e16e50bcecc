/* SPDX-License-Identifier: MIT */
#include "cli/figures.h"

#include "sample.h"

static void expect_figures(const char *name, int width, const char *expected)
{
    const struct ls_style style = {.width = width};
    struct sample sample;
    struct ls_text text = {0};
    sample_load(&sample, name);
    struct ls_statistics *statistics =
        ls_statistics_make(sample.trace, 50000000);
    assert_non_null(statistics);
    ls_figures_render(&sample.names, statistics, 50000000, &text, &style);
    expect_text(&text, expected);
    ls_statistics_free(statistics);
    sample_free(&sample);
}

static void test_figures__tell_life_running_and_waiting(void **state)
{
    expect_figures(
        "gather", 80,
        "loop: busy 0.1 % of 2002 ms; total blocking time 0 ms (own time of "
        "turns beyond\n"
        "    50 ms each)\n"
        "own time (ms)  count  total  mean  p50  p90  p99  max\n"
        "loop               2    1.8   0.9  0.4  1.4  1.4  1.4\n"
        "\n"
        "tasks (ms)  count   total    mean     p50     p90     p99     max\n"
        "brew            3  6001.6  2000.5  2000.5  2000.5  2000.5  2000.5\n"
        "  running       3     0.3     0.1     0.1     0.1     0.1     0.1\n"
        "  awaiting      3  6001.2  2000.4  2000.4  2000.4  2000.4  2000.4\n"
        "  held up       3     1.2     0.4     0.4     0.4     0.4     0.4\n"
        "main            1  2000.8  2000.8  2000.8  2000.8  2000.8  2000.8\n"
        "  running       1     0.1     0.1     0.1     0.1     0.1     0.1\n"
        "  awaiting      1  2000.8  2000.8  2000.8  2000.8  2000.8  2000.8\n"
        "  held up       1   0.010   0.010   0.010   0.010   0.010   0.010\n");
}

static void test_figures__leave_out_columns_where_it_is_narrow(void **state)
{
    expect_figures("bad_example", 40,
                   "loop: busy 100.0 % of 2001 ms; total\n"
                   "    blocking time 1951 ms (own time of\n"
                   "    turns beyond 50 ms each)\n"
                   "own time (ms)  count   total     max\n"
                   "loop               1  2001.2  2001.2\n"
                   "\n"
                   "tasks (ms)   count   total     max\n"
                   "tick             1  2001.0  2001.0\n"
                   "  running        1   0.050   0.050\n"
                   "  awaiting       1  2000.9  2000.9\n"
                   "  held up        1  1501.3  1501.3\n"
                   "bad_example      1  2000.2  2000.2\n"
                   "  running        1  2000.2  2000.2\n"
                   "\n"
                   "calls (ms)  count   total     max\n"
                   "sleep()         1  2000.1  2000.1\n");
}

static void test_figures__explain_themselves_once(void **state)
{
    const struct ls_style style = {.width = 100};
    struct sample sample;
    struct ls_text text = {0};
    sample_parse(&sample, SAMPLE_TWO_LOOPS);
    struct ls_statistics *statistics =
        ls_statistics_make(sample.trace, 50000000);
    assert_non_null(statistics);
    ls_figures_render(&sample.names, statistics, 50000000, &text, &style);
    expect_text(&text,
                "loop main: busy 100.0 % of 60 ms; total blocking time 10 ms "
                "(own time of turns beyond 50 ms each)\n"
                "loop other: busy 100.0 % of 80 ms; total blocking time 30 ms\n"
                "own time (ms)  count  total  mean   p50   p90   p99   max\n"
                "loop main          1   60.0  60.0  60.0  60.0  60.0  60.0\n"
                "loop other         1   80.0  80.0  80.0  80.0  80.0  80.0\n");
    ls_statistics_free(statistics);
    sample_free(&sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_figures__tell_life_running_and_waiting),
        cmocka_unit_test(test_figures__leave_out_columns_where_it_is_narrow),
        cmocka_unit_test(test_figures__explain_themselves_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
