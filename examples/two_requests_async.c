/* SPDX-License-Identifier: MIT */
/*
 * Two requests, each with a query of 1 unit, that return control while they
 * wait:
 *
 *     Request 1 arrives -> start database query -> return control
 *     Request 2 arrives -> start database query -> return control
 *     Both queries happen during the same second. Total time: 1 second
 */
#include <stdio.h>

#include "support/example.h"

static struct co_result request(void *number)
{
    printf("Request %s: query the database\n", (const char *)number);
    co_wait("query", 1);
    printf("Request %s: send the response\n", (const char *)number);
    return co_ok(NULL);
}

static struct co_result main_task(void *arg)
{
    static const struct co_call calls[] = {
        {"request", "Request 1", request, "1"},
        {"request", "Request 2", request, "2"},
    };
    double start = example_now();
    co_gather(calls, sizeof calls / sizeof *calls, NULL);
    printf("Total time: %.2f seconds\n", example_now() - start);
    return co_ok(NULL);
}

int main(int argc, char **argv)
{
    static const struct example about = {
        .name = "two_requests_async",
        .purpose = "Two requests whose queries overlap: 1 s, not 2.",
    };
    return example_run(&about, argc, argv, main_task);
}
