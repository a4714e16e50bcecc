/* SPDX-License-Identifier: MIT */
/* The work of cpu_on_loop.c, in the thread pool: the task awaits it, and the
 * ticker ticks. */
#include <stdio.h>

#include "support/example.h"
#include "support/image.h"

static void sharpen(void *arg)
{
    image_sharpen(1);
}

static struct co_result process_image(void *arg)
{
    printf("Processing the image...\n");
    co_in_pool(sharpen, NULL);
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
        .name = "cpu_in_pool",
        .purpose = "CPU-heavy work in the thread pool: the loop stays free.",
    };
    return example_run(&about, argc, argv, main_task);
}
