/* SPDX-License-Identifier: MIT */
#include "cli/diagram.h"

#include "sample.h"

#include <locale.h>

static void draw(const struct sample *sample, const struct ls_style *style,
                 uint32_t max_rows, struct ls_text *text)
{
    const struct ls_diagram diagram = {
        .trace = sample->trace,
        .names = &sample->names,
        .warn_ns = 10000000,
        .max_rows = max_rows,
    };
    ls_diagram_render(&diagram, text, style);
}

static void expect_diagram(const char *name, int width, bool utf8,
                           const char *expected)
{
    const struct ls_style style = {.width = width, .utf8 = utf8};
    struct sample sample;
    struct ls_text text = {0};
    sample_load(&sample, name);
    draw(&sample, &style, 40, &text);
    expect_text(&text, expected);
    sample_free(&sample);
}

static void test_diagram__three_brews_wait_together(void **state)
{
    expect_diagram("gather", 40, true,
                   "main   |█─────────────────────────────█|\n"
                   "Masala |█─────────────────────────────█|\n"
                   "Green  |█─────────────────────────────█|\n"
                   "Ginger |█─────────────────────────────█|\n"
                   "loop   |█                             █|\n"
                   "        0s             1s             2s\n"
                   "█ running ─ awaiting ▓ blocking the loop\n");
}

static void test_diagram__fills_eighty_columns(void **state)
{
    expect_diagram(
        "gather", 80, true,
        "main   |█─────────────────────────────────────────────────────────────"
        "────────█|\n"
        "Masala |█─────────────────────────────────────────────────────────────"
        "────────█|\n"
        "Green  |█─────────────────────────────────────────────────────────────"
        "────────█|\n"
        "Ginger |█─────────────────────────────────────────────────────────────"
        "────────█|\n"
        "loop   |█                                                             "
        "        █|\n"
        "        0s               0.5s              1s                1.5s     "
        "        2s\n"
        "█ running ─ awaiting ▓ blocking the loop\n");
}

static void test_diagram__is_ascii_where_it_must_be(void **state)
{
    expect_diagram("bad_example", 40, false,
                   "ticker     |#-------------------------#|\n"
                   "bad_examp~ |!!!!!!!!!!!!!!!!!!!!!!!!!!!|\n"
                   "loop       |!!!!!!!!!!!!!!!!!!!!!!!!!!!|\n"
                   "            0s           1s           2s\n"
                   "# running - awaiting ! blocking the loop\n");
}

static void test_diagram__is_as_wide_as_it_may_be(void **state)
{
    const struct ls_style style = {.width = 200, .utf8 = true};
    struct sample sample;
    struct ls_text text = {0};
    sample_load(&sample, "bad_example");
    draw(&sample, &style, 40, &text);
    const char *end = strchr(ls_text_get(&text), '\n');
    /* bars and names are one byte a column, cells three */
    assert_int_equal(end - ls_text_get(&text), 14 + 3 * (200 - 14));
    ls_text_destroy(&text);
    sample_free(&sample);
}

#define TWO_TASKS                                                              \
    SAMPLE_HEAD                                                                \
    SAMPLE_SLICE("B", "0.000", "turn", "turn")                                 \
    SAMPLE_TASK("b", "0.000", "1", "work", "start", "\\u001b[2J\\u8336", "")   \
    SAMPLE_TASK("b", "1.000", "1", "sleep", "await", "\\u001b[2J\\u8336", "")  \
    SAMPLE_TASK("b", "2.000", "2", "work", "start", "", "")                    \
    SAMPLE_TASK("b", "3.000", "2", "sleep", "await", "", "")                   \
    SAMPLE_TASK("b", "4.000", "3", "work", "start", "", "")                    \
    SAMPLE_TASK("e", "5.000", "3", "work", "finish", "", "")                   \
    SAMPLE_SLICE("E", "40.000", "turn", "turn")                                \
    SAMPLE_TAIL

static void test_diagram__names_are_cleaned_and_told_apart(void **state)
{
    const struct ls_style style = {.width = 54, .utf8 = true};
    struct sample sample;
    struct ls_text text = {0};
    sample_parse(&sample, TWO_TASKS);
    draw(&sample, &style, 40, &text);
    expect_text(&text,
                "·[2J茶  |██──────────────────────────────────────────|\n"
                "work #2 |  ██────────────────────────────────────────|\n"
                "work #3 |    ██                                      |\n"
                "loop    |████████████████████████████████████████████|\n"
                "         0us        10us       20us       30us\n"
                "█ running ─ awaiting ▓ blocking the loop\n");
    sample_free(&sample);
}

