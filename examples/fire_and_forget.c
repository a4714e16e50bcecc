/* SPDX-License-Identifier: MIT */
/*
 * Two requests are answered at once, and leave a task behind each that writes
 * an audit. Nobody waits for those: that one fails, nobody hears. With
 * --declared the program says that it means it.
 */
#include <stdio.h>
#include <string.h>

#include "support/example.h"

static const char *declared; /* --declared */

static struct co_result audit(void *name)
{
    co_sleep(1);
    if (strcmp(name, "Request 2") == 0)
        return co_failed("the disk is full");
    printf("%s is in the books\n", (const char *)name);
    return co_ok(NULL);
}

static struct co_result request(void *name)
{
    co_sleep(0.5);
    struct co_task *task = co_spawn("audit", name, audit, name);
    if (declared)
        co_detach(task);
    printf("%s is answered\n", (const char *)name);
    return co_ok(NULL);
}

static struct co_result main_task(void *arg)
{
    static const struct co_call calls[] = {
        {"request", "Request 1", request, "Request 1"},
        {"request", "Request 2", request, "Request 2"},
    };
    co_gather(calls, sizeof calls / sizeof *calls, NULL);
    return co_ok(NULL);
}

int main(int argc, char **argv)
{
    static const struct example_option options[] = {
        {"--declared", NULL, "audits are declared as fire and forget",
         &declared},
        {NULL, NULL, NULL, NULL},
    };
    static const struct example about = {
        .name = "fire_and_forget",
        .purpose = "Two audits that nobody waits for.",
        .options = options,
    };
    int status;
    if (!example_open(&about, argc, argv, &status))
        return status;
    return example_close(co_run("main", main_task, NULL));
}
