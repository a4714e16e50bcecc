/* SPDX-License-Identifier: MIT */
#include "cli/timeline.h"

#include "sample.h"

#include <locale.h>

static void tell(const struct sample *sample, int width, uint32_t head_lines,
                 uint32_t tail_lines, const char *expected)
{
    const struct ls_style style = {.width = width, .utf8 = true};
    const struct ls_timeline timeline = {
        .trace = sample->trace,
        .names = &sample->names,
        .warn_ns = 10000000,
        .late_ns = 50000000,
        .head_lines = head_lines,
        .tail_lines = tail_lines,
    };
    struct ls_text text = {0};
    ls_timeline_render(&timeline, &text, &style);
    expect_text(&text, expected);
}

static void expect_timeline(const char *trace, int width, const char *expected)
{
    struct sample sample;
    sample_parse(&sample, trace);
    tell(&sample, width, 30, 10, expected);
    sample_free(&sample);
}

#define A(ph, at, name, event, more)                                           \
    SAMPLE_TASK(ph, at, "1", name, event, "A", more)
#define B(ph, at, name, event, more)                                           \
    SAMPLE_TASK(ph, at, "2", name, event, "B", more)

/* Two coroutines as a real run has them: made at once, run in turn, the due
 * times in the whole milliseconds of the loop's clock. */
#define COROUTINES                                                             \
    SAMPLE_HEAD                                                                \
    SAMPLE_SLICE("B", "0.000", "turn", "turn")                                 \
    A("b", "100.000", "coroutine", "start", "")                                \
    A("b", "100.000", "first run", "await", "")                                \
    B("b", "120.000", "coroutine", "start", "")                                \
    B("b", "120.000", "first run", "await", "")                                \
    A("e", "200.000", "first run", "resume", "")                               \
    A("b", "10200.000", "sleep", "await", ",\"due_us\":110000.000")            \
    B("e", "10210.000", "first run", "resume", "")                             \
    B("b", "10230.000", "sleep", "await", ",\"due_us\":60000.000")             \
    SAMPLE_SLICE("E", "10300.000", "turn", "turn")                             \
    SAMPLE_SLICE("B", "60050.000", "turn", "turn")                             \
    B("e", "60070.000", "sleep", "resume", "")                                 \
    B("e", "70070.000", "coroutine", "finish", ",\"outcome\":\"ok\"")          \
    SAMPLE_SLICE("E", "70100.000", "turn", "turn")                             \
    SAMPLE_SLICE("B", "110050.000", "turn", "turn")                            \
    A("e", "110070.000", "sleep", "resume", "")                                \
    A("e", "120070.000", "coroutine", "finish", ",\"outcome\":\"ok\"")         \
    SAMPLE_SLICE("E", "120100.000", "turn", "turn")                            \
    SAMPLE_TAIL

static void test_timeline__reads_as_in_the_document(void **state)
{
    expect_timeline(
        COROUTINES, 80,
        "EVENT LOOP TIMELINE:\n"
        "Time 0ms:   Start coroutine A, coroutine B\n"
        "Time 10ms:  A hits await (sleep 100ms), B hits await (sleep 50ms)\n"
        "Time 60ms:  B's sleep completes, resume B\n"
        "Time 70ms:  B finishes\n"
        "Time 110ms: A's sleep completes, resume A\n"
        "Time 120ms: A finishes\n");
}

static void test_timeline__wraps_under_the_first_word(void **state)
{
    expect_timeline(COROUTINES, 40,
                    "EVENT LOOP TIMELINE:\n"
                    "Time 0ms:   Start coroutine A, coroutine\n"
                    "            B\n"
                    "Time 10ms:  A hits await (sleep 100ms),\n"
                    "            B hits await (sleep 50ms)\n"
                    "Time 60ms:  B's sleep completes, resume\n"
                    "            B\n"
                    "Time 70ms:  B finishes\n"
                    "Time 110ms: A's sleep completes, resume\n"
                    "            A\n"
                    "Time 120ms: A finishes\n");
}

static void test_timeline__keeps_causes_before_effects(void **state)
{
    struct sample sample;
    sample_load(&sample, "gather");
    tell(&sample, 200, 30, 10,
         "EVENT LOOP TIMELINE:\n"
         "Time 1ms:    Start main, brew Masala, brew Green, brew Ginger\n"
         "Time 1ms:    main hits await (gather of Masala, Green, Ginger), "
         "Masala hits await (sleep 2000ms), Green hits await (sleep 2000ms), "
         "Ginger hits await (sleep 2000ms)\n"
         "Time 2002ms: Masala's sleep completes, resume Masala; Green's sleep "
         "completes, resume Green; Ginger's sleep completes, resume Ginger\n"
         "Time 2002ms: Masala finishes, Green finishes, Ginger finishes\n"
         "Time 2002ms: main's gather completes, resume main\n"
         "Time 2002ms: main finishes\n");
    sample_free(&sample);
}

static void test_timeline__shows_what_blocked_and_who_was_held_up(void **state)
{
    struct sample sample;
    sample_load(&sample, "bad_example");
    tell(&sample, 80, 30, 10,
         "EVENT LOOP TIMELINE:\n"
         "Time 0ms:    Start tick ticker, bad_example\n"
         "Time 0ms:    ticker hits await (sleep 500ms)\n"
         "Time 1ms:    sleep() blocks the loop for 2000ms in bad_example\n"
         "Time 2001ms: bad_example finishes\n"
         "Time 2001ms: ticker's sleep completed at 500ms, resume ticker (held "
         "up 1501ms)\n"
         "Time 2001ms: ticker fails (late)\n");
    sample_free(&sample);
}

