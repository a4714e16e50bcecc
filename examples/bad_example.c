/* SPDX-License-Identifier: MIT */
/* A task that blocks the whole loop, beside one that would tick every half
 * unit: two of its ticks have to wait for "End". */
#include <stdio.h>
#include <unistd.h>

#include "support/example.h"

static struct co_result bad_example(void *arg)
{
    printf("Start\n");
    usleep(example_stall_us(2)); /* Blocks the entire event loop */
    printf("End\n");
    return co_ok(NULL);
}

static struct co_result tick(void *arg)
{
    for (int i = 0; i < 4; i++)
        co_sleep(0.5);
    return co_ok(NULL);
}

static struct co_result main_task(void *arg)
{
    struct co_task *ticker = co_spawn("tick", "ticker", tick, NULL);
    co_sleep(0.75);
    co_await (co_spawn("bad_example", NULL, bad_example, NULL));
    co_await (ticker);
    return co_ok(NULL);
}

int main(int argc, char **argv)
{
    static const struct example about = {
        .name = "bad_example",
        .purpose = "A blocking sleep in a task: the ticker beside it freezes.",
    };
    return example_run(&about, argc, argv, main_task);
}
