/* SPDX-License-Identifier: MIT */
#include "cli/story.h"

#include "cli/verdict.h"

#include "found.h"

static const struct ls_style wide = {.width = 200};

static void expect_verdict(const struct found *found, const char *expected)
{
    struct ls_text text = {0};
    ls_story_verdict(&found->story, &text, &wide);
    expect_text(&text, expected);
}

static void test_story__header_counts(void **state)
{
    struct found found;
    struct ls_text text = {0};
    found_open(&found);
    ls_story_header(&found.story, &text, &wide);
    expect_text(&text, "bad_example: 2001 ms, 1 loop, 2 tasks, 24 events; "
                       "2026-11-20T11:05:29 UTC\n");
    found_close(&found);
}

static void test_story__verdict_names_call_time_place_and_waiters(void **state)
{
    struct found found;
    found_open(&found);
    expect_verdict(&found,
                   "The loop stalled once: sleep() blocked it for 2000 ms in "
                   "bad_example, bad_example.c:31. 1 task waited.\n");
    found.items[0].count = 3;
    expect_verdict(&found,
                   "The loop stalled 3 times; at worst sleep() blocked it for "
                   "2000 ms in bad_example, bad_example.c:31. 1 task waited."
                   "\n");
    found_close(&found);
}

static void test_story__verdict_without_a_place_names_the_task(void **state)
{
    struct found found;
    found_open(&found);
    found.items[0].rule = LS_RULE_STALL;
    found.items[0].class = LS_CLASS_COMPUTING;
    found.items[0].call = 0;
    found.items[0].location = LS_NONE;
    found.items[0].n_waiters = 0;
    expect_verdict(&found, "The loop stalled once: it was kept computing for "
                           "2000 ms by bad_example.\n");
    found_close(&found);
}

static void test_story__warnings_are_not_called_stalls(void **state)
{
    struct found found;
    found_open(&found);
    found_add_bare(&found);
    found.items[1].rule = LS_RULE_STALL;
    found.items[1].own_ns = 12000000;
    expect_verdict(&found,
                   "The loop stalled once: sleep() blocked it for 2000 ms in "
                   "bad_example, bad_example.c:31. 1 task waited.\n");
    found.items[0].severity = LS_SEVERITY_NOTE;
    expect_verdict(&found, "Nothing stalled the loop for long; at worst it was "
                           "held for 12 ms.\n");
    found_close(&found);
}

static void test_story__what_is_off_is_not_called_calm(void **state)
{
    struct found found;
    found_open(&found);
    found.findings.n = 0;
    found.findings.stalls_off = true;
    expect_verdict(&found, "Whether the loop stalled was not judged.\n");
    found_close(&found);
}

static void test_story__notes_are_no_stalls(void **state)
{
    struct found found;
    found_open(&found);
    found.items[0].severity = LS_SEVERITY_NOTE;
    expect_verdict(&found, "Nothing stalled the loop.\n");
    found.items[0].rule = LS_RULE_DESCHEDULED;
    found.items[0].cause.descheduled_ns = 60000000;
    expect_verdict(&found, "Nothing stalled the loop. The machine kept it from "
                           "running for 60 ms.\n");
    found.items[0].count = 36;
    expect_verdict(&found, "Nothing stalled the loop. The machine kept it from "
                           "running 36 times, at worst for 60 ms.\n");
    found_close(&found);
}

/* Of several loops it says so, and counts all that was descheduled. */
static void test_story__several_loops_are_them(void **state)
{
    struct sample sample;
    struct ls_finding items[] = {{.rule = LS_RULE_DESCHEDULED,
                                  .severity = LS_SEVERITY_NOTE,
                                  .cause = {.descheduled_ns = 13000000},
                                  .count = 1},
                                 {.rule = LS_RULE_DESCHEDULED,
                                  .severity = LS_SEVERITY_NOTE,
                                  .cause = {.descheduled_ns = 23000000},
                                  .count = 2}};
    struct ls_findings findings = {.items = items, .n = 1, .n_notes = 1};
    struct ls_text text = {0};
    sample_parse(
        &sample,
        SAMPLE_HEAD SAMPLE_SLICE("B", "5.000", "turn", "turn")
            SAMPLE_SLICE("E", "9.000", "turn",
                         "turn") ",{\"ph\":\"M\",\"pid\":7,\"tid\":8,\"name\":"
                                 "\"loopscope_loop\",\"args\":{\"kind\":"
                                 "\"libuv\"}}\n" SAMPLE_TAIL);
    const struct ls_story story = {sample.trace, &sample.names, &findings, "k"};
    ls_story_verdict(&story, &text, &wide);
    expect_text(&text, "Nothing stalled the loops. The machine kept one of "
                       "them from running for 13 ms.\n");
    findings.n = 2;
    text = (struct ls_text){0};
    ls_story_verdict(&story, &text, &wide);
    expect_text(&text, "Nothing stalled the loops. The machine kept them from "
                       "running 3 times, at worst for 23 ms.\n");
    sample_free(&sample);
}

