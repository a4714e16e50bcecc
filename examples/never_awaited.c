/* SPDX-License-Identifier: MIT */
/*
 * Calling does not run: two brews are made and never awaited, so they never
 * start. The third is awaited, and is the only tea there is. With --gathered
 * all three are.
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

static const char *gathered; /* --gathered */

static struct co_result gather(void)
{
    static const struct co_call calls[] = {
        {"brew", "Masala", brew, "Masala"},
        {"brew", "Green", brew, "Green"},
        {"brew", "Ginger", brew, "Ginger"},
    };
    co_gather(calls, sizeof calls / sizeof *calls, NULL);
    return co_ok(NULL);
}

static struct co_result main_task(void *arg)
{
    if (gathered)
        return gather();
    co_make("brew", "Masala", brew, "Masala"); /* made, not started */
    co_make("brew", "Green", brew, "Green");   /* the same mistake */
    struct co_task *ginger = co_make("brew", "Ginger", brew, "Ginger");
    co_start(ginger);
    co_await (ginger);
    return co_ok(NULL);
}

int main(int argc, char **argv)
{
    static const struct example_option options[] = {
        {"--gathered", NULL, "all three are awaited", &gathered},
        {NULL, NULL, NULL, NULL},
    };
    static const struct example about = {
        .name = "never_awaited",
        .purpose = "Three brews are made, one is awaited: one runs.",
        .options = options,
    };
    return example_run(&about, argc, argv, main_task);
}
