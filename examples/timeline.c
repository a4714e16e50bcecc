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
 * One thread can do but one thing at a time: both are started at 0; the 10 ms
 * until both have reached their await are A's work, and B, whose first step
 * is short, gets its turn when A gives way.
 */
#include <stdio.h>

#include "support/example.h"

struct step {
    const char *name;
    double before, sleep, after; /* seconds: work, sleep, work */
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
    const struct step *step = arg;
    char text[64];
    example_compute(step->before);
    snprintf(text, sizeof text, "hits await (sleep %.0fms)",
             step->sleep * 1000);
    say(step->name, text);
    co_sleep(step->sleep);
    say(step->name, "resumes");
    example_compute(step->after);
    say(step->name, "finishes");
    return co_ok(NULL);
}

static struct co_result main_task(void *arg)
{
    struct step a = {"A", 0.01, 0.1, 0.01};
    struct step b = {"B", 0, 0.05, 0.01};
    const struct co_call calls[] = {
        {"coroutine", "A", coroutine, &a},
        {"coroutine", "B", coroutine, &b},
    };
    start = example_now();
    co_gather(calls, 2, NULL);
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
