/* SPDX-License-Identifier: MIT */
/*
 * Requests, an interface, a chess master: what the documents say of many tasks
 * that share a loop, checked in the traces of the examples.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/scenario.h"

#define MS INT64_C(1000000)

static const struct ls_stretch *stretch_of(const struct scenario *s,
                                           const struct ls_task *task,
                                           uint32_t i)
{
    return &s->trace->stretches[task->first_stretch + i];
}

static int count_awaits(const struct scenario *s, const struct ls_task *task,
                        const char *what)
{
    int n = 0;
    for (uint32_t i = 0; i < task->n_stretches; i++) {
        const struct ls_stretch *stretch = stretch_of(s, task, i);
        n += stretch->kind == LS_STRETCH_AWAIT &&
             strcmp(ls_trace_string(s->trace, stretch->what), what) == 0;
    }
    return n;
}

static bool waits_throughout(const struct scenario *s,
                             const struct ls_task *task,
                             const struct ls_stretch *time)
{
    for (uint32_t i = 0; i < task->n_stretches; i++) {
        const struct ls_stretch *stretch = stretch_of(s, task, i);
        if (stretch->kind == LS_STRETCH_AWAIT &&
            stretch->begin_ns <= time->begin_ns &&
            stretch->end_ns >= time->end_ns)
            return true;
    }
    return false;
}

static bool is_game(const struct scenario *s, const struct ls_task *task)
{
    return strcmp(ls_trace_string(s->trace, task->kind), "game") == 0;
}

static int count_waiting_games(const struct scenario *s,
                               const struct ls_stretch *time)
{
    int n = 0;
    for (uint32_t i = 0; i < s->trace->n_tasks; i++)
        n += is_game(s, &s->trace->tasks[i]) &&
             waits_throughout(s, &s->trace->tasks[i], time);
    return n;
}

/* Request 2 waits for request 1 to finish: 2 seconds. */
static void test_turns__two_requests_sync(void **state)
{
    scenario_assert_story("two_requests_sync", NULL,
                          "Request 1: query the database\n"
                          "Request 1: send the response\n"
                          "Request 2: query the database\n"
                          "Request 2: send the response\n"
                          "Total time: 2.00 seconds\n",
                          "0 main is made\n"
                          "0 main starts\n"
                          "0 request Request 1 is made\n"
                          "0 request Request 2 is made\n"
                          "0 main awaits gather\n"
                          "0 request Request 1 starts\n"
                          "1000 request Request 1 finishes\n"
                          "1000 request Request 2 starts\n"
                          "2000 request Request 2 finishes\n"
                          "2000 main resumes\n"
                          "2000 main finishes\n");
}

/* Both queries during the same second. */
static void test_turns__two_requests_async(void **state)
{
    scenario_assert_story("two_requests_async", NULL,
                          "Request 1: query the database\n"
                          "Request 2: query the database\n"
                          "Request 1: send the response\n"
                          "Request 2: send the response\n"
                          "Total time: 1.00 seconds\n",
                          "0 main is made\n"
                          "0 main starts\n"
                          "0 request Request 1 is made\n"
                          "0 request Request 2 is made\n"
                          "0 main awaits gather\n"
                          "0 request Request 1 starts\n"
                          "0 request Request 1 awaits query\n"
                          "0 request Request 2 starts\n"
                          "0 request Request 2 awaits query\n"
                          "1000 request Request 1 resumes\n"
                          "1000 request Request 1 finishes\n"
                          "1000 request Request 2 resumes\n"
                          "1000 request Request 2 finishes\n"
                          "1000 main resumes\n"
                          "1000 main finishes\n");
}

/* 0.0, 0.01, 0.5, 0.51, 1.0 and 1.01 s. */
static void test_turns__interleaving(void **state)
{
    scenario_assert_story(
        "interleaving", NULL,
        "0.00s - Task A: starts fetch_user, waits\n"
        "0.01s - Task B: starts fetch_user, waits\n"
        "0.50s - Task A: fetch_user returns, starts fetch_profile, waits\n"
        "0.51s - Task B: fetch_user returns, starts fetch_profile, waits\n"
        "1.00s - Task A: fetch_profile returns, done\n"
        "1.01s - Task B: fetch_profile returns, done\n",
        "0 main is made\n"
        "0 main starts\n"
        "0 get_user_data Task A is made\n"
        "0 main awaits sleep\n"
        "0 get_user_data Task A starts\n"
        "0 get_user_data Task A awaits fetch_user\n"
        "10 main resumes\n"
        "10 get_user_data Task B is made\n"
        "10 main awaits task\n"
        "10 get_user_data Task B starts\n"
        "10 get_user_data Task B awaits fetch_user\n"
        "500 get_user_data Task A resumes\n"
        "500 get_user_data Task A awaits fetch_profile\n"
        "510 get_user_data Task B resumes\n"
        "510 get_user_data Task B awaits fetch_profile\n"
        "1000 get_user_data Task A resumes\n"
        "1000 get_user_data Task A finishes\n"
        "1000 main resumes\n"
        "1000 main awaits task\n"
        "1010 get_user_data Task B resumes\n"
        "1010 get_user_data Task B finishes\n"
        "1010 main resumes\n"
        "1010 main finishes\n");
}

