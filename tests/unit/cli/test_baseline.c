/* SPDX-License-Identifier: MIT */
#include "cli/baseline.h"

#include "found.h"

#define MS INT64_C(1000000)
#define ENTRY(rule, print, severity, own)                                      \
    "{\"rule\":\"" rule "\",\"fingerprint\":\"" print                          \
    "\",\"severity\":\"" severity "\",\"own_ms\":" own
#define SLEEP(severity, own)                                                   \
    ENTRY("blocking-call", "0123456789abcdef", severity, own)                  \
    ",\"call\":\"sleep\",\"function\":\"bad_example\"}"
#define FILE_OF(entries) "{\"version\":1,\"findings\":[\n" entries "\n]}\n"

static void parse(struct ls_baseline *baseline, const char *text)
{
    struct ls_text error = {0};
    if (!ls_baseline_parse(baseline, text, &error))
        fail_msg("%s", ls_text_get(&error));
}

static void expect(struct ls_baseline *baseline, const char *expected)
{
    struct ls_text text = {0};
    ls_baseline_render(baseline, &text);
    expect_text(&text, expected);
    ls_baseline_destroy(baseline);
}

static void test_baseline__errors_and_warnings_are_kept(void **state)
{
    struct found found;
    struct ls_baseline baseline = {0};
    found_open(&found);
    found_add_bare(&found);
    memcpy(found.items[1].fingerprint, "ffffffffffffffff", 17);
    assert_true(
        ls_baseline_add(&baseline, found.sample.trace, &found.findings));
    expect(&baseline,
           FILE_OF(SLEEP("error", "2000") ",\n" ENTRY(
               "trace-health", "ffffffffffffffff", "warning", "0") "}"));
    found.items[0].standing = LS_STANDING_SUPPRESSED;
    found.items[1].severity = LS_SEVERITY_NOTE;
    assert_true(
        ls_baseline_add(&baseline, found.sample.trace, &found.findings));
    expect(&baseline, "{\"version\":1,\"findings\":[\n]}\n");
    found_close(&found);
}

static void test_baseline__reads_what_it_wrote_in_any_order(void **state)
{
    struct ls_baseline baseline = {0};
    parse(
        &baseline,
        FILE_OF(ENTRY("stall", "0000000000000001", "error", "80") "}," ENTRY(
            "blocking-call", "0000000000000002", "warning",
            "12") "}," ENTRY("stall", "0000000000000000", "error", "70") "}"));
    expect(&baseline,
           FILE_OF(
               ENTRY("blocking-call", "0000000000000002", "warning",
                     "12") "},\n" ENTRY("stall", "0000000000000000", "error",
                                        "70") "},\n" ENTRY("stall",
                                                           "0000000000000001",
                                                           "error", "80") "}"));
}

static void test_baseline__the_greater_is_kept(void **state)
{
    struct ls_baseline baseline = {0};
    struct found found;
    found_open(&found);
    parse(&baseline, FILE_OF(SLEEP("warning", "3000")));
    assert_true(
        ls_baseline_add(&baseline, found.sample.trace, &found.findings));
    expect(&baseline, FILE_OF(SLEEP("error", "3000")));
    found_close(&found);
}

static enum ls_standing stand(const char *entry, enum ls_severity severity,
                              int64_t own_ns)
{
    struct ls_baseline baseline = {0};
    struct found found;
    struct ls_text text = {0};
    found_open(&found);
    found.items[0].severity = severity;
    found.items[0].own_ns = own_ns;
    ls_text_addf(&text, FILE_OF("%s"), entry);
    parse(&baseline, ls_text_get(&text));
    ls_baseline_apply(&baseline, &found.findings);
    const enum ls_standing standing = found.items[0].standing;
    assert_int_equal(found.findings.n_accepted,
                     standing == LS_STANDING_KNOWN ? 1 : 0);
    ls_baseline_destroy(&baseline);
    ls_text_destroy(&text);
    found_close(&found);
    return standing;
}

static void test_baseline__new_is_what_is_not_in_it(void **state)
{
    static const char *const others[] = {
        "",
        ENTRY("blocking-call", "0123456789abcde0", "error", "2000") "}",
        ENTRY("stall", "0123456789abcdef", "error", "2000") "}",
    };
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(stand(others[i], LS_SEVERITY_ERROR, 2000 * MS),
                         LS_STANDING_NEW);
}

