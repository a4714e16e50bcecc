/* SPDX-License-Identifier: MIT */
/*
 * Concurrency: one CPU that switches between two tasks.
 *
 *     CPU 1: |██|-----|██|-----|██| Task A
 *     CPU 1: |--|██████|--|██████--| Task B
 *
 * Each computes while the other waits for its input, so that the CPU is never
 * idle and both seem to run at the same time. The twin with two CPUs is
 * parallel.c.
 */
#include <stdio.h>

#include "support/example.h"

#define UNIT 0.05  /* seconds: a cell of the drawing */
#define STEP 0.005 /* seconds of work without giving way */

static double start;

static void work(int n_units)
{
    int n_steps = (int)(n_units * UNIT / STEP + 0.5);
    for (int i = 0; i < n_steps; i++) {
        example_compute(STEP);
        if (i + 1 < n_steps)
            co_yield ();
    }
}

static void wait_until(int unit)
{
    double left = start + unit * UNIT - example_now();
    co_wait("input", left > 0 ? left : 0);
}

static struct co_result task_a(void *arg)
{
    work(2);
    wait_until(8);
    work(2);
    wait_until(16);
    work(2);
    return co_ok(NULL);
}

static struct co_result task_b(void *arg)
{
    wait_until(2);
    work(6);
    wait_until(10);
    work(6);
    wait_until(18);
    return co_ok(NULL);
}

static struct co_result main_task(void *arg)
{
    static const struct co_call calls[] = {
        {"Task A", NULL, task_a, NULL},
        {"Task B", NULL, task_b, NULL},
    };
    start = example_now();
    co_gather(calls, sizeof calls / sizeof *calls, NULL);
    printf("0.9 s of work in all: %.1f s\n", example_now() - start);
    return co_ok(NULL);
}

static int run(void)
{
    return co_run_on("CPU 1", "main", main_task, NULL);
}

int main(int argc, char **argv)
{
    static const struct example about = {
        .name = "concurrent",
        .purpose = "Two tasks on one CPU that switches between them.",
    };
    int status;
    if (!example_open(&about, argc, argv, &status))
        return status;
    return example_close(run());
}