static void test_story__a_trace_without_a_loop_is_said_to_be_one(void **state)
{
    const struct ls_findings none = {0};
    struct sample sample;
    struct ls_text text = {0};
    sample_parse(&sample, "[\n" SAMPLE_SLICE("B", "0", "x", "y")
                              SAMPLE_SLICE("E", "9", "x", "y") "]\n");
    const struct ls_story story = {sample.trace, &sample.names, &none,
                                   "/tmp/other.json"};
    ls_story_header(&story, &text, &wide);
    ls_story_verdict(&story, &text, &wide);
    expect_text(&text, "other.json: 0.009 ms, 0 loops, 0 tasks, 2 events\n"
                       "No event loop was seen in this trace.\n");
    sample_free(&sample);
}

static void test_story__a_loop_that_never_ran(void **state)
{
    const struct ls_findings none = {0};
    struct sample sample;
    struct ls_text text = {0};
    sample_parse(&sample, SAMPLE_HEAD SAMPLE_TAIL);
    const struct ls_story story = {sample.trace, &sample.names, &none, "x"};
    ls_story_verdict(&story, &text, &wide);
    expect_text(&text, "No turn of the loop was seen in this trace.\n");
    assert_int_equal(ls_verdict_of(sample.trace, &none),
                     LS_VERDICT_NOTHING_TRACED);
    sample_free(&sample);
}

static void test_story__health_says_where_a_killed_program_was(void **state)
{
    const struct ls_findings none = {0};
    struct sample sample;
    struct ls_text text = {0};
    sample_load(&sample, "killed");
    const struct ls_story story = {sample.trace, &sample.names, &none, "k"};
    ls_story_verdict(&story, &text, &wide);
    ls_story_health(&story, &text, &wide);
    expect_text(&text,
                "Nothing stalled the loop, up to where the trace ends.\n"
                "The trace has no end: it was cut off.\n"
                "When the trace ended the loop had been in a turn for 1.1 ms, "
                "inside sleep() in bad_example, bad_example.c:31.\n");
    sample_free(&sample);
}

static void test_story__a_turn_without_an_end_is_no_calm(void **state)
{
    const struct ls_findings none = {0};
    struct sample sample;
    struct ls_text text = {0};
    sample_parse(&sample, SAMPLE_HEAD SAMPLE_SLICE("B", "5.000", "turn", "turn")
                              SAMPLE_SLICE("B", "9.000", "sleep", "blocking")
                                  SAMPLE_TAIL);
    const struct ls_story story = {sample.trace, &sample.names, &none, "k"};
    ls_story_verdict(&story, &text, &wide);
    ls_story_health(&story, &text, &wide);
    expect_text(
        &text, "Nothing stalled the loop, up to where the trace ends.\n"
               "When the trace ended the loop had been in a turn for 0.004 ms, "
               "inside sleep().\n");
    sample_free(&sample);
}

static void test_story__health_names_kills_losses_and_missing_hooks(
    void **state)
{
    const struct ls_findings none = {0};
    struct sample sample;
    struct ls_text text = {0};
    sample_parse(&sample, SAMPLE_HEAD
                 ",{\"ph\":\"M\",\"pid\":7,\"tid\":7,\"name\":"
                 "\"loopscope_process\",\"args\":{\"command\":[\"x\"],"
                 "\"hooks_missing\":[\"sleep\",\"read\"]}}\n"
                 ",{\"ph\":\"M\",\"pid\":7,\"tid\":7,\"name\":"
                 "\"loopscope_lost\",\"args\":{\"records\":3,"
                 "\"from_us\":1.000,\"to_us\":2.000}}\n"
                 ",{\"ph\":\"M\",\"pid\":7,\"tid\":7,\"name\":"
                 "\"loopscope_end\",\"args\":{\"events\":4,\"lost\":3,"
                 "\"late\":0,\"exit\":[7]}}\n]\n");
    const struct ls_story story = {sample.trace, &sample.names, &none, "k"};
    ls_story_health(&story, &text, &wide);
    expect_text(&text, "3 records were lost for want of memory.\n"
                       "sample (7) ended without closing its recording: it was "
                       "killed, or left by _exit().\n"
                       "Calls of sample (7) not seen: sleep, read.\n");
    sample_free(&sample);
}

static void test_story__health_of_a_whole_trace_is_silence(void **state)
{
    struct found found;
    struct ls_text text = {0};
    found_open(&found);
    ls_story_health(&found.story, &text, &wide);
    expect_text(&text, "");
    found_close(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_story__header_counts),
        cmocka_unit_test(test_story__verdict_names_call_time_place_and_waiters),
        cmocka_unit_test(test_story__verdict_without_a_place_names_the_task),
        cmocka_unit_test(test_story__warnings_are_not_called_stalls),
        cmocka_unit_test(test_story__what_is_off_is_not_called_calm),
        cmocka_unit_test(test_story__notes_are_no_stalls),
        cmocka_unit_test(test_story__several_loops_are_them),
        cmocka_unit_test(test_story__a_trace_without_a_loop_is_said_to_be_one),
        cmocka_unit_test(test_story__a_loop_that_never_ran),
        cmocka_unit_test(test_story__health_says_where_a_killed_program_was),
        cmocka_unit_test(test_story__a_turn_without_an_end_is_no_calm),
        cmocka_unit_test(
            test_story__health_names_kills_losses_and_missing_hooks),
        cmocka_unit_test(test_story__health_of_a_whole_trace_is_silence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