static void test_baseline__worse_is_clearly_longer(void **state)
{
    const char *entry = SLEEP("error", "60");
    assert_int_equal(stand(entry, LS_SEVERITY_ERROR, 60 * MS),
                     LS_STANDING_KNOWN);
    assert_int_equal(stand(entry, LS_SEVERITY_ERROR, 121 * MS),
                     LS_STANDING_WORSE);
    assert_int_equal(stand(entry, LS_SEVERITY_ERROR, 120 * MS),
                     LS_STANDING_KNOWN);
    assert_int_equal(stand(entry, LS_SEVERITY_WARNING, 20 * MS),
                     LS_STANDING_KNOWN);
    /* three times as long, but too short to matter */
    assert_int_equal(stand(SLEEP("warning", "4"), LS_SEVERITY_WARNING, 13 * MS),
                     LS_STANDING_KNOWN);
    assert_int_equal(stand(SLEEP("warning", "4"), LS_SEVERITY_WARNING, 14 * MS),
                     LS_STANDING_WORSE);
}

static void test_baseline__worse_is_a_higher_level_and_longer(void **state)
{
    const char *entry = SLEEP("warning", "48");
    assert_int_equal(stand(entry, LS_SEVERITY_ERROR, 51 * MS),
                     LS_STANDING_KNOWN);
    assert_int_equal(stand(entry, LS_SEVERITY_ERROR, 60 * MS),
                     LS_STANDING_KNOWN);
    assert_int_equal(stand(entry, LS_SEVERITY_ERROR, 61 * MS),
                     LS_STANDING_WORSE);
    assert_int_equal(stand(SLEEP("warning", "0"), LS_SEVERITY_ERROR, 0),
                     LS_STANDING_WORSE);
}

static void test_baseline__suppressed_stays_suppressed(void **state)
{
    struct ls_baseline baseline = {0};
    struct found found;
    found_open(&found);
    found.items[0].standing = LS_STANDING_SUPPRESSED;
    parse(&baseline, FILE_OF(SLEEP("error", "1")));
    ls_baseline_apply(&baseline, &found.findings);
    assert_int_equal(found.items[0].standing, LS_STANDING_SUPPRESSED);
    ls_baseline_destroy(&baseline);
    found_close(&found);
}

static void test_baseline__mistakes_have_a_place(void **state)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"{\"version\":1,\n  nonsense", "line 2, column 3: this is no JSON"},
        {"{\"version\":1", "line 1, column 13: the JSON ends too soon"},
        {"[]", "is no JSON object"},
        {"{}", "is no baseline: it wants \"version\" and \"findings\""},
        {"{\"version\":2,\"findings\":[]}",
         "is of version 2; this loopscope reads 1"},
        {FILE_OF("3"), "findings[0]: wants a known \"rule\""},
        {FILE_OF(
             SLEEP("error", "1") "," ENTRY("stall", "xyz", "error", "1") "}"),
         "findings[1]: wants a \"fingerprint\" of 16 hexadecimal digits"},
        {FILE_OF(SLEEP("off", "1")),
         "findings[0]: wants the \"severity\" error or warning"},
        {FILE_OF(SLEEP("error", "-1")),
         "findings[0]: wants \"own_ms\", milliseconds"},
        {FILE_OF(SLEEP("error", "1e300")),
         "findings[0]: wants \"own_ms\", milliseconds"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct ls_baseline baseline = {0};
        struct ls_text error = {0};
        assert_false(ls_baseline_parse(&baseline, cases[i].text, &error));
        expect_text(&error, cases[i].says);
        ls_baseline_destroy(&baseline);
    }
}

/* Wherever a file is cut, it is refused with a reason. */
static void test_baseline__a_cut_file_is_refused(void **state)
{
    static const char whole[] = FILE_OF(SLEEP("error", "60"));
    for (size_t n = 0; n < sizeof(whole) - 3; n++) {
        struct ls_baseline baseline = {0};
        struct ls_text text = {0}, error = {0};
        ls_text_add_bytes(&text, whole, n);
        assert_false(ls_baseline_parse(&baseline, ls_text_get(&text), &error));
        assert_int_equal(strncmp(ls_text_get(&error), "line ", 5), 0);
        ls_text_destroy(&text);
        ls_text_destroy(&error);
        ls_baseline_destroy(&baseline);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_baseline__errors_and_warnings_are_kept),
        cmocka_unit_test(test_baseline__reads_what_it_wrote_in_any_order),
        cmocka_unit_test(test_baseline__the_greater_is_kept),
        cmocka_unit_test(test_baseline__new_is_what_is_not_in_it),
        cmocka_unit_test(test_baseline__worse_is_clearly_longer),
        cmocka_unit_test(test_baseline__worse_is_a_higher_level_and_longer),
        cmocka_unit_test(test_baseline__suppressed_stays_suppressed),
        cmocka_unit_test(test_baseline__a_cut_file_is_refused),
        cmocka_unit_test(test_baseline__mistakes_have_a_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
