/* SPDX-License-Identifier: MIT */
#include "cli/changes.h"

#include "gated.h"

#include <cJSON.h>

#define MS INT64_C(1000000)

/* A comparison made by hand, over the trace of found.h. */
struct compared {
    struct gated gated;
    struct ls_diff_finding findings[8];
    struct ls_diff_time times[24];
    struct ls_diff diff;
    struct ls_changes changes;
};

static void compared_open(struct compared *c)
{
    *c = (struct compared){0};
    gated_open(&c->gated);
    c->diff.findings = c->findings;
    c->diff.times = c->times;
    c->changes =
        (struct ls_changes){&c->gated.judged[0], &c->gated.judged[0], &c->diff};
}

static void add_finding(struct compared *c, enum ls_diff_change change)
{
    const struct ls_finding *f = &c->gated.found.items[0];
    c->findings[c->diff.n_findings++] =
        (struct ls_diff_finding){change, change == LS_DIFF_NEW ? NULL : f,
                                 change == LS_DIFF_GONE ? NULL : f};
    c->diff.n[change]++;
    c->diff.n_errors += change <= LS_DIFF_WORSE;
}

static struct ls_diff_time *add_time(struct compared *c,
                                     enum ls_diff_change change,
                                     const char *name)
{
    struct ls_diff_time *time = &c->times[c->diff.n_times++];
    *time = (struct ls_diff_time){
        .change = change,
        .kind = LS_TIMING_CALLBACK,
        .name = name,
        .was = {.count = 8, .total_ns = 40 * MS, .p50_ns = 5 * MS},
        .is = {.count = 9, .total_ns = 81 * MS, .p50_ns = 9 * MS},
        .was_mad_ns = MS,
        .is_mad_ns = 2 * MS,
        .change_ns = 4 * MS,
        .p = 0.0009765625,
    };
    return time;
}

static void expect(struct compared *c, const char *expected)
{
    struct ls_text text = {0};
    ls_changes_render(&c->changes, &c->gated.style, &text);
    expect_text(&text, expected);
    gated_close(&c->gated);
}

#define LEGEND                                                                 \
    "\nTimes are medians; half of all lie no farther from it than MAD. "       \
    "Marked as slower\nor faster is what a rank test (Mann-Whitney, p < "      \
    "0.01) tells apart and whose\nmedians are farther apart than the greater " \
    "MAD.\n"

static void test_changes__nothing(void **state)
{
    struct compared c;
    compared_open(&c);
    assert_int_equal(ls_changes_verdict(&c.changes), LS_VERDICT_PASS);
    expect(&c, "pass: from bad.json to bad.json (no findings)\n");
}

static void test_changes__what_is_gone_is_told_in_short(void **state)
{
    struct compared c;
    compared_open(&c);
    for (int i = 0; i < 7; i++)
        add_finding(&c, LS_DIFF_GONE);
    assert_int_equal(ls_changes_verdict(&c.changes), LS_VERDICT_PASS);
#define ONE                                                                    \
    "error: sleep() blocked the loop for 2000 ms in bad_example, "             \
    "bad_example.c:31\n"
    expect(&c, "pass: from bad.json to bad.json (7 gone)\n"
               "\nGONE:\n" ONE ONE ONE ONE ONE "(and 2 more)\n");
}

static void test_changes__worse_says_what_it_was(void **state)
{
    struct compared c;
    struct ls_text text = {0};
    compared_open(&c);
    add_finding(&c, LS_DIFF_WORSE);
    add_finding(&c, LS_DIFF_SAME);
    assert_int_equal(ls_changes_verdict(&c.changes), LS_VERDICT_FAIL);
    ls_changes_render(&c.changes, &c.gated.style, &text);
    const char *said = ls_text_get(&text);
    assert_non_null(strstr(said,
                           "fail: from bad.json to bad.json (1 worse, 1 same)\n"
                           "\nWORSE:\nerror: sleep() blocked the loop"));
    assert_non_null(strstr(said, "\n  was 2000 ms of own time at most, is "
                                 "2000 ms\n"));
    ls_text_destroy(&text);
    gated_close(&c.gated);
}

static void test_changes__times_side_by_side(void **state)
{
    struct compared c;
    compared_open(&c);
    add_time(&c, LS_DIFF_WORSE, "on_read");
    struct ls_diff_time *time = add_time(&c, LS_DIFF_BETTER, "read");
    time->kind = LS_TIMING_CALL;
    time->change_ns = -4 * MS;
    time = add_time(&c, LS_DIFF_NEW, "fresh");
    time->was = (struct ls_summary){0};
    add_time(&c, LS_DIFF_SAME, "same");
    expect(&c, "pass: from bad.json to bad.json (no findings)\n"
               "\n"
               "calls (ms)  n old  n new  old  MAD  new  MAD  change\n"
               "on_read         8      9  5.0  1.0  9.0  2.0    +4.0  slower\n"
               "read()          8      9  5.0  1.0  9.0  2.0    -4.0  faster\n"
               "fresh           0      9    -    -  9.0  2.0       -     new\n"
               "same            8      9  5.0  1.0  9.0  2.0    +4.0\n" LEGEND);
}

