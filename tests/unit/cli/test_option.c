/* SPDX-License-Identifier: MIT */
#include "cli/option.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct settings {
    const char *output;
    int n_loud;
};

static bool set_output(void *settings, const char *value, struct ls_text *error)
{
    ((struct settings *)settings)->output = value;
    if (strcmp(value, "bad") != 0)
        return true;
    ls_text_add(error, "wants a good file");
    return false;
}

static bool set_loud(void *settings, const char *value, struct ls_text *error)
{
    ((struct settings *)settings)->n_loud++;
    return true;
}

static const struct ls_option table[] = {
    {.name = "output", .letter = 'o', .value = "FILE", .set = set_output},
    {.name = "loud", .set = set_loud},
    {.name = NULL},
};

struct outcome {
    enum ls_parsed parsed;
    struct settings settings;
    struct ls_line line;
    char *items[8];
    char error[128];
};

/* Parse up to seven arguments; NULL ends them. */
static struct outcome parse(const char *const *arguments)
{
    struct outcome outcome = {0};
    while (arguments[outcome.line.n]) {
        outcome.items[outcome.line.n] = (char *)arguments[outcome.line.n];
        outcome.line.n++;
    }
    outcome.line.items = outcome.items;
    struct ls_text error = {0};
    outcome.parsed =
        ls_options_parse(table, &outcome.line, &outcome.settings, &error);
    strncpy(outcome.error, ls_text_get(&error), sizeof(outcome.error) - 1);
    ls_text_destroy(&error);
    return outcome;
}

#define PARSE(...) parse((const char *const[]){__VA_ARGS__, NULL})

static void test_option__takes_values_in_every_form(void **state)
{
    assert_string_equal(PARSE("--output", "x").settings.output, "x");
    assert_string_equal(PARSE("--output=x").settings.output, "x");
    assert_string_equal(PARSE("-o", "x").settings.output, "x");
    assert_string_equal(PARSE("-ox").settings.output, "x");
    assert_string_equal(PARSE("--output=").settings.output, "");
    assert_string_equal(PARSE("--output", "--loud").settings.output, "--loud");
}

static void test_option__operands_may_stand_anywhere(void **state)
{
    struct outcome outcome = PARSE("a", "--loud", "b", "-o", "x", "-");
    assert_int_equal(outcome.parsed, LS_PARSED);
    assert_int_equal(outcome.line.n, 3);
    assert_string_equal(outcome.items[0], "a");
    assert_string_equal(outcome.items[1], "b");
    assert_string_equal(outcome.items[2], "-");
    assert_int_equal(outcome.settings.n_loud, 1);
}

static void test_option__two_dashes_end_the_options(void **state)
{
    struct outcome outcome = PARSE("--", "--loud", "--");
    assert_int_equal(outcome.parsed, LS_PARSED);
    assert_int_equal(outcome.line.n, 2);
    assert_string_equal(outcome.items[0], "--loud");
    assert_string_equal(outcome.items[1], "--");
    assert_int_equal(outcome.settings.n_loud, 0);
}

static void test_option__help_is_always_there(void **state)
{
    assert_int_equal(PARSE("--help").parsed, LS_PARSED_HELP);
    assert_int_equal(PARSE("x", "-h").parsed, LS_PARSED_HELP);
}

static void test_option__unknown_ones_name_the_nearest(void **state)
{
    struct outcome outcome = PARSE("--outptu=x");
    assert_int_equal(outcome.parsed, LS_PARSED_WRONG);
    assert_string_equal(outcome.error,
                        "unknown option --outptu; the nearest is --output");
    outcome = PARSE("-x");
    assert_int_equal(outcome.parsed, LS_PARSED_WRONG);
    /* An abbreviation is not an option. */
    assert_int_equal(PARSE("--out=x").parsed, LS_PARSED_WRONG);
}

static void test_option__says_what_is_wrong_with_a_value(void **state)
{
    assert_string_equal(PARSE("--output").error,
                        "--output wants a value: FILE");
    assert_string_equal(PARSE("--loud=1").error, "--loud takes no value");
    assert_string_equal(PARSE("-o", "bad").error,
                        "--output wants a good file, not 'bad'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_option__takes_values_in_every_form),
        cmocka_unit_test(test_option__operands_may_stand_anywhere),
        cmocka_unit_test(test_option__two_dashes_end_the_options),
        cmocka_unit_test(test_option__help_is_always_there),
        cmocka_unit_test(test_option__unknown_ones_name_the_nearest),
        cmocka_unit_test(test_option__says_what_is_wrong_with_a_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
