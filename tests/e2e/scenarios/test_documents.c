/* SPDX-License-Identifier: MIT */
/*
 * What the documents say of their programs, checked in the traces of ours:
 * what is printed, what happens in which order, and when, to the millisecond.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/scenario.h"

static void check_scenario(const char *example, const char *printed,
                           const char *story)
{
    scenario_assert_story(example, NULL, printed, story);
}

/* 5 units: nothing runs but main, and it never gives way. */
static void test_scenario__coffee_blocking(void **state)
{
    check_scenario("coffee_blocking",
                   "☕ Starting coffee...\n"
                   "☕ Coffee ready!\n"
                   "🍞 Starting toast...\n"
                   "🍞 Toast ready!\n"
                   "☕ Starting coffee...\n"
                   "☕ Coffee ready!\n"
                   "🍞 Starting toast...\n"
                   "🍞 Toast ready!\n"
                   "☕ Starting coffee...\n"
                   "☕ Coffee ready!\n"
                   "Total time: 5.00s\n",

                   "0 main is made\n"
                   "0 main starts\n"
                   "5000 main finishes\n");
}

/* The same in 1 unit. */
static void test_scenario__coffee_async(void **state)
{
    check_scenario("coffee_async",
                   "☕ Starting coffee...\n"
                   "🍞 Starting toast...\n"
                   "☕ Starting coffee...\n"
                   "🍞 Starting toast...\n"
                   "☕ Starting coffee...\n"
                   "☕ Coffee ready!\n"
                   "🍞 Toast ready!\n"
                   "☕ Coffee ready!\n"
                   "🍞 Toast ready!\n"
                   "☕ Coffee ready!\n"
                   "Total time: 1.00s\n",

                   "0 main is made\n"
                   "0 main starts\n"
                   "0 brew_coffee coffee 1 is made\n"
                   "0 toast_bread toast 1 is made\n"
                   "0 brew_coffee coffee 2 is made\n"
                   "0 toast_bread toast 2 is made\n"
                   "0 brew_coffee coffee 3 is made\n"
                   "0 main awaits gather\n"
                   "0 brew_coffee coffee 1 starts\n"
                   "0 brew_coffee coffee 1 awaits sleep\n"
                   "0 toast_bread toast 1 starts\n"
                   "0 toast_bread toast 1 awaits sleep\n"
                   "0 brew_coffee coffee 2 starts\n"
                   "0 brew_coffee coffee 2 awaits sleep\n"
                   "0 toast_bread toast 2 starts\n"
                   "0 toast_bread toast 2 awaits sleep\n"
                   "0 brew_coffee coffee 3 starts\n"
                   "0 brew_coffee coffee 3 awaits sleep\n"
                   "1000 brew_coffee coffee 1 resumes\n"
                   "1000 brew_coffee coffee 1 finishes\n"
                   "1000 toast_bread toast 1 resumes\n"
                   "1000 toast_bread toast 1 finishes\n"
                   "1000 brew_coffee coffee 2 resumes\n"
                   "1000 brew_coffee coffee 2 finishes\n"
                   "1000 toast_bread toast 2 resumes\n"
                   "1000 toast_bread toast 2 finishes\n"
                   "1000 brew_coffee coffee 3 resumes\n"
                   "1000 brew_coffee coffee 3 finishes\n"
                   "1000 main resumes\n"
                   "1000 main finishes\n");
}

static void test_scenario__brew_chai(void **state)
{
    check_scenario("brew_chai",
                   "Brewing chai...\n"
                   "Chai is ready.\n",

                   "0 brew_chai is made\n"
                   "0 brew_chai starts\n"
                   "0 brew_chai awaits sleep\n"
                   "2000 brew_chai resumes\n"
                   "2000 brew_chai finishes\n");
}

/* The ticker, due at 1000, waits for "End" at 2750. */
static void test_scenario__bad_example(void **state)
{
    check_scenario("bad_example",
                   "Start\n"
                   "End\n",

                   "0 main is made\n"
                   "0 main starts\n"
                   "0 tick ticker is made\n"
                   "0 main awaits sleep\n"
                   "0 tick ticker starts\n"
                   "0 tick ticker awaits sleep\n"
                   "500 tick ticker resumes\n"
                   "500 tick ticker awaits sleep\n"
                   "750 main resumes\n"
                   "750 bad_example is made\n"
                   "750 main awaits task\n"
                   "750 bad_example starts\n"
                   "2750 bad_example finishes\n"
                   "2750 main resumes\n"
                   "2750 main awaits task\n"
                   "2750 tick ticker resumes\n"
                   "2750 tick ticker awaits sleep\n"
                   "3250 tick ticker resumes\n"
                   "3250 tick ticker awaits sleep\n"
                   "3750 tick ticker resumes\n"
                   "3750 tick ticker finishes\n"
                   "3750 main resumes\n"
                   "3750 main finishes\n");
}

