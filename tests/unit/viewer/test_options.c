/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "fixture.h"
#include "viewer/options.h"

static bool parse(const char *line, struct ls_options *options, char *why)
{
    static char copy[512];
    char *argv[16] = {"loopscope-view"};
    int argc = 1;
    strcpy(copy, line);
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
        argv[argc++] = word;
    return ls_options_parse(argc, argv, options, why);
}

static void test_options__times_take_units(void **state)
{
    static const struct {
        const char *text;
        int64_t ns;
    } cases[] = {{"50ms", 50000000}, {"1.5s", 1500000000}, {"200us", 200000},
                 {"7ns", 7},         {"50", 50000000},     {".5", 500000}};
    const char *end;
    int64_t ns;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_true(ls_options_time(cases[i].text, &ns, &end));
        assert_int_equal(ns, cases[i].ns);
        assert_int_equal(*end, 0);
    }
    static const char *const bad[] = {"",    "ms",   "-1", "nan",
                                      "inf", "1e99", "s5", "."};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(ls_options_time(bad[i], &ns, &end) && !*end);
}

static void test_options__all_at_once(void **state)
{
    struct ls_options o;
    char why[LS_OPTIONS_WHY];
    assert_true(parse("--png=a.png --size 1600x1000 --scale 2 "
                      "--range 50..1.5s --select task:0x2a --theme light t",
                      &o, why));
    assert_string_equal(o.png, "a.png");
    assert_int_equal(o.width, 1600);
    assert_int_equal(o.height, 1000);
    assert_true(o.scale == 2);
    assert_true(o.has_range);
    assert_int_equal(o.range_begin_ns, 50000000);
    assert_int_equal(o.range_end_ns, 1500000000);
    assert_string_equal(o.select, "task:0x2a");
    assert_string_equal(o.theme, "light");
    assert_string_equal(o.trace, "t");
    assert_true(parse("-- --png", &o, why));
    assert_string_equal(o.trace, "--png");
    assert_true(parse("", &o, why));
    assert_null(o.trace);
}

static void test_options__wrong_ones_say_what_is_right(void **state)
{
    static const struct {
        const char *line, *why;
    } cases[] = {
        {"--size 12 t", "--size takes WxH"},
        {"--size 0x0 t", "--size takes WxH"},
        {"--size 99999x10 t", "--size takes WxH"},
        {"--size 100x100x t", "--size takes WxH"},
        {"--scale x t", "--scale takes a number"},
        {"--scale 100 t", "--scale takes a number"},
        {"--range 5 t", "--range takes FROM..TO"},
        {"--range 9..5 t", "--range takes FROM..TO"},
        {"--range 5..9x t", "--range takes FROM..TO"},
        {"--theme pink t", "--theme takes dark or light, not pink"},
        {"--select x:1 t", "--select takes finding:N"},
        {"t --png", "--png takes a file name"},
        {"--what t", "there is no option --what"},
        {"a b c", "two traces"},
        {"--png a", "which trace?"},
    };
    struct ls_options o;
    char why[LS_OPTIONS_WHY];
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_false(parse(cases[i].line, &o, why));
        if (strncmp(why, cases[i].why, strlen(cases[i].why)) != 0)
            fail_msg("%s: %s", cases[i].line, why);
    }
}

static void test_options__select_and_range(void **state)
{
    struct ls_document *document = fixture_sample("bad_example.json");
    struct ls_view view;
    char why[LS_OPTIONS_WHY];
    ls_view_init(&view, &fixture_metrics);
    ls_view_show(&view, document);
    struct ls_options o = {.select = "task:0x2"};
    assert_true(ls_options_apply(&o, &view, why));
    assert_int_equal(view.selected.kind, LS_THING_TASK);
    uint32_t task = view.selected.index;
    assert_int_equal(document->trace->tasks[task].id, 2);
    o.select = "task:#2";
    assert_true(ls_options_apply(&o, &view, why));
    assert_int_equal(ls_trace_task_number(document->trace, view.selected.index),
                     2);
    o = (struct ls_options){.select = "finding:1",
                            .has_range = true,
                            .range_begin_ns = 100000000,
                            .range_end_ns = 300000000};
    assert_true(ls_options_apply(&o, &view, why));
    assert_int_equal(view.selected.kind, LS_THING_FINDING);
    assert_int_equal(view.begin_ns, 100000000);
    assert_int_equal(view.end_ns, 300000000);
    static const char *const none[] = {"finding:0", "finding:99", "finding:x",
                                       "task:0x99", "task:#0",    "task:#9",
                                       "task:",     "task:#"};
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        o.select = none[i];
        assert_false(ls_options_apply(&o, &view, why));
    }
    ls_view_destroy(&view);
    ls_document_free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options__times_take_units),
        cmocka_unit_test(test_options__all_at_once),
        cmocka_unit_test(test_options__wrong_ones_say_what_is_right),
        cmocka_unit_test(test_options__select_and_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
