/* SPDX-License-Identifier: MIT */
/* CPU-heavy work in a task: async does not help, the loop computes, and the
 * ticker beside it waits. In cpu_in_pool.c it does not. */
#include <stdio.h>

#include "support/example.h"
#include "support/image.h"

static struct co_result process_image(void *arg)
{
    printf("Processing the image...\n");
    image_sharpen(1); /* Computes on the loop */
    printf("The image is done.\n");
    return co_ok(NULL);
}

static struct co_result tick(void *arg)
{
    for (int i = 0; i < 8; i++)
        co_sleep(0.25);
    return co_ok(NULL);
}

static struct co_result main_task(void *arg)
{
    struct co_task *ticker = co_spawn("tick", "ticker", tick, NULL);
    co_sleep(0.6);
    co_await (co_spawn("process_image", NULL, process_image, NULL));
    co_await (ticker);
    return co_ok(NULL);
}

int main(int argc, char **argv)
{
    static const struct example about = {
        .name = "cpu_on_loop",
        .purpose = "CPU-heavy work on the loop: the ticker freezes.",
    };
    return example_run(&about, argc, argv, main_task);
}
