/* SPDX-License-Identifier: MIT */
/* `loopscope diff`, on traces that are there and on what is none. */
#include "shell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <cJSON.h>

static void expect(const char *line, int status, const char *begins)
{
    struct outcome o = shell_run(line);
    if (strncmp(o.out, begins, strlen(begins)) != 0 || o.err[0])
        fail_msg("not '%s':\n%s%s", begins, o.out, o.err);
    assert_int_equal(o.status, status);
}

static void test_diff__a_trace_with_itself(void **state)
{
    expect("$LS diff data/gather.json data/gather.json", 0,
           "pass: from data/gather.json to data/gather.json (no findings)\n");
    expect("$LS diff data/bad_example.json data/bad_example.json", 0,
           "pass: from data/bad_example.json to data/bad_example.json "
           "(2 same)\n");
}

static void test_diff__a_stall_comes_and_goes(void **state)
{
    expect("$LS diff data/gather.json data/bad_example.json", 1,
           "fail: from data/gather.json to data/bad_example.json (2 new)\n"
           "\nNEW:\nerror: sleep() blocked the loop for ");
    expect("$LS diff data/bad_example.json data/gather.json", 0,
           "pass: from data/bad_example.json to data/gather.json (2 gone)\n"
           "\nGONE:\nerror: sleep() blocked the loop for ");
    expect("$LS diff --fail 3s data/gather.json data/bad_example.json", 0,
           "pass: ");
}

static void test_diff__lines_fit(void **state)
{
    struct outcome o =
        shell_run("COLUMNS=200 $LS diff data/killed.json data/unmodified.json "
                  "| awk 'length > 80'");
    assert_string_equal(o.out, "");
    o = shell_run("$LS diff data/killed.json data/unmodified.json | "
                  "grep -c ' $'");
    assert_string_equal(o.out, "0\n");
}

static void test_diff__json_into_a_file(void **state)
{
    expect("$LS diff --format json -o changes.json data/gather.json "
           "data/bad_example.json",
           1, "");
    char *text = shell_read("changes.json");
    cJSON *root = cJSON_Parse(text);
    assert_non_null(root);
    assert_string_equal(
        cJSON_GetStringValue(cJSON_GetObjectItem(root, "verdict")), "fail");
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(root, "findings")),
                     2);
    cJSON_Delete(root);
    free(text);
}

/* One line that names the file, status 2; with --format json a document. */
static void test_diff__what_is_no_trace(void **state)
{
    static const char *const files[] = {"none.json", "empty", "text", "data"};
    shell_write("empty", "", 0);
    shell_write("text", "hello\n", 6);
    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
        setenv("FILE", files[i], 1);
        struct outcome o = shell_run("$LS diff data/gather.json $FILE");
        assert_int_equal(o.status, 2);
        assert_string_equal(o.out, "");
        assert_int_equal(count_lines(o.err), 1);
        assert_non_null(strstr(o.err, files[i]));
        o = shell_run("$LS diff --format json $FILE data/gather.json 2>said");
        assert_int_equal(o.status, 2);
        cJSON *root = cJSON_Parse(o.out);
        assert_string_equal(
            cJSON_GetStringValue(cJSON_GetObjectItem(root, "verdict")),
            "unusable");
        cJSON_Delete(root);
    }
}

/* What is there of it is compared, and its trouble is said. */
static void test_diff__a_trace_that_is_cut(void **state)
{
    struct outcome o = shell_run("head -c 2000 data/gather.json >cut.json; "
                                 "$LS diff data/gather.json cut.json");
    assert_int_equal(count_lines(o.err), 1);
    assert_non_null(strstr(o.err, "cut.json: "));
    assert_non_null(strstr(o.out, "(1 new)"));
    assert_non_null(strstr(o.out, "[trace-health]"));
}

static void test_diff__of_no_loop(void **state)
{
    static const char nothing[] =
        "[\n{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"loopscope_trace\","
        "\"args\":{\"format\":1,\"writer\":\"0.1.0\"}}\n"
        ",{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"loopscope_end\","
        "\"args\":{\"events\":2,\"lost\":0,\"late\":0}}\n]\n";
    shell_write("nothing.json", nothing, sizeof(nothing) - 1);
    expect("$LS diff data/gather.json nothing.json", 3,
           "nothing-traced: from data/gather.json to nothing.json");
    expect("$LS diff nothing.json data/gather.json", 3, "nothing-traced: ");
}

static void test_diff__misuse(void **state)
{
    static const char *const lines[] = {
        "$LS diff",
        "$LS diff data/gather.json",
        "$LS diff data/gather.json data/gather.json data/gather.json",
        "$LS diff --format xml data/gather.json data/gather.json",
        "$LS diff --fail 0 data/gather.json data/gather.json",
        "$LS diff --nope data/gather.json data/gather.json",
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        struct outcome o = shell_run(lines[i]);
        assert_int_equal(o.status, 2);
        assert_string_equal(o.out, "");
        assert_int_equal(count_lines(o.err), 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_diff__a_trace_with_itself),
        cmocka_unit_test(test_diff__a_stall_comes_and_goes),
        cmocka_unit_test(test_diff__lines_fit),
        cmocka_unit_test(test_diff__json_into_a_file),
        cmocka_unit_test(test_diff__what_is_no_trace),
        cmocka_unit_test(test_diff__a_trace_that_is_cut),
        cmocka_unit_test(test_diff__of_no_loop),
        cmocka_unit_test(test_diff__misuse),
    };
    return cmocka_run_group_tests(tests, shell_open, shell_close);
}
