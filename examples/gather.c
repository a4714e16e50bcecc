/* SPDX-License-Identifier: MIT */
/* Three brews that wait together: 2 units, not 6. */
#include <stdio.h>

#include "support/example.h"

static struct co_result brew(void *name)
{
    printf("Brewing %s...\n", (const char *)name);
    co_sleep(2); /* all of them pause here together */
    printf("%s is ready.\n", (const char *)name);
    return co_ok(NULL);
}

static struct co_result main_task(void *arg)
{
    static const struct co_call calls[] = {
        {"brew", "Masala", brew, "Masala"},
        {"brew", "Green", brew, "Green"},
        {"brew", "Ginger", brew, "Ginger"},
    };
    co_gather(calls, sizeof calls / sizeof *calls, NULL);
    return co_ok(NULL);
}

int main(int argc, char **argv)
{
    static const struct example about = {
        .name = "gather",
        .purpose = "Three brews at once: 2 s, not 6 s.",
    };
    return example_run(&about, argc, argv, main_task);
}
