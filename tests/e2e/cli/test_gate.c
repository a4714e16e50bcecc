/* SPDX-License-Identifier: MIT */
/* `loopscope check` as a gate: what it accepts, and what it is told by files.
 */
#include "shell.h"

#include "tests/support/sarif_shape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void put(const char *name, const char *text)
{
    shell_write(name, text, strlen(text));
}

static void assert_contains(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' is not in:\n%s", part, text);
}

static int count_of(const char *text, const char *part)
{
    int n = 0;
    while ((text = strstr(text, part))) {
        text += strlen(part);
        n++;
    }
    return n;
}

/* Nothing on standard output, one line on standard error, status 2. */
static void assert_refused(const char *line, const char *says)
{
    struct outcome o = shell_run(line);
    assert_string_equal(o.out, "");
    assert_int_equal(count_lines(o.err), 1);
    assert_contains(o.err, says);
    assert_int_equal(o.status, 2);
}

static void expect(const char *line, int status, const char *begins)
{
    struct outcome o = shell_run(line);
    if (strncmp(o.out, begins, strlen(begins)) != 0 || o.err[0])
        fail_msg("not '%s':\n%s%s", begins, o.out, o.err);
    assert_int_equal(o.status, status);
}

static void test_gate__suppressions_accept_findings(void **state)
{
    put("accepted", "# all that sleeps\nfunction:sleep\n");
    expect("$LS check --suppressions accepted data/bad_example.json", 0,
           "pass: data/bad_example.json (1 note, 1 suppressed)\n");
    put("accepted", "rule:stall\n");
    struct outcome o =
        shell_run("$LS check --suppressions accepted data/bad_example.json");
    assert_int_equal(o.status, 1);
    assert_contains(o.out, "\nSuppressions that nothing matched:\n"
                           "  line 1: rule:stall\n");
}

static void test_gate__baseline_accepts_what_was_there(void **state)
{
    expect("$LS check --write-baseline known data/bad_example.json", 0,
           "pass: data/bad_example.json (1 note, 1 in the baseline)\n");
    expect("$LS check --baseline known data/bad_example.json", 0,
           "pass: data/bad_example.json (1 note, 1 in the baseline)\n");
    expect("$LS check --baseline known data/unmodified.json", 1,
           "fail: data/unmodified.json (1 error, 2 warnings, ");
    expect("sed -i 's/2000/20/' known; "
           "$LS check --baseline known data/bad_example.json",
           1,
           "fail: data/bad_example.json (1 error, 1 note, 1 worse than in the "
           "baseline)\n");
}

/* Other flags, other lines, other addresses: the same findings. */
static void test_gate__baseline_survives_another_build(void **state)
{
    struct outcome o = shell_run(LS_REAL " run --check --write-baseline built "
                                         "-- " LS_OLD);
    assert_int_equal(o.status, 0);
    char *written = shell_read("built");
    assert_contains(written, "\"function\":\"load_config\"");
    assert_contains(written, "\"function\":\"hash_all\"");
    free(written);
    o = shell_run(LS_REAL " run --check --baseline built --format github "
                          "-- " LS_NEW);
    assert_int_equal(o.status, 1);
    assert_contains(o.err, "in fresh, ");
    assert_int_equal(count_of(o.err, "::error "), 1);
}

