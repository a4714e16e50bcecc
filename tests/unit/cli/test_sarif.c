/* SPDX-License-Identifier: MIT */
#include "cli/sarif.h"

#include "gated.h"

#include "tests/support/sarif_shape.h"

static cJSON *parse_good(const struct ls_text *text)
{
    char why[SARIF_SHAPE_WHY];
    cJSON *root = cJSON_ParseWithOpts(ls_text_get(text), NULL, true);
    assert_non_null(root);
    if (!sarif_shape_is_good(root, why))
        fail_msg("%s in:\n%s", why, ls_text_get(text));
    return root;
}

static cJSON *render(struct gated *gated)
{
    struct ls_text text = {0};
    ls_sarif_render(&gated->gate, &gated->style, &text);
    assert_false(text.failed);
    cJSON *root = parse_good(&text);
    ls_text_destroy(&text);
    return root;
}

static cJSON *get_run(cJSON *root)
{
    return cJSON_GetArrayItem(cJSON_GetObjectItem(root, "runs"), 0);
}

static const cJSON *get_result(cJSON *root, int index)
{
    return cJSON_GetArrayItem(cJSON_GetObjectItem(get_run(root), "results"),
                              index);
}

static void expect_item(const cJSON *item, const char *expected)
{
    assert_non_null(item);
    char *printed = cJSON_PrintUnformatted(item);
    assert_string_equal(printed, expected);
    cJSON_free(printed);
}

#define FRAME(function, file, line)                                            \
    "{\"location\":{\"physicalLocation\":{\"artifactLocation\":{\"uri\":"      \
    "\"" file "\",\"uriBaseId\":\"SRCROOT\"},\"region\":{\"startLine\":" line  \
    "}},"                                                                      \
    "\"logicalLocations\":[{\"name\":\"" function                              \
    "\",\"kind\":\"function\"}]},\"module\":"                                  \
    "\"/home/you/src/build/examples/bad_example\"}"

static void test_sarif__a_finding_is_a_result(void **state)
{
    struct gated gated;
    gated_open(&gated);
    cJSON *root = render(&gated);
    expect_item(
        get_result(root, 0),
        "{\"ruleId\":\"blocking-call\",\"ruleIndex\":0,\"level\":\"error\","
        "\"message\":{\"text\":\"sleep() blocked the loop for 2000 ms in "
        "bad_example, bad_example.c:31\"},\"locations\":[{"
        "\"physicalLocation\":{\"artifactLocation\":{\"uri\":"
        "\"examples/bad_example.c\",\"uriBaseId\":\"SRCROOT\"},\"region\":{"
        "\"startLine\":31}},\"logicalLocations\":[{\"name\":\"bad_example\","
        "\"kind\":\"function\"}]}],\"stacks\":[{\"message\":{\"text\":\"of the "
        "call\"},\"frames\":[" FRAME(
            "bad_example", "examples/bad_example.c",
            "31") "," FRAME("co_entry", "examples/support/co.c",
                            "88") ","
                                  "{\"location\":{\"logicalLocations\":[{"
                                  "\"name\":\"uv_run\",\"kind\":"
                                  "\"function\"}]},\"module\":"
                                  "\"/usr/lib/x86_64-linux-gnu/"
                                  "libuv.so.1.0.0\"}," FRAME(
                                      "main", "examples/bad_example.c",
                                      "60") "]}],\"partialFingerprints\":{"
                                            "\"loopscope/"
                                            "v1\":\"0123456789abcdef\"},"
                                            "\"occurrenceCount\":1,"
                                            "\"properties\":{\"trace\":\"bad."
                                            "json\","
                                            "\"own_ns\":2000020000,\"class\":"
                                            "\"blocked\",\"process\":"
                                            "\"bad_example\"}}");
    cJSON_Delete(root);
    gated_close(&gated);
}

static void test_sarif__rules_have_help(void **state)
{
    struct gated gated;
    gated_open(&gated);
    cJSON *root = render(&gated);
    const cJSON *driver = cJSON_GetObjectItem(
        cJSON_GetObjectItem(get_run(root), "tool"), "driver");
    const cJSON *rule;
    int i = 0;
    cJSON_ArrayForEach(rule, cJSON_GetObjectItem(driver, "rules"))
    {
        const struct ls_rule_info *info = ls_rule_get((enum ls_rule)i++);
        const cJSON *help = cJSON_GetObjectItem(rule, "help");
        assert_string_equal(cJSON_GetObjectItem(rule, "id")->valuestring,
                            info->name);
        assert_non_null(strstr(cJSON_GetObjectItem(help, "text")->valuestring,
                               info->advice));
    }
    assert_int_equal(i, LS_RULES);
    cJSON_Delete(root);
    gated_close(&gated);
}

