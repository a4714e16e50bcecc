/* SPDX-License-Identifier: MIT */
/*
 * The event loop's timeline, with times that are really spent:
 *
 *     Time 0ms:   Start coroutine A, coroutine B
 *     Time 10ms:  A hits await (sleep 100ms), B hits await (sleep 50ms)
 *     Time 60ms:  B's sleep completes, resume B
 *     Time 70ms:  B finishes
 *     Time 110ms: A's sleep completes, resume A
 *     Time 120ms: A finishes
 *
 * One thread does one thing at a time: both are made at 0, but first main goes
 * on for 5 ms, then A works for 5 ms, and B, which has nothing to do before its
 * await, gets its turn when A gives way. Longer work gives way in the middle.
 */
#include <stdio.h>

#include "support/example.h"

#define STEP 0.005 /* seconds of work without giving way */

struct part {
    const char *name;
    double before, sleep; /* seconds: work, and then a sleep */
};

static double start;

static void say(const char *name, const char *what)
{
    char time[32];
    snprintf(time, sizeof time, "%.0fms:", (example_now() - start) * 1000);
    printf("Time %-6s %s %s\n", time, name, what);
}

static struct co_result coroutine(void *arg)
{
    const struct part *part = arg;
    char text[64];
    example_compute(part->before);
    snprintf(text, sizeof text, "hits await (sleep %.0fms)",
             part->sleep * 1000);
    say(part->name, text);
    co_sleep(part->sleep);
    say(part->name, "resumes");
    example_compute(STEP);
    co_yield ();
    example_compute(STEP);
    say(part->name, "finishes");
    return co_ok(NULL);
}

static struct co_result main_task(void *arg)
{
    struct part a = {"A", STEP, 0.1};
    struct part b = {"B", 0, 0.05};
    start = example_now();
    struct co_task *task_a = co_spawn("coroutine", "A", coroutine, &a);
    struct co_task *task_b = co_spawn("coroutine", "B", coroutine, &b);
    example_compute(STEP);
    co_await (task_a);
    co_await (task_b);
    return co_ok(NULL);
}

int main(int argc, char **argv)
{
    static const struct example about = {
        .name = "timeline",
        .purpose = "A sleeps 100 ms, B 50 ms: the loop's timeline, 120 ms.",
    };
    return example_run(&about, argc, argv, main_task);
}
