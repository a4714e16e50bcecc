/* SPDX-License-Identifier: MIT */
#include "cli/verdict.h"

#include "sample.h"

#include "analysis/load.h"

#define TRACE                                                                  \
    "[\n{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"loopscope_trace\","       \
    "\"args\":{\"format\":1,\"writer\":\"0.1.0\"}}\n"
#define END                                                                    \
    ",{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"loopscope_end\","           \
    "\"args\":{\"events\":9,\"lost\":0,\"late\":0}}\n]\n"
#define PROCESS(pid, parent, name, command)                                    \
    ",{\"ph\":\"M\",\"pid\":" pid ",\"tid\":" pid                              \
    ",\"name\":\"process_name\",\"args\":{\"name\":\"" name "\"}}\n"           \
    ",{\"ph\":\"M\",\"pid\":" pid ",\"tid\":" pid                              \
    ",\"name\":\"loopscope_process\",\"args\":{\"command\":[\"" name           \
    "\"," command "],\"parent\":" parent "}}\n"
#define LOOP(pid)                                                              \
    ",{\"ph\":\"M\",\"pid\":" pid ",\"tid\":" pid                              \
    ",\"name\":\"loopscope_loop\",\"args\":{\"name\":\"\",\"kind\":"           \
    "\"libuv\"}}\n"                                                            \
    ",{\"ph\":\"B\",\"ts\":1,\"pid\":" pid ",\"tid\":" pid                     \
    ",\"name\":\"turn\",\"cat\":\"turn\"}\n"                                   \
    ",{\"ph\":\"E\",\"ts\":2,\"pid\":" pid ",\"tid\":" pid                     \
    ",\"name\":\"turn\",\"cat\":\"turn\"}\n"

struct made {
    struct ls_trace *trace;
    struct ls_findings *findings;
    struct ls_members members;
};

static struct made make(const char *text)
{
    struct made made = {0};
    struct ls_load_result result;
    assert_int_equal(
        ls_trace_parse(text, strlen(text), NULL, &made.trace, &result),
        LS_LOAD_OK);
    made.findings = ls_findings_judge(made.trace, NULL);
    ls_members_take(&made.members, made.trace, made.findings);
    assert_false(made.members.failed);
    return made;
}

static void drop(struct made *made)
{
    ls_members_destroy(&made->members);
    ls_findings_free(made->findings);
    ls_trace_free(made->trace);
}

static void expect_label(const struct made *made, size_t i,
                         const char *expected)
{
    struct ls_text text = {0};
    ls_members_label(&made->members, i, &text);
    assert_string_equal(ls_text_get(&text), expected);
    ls_text_destroy(&text);
}

static void test_members__are_those_with_a_loop(void **state)
{
    struct made made = make(TRACE PROCESS("1", "0", "sh", "\"-c\"") PROCESS(
        "2", "1", "server", "\"-p\"") LOOP("2") END);
    assert_int_equal(made.members.n, 1);
    assert_int_equal(made.members.n_without, 1);
    expect_label(&made, 0, "server");
    assert_int_equal(ls_verdict_of(made.trace, made.findings), LS_VERDICT_PASS);
    drop(&made);
}

static void test_members__names_are_told_apart(void **state)
{
    struct made made = make(
        TRACE PROCESS("1", "0", "test", "\"a\"") LOOP("1")
            PROCESS("2", "0", "test", "\"b\"") LOOP("2")
                PROCESS("3", "0", "test", "\"b\"") LOOP("3")
                    PROCESS("4", "0", "other", "\"a\",\"b\"") LOOP("4") END);
    assert_int_equal(made.members.n, 4);
    expect_label(&made, 0, "test a");
    expect_label(&made, 1, "test b #1");
    expect_label(&made, 2, "test b #2");
    expect_label(&made, 3, "other");
    drop(&made);
}

/* Only what has started something is one. */
static void test_members__drivers(void **state)
{
    struct made made = make(TRACE PROCESS("1", "0", "ctest", "\"-Q\"") LOOP("1")
                                PROCESS("2", "1", "true", "\"-c\"") END);
    assert_int_equal(made.members.n, 1);
    assert_true(made.members.items[0].is_driver);
    assert_int_equal(ls_verdict_of(made.trace, made.findings),
                     LS_VERDICT_NOTHING_TRACED);
    drop(&made);
    made = make(TRACE PROCESS("1", "0", "ctest", "\"-Q\"") LOOP("1") END);
    assert_false(made.members.items[0].is_driver);
    assert_int_equal(ls_verdict_of(made.trace, made.findings), LS_VERDICT_PASS);
    drop(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_members__are_those_with_a_loop),
        cmocka_unit_test(test_members__names_are_told_apart),
        cmocka_unit_test(test_members__drivers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
