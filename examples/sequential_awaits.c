/* SPDX-License-Identifier: MIT */
/* Three brews, each awaited before the next is begun: 6 units, where a gather
 * of the three (see gather.c) takes 2. */
#include <stdio.h>

#include "support/example.h"

static struct co_result brew(void *name)
{
    printf("Brewing %s...\n", (const char *)name);
    co_sleep(2);
    printf("%s is ready.\n", (const char *)name);
    return co_ok(NULL);
}

static struct co_result main_task(void *arg)
{
    co_await (co_spawn("brew", "Masala", brew, "Masala"));
    co_await (co_spawn("brew", "Green", brew, "Green"));
    co_await (co_spawn("brew", "Ginger", brew, "Ginger"));
    return co_ok(NULL);
}

int main(int argc, char **argv)
{
    static const struct example about = {
        .name = "sequential_awaits",
        .purpose = "Three brews, one awaited after the other: 6 s, not 2.",
    };
    return example_run(&about, argc, argv, main_task);
}