/* Not after it has run for an hour. */
static void test_gate__run_looks_at_files_before_the_program(void **state)
{
    put("broken", "rule:stal");
    static const struct {
        const char *options, *says;
    } cases[] = {
        {"--suppressions broken", "broken: 1: unknown rule"},
        {"--baseline none", "none: No such file"},
        {"--config broken", "broken: line 1, column 1: this is no JSON"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char line[512];
        snprintf(line, sizeof(line), "%s run --check %s touch touched", LS_REAL,
                 cases[i].options);
        struct outcome o = shell_run(line);
        assert_int_equal(o.status, 125);
        assert_int_equal(count_lines(o.err), 1);
        assert_contains(o.err, cases[i].says);
        assert_int_equal(access("touched", F_OK), -1);
    }
}

static void test_gate__baselines_add_up(void **state)
{
    shell_run("$LS check --write-baseline known data/bad_example.json");
    shell_run("$LS check --baseline known --write-baseline both "
              "data/unmodified.json");
    expect("$LS check --baseline both data/bad_example.json", 0, "pass");
    expect("$LS check --baseline both data/unmodified.json", 0, "pass");
    expect("$LS check --baseline both --write-baseline again "
           "data/unmodified.json && cmp both again",
           0, "pass");
}

static void test_gate__baseline_of_trouble_is_not_written(void **state)
{
    struct outcome o = shell_run("rm -f none; $LS check --write-baseline none "
                                 "data/bad_example.json data/missing.json");
    assert_int_equal(o.status, 2);
    assert_contains(o.err, "none: was not written: data/missing.json is "
                           "unusable");
    assert_null(shell_read("none"));
}

static void test_gate__budgets_take_the_median(void **state)
{
    expect("$LS check --rule blocking-call=off --budget max-turn=1s "
           "data/bad_example.json",
           1, "fail: max-turn is 2001 ms, over the budget of 1000 ms\n");
    expect("$LS check --rule blocking-call=off --rule stall=off "
           "--budget max-turn=1s data/bad_example.json data/unmodified.json "
           "data/unmodified.json",
           0,
           "pass: max-turn is 84 ms, within the budget of 1000 ms (the median "
           "of 3 traces)\n");
}

static void test_gate__configuration_is_found_here(void **state)
{
    put(".loopscope.json", "{\"fail\": \"3s\", \"warn\": \"2500ms\"}");
    expect("$LS check data/bad_example.json", 0, "pass");
    expect("$LS check --fail 1s data/bad_example.json", 1, "fail");
    put("other.json", "{\"rule\": {\"blocking-call\": \"note\"}}");
    expect("$LS check --config other.json data/bad_example.json", 0,
           "pass: data/bad_example.json (2 notes)\n");
    expect("$LS check --config other.json --rule blocking-call=error "
           "data/bad_example.json",
           1, "fail");
    put(".loopscope.json", "{\"rule\": {\"stal\": \"off\"}}");
    assert_refused("$LS check data/bad_example.json",
                   ".loopscope.json: rule.stal: wants a known rule (the "
                   "nearest is stall)");
    unlink(".loopscope.json");
}

static void test_gate__files_of_a_configuration_are_beside_it(void **state)
{
    shell_run("mkdir -p ci");
    put("ci/gate.json", "{\"suppressions\": \"accepted\"}");
    put("ci/accepted", "function:sleep\n");
    expect("$LS check --config ci/gate.json data/bad_example.json", 0,
           "pass: data/bad_example.json (1 note, 1 suppressed)\n");
}

static void test_gate__broken_files_are_one_line(void **state)
{
    put("broken", "{\"version\":1,\n\"findings\":[},");
    put("binary", "stall\xff");
    static const struct {
        const char *options, *says;
    } cases[] = {
        {"--suppressions broken", "broken: 1: unknown kind"},
        {"--suppressions none", "none: No such file or directory"},
        {"--suppressions binary", "binary: is no UTF-8 text"},
        {"--suppressions .", ".: Is a directory"},
        {"--baseline broken", "broken: line 2, column 13: this is no JSON"},
        {"--baseline none", "none: No such file or directory"},
        {"--config broken", "broken: line 2, column 13: this is no JSON"},
        {"--config none", "none: No such file or directory"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char line[256] = "$LS check data/bad_example.json ";
        strcat(line, cases[i].options);
        assert_refused(line, cases[i].says);
    }
}

static void test_gate__formats_go_to_files(void **state)
{
    static const struct {
        const char *name, *begins;
    } formats[] = {
        {"text", "fail: "},
        {"json", "{\n\t\"version\":"},
        {"junit", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "},
        {"sarif", "{\n\t\"$schema\":"},
        {"github", "::error "},
    };
    for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
        char line[256];
        snprintf(line, sizeof(line),
                 "$LS check --format %s -o verdict data/bad_example.json",
                 formats[i].name);
        struct outcome o = shell_run(line);
        assert_int_equal(o.status, 1);
        assert_string_equal(o.out, "");
        assert_string_equal(o.err, "");
        char *text = shell_read("verdict");
        assert_non_null(text);
        assert_int_equal(
            strncmp(text, formats[i].begins, strlen(formats[i].begins)), 0);
        free(text);
    }
}

static void test_gate__sarif_has_its_shape(void **state)
{
    char why[SARIF_SHAPE_WHY];
    struct outcome o =
        shell_run("$LS check --format sarif --budget max-turn=1ms "
                  "data/bad_example.json data/unmodified.json data/nothing");
    cJSON *root = cJSON_ParseWithOpts(o.out, NULL, true);
    assert_non_null(root);
    if (!sarif_shape_is_good(root, why))
        fail_msg("%s", why);
    assert_int_equal(o.status, 2);
    cJSON_Delete(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gate__suppressions_accept_findings),
        cmocka_unit_test(test_gate__baseline_accepts_what_was_there),
        cmocka_unit_test(test_gate__baseline_survives_another_build),
        cmocka_unit_test(test_gate__run_looks_at_files_before_the_program),
        cmocka_unit_test(test_gate__baselines_add_up),
        cmocka_unit_test(test_gate__baseline_of_trouble_is_not_written),
        cmocka_unit_test(test_gate__budgets_take_the_median),
        cmocka_unit_test(test_gate__configuration_is_found_here),
        cmocka_unit_test(test_gate__files_of_a_configuration_are_beside_it),
        cmocka_unit_test(test_gate__broken_files_are_one_line),
        cmocka_unit_test(test_gate__formats_go_to_files),
        cmocka_unit_test(test_gate__sarif_has_its_shape),
    };
    return cmocka_run_group_tests(tests, shell_open, shell_close);
}