static void test_sarif__places_outside_the_folder_are_absolute(void **state)
{
    struct gated gated;
    gated_open(&gated);
    gated.style.folder = "/home/a b";
    cJSON *root = render(&gated);
    const cJSON *location = cJSON_GetArrayItem(
        cJSON_GetObjectItem(get_result(root, 0), "locations"), 0);
    expect_item(
        cJSON_GetObjectItem(cJSON_GetObjectItem(location, "physicalLocation"),
                            "artifactLocation"),
        "{\"uri\":\"file:///home/you/src/examples/bad_example.c\"}");
    expect_item(cJSON_GetObjectItem(get_run(root), "originalUriBaseIds"),
                "{\"SRCROOT\":{\"uri\":\"file:///home/a%20b/\"}}");
    cJSON_Delete(root);
    gated_close(&gated);
}

static void test_sarif__what_is_accepted_says_why(void **state)
{
    struct gated gated;
    gated_open(&gated);
    gated.gate.has_baseline = true;
    static const struct {
        enum ls_standing standing;
        const char *key, *value;
    } cases[] = {
        {LS_STANDING_NEW, "baselineState", "\"new\""},
        {LS_STANDING_WORSE, "baselineState", "\"updated\""},
        {LS_STANDING_KNOWN, "baselineState", "\"unchanged\""},
        {LS_STANDING_SUPPRESSED, "suppressions", "[{\"kind\":\"external\"}]"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        gated.found.items[0].standing = cases[i].standing;
        cJSON *root = render(&gated);
        expect_item(cJSON_GetObjectItem(get_result(root, 0), cases[i].key),
                    cases[i].value);
        cJSON_Delete(root);
    }
    gated_close(&gated);
}

static void test_sarif__trouble_and_budgets_are_notifications(void **state)
{
    struct gated gated;
    gated_open(&gated);
    gated.gate.n = 2;
    gated_set_budget(&gated);
    cJSON *root = render(&gated);
    expect_item(
        cJSON_GetObjectItem(get_run(root), "invocations"),
        "[{\"executionSuccessful\":false,\"exitCode\":2,"
        "\"toolExecutionNotifications\":[{\"level\":\"error\",\"message\":{"
        "\"text\":\"no,ne.json: there is no such file\"}},{\"level\":\"error\","
        "\"message\":{\"text\":\"max-turn is 62 ms, over the budget of 50 ms "
        "(the median of 3 traces)\"}}]}]");
    cJSON_Delete(root);
    gated_close(&gated);
}

/* Findings as rules make them, with samples and places of registration. */
static void test_sarif__real_findings_have_the_shape(void **state)
{
    static const char *const names[] = {"bad_example", "unmodified"};
    for (size_t i = 0; i < 2; i++) {
        struct sample sample;
        sample_load(&sample, names[i]);
        const struct ls_judged judged = {
            .path = "x.json",
            .trace = sample.trace,
            .findings = ls_findings_judge(sample.trace, NULL)};
        const struct ls_gate gate = {.judged = &judged, .n = 1};
        const struct ls_style style = {.width = 80};
        struct ls_text text = {0};
        ls_sarif_render(&gate, &style, &text);
        cJSON *root = parse_good(&text);
        assert_int_equal(
            cJSON_GetArraySize(cJSON_GetObjectItem(get_run(root), "results")),
            judged.findings->n);
        cJSON_Delete(root);
        ls_text_destroy(&text);
        ls_findings_free(judged.findings);
        sample_free(&sample);
    }
}

/* The checker itself refuses what is wrong. */
static void test_sarif__the_shape_is_looked_at(void **state)
{
    char why[SARIF_SHAPE_WHY];
    struct gated gated;
    gated_open(&gated);
    cJSON *root = render(&gated);
    cJSON *result =
        cJSON_GetArrayItem(cJSON_GetObjectItem(get_run(root), "results"), 0);
    cJSON_AddStringToObject(result, "fingerprint", "x");
    assert_false(sarif_shape_is_good(root, why));
    assert_string_equal(why, "fingerprint: is not a property of it");
    cJSON_DeleteItemFromObject(result, "fingerprint");
    cJSON_ReplaceItemInObject(result, "level", cJSON_CreateString("fatal"));
    assert_false(sarif_shape_is_good(root, why));
    assert_string_equal(why, "level: is not as it should be");
    cJSON_DeleteItemFromObject(result, "message");
    assert_false(sarif_shape_is_good(root, why));
    assert_string_equal(why, "message: is missing");
    cJSON_Delete(root);
    gated_close(&gated);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sarif__a_finding_is_a_result),
        cmocka_unit_test(test_sarif__rules_have_help),
        cmocka_unit_test(test_sarif__places_outside_the_folder_are_absolute),
        cmocka_unit_test(test_sarif__what_is_accepted_says_why),
        cmocka_unit_test(test_sarif__trouble_and_budgets_are_notifications),
        cmocka_unit_test(test_sarif__real_findings_have_the_shape),
        cmocka_unit_test(test_sarif__the_shape_is_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
