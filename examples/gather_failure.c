/* SPDX-License-Identifier: MIT */
/* Three operations at once, one of which fails: the others end all the same,
 * and the error comes back as a result. */
#include <stdbool.h>
#include <stdio.h>

#include "support/example.h"

#define N_OPERATIONS 3

static struct co_result risky_operation(void *will_fail)
{
    co_sleep(1);
    if (*(bool *)will_fail)
        return co_failed("Something went wrong!");
    return co_ok("Success!");
}

static struct co_result main_task(void *arg)
{
    bool will_fail[N_OPERATIONS] = {false, true, false};
    static const char *const labels[N_OPERATIONS] = {"Task 0", "Task 1",
                                                     "Task 2"};
    struct co_call calls[N_OPERATIONS];
    struct co_result results[N_OPERATIONS];
    for (size_t i = 0; i < N_OPERATIONS; i++)
        calls[i] = (struct co_call){"risky_operation", labels[i],
                                    risky_operation, &will_fail[i]};

    co_gather(calls, N_OPERATIONS, results);
    for (size_t i = 0; i < N_OPERATIONS; i++) {
        if (results[i].error)
            printf("Task %zu failed: %s\n", i, results[i].error);
        else
            printf("Task %zu succeeded: %s\n", i, results[i].value);
    }
    return co_ok(NULL);
}

int main(int argc, char **argv)
{
    static const struct example about = {
        .name = "gather_failure",
        .purpose = "Three operations, one fails, none is lost.",
    };
    return example_run(&about, argc, argv, main_task);
}