/* t = 0s: all 3 start and hit await; t = 2s: all resume. 2, not 2 + 2 + 2. */
static void test_scenario__gather(void **state)
{
    check_scenario("gather",
                   "Brewing Masala...\n"
                   "Brewing Green...\n"
                   "Brewing Ginger...\n"
                   "Masala is ready.\n"
                   "Green is ready.\n"
                   "Ginger is ready.\n",

                   "0 main is made\n"
                   "0 main starts\n"
                   "0 brew Masala is made\n"
                   "0 brew Green is made\n"
                   "0 brew Ginger is made\n"
                   "0 main awaits gather\n"
                   "0 brew Masala starts\n"
                   "0 brew Masala awaits sleep\n"
                   "0 brew Green starts\n"
                   "0 brew Green awaits sleep\n"
                   "0 brew Ginger starts\n"
                   "0 brew Ginger awaits sleep\n"
                   "2000 brew Masala resumes\n"
                   "2000 brew Masala finishes\n"
                   "2000 brew Green resumes\n"
                   "2000 brew Green finishes\n"
                   "2000 brew Ginger resumes\n"
                   "2000 brew Ginger finishes\n"
                   "2000 main resumes\n"
                   "2000 main finishes\n");
}

/* Task runs, hits await, pauses; another that is ready runs; the paused one
 * resumes later. No task is interrupted in the middle of a step. */
static void test_scenario__one_at_a_time(void **state)
{
    check_scenario("one_at_a_time",
                   "A: step 1 begins\n"
                   "A: step 1 ends\n"
                   "B: step 1 begins\n"
                   "B: step 1 ends\n"
                   "C: step 1 begins\n"
                   "C: step 1 ends\n"
                   "A: step 2 begins\n"
                   "A: step 2 ends\n"
                   "B: step 2 begins\n"
                   "B: step 2 ends\n"
                   "C: step 2 begins\n"
                   "C: step 2 ends\n"
                   "A: step 3 begins\n"
                   "A: step 3 ends\n"
                   "B: step 3 begins\n"
                   "B: step 3 ends\n"
                   "C: step 3 begins\n"
                   "C: step 3 ends\n",

                   "0 main is made\n"
                   "0 main starts\n"
                   "0 fetch_data A is made\n"
                   "0 fetch_data B is made\n"
                   "0 fetch_data C is made\n"
                   "0 main awaits gather\n"
                   "0 fetch_data A starts\n"
                   "3 fetch_data A awaits yield\n"
                   "3 fetch_data B starts\n"
                   "6 fetch_data B awaits yield\n"
                   "6 fetch_data C starts\n"
                   "9 fetch_data C awaits yield\n"
                   "9 fetch_data A resumes\n"
                   "12 fetch_data A awaits yield\n"
                   "12 fetch_data B resumes\n"
                   "15 fetch_data B awaits yield\n"
                   "15 fetch_data C resumes\n"
                   "18 fetch_data C awaits yield\n"
                   "18 fetch_data A resumes\n"
                   "21 fetch_data A awaits yield\n"
                   "21 fetch_data B resumes\n"
                   "24 fetch_data B awaits yield\n"
                   "24 fetch_data C resumes\n"
                   "27 fetch_data C awaits yield\n"
                   "27 fetch_data A resumes\n"
                   "27 fetch_data A finishes\n"
                   "27 fetch_data B resumes\n"
                   "27 fetch_data B finishes\n"
                   "27 fetch_data C resumes\n"
                   "27 fetch_data C finishes\n"
                   "27 main resumes\n"
                   "27 main finishes\n");
}

/* 2 + 1.5: 3.5 units. */
static void test_scenario__db_then_api(void **state)
{
    check_scenario("db_then_api",
                   "Requesting data from database...\n"
                   "Data received!\n"
                   "Requesting data from API...\n"
                   "API response received!\n"
                   "Total time: 3.50 seconds\n",

                   "0 main is made\n"
                   "0 main starts\n"
                   "0 main awaits sleep\n"
                   "2000 main resumes\n"
                   "2000 main awaits sleep\n"
                   "3500 main resumes\n"
                   "3500 main finishes\n");
}

/* B finishes first. */
static void test_scenario__task_a_b(void **state)
{
    check_scenario("task_a_b",
                   "Task A: Starting\n"
                   "Task B: Starting\n"
                   "Task B: Finished\n"
                   "Task A: Finished\n",

                   "0 main is made\n"
                   "0 main starts\n"
                   "0 task_a is made\n"
                   "0 task_b is made\n"
                   "0 main awaits gather\n"
                   "0 task_a starts\n"
                   "0 task_a awaits sleep\n"
                   "0 task_b starts\n"
                   "0 task_b awaits sleep\n"
                   "500 task_b resumes\n"
                   "500 task_b finishes\n"
                   "1000 task_a resumes\n"
                   "1000 task_a finishes\n"
                   "1000 main resumes\n"
                   "1000 main finishes\n");
}

