/* SPDX-License-Identifier: MIT */
#include "cli/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Options that write down what they were given. */
static bool note(void *settings, const char *name, const char *value,
                 struct ls_text *error)
{
    if (!strcmp(value, "bad")) {
        ls_text_add(error, "wants something good");
        return false;
    }
    ls_text_addf(settings, "%s %s\n", name, value);
    return true;
}

static bool set_fail(void *settings, const char *value, struct ls_text *error)
{
    return note(settings, "fail", value, error);
}

static bool set_rule(void *settings, const char *value, struct ls_text *error)
{
    return note(settings, "rule", strcmp(value, "x=bad") ? value : "bad",
                error);
}

static bool set_baseline(void *settings, const char *value,
                         struct ls_text *error)
{
    return note(settings, "baseline", value, error);
}

static const struct ls_option options[] = {
    {"fail", 0, "a time", set_fail, LS_CONFIG_VALUE},
    {"rule", 0, "NAME=LEVEL", set_rule, LS_CONFIG_MEMBERS},
    {"baseline", 0, "FILE", set_baseline, LS_CONFIG_FILE},
    {"output", 'o', "FILE", set_baseline, LS_CONFIG_NOT},
    {.name = NULL},
};

static bool apply(const char *text, struct ls_text *given,
                  struct ls_text *error)
{
    struct ls_config config = {0};
    const bool good =
        ls_config_apply(&config, text, "ci/", options, given, error);
    ls_config_destroy(&config);
    return good;
}

static void expect(const char *text, const char *expected)
{
    struct ls_text given = {0}, error = {0};
    if (!apply(text, &given, &error))
        fail_msg("%s", ls_text_get(&error));
    assert_string_equal(ls_text_get(&given), expected);
    ls_text_destroy(&given);
}

static void test_config__keys_are_options(void **state)
{
    expect("{}", "");
    expect(
        " {\"fail\": \"50ms\", \"rule\": {\"a\": \"off\", \"b\": \"note\"}}\n",
        "fail 50ms\nrule a=off\nrule b=note\n");
    expect("{\"fail\":12.5}", "fail 12.5\n");
    expect("{\"rule\":{}}", "");
}

static void test_config__files_are_beside_it(void **state)
{
    expect("{\"baseline\":\"known.json\"}", "baseline ci/known.json\n");
    expect("{\"baseline\":\"/known.json\"}", "baseline /known.json\n");
}

static void test_config__mistakes_have_a_place(void **state)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"{\"fial\":1}", "fial: unknown key; the nearest is fail"},
        {"{\"output\":\"x\"}", "output: unknown key; the nearest is rule"},
        {"{\"rule\":\"a=off\"}", "rule: wants an object: NAME=LEVEL"},
        {"{\"rule\":{\"a\":[]}}", "rule.a: wants a string or a number"},
        {"{\"rule\":{\"x\":\"bad\"}}",
         "rule.x: wants something good, not 'x=bad'"},
        {"{\"fail\":true}", "fail: wants a string or a number: a time"},
        {"{\"fail\":\"bad\"}", "fail: wants something good, not 'bad'"},
        {"{\n\"fail\": 1,\n}", "line 3, column 1: this is no JSON"},
        {"", "line 1, column 1: the JSON ends too soon"},
        {"3", "is no JSON object"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct ls_text given = {0}, error = {0};
        assert_false(apply(cases[i].text, &given, &error));
        assert_string_equal(ls_text_get(&error), cases[i].says);
        ls_text_destroy(&given);
        ls_text_destroy(&error);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_config__keys_are_options),
        cmocka_unit_test(test_config__files_are_beside_it),
        cmocka_unit_test(test_config__mistakes_have_a_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
