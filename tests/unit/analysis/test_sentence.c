/* SPDX-License-Identifier: MIT */
#include "loaded.h"

#include "analysis/finding.h"

/* The message of the only finding of RULE in TEXT is EXPECTED. */
static void expect_message(const char *text, enum ls_rule rule,
                           const char *expected)
{
    struct ls_trace *trace = load_text(text);
    struct ls_findings *findings = ls_findings_judge(trace, NULL);
    const struct ls_finding *found = NULL;
    assert_non_null(findings);
    for (size_t i = 0; i < findings->n; i++) {
        if (findings->items[i].rule != rule)
            continue;
        assert_null(found);
        found = &findings->items[i];
    }
    assert_non_null(found);
    assert_string_equal(found->message, expected);
    ls_findings_free(findings);
    ls_trace_free(trace);
}

#define TEN(text) text text text text text text text text text text

/* 80 bytes of it, whole characters. */
static void test_sentence__long_labels_are_cut(void **state)
{
    expect_message(OURS TASK("b", "1.000", "0x1", "brew", "start", "")
                       TASK("e", "3.000", "0x1", "brew", "finish",
                            ",\"outcome\":\"failed\",\"reason\":\"a" TEN(
                                "\xc3\xa9\xc3\xa9"
                                "1234567") "\"") END,
                   LS_RULE_TASK_FAILED,
                   "the task \"brew\" (L) failed: a"
                   "\xc3\xa9\xc3\xa9"
                   "1234567"
                   "\xc3\xa9\xc3\xa9"
                   "1234567"
                   "\xc3\xa9\xc3\xa9"
                   "1234567"
                   "\xc3\xa9\xc3\xa9"
                   "1234567"
                   "\xc3\xa9\xc3\xa9"
                   "1234567"
                   "\xc3\xa9\xc3\xa9"
                   "1234567"
                   "\xc3\xa9\xc3\xa9"
                   "1234567"
                   "\xc3\xa9...");
}

static void test_sentence__a_task_that_ran_to_the_end(void **state)
{
    expect_message(OURS TASK("b", "1.000", "0x1", "brew", "start", "")
                       SLICE("B", "3000.000", "a", "span", "")
                           SLICE("E", "4000.000", "a", "span", "") END,
                   LS_RULE_NEVER_FINISHED,
                   "the task \"brew\" (L) never finished: it was running to "
                   "the end");
}

/* Of tasks none is the worst: the first is told of. */
static void test_sentence__the_first_of_equals(void **state)
{
    expect_message(
        OURS TASK("b", "1.000", "0x1", "brew", "start", "")
            TASK("e", "3.000", "0x1", "brew", "finish",
                 ",\"outcome\":\"failed\",\"reason\":\"cold\"")
                TASK("b", "4.000", "0x2", "brew", "start", "")
                    TASK("e", "9000.000", "0x2", "brew", "finish",
                         ",\"outcome\":\"failed\",\"reason\":\"hot\"") END,
        LS_RULE_TASK_FAILED, "the task \"brew\" (L) failed: cold; 2 times");
}

static void test_sentence__the_machines_worst(void **state)
{
    expect_message(
        OURS LOOP SLICE("B", "1.000", "turn", "turn", "") SLICE(
            "E", "90001.000", "turn", "turn", MEASURED("0", "0", "90000000"))
            SLICE("B", "100001.000", "turn", "turn", "")
                SLICE("E", "120001.000", "turn", "turn",
                      MEASURED("5000000", "0", "15000000")) END,
        LS_RULE_DESCHEDULED,
        "the machine did not run the loop's thread for 90.0 ms of a turn of "
        "90.0 ms; 2 times");
}

/* The first turn was over when the second, which it could have run in, began.
 */
static void test_sentence__who_is_forgotten_does_not_wait(void **state)
{
    expect_message(
        OURS LOOP TASK("b", "1.000", "0x1", "brew", "start", "")
            TASK("b", "2.000", "0x1", "sleep", "await", ",\"due_us\":5.000")
                SLICE("B", "10.000", "turn", "turn", "")
                    SLICE("E", "20.000", "turn", "turn", "")
                        SLICE("B", "30.000", "turn", "turn", "")
                            SLICE("E", "60030.000", "turn", "turn",
                                  MEASURED("60000000", "0", "0")) END,
        LS_RULE_STALL,
        "a turn of the loop \"main\" computed for 60.0 ms without giving way");
}

/* A coroutine runtime's callback says less than the task that it runs. */
static void test_sentence__a_stall_begins_with_its_task(void **state)
{
    expect_message(
        OURS LOOP TASK("b", "1.000", "0x1", "game", "start", "")
            SLICE("B", "1.000", "turn", "turn", "")
                SLICE("B", "2.000", "run_ready", "callback", "")
                    SLICE("B", "3.000", "game", "task", "")
                        SLICE("E", "60003.000", "game", "task",
                              ",\"args\":{\"task\":\"0x1\"}")
                            SLICE("E", "60004.000", "run_ready", "callback", "")
                                SLICE("E", "60005.000", "turn", "turn",
                                      MEASURED("60004000", "0", "0"))
                                    TASK("e", "60006.000", "0x1", "game",
                                         "finish", ",\"outcome\":\"ok\"") END,
        LS_RULE_STALL,
        "the task \"game\" (L) computed for 60.0 ms without giving way");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sentence__a_stall_begins_with_its_task),
        cmocka_unit_test(test_sentence__long_labels_are_cut),
        cmocka_unit_test(test_sentence__a_task_that_ran_to_the_end),
        cmocka_unit_test(test_sentence__the_first_of_equals),
        cmocka_unit_test(test_sentence__the_machines_worst),
        cmocka_unit_test(test_sentence__who_is_forgotten_does_not_wait)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