/* All start at once; 2 seconds, not 4.5. */
static void test_scenario__downloads(void **state)
{
    check_scenario("downloads",
                   "Starting download: file1.txt\n"
                   "Starting download: file2.txt\n"
                   "Starting download: file3.txt\n"
                   "Finished download: file2.txt\n"
                   "Finished download: file3.txt\n"
                   "Finished download: file1.txt\n"
                   "Total time: 2.00 seconds\n"
                   "Results: ['Content of file1.txt', 'Content of file2.txt', "
                   "'Content of file3.txt']\n",

                   "0 main is made\n"
                   "0 main starts\n"
                   "0 download_file file1.txt is made\n"
                   "0 download_file file2.txt is made\n"
                   "0 download_file file3.txt is made\n"
                   "0 main awaits gather\n"
                   "0 download_file file1.txt starts\n"
                   "0 download_file file1.txt awaits sleep\n"
                   "0 download_file file2.txt starts\n"
                   "0 download_file file2.txt awaits sleep\n"
                   "0 download_file file3.txt starts\n"
                   "0 download_file file3.txt awaits sleep\n"
                   "1000 download_file file2.txt resumes\n"
                   "1000 download_file file2.txt finishes\n"
                   "1500 download_file file3.txt resumes\n"
                   "1500 download_file file3.txt finishes\n"
                   "2000 download_file file1.txt resumes\n"
                   "2000 download_file file1.txt finishes\n"
                   "2000 main resumes\n"
                   "2000 main finishes\n");
}

/* Three tasks end, one failed, none is lost. */
static void test_scenario__gather_failure(void **state)
{
    check_scenario("gather_failure",
                   "Task 0 succeeded: Success!\n"
                   "Task 1 failed: Something went wrong!\n"
                   "Task 2 succeeded: Success!\n",

                   "0 main is made\n"
                   "0 main starts\n"
                   "0 risky_operation Task 0 is made\n"
                   "0 risky_operation Task 1 is made\n"
                   "0 risky_operation Task 2 is made\n"
                   "0 main awaits gather\n"
                   "0 risky_operation Task 0 starts\n"
                   "0 risky_operation Task 0 awaits sleep\n"
                   "0 risky_operation Task 1 starts\n"
                   "0 risky_operation Task 1 awaits sleep\n"
                   "0 risky_operation Task 2 starts\n"
                   "0 risky_operation Task 2 awaits sleep\n"
                   "1000 risky_operation Task 0 resumes\n"
                   "1000 risky_operation Task 0 finishes\n"
                   "1000 risky_operation Task 1 resumes\n"
                   "1000 risky_operation Task 1 fails: Something went wrong!\n"
                   "1000 risky_operation Task 2 resumes\n"
                   "1000 risky_operation Task 2 finishes\n"
                   "1000 main resumes\n"
                   "1000 main finishes\n");
}

/* EVENT LOOP TIMELINE: 0, 10, 60, 70, 110, 120. */
static void test_scenario__timeline(void **state)
{
    check_scenario("timeline",
                   "Time 10ms:  A hits await (sleep 100ms)\n"
                   "Time 10ms:  B hits await (sleep 50ms)\n"
                   "Time 60ms:  B resumes\n"
                   "Time 70ms:  B finishes\n"
                   "Time 110ms: A resumes\n"
                   "Time 120ms: A finishes\n",

                   "0 main is made\n"
                   "0 main starts\n"
                   "0 coroutine A is made\n"
                   "0 coroutine B is made\n"
                   "5 main awaits task\n"
                   "5 coroutine A starts\n"
                   "10 coroutine A awaits sleep\n"
                   "10 coroutine B starts\n"
                   "10 coroutine B awaits sleep\n"
                   "60 coroutine B resumes\n"
                   "65 coroutine B awaits yield\n"
                   "65 coroutine B resumes\n"
                   "70 coroutine B finishes\n"
                   "110 coroutine A resumes\n"
                   "115 coroutine A awaits yield\n"
                   "115 coroutine A resumes\n"
                   "120 coroutine A finishes\n"
                   "120 main resumes\n"
                   "120 main finishes\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scenario__coffee_blocking),
        cmocka_unit_test(test_scenario__coffee_async),
        cmocka_unit_test(test_scenario__brew_chai),
        cmocka_unit_test(test_scenario__bad_example),
        cmocka_unit_test(test_scenario__gather),
        cmocka_unit_test(test_scenario__one_at_a_time),
        cmocka_unit_test(test_scenario__db_then_api),
        cmocka_unit_test(test_scenario__task_a_b),
        cmocka_unit_test(test_scenario__downloads),
        cmocka_unit_test(test_scenario__gather_failure),
        cmocka_unit_test(test_scenario__timeline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
