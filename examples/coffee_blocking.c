/* SPDX-License-Identifier: MIT */
/* Coffee and toast, one after the other: the thread sleeps, and with it the
 * loop. 5 units, each of them a stall. */
#include <stdio.h>
#include <unistd.h>

#include "support/example.h"

static void brew_coffee(void)
{
    printf("☕ Starting coffee...\n");
    usleep(example_stall_us(1)); /* for the coffee: blocks the thread! */
    printf("☕ Coffee ready!\n");
}

static void toast_bread(void)
{
    printf("🍞 Starting toast...\n");
    usleep(example_stall_us(1)); /* for the toast: blocks the thread! */
    printf("🍞 Toast ready!\n");
}

static struct co_result breakfast(void *arg)
{
    double start = example_now();
    /* These happen one after another. */
    brew_coffee();
    toast_bread();
    brew_coffee();
    toast_bread();
    brew_coffee();
    printf("Total time: %.2fs\n", example_now() - start);
    return co_ok(NULL);
}

int main(int argc, char **argv)
{
    static const struct example about = {
        .name = "coffee_blocking",
        .purpose = "Coffee and toast with a blocking sleep: 5 s, 5 stalls.",
    };
    return example_run(&about, argc, argv, breakfast);
}
