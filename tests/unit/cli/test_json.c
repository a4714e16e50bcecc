/* SPDX-License-Identifier: MIT */
#include "cli/json.h"

#include "found.h"

#include <cJSON.h>

/* What `check` would have: the findings as they were made by hand. */
static struct ls_judged judge(struct found *found)
{
    return (struct ls_judged){
        .path = found->story.path,
        .verdict = ls_verdict_of(found->sample.trace, &found->findings),
        .trace = found->sample.trace,
        .findings = &found->findings,
    };
}

static cJSON *render_gate(const struct ls_gate *gate)
{
    const struct ls_style style = {.width = 80, .folder = "/home/you/src"};
    struct ls_text text = {0};
    ls_json_render(gate, &style, &text);
    assert_false(text.failed);
    cJSON *root = cJSON_ParseWithOpts(ls_text_get(&text), NULL, true);
    assert_non_null(root);
    ls_text_destroy(&text);
    return root;
}

static cJSON *render(const struct ls_judged *judged, size_t n)
{
    const struct ls_gate gate = {.judged = judged, .n = n};
    return render_gate(&gate);
}

/* The item as it is printed without white space. */
static void expect_item(const cJSON *item, const char *expected)
{
    assert_non_null(item);
    char *printed = cJSON_PrintUnformatted(item);
    assert_string_equal(printed, expected);
    cJSON_free(printed);
}

static void test_json__is_what_the_format_says(void **state)
{
    struct found found;
    found_open(&found);
    struct ls_judged judged = judge(&found);
    cJSON *root = render(&judged, 1);
    expect_item(
        root,
        "{\"version\":1,\"verdict\":\"fail\",\"summary\":{\"errors\":1,"
        "\"warnings\":0,\"notes\":0,\"traces\":[{\"trace\":"
        "\"/tmp/here/bad_example.json\",\"verdict\":\"fail\",\"duration_ns\":"
        "2001300000,\"loops\":1,\"tasks\":2,\"events\":24,\"lost\":0}]},"
        "\"findings\":[{\"rule\":\"blocking-call\",\"severity\":\"error\","
        "\"message\":\"sleep() blocked the loop for 2000 ms in bad_example, "
        "bad_example.c:31\",\"advice\":\"Use a timer.\",\"process\":{\"pid\":"
        "52,\"name\":\"bad_example\"},\"thread\":{\"tid\":52,\"name\":"
        "\"bad_example\"},\"loop\":52,\"task\":{\"id\":\"0x1\",\"name\":"
        "\"bad_example\"},\"start_ns\":1100000,\"duration_ns\":2000100000,"
        "\"cause\":{\"class\":\"blocked\",\"cpu_ns\":30000,\"blocked_ns\":"
        "1999990000,\"descheduled_ns\":80000},\"call\":\"sleep\","
        "\"location\":{\"function\":\"bad_example\",\"file\":"
        "\"examples/bad_example.c\",\"line\":31},\"stack\":[{\"function\":"
        "\"bad_example\",\"file\":\"examples/bad_example.c\",\"line\":31,"
        "\"module\":\"/home/you/src/build/examples/bad_example\",\"offset\":"
        "\"0x2345\"},{\"function\":\"co_entry\",\"file\":"
        "\"examples/support/co.c\",\"line\":88,\"module\":"
        "\"/home/you/src/build/examples/bad_example\",\"offset\":\"0x3345\"},"
        "{\"function\":\"uv_run\",\"module\":"
        "\"/usr/lib/x86_64-linux-gnu/libuv.so.1.0.0\",\"offset\":\"0x10aa0\"},"
        "{\"function\":\"main\",\"file\":\"examples/bad_example.c\",\"line\":"
        "60,\"module\":\"/home/you/src/build/examples/bad_example\","
        "\"offset\":\"0x2400\"}],\"waiters\":[{\"task\":{\"id\":\"0x2\","
        "\"name\":\"tick\",\"label\":\"ticker\"},\"held_up_ns\":1501260000}],"
        "\"n_waiters\":1,\"waited_ns\":1501260000,"
        "\"fingerprint\":\"0123456789abcdef\","
        "\"suppressed\":false,\"count\":1,\"trace\":"
        "\"/tmp/here/bad_example.json\"}]}");
    cJSON_Delete(root);
    found_close(&found);
}

/* Where the samples were, what it was about, who asked for the callback. */
static void test_json__what_samples_say(void **state)
{
    struct sample sample;
    sample_load(&sample, "unmodified");
    struct ls_findings *findings = ls_findings_judge(sample.trace, NULL);
    const struct ls_judged judged = {
        .path = "x.json", .trace = sample.trace, .findings = findings};
    cJSON *root = render(&judged, 1);
    const cJSON *all = cJSON_GetObjectItem(root, "findings");
    const cJSON *stall = cJSON_GetArrayItem(all, 0);
    expect_item(cJSON_GetObjectItem(stall, "registered"),
                "{\"function\":\"on_connection\",\"file\":"
                "\"/src/app/client.c\",\"line\":31}");
    expect_item(cJSON_GetArrayItem(cJSON_GetObjectItem(stall, "samples"), 1),
                "{\"function\":\"hash_body\",\"file\":\"/src/app/parse.c\","
                "\"line\":140,\"depth\":1,\"percent\":83}");
    expect_item(
        cJSON_GetArrayItem(cJSON_GetObjectItem(stall, "waiters"), 0),
        "{\"task\":{\"id\":\"0x2\",\"name\":\"connection\",\"label\":"
        "\"127.0.0.1:5002\"},\"held_up_ns\":83490000,\"at_most\":true}");
    const cJSON *waited = cJSON_GetArrayItem(all, 1);
    expect_item(cJSON_GetObjectItem(waited, "target"), "\"/run/app/config\"");
    expect_item(cJSON_GetObjectItem(waited, "call"), "\"fread\"");
    cJSON_Delete(root);
    ls_findings_free(findings);
    sample_free(&sample);
}

