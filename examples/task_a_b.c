/* SPDX-License-Identifier: MIT */
/* Two tasks started in the order A, B; B waits less and finishes first. */
#include <stdio.h>

#include "support/example.h"

static struct co_result task_a(void *arg)
{
    printf("Task A: Starting\n");
    co_sleep(1); /* pause here, let others run */
    printf("Task A: Finished\n");
    return co_ok(NULL);
}

static struct co_result task_b(void *arg)
{
    printf("Task B: Starting\n");
    co_sleep(0.5); /* pause here, let others run */
    printf("Task B: Finished\n");
    return co_ok(NULL);
}

static struct co_result main_task(void *arg)
{
    static const struct co_call calls[] = {
        {"task_a", NULL, task_a, NULL},
        {"task_b", NULL, task_b, NULL},
    };
    co_gather(calls, sizeof calls / sizeof *calls, NULL);
    return co_ok(NULL);
}

int main(int argc, char **argv)
{
    static const struct example about = {
        .name = "task_a_b",
        .purpose = "A sleeps 1 s, B 0.5 s: B finishes first.",
    };
    return example_run(&about, argc, argv, main_task);
}
