/* SPDX-License-Identifier: MIT */
/*
 * Calling does not run: two brews are made and never awaited, so they never
 * start. The third is awaited, and is the only tea there is.
 */
#include <stdio.h>

#include "support/example.h"

static struct co_result brew(void *name)
{
    printf("Brewing %s...\n", (const char *)name);
    co_sleep(1);
    printf("%s is ready.\n", (const char *)name);
    return co_ok(NULL);
}

static struct co_result main_task(void *arg)
{
    co_make("brew", "Masala", brew, "Masala"); /* made, not started */
    co_make("brew", "Green", brew, "Green");   /* the same mistake */
    struct co_task *ginger = co_make("brew", "Ginger", brew, "Ginger");
    co_start(ginger);
    co_await (ginger);
    return co_ok(NULL);
}

int main(int argc, char **argv)
{
    static const struct example about = {
        .name = "never_awaited",
        .purpose = "Three brews are made, one is awaited: one runs.",
    };
    return example_run(&about, argc, argv, main_task);
}