static void test_timeline__shows_the_call_that_a_kill_cut_off(void **state)
{
    struct sample sample;
    sample_load(&sample, "killed");
    tell(&sample, 80, 30, 10,
         "EVENT LOOP TIMELINE:\n"
         "Time 0.30ms: Start tick ticker\n"
         "Time 0.32ms: ticker hits await (sleep)\n"
         "Time 1.00ms: Start bad_example\n"
         "Time 1.10ms: sleep() blocks the loop until the trace ends in "
         "bad_example\n");
    sample_free(&sample);
}

static void test_timeline__counts_what_it_leaves_out(void **state)
{
    struct sample sample;
    sample_parse(&sample, COROUTINES);
    tell(&sample, 80, 1, 1,
         "EVENT LOOP TIMELINE:\n"
         "Time 0ms:   Start coroutine A, coroutine B\n"
         "            (5 events are left out)\n"
         "Time 120ms: A finishes\n");
    sample_free(&sample);
}

static void test_timeline__cuts_inside_one_instant_too(void **state)
{
    struct sample sample;
    sample_load(&sample, "gather");
    tell(&sample, 80, 1, 2,
         "EVENT LOOP TIMELINE:\n"
         "Time 1ms:    Start main, brew Masala, brew Green, brew Ginger\n"
         "             (10 events are left out)\n"
         "Time 2002ms: main's gather completes, resume main\n"
         "Time 2002ms: main finishes\n");
    sample_free(&sample);
}

static void test_timeline__says_which_tasks_never_ran_or_late(void **state)
{
    expect_timeline(SAMPLE_HEAD
                        /* A is run after 80 ms, B never */
                        A("b", "0.000", "coroutine", "start",
                          "") A("b", "0.000", "first run", "await",
                                "") B("b", "10.000", "coroutine", "start", "")
                            B("b", "10.000", "first run", "await", "")
                                A("e", "80000.000", "first run", "resume", "")
                                    A("e", "80001.000", "coroutine", "finish",
                                      ",\"outcome\":\"cancelled\"") SAMPLE_TAIL,
                    80,
                    "EVENT LOOP TIMELINE:\n"
                    "Time 0ms:  Start coroutine A\n"
                    "Time 0ms:  Make coroutine B\n"
                    "Time 80ms: A first runs (after 80ms)\n"
                    "Time 80ms: A is cancelled\n");
}

static void test_timeline__awaits_too_short_to_show_are_counted(void **state)
{
    expect_timeline(SAMPLE_HEAD A("b", "0.000", "coroutine", "start",
                                  "") A("b", "10.000", "read", "await", "")
                        A("e", "20.000", "read", "resume", "")
                            A("b", "30.000", "sleep", "await", "")
                                A("e", "40030.000", "sleep", "resume", "")
                                    A("e", "40040.000", "coroutine", "finish",
                                      ",\"outcome\":\"ok\"") SAMPLE_TAIL,
                    80,
                    "EVENT LOOP TIMELINE:\n"
                    "Time 0ms:  Start coroutine A\n"
                    "Time 0ms:  A hits await (sleep)\n"
                    "Time 40ms: A's sleep completes, resume A\n"
                    "Time 40ms: A finishes\n"
                    "(1 await of less than 1ms is left out)\n");
}

static void test_timeline__of_many_it_names_a_few(void **state)
{
#define START(n) SAMPLE_TASK("b", "0.00" n, n, "user", "start", n, "")
    expect_timeline(SAMPLE_HEAD START("1") START("2") START("3") START("4")
                        START("5") START("6") START("7") START("8") START("9")
                            SAMPLE_SLICE("B", "40000.000", "a", "span")
                                SAMPLE_SLICE("E", "40001.000", "a", "span")
                                    SAMPLE_TAIL,
                    80,
                    "EVENT LOOP TIMELINE:\n"
                    "Time 0ms:  Start user 1, user 2, user 3, and 6 more\n");
}

static void test_timeline__of_nothing_is_nothing(void **state)
{
    expect_timeline(SAMPLE_HEAD SAMPLE_TAIL, 80, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_timeline__reads_as_in_the_document),
        cmocka_unit_test(test_timeline__wraps_under_the_first_word),
        cmocka_unit_test(test_timeline__keeps_causes_before_effects),
        cmocka_unit_test(test_timeline__shows_what_blocked_and_who_was_held_up),
        cmocka_unit_test(test_timeline__shows_the_call_that_a_kill_cut_off),
        cmocka_unit_test(test_timeline__counts_what_it_leaves_out),
        cmocka_unit_test(test_timeline__cuts_inside_one_instant_too),
        cmocka_unit_test(test_timeline__says_which_tasks_never_ran_or_late),
        cmocka_unit_test(test_timeline__awaits_too_short_to_show_are_counted),
        cmocka_unit_test(test_timeline__of_many_it_names_a_few),
        cmocka_unit_test(test_timeline__of_nothing_is_nothing),
    };
    if (!setlocale(LC_CTYPE, "C.UTF-8"))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