static void test_diagram__counts_what_it_leaves_out(void **state)
{
    const struct ls_style style = {.width = 40};
    struct sample sample;
    struct ls_text text = {0};
    sample_load(&sample, "gather");
    draw(&sample, &style, 1, &text);
    expect_text(&text, "main |#-------------------------------#|\n"
                       "loop |#                               #|\n"
                       "      0s              1s              2s\n"
                       "# running - awaiting ! blocking the loop\n"
                       "(and 3 more \"brew\" tasks: awaiting 2000\n"
                       "ms each, running 0.1 ms)\n");
    sample_free(&sample);
}

#define ID "%1$d"
#define NAME "%2$s"
#define JOB                                                                    \
    SAMPLE_TASK("b", "0.000", ID, "job", "start", NAME, "")                    \
    SAMPLE_TASK("b", "10.000", ID, "sleep", "await", NAME, "")                 \
    SAMPLE_TASK("e", "30.000", ID, "sleep", "resume", NAME, "")                \
    SAMPLE_TASK("e", "30.000", ID, "job", "finish", NAME, "")

/* Tasks that all have one name: a few, and how the others are. With a label
 * of its own each has its row. */
static void expect_crowd(int n, const char *label, int n_rows, const char *last)
{
    const struct ls_style style = {.width = 80};
    struct sample sample;
    struct ls_text text = {0}, json = {0};
    ls_text_add(&json, SAMPLE_HEAD SAMPLE_SLICE("B", "0.000", "turn", "turn"));
    for (int i = 1; i <= n; i++) {
        char own[16];
        snprintf(own, sizeof(own), label, i);
        ls_text_addf(&json, JOB, i, own);
    }
    ls_text_add(&json, SAMPLE_SLICE("E", "40.000", "turn", "turn") SAMPLE_TAIL);
    sample_parse(&sample, ls_text_get(&json));
    draw(&sample, &style, 40, &text);
    int rows = 0;
    for (const char *at = ls_text_get(&text); (at = strchr(at, '|')); at++)
        rows++;
    assert_int_equal(rows / 2, n_rows + 1); /* and the loop */
    assert_non_null(strstr(ls_text_get(&text), last));
    assert_true(n_rows < n || !strstr(ls_text_get(&text), "more"));
    ls_text_destroy(&text);
    ls_text_destroy(&json);
    sample_free(&sample);
}

static void test_diagram__folds_crowds(void **state)
{
    expect_crowd(17, "", 8,
                 "\n(and 9 more \"job\" tasks: awaiting 0.020 ms each, "
                 "running 0.010 ms)\n");
    expect_crowd(16, "", 16, "job #16");
    expect_crowd(30, "n%d", 30, "n30");
}

static void test_diagram__without_a_loop_shows_threads(void **state)
{
    const struct ls_style style = {.width = 40};
    struct sample sample;
    struct ls_text text = {0};
    sample_parse(&sample, "[\n" SAMPLE_SLICE("B", "0", "x", "y")
                              SAMPLE_SLICE("E", "10", "x", "y")
                                  SAMPLE_SLICE("B", "30", "x", "y")
                                      SAMPLE_SLICE("E", "40", "x", "y") "]\n");
    draw(&sample, &style, 40, &text);
    expect_text(&text, "thread 7 |########             ########|\n"
                       "          0us           20us\n"
                       "# running - awaiting ! blocking the loop\n");
    sample_free(&sample);
}

static void test_diagram__of_nothing_is_nothing(void **state)
{
    const struct ls_style style = {.width = 40};
    struct sample sample;
    struct ls_text text = {0};
    sample_parse(&sample, "[\n{\"ph\":\"i\",\"ts\":1,\"pid\":1,\"tid\":1,"
                          "\"name\":\"x\",\"s\":\"t\"}\n]\n");
    draw(&sample, &style, 40, &text);
    expect_text(&text, "");
    sample_free(&sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_diagram__three_brews_wait_together),
        cmocka_unit_test(test_diagram__fills_eighty_columns),
        cmocka_unit_test(test_diagram__is_ascii_where_it_must_be),
        cmocka_unit_test(test_diagram__is_as_wide_as_it_may_be),
        cmocka_unit_test(test_diagram__names_are_cleaned_and_told_apart),
        cmocka_unit_test(test_diagram__counts_what_it_leaves_out),
        cmocka_unit_test(test_diagram__folds_crowds),
        cmocka_unit_test(test_diagram__without_a_loop_shows_threads),
        cmocka_unit_test(test_diagram__of_nothing_is_nothing),
    };
    if (!setlocale(LC_CTYPE, "C.UTF-8"))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
