/* SPDX-License-Identifier: MIT */
/*
 * Three services start, and each waits for one that it needs: config for the
 * cache, the cache for the database, the database for config. None ever
 * starts. With --in-order config needs nothing, and they start one by one.
 */
#include <stdio.h>

#include "support/example.h"

enum { CONFIG, CACHE, DATABASE, N_SERVICES };

struct service {
    const char *name;
    int needs; /* the index of another, or -1 */
    struct co_task *task;
};

static struct service services[N_SERVICES] = {
    [CONFIG] = {"config", CACHE, NULL},
    [CACHE] = {"cache", DATABASE, NULL},
    [DATABASE] = {"database", CONFIG, NULL},
};
static const char *in_order; /* --in-order */

static struct co_result service(void *arg)
{
    const struct service *self = arg;
    co_sleep(0.5);
    if (self->needs >= 0)
        co_await (services[self->needs].task);
    printf("%s is up\n", self->name);
    return co_ok(NULL);
}

static struct co_result main_task(void *arg)
{
    if (in_order)
        services[CONFIG].needs = -1;
    for (int i = 0; i < N_SERVICES; i++)
        services[i].task =
            co_spawn("service", services[i].name, service, &services[i]);
    if (in_order)
        co_await (services[CACHE].task); /* the last to come up */
    return co_ok(NULL);
}

int main(int argc, char **argv)
{
    static const struct example_option options[] = {
        {"--in-order", NULL, "config needs nothing", &in_order},
        {NULL, NULL, NULL, NULL},
    };
    static const struct example about = {
        .name = "await_cycle",
        .purpose = "Three services wait for each other, in a ring.",
        .options = options,
    };
    int status;
    if (!example_open(&about, argc, argv, &status))
        return status;
    co_run("main", main_task, NULL); /* says that they are left */
    return example_close(0);
}