/* However many there are, those that are marked are there. */
static void test_changes__the_rest_is_counted(void **state)
{
    struct compared c;
    struct ls_text text = {0};
    compared_open(&c);
    for (int i = 0; i < 21; i++)
        add_time(&c, LS_DIFF_SAME, "same");
    add_time(&c, LS_DIFF_WORSE, "marked");
    ls_changes_render(&c.changes, &c.gated.style, &text);
    assert_non_null(strstr(ls_text_get(&text), "\nmarked "));
    assert_non_null(
        strstr(ls_text_get(&text), "\n(and 1 more, none of them marked)\n"));
    ls_text_destroy(&text);
    gated_close(&c.gated);
}

static void test_changes__nothing_traced(void **state)
{
    struct compared c;
    compared_open(&c);
    c.gated.judged[0].verdict = LS_VERDICT_NOTHING_TRACED;
    assert_int_equal(ls_changes_verdict(&c.changes), LS_VERDICT_NOTHING_TRACED);
    expect(&c, "nothing-traced: from bad.json to bad.json (no findings)\n"
               "nothing was traced in bad.json: no loop was seen\n"
               "nothing was traced in bad.json: no loop was seen\n");
}

static cJSON *render_json(struct compared *c)
{
    struct ls_text text = {0};
    ls_changes_render_json(&c->changes, &c->gated.style, &text);
    cJSON *root = cJSON_ParseWithOpts(ls_text_get(&text), NULL, true);
    assert_non_null(root);
    ls_text_destroy(&text);
    return root;
}

static void expect_item(const cJSON *root, const char *key,
                        const char *expected)
{
    char *printed =
        cJSON_PrintUnformatted(cJSON_GetObjectItemCaseSensitive(root, key));
    assert_string_equal(printed, expected);
    cJSON_free(printed);
}

static void test_changes__json(void **state)
{
    struct compared c;
    compared_open(&c);
    add_finding(&c, LS_DIFF_NEW);
    add_time(&c, LS_DIFF_WORSE, "on_read");
    cJSON *root = render_json(&c);
    expect_item(root, "verdict", "\"fail\"");
    expect_item(root, "old", "{\"trace\":\"bad.json\",\"verdict\":\"fail\"}");
    expect_item(root, "summary",
                "{\"new\":1,\"worse\":0,\"same\":0,\"better\":0,\"gone\":0,"
                "\"errors\":1}");
    expect_item(root, "times",
                "[{\"change\":\"slower\",\"kind\":\"callback\",\"name\":"
                "\"on_read\",\"was\":{\"count\":8,\"total_ns\":40000000,"
                "\"mean_ns\":0,\"median_ns\":5000000,\"mad_ns\":1000000,"
                "\"p90_ns\":0,\"p99_ns\":0,\"max_ns\":0},\"is\":{\"count\":9,"
                "\"total_ns\":81000000,\"mean_ns\":0,\"median_ns\":9000000,"
                "\"mad_ns\":2000000,\"p90_ns\":0,\"p99_ns\":0,\"max_ns\":0},"
                "\"change_ns\":4000000,\"p\":0.0009765625}]");
    cJSON *first = cJSON_GetArrayItem(cJSON_GetObjectItem(root, "findings"), 0);
    expect_item(first, "change", "\"new\"");
    assert_null(cJSON_GetObjectItem(first, "was"));
    expect_item(cJSON_GetObjectItem(first, "is"), "fingerprint",
                "\"0123456789abcdef\"");
    cJSON_Delete(root);
    gated_close(&c.gated);
}

static void test_changes__unusable(void **state)
{
    struct compared c;
    compared_open(&c);
    c.changes.is = &c.gated.judged[1];
    c.changes.diff = NULL;
    assert_int_equal(ls_changes_verdict(&c.changes), LS_VERDICT_UNUSABLE);
    cJSON *root = render_json(&c);
    expect_item(root, "new",
                "{\"trace\":\"no,ne.json\",\"verdict\":\"unusable\","
                "\"reason\":\"there is no such file\"}");
    assert_null(cJSON_GetObjectItem(root, "times"));
    cJSON_Delete(root);
    expect(&c, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_changes__nothing),
        cmocka_unit_test(test_changes__what_is_gone_is_told_in_short),
        cmocka_unit_test(test_changes__worse_says_what_it_was),
        cmocka_unit_test(test_changes__times_side_by_side),
        cmocka_unit_test(test_changes__the_rest_is_counted),
        cmocka_unit_test(test_changes__nothing_traced),
        cmocka_unit_test(test_changes__json),
        cmocka_unit_test(test_changes__unusable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
