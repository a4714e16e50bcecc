/* SPDX-License-Identifier: MIT */
/* Coffee and toast on the loop: all five at once, 1 unit, no stall. */
#include <stdio.h>

#include "support/example.h"

static struct co_result brew_coffee(void *arg)
{
    printf("☕ Starting coffee...\n");
    co_sleep(1);
    printf("☕ Coffee ready!\n");
    return co_ok(NULL);
}

static struct co_result toast_bread(void *arg)
{
    printf("🍞 Starting toast...\n");
    co_sleep(1);
    printf("🍞 Toast ready!\n");
    return co_ok(NULL);
}

static struct co_result breakfast(void *arg)
{
    static const struct co_call calls[] = {
        {"brew_coffee", "coffee 1", brew_coffee, NULL},
        {"toast_bread", "toast 1", toast_bread, NULL},
        {"brew_coffee", "coffee 2", brew_coffee, NULL},
        {"toast_bread", "toast 2", toast_bread, NULL},
        {"brew_coffee", "coffee 3", brew_coffee, NULL},
    };
    double start = example_now();
    co_gather(calls, sizeof calls / sizeof *calls, NULL);
    printf("Total time: %.2fs\n", example_now() - start);
    return co_ok(NULL);
}

int main(int argc, char **argv)
{
    static const struct example about = {
        .name = "coffee_async",
        .purpose = "Coffee and toast on the loop: all five in 1 s.",
    };
    return example_run(&about, argc, argv, breakfast);
}