static void test_json__what_is_not_known_is_absent(void **state)
{
    struct found found;
    found_open(&found);
    found_add_bare(&found);
    struct ls_judged judged = judge(&found);
    cJSON *root = render(&judged, 1);
    const cJSON *findings = cJSON_GetObjectItem(root, "findings");
    expect_item(cJSON_GetArrayItem(findings, 1),
                "{\"rule\":\"trace-health\",\"severity\":\"warning\","
                "\"message\":\"3 records were lost\",\"suppressed\":false,"
                "\"count\":1,\"trace\":\"/tmp/here/bad_example.json\"}");
    cJSON_Delete(root);
    found_close(&found);
}

static void test_json__what_is_accepted_is_marked(void **state)
{
    struct found found;
    found_open(&found);
    found.items[0].standing = LS_STANDING_SUPPRESSED;
    ls_findings_settle(&found.findings);
    struct ls_judged judged = judge(&found);
    struct ls_gate gate = {.judged = &judged, .n = 1, .has_baseline = true};
    cJSON *root = render_gate(&gate);
    const cJSON *first =
        cJSON_GetArrayItem(cJSON_GetObjectItem(root, "findings"), 0);
    expect_item(cJSON_GetObjectItem(root, "verdict"), "\"pass\"");
    expect_item(cJSON_GetObjectItem(first, "suppressed"), "true");
    assert_null(cJSON_GetObjectItem(first, "baseline"));
    cJSON_Delete(root);
    found.items[0].standing = LS_STANDING_KNOWN;
    root = render_gate(&gate);
    first = cJSON_GetArrayItem(cJSON_GetObjectItem(root, "findings"), 0);
    expect_item(cJSON_GetObjectItem(first, "suppressed"), "false");
    expect_item(cJSON_GetObjectItem(first, "baseline"), "\"known\"");
    expect_item(
        cJSON_GetObjectItem(cJSON_GetObjectItem(root, "summary"), "known"),
        "1");
    cJSON_Delete(root);
    found_close(&found);
}

static void test_json__budgets_and_unused_suppressions(void **state)
{
    struct ls_text error = {0};
    struct ls_suppressions suppressions = {0};
    struct ls_gate gate = {.suppressions = &suppressions};
    struct ls_budget *turn = &gate.budgets.of[LS_MEASURE_MAX_TURN];
    struct ls_budget *share = &gate.budgets.of[LS_MEASURE_UTILISATION];
    *turn = (struct ls_budget){true, 5e7, 6.2e7, 3};
    *share = (struct ls_budget){.is_set = true, .limit = 0.5};
    assert_true(ls_suppressions_parse(&suppressions, "\nrule:stall\n", &error));
    cJSON *root = render_gate(&gate);
    expect_item(root,
                "{\"version\":1,\"verdict\":\"fail\",\"summary\":{"
                "\"errors\":0,\"warnings\":0,\"notes\":0,\"suppressed\":0,"
                "\"traces\":[]},\"budgets\":[{\"measure\":\"max-turn\","
                "\"limit_ns\":50000000,\"value_ns\":62000000,\"over\":true},"
                "{\"measure\":\"utilisation\",\"limit\":0.5}],"
                "\"unused_suppressions\":[{\"suppression\":\"rule:stall\","
                "\"line\":2}],\"findings\":[]}");
    cJSON_Delete(root);
    ls_suppressions_destroy(&suppressions);
}

static void test_json__worst_of_several_decides(void **state)
{
    struct found found;
    found_open(&found);
    struct ls_judged judged[3] = {judge(&found)};
    judged[1].path = "go\xffne.json";
    judged[1].verdict = LS_VERDICT_UNUSABLE;
    ls_text_add(&judged[1].why, "there is no such file");
    cJSON *root = render(judged, 2);
    assert_string_equal(cJSON_GetObjectItem(root, "verdict")->valuestring,
                        "unusable");
    const cJSON *traces =
        cJSON_GetObjectItem(cJSON_GetObjectItem(root, "summary"), "traces");
    expect_item(cJSON_GetArrayItem(traces, 1),
                "{\"trace\":\"go\uFFFDne.json\",\"verdict\":\"unusable\","
                "\"reason\":\"there is no such file\"}");
    cJSON_Delete(root);
    ls_text_destroy(&judged[1].why);
    found_close(&found);
}

static void test_json__verdicts_have_an_order_and_a_status(void **state)
{
    static const enum ls_verdict order[] = {
        LS_VERDICT_PASS, LS_VERDICT_NOTHING_TRACED, LS_VERDICT_FAIL,
        LS_VERDICT_UNUSABLE};
    static const int statuses[] = {0, 3, 1, 2};
    for (int i = 0; i < 4; i++) {
        assert_int_equal(ls_verdict_exit(order[i]), statuses[i]);
        for (int j = 0; j < 4; j++)
            assert_int_equal(ls_verdict_worse(order[i], order[j]),
                             order[i > j ? i : j]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json__is_what_the_format_says),
        cmocka_unit_test(test_json__what_samples_say),
        cmocka_unit_test(test_json__what_is_not_known_is_absent),
        cmocka_unit_test(test_json__what_is_accepted_is_marked),
        cmocka_unit_test(test_json__budgets_and_unused_suppressions),
        cmocka_unit_test(test_json__worst_of_several_decides),
        cmocka_unit_test(test_json__verdicts_have_an_order_and_a_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