/* 2 + 2 + 2: each is made when the last is done. */
static void test_turns__sequential_awaits(void **state)
{
    scenario_assert_story("sequential_awaits", NULL,
                          "Brewing Masala...\n"
                          "Masala is ready.\n"
                          "Brewing Green...\n"
                          "Green is ready.\n"
                          "Brewing Ginger...\n"
                          "Ginger is ready.\n",
                          "0 main is made\n"
                          "0 main starts\n"
                          "0 brew Masala is made\n"
                          "0 main awaits task\n"
                          "0 brew Masala starts\n"
                          "0 brew Masala awaits sleep\n"
                          "2000 brew Masala resumes\n"
                          "2000 brew Masala finishes\n"
                          "2000 main resumes\n"
                          "2000 brew Green is made\n"
                          "2000 main awaits task\n"
                          "2000 brew Green starts\n"
                          "2000 brew Green awaits sleep\n"
                          "4000 brew Green resumes\n"
                          "4000 brew Green finishes\n"
                          "4000 main resumes\n"
                          "4000 brew Ginger is made\n"
                          "4000 main awaits task\n"
                          "4000 brew Ginger starts\n"
                          "4000 brew Ginger awaits sleep\n"
                          "6000 brew Ginger resumes\n"
                          "6000 brew Ginger finishes\n"
                          "6000 main resumes\n"
                          "6000 main finishes\n");
}

static void test_turns__responsive_ui_draws_every_frame(void **state)
{
    struct scenario s;
    scenario_run(&s, VIRTUAL_TIME, "responsive_ui", NULL);
    scenario_assert_sound(&s);
    assert_non_null(strstr(s.run.out, "15 frames of 15 on time\n"));
    const struct ls_task *interface = scenario_task(&s, "interface", "");
    assert_int_equal(scenario_ms(&s, interface->end_ns), 1501);
    assert_int_equal(count_awaits(&s, interface, "frame"), 15);
    scenario_free(&s);
}

/* From 250 to 1150 ms nothing is drawn: nine frames are missed. */
static void test_turns__responsive_ui_freezes_when_blocked(void **state)
{
    struct scenario s;
    scenario_run(&s, VIRTUAL_TIME, "responsive_ui", "--blocking");
    scenario_assert_sound(&s);
    assert_non_null(strstr(s.run.out, "\n6 frames of 15 on time\n"));
    const struct ls_task *download = scenario_task(&s, "download", "");
    const struct ls_task *interface = scenario_task(&s, "interface", "");
    const struct ls_stretch *freeze = stretch_of(&s, download, 1);
    assert_int_equal(freeze->kind, LS_STRETCH_RUN);
    assert_int_equal(scenario_ms(&s, freeze->begin_ns), 250);
    assert_true(freeze->end_ns - freeze->begin_ns >= 900 * MS);
    assert_true(waits_throughout(&s, interface, freeze));
    scenario_free(&s);
}

/* Whatever board he is at, he waits for none, and 49 are waiting. */
static void test_turns__chess_master(void **state)
{
    struct scenario s;
    scenario_run(&s, VIRTUAL_TIME, "chess_master", NULL);
    scenario_assert_sound(&s);
    int64_t all_sit_ns = scenario_task(&s, "game", "board 50")->begin_ns;
    int n_moves = 0;
    for (uint32_t i = 0; i < s.trace->n_tasks; i++) {
        if (!is_game(&s, &s.trace->tasks[i]))
            continue;
        /* His second move: all are there, and none is done. */
        const struct ls_stretch *move = stretch_of(&s, &s.trace->tasks[i], 3);
        assert_int_equal(move->kind, LS_STRETCH_RUN);
        assert_true(move->begin_ns > all_sit_ns);
        assert_int_equal(count_waiting_games(&s, move), 49);
        n_moves++;
    }
    assert_int_equal(n_moves, 50);
    scenario_free(&s);
}

/* Two are made and never run; the third alone is brewed. */
static void test_turns__never_awaited(void **state)
{
    struct scenario s;
    scenario_run(&s, VIRTUAL_TIME, "never_awaited", NULL);
    assert_string_equal(s.run.out, "Brewing Ginger...\n"
                                   "Ginger is ready.\n");
    char *story = scenario_story(&s);
    assert_string_equal(story, "0 main is made\n"
                               "0 main starts\n"
                               "0 brew Masala is made\n"
                               "0 brew Green is made\n"
                               "0 brew Ginger is made\n"
                               "0 main awaits task\n"
                               "0 brew Ginger starts\n"
                               "0 brew Ginger awaits sleep\n"
                               "1000 brew Ginger resumes\n"
                               "1000 brew Ginger finishes\n"
                               "1000 main resumes\n"
                               "1000 main finishes\n");
    free(story);
    scenario_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_turns__two_requests_sync),
        cmocka_unit_test(test_turns__two_requests_async),
        cmocka_unit_test(test_turns__interleaving),
        cmocka_unit_test(test_turns__sequential_awaits),
        cmocka_unit_test(test_turns__responsive_ui_draws_every_frame),
        cmocka_unit_test(test_turns__responsive_ui_freezes_when_blocked),
        cmocka_unit_test(test_turns__chess_master),
        cmocka_unit_test(test_turns__never_awaited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
