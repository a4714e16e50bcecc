/* SPDX-License-Identifier: MIT */
/* A sleep that suspends the task and leaves the loop free: 2 units. */
#include <stdio.h>

#include "support/example.h"

static struct co_result brew_chai(void *arg)
{
    printf("Brewing chai...\n");
    co_sleep(2); /* the task is suspended, others may run */
    printf("Chai is ready.\n");
    return co_ok(NULL);
}

int main(int argc, char **argv)
{
    static const struct example about = {
        .name = "brew_chai",
        .purpose = "One brew whose sleep leaves the loop free: 2 s.",
        .task = "brew_chai",
    };
    return example_run(&about, argc, argv, brew_chai);
}
