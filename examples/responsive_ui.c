/* SPDX-License-Identifier: MIT */
/*
 * A download beside an interface that draws ten frames a unit. The download
 * waits for the network and then works on what came, giving way between its
 * steps: every frame is on time. With --blocking the same wait freezes the
 * interface, and the frames of that time are missed.
 */
#include <stdio.h>
#include <unistd.h>

#include "support/example.h"

#define N_FRAMES 15
#define FRAME 0.1 /* seconds */

static const char *blocking;

static struct co_result interface(void *arg)
{
    int n_on_time = 0;
    double start = example_now();
    for (int i = 1; i <= N_FRAMES; i++) {
        double due = start + i * FRAME;
        if (example_now() < due)
            co_wait("frame", due - example_now());
        if (example_now() > due + FRAME / 2)
            continue; /* missed: the next one is already near */
        example_compute(0.001);
        n_on_time++;
    }
    printf("%d frames of %d on time\n", n_on_time, N_FRAMES);
    return co_ok(NULL);
}

static struct co_result download(void *arg)
{
    printf("Downloading...\n");
    if (blocking)
        usleep(example_stall_us(0.9)); /* The interface freezes */
    else
        co_wait("network", 0.9);
    printf("Processing...\n");
    for (int i = 0; i < 4; i++) {
        example_compute(0.004);
        co_yield ();
    }
    printf("Updating the display\n");
    return co_ok(NULL);
}

static struct co_result main_task(void *arg)
{
    struct co_task *ui = co_spawn("interface", NULL, interface, NULL);
    co_sleep(0.25);
    co_await (co_spawn("download", NULL, download, NULL));
    co_await (ui);
    return co_ok(NULL);
}

int main(int argc, char **argv)
{
    static const struct example_option options[] = {
        {"--blocking", NULL, "download without giving way", &blocking},
        {NULL, NULL, NULL, NULL},
    };
    static const struct example about = {
        .name = "responsive_ui",
        .purpose = "A download beside an interface that goes on drawing.",
        .options = options,
    };
    return example_run(&about, argc, argv, main_task);
}
