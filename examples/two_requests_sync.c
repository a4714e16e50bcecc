/* SPDX-License-Identifier: MIT */
/*
 * Two requests, each with a query of 1 unit, without async:
 *
 *     Request 1 arrives -> query database (1 second wait) -> send response
 *     Request 2 arrives -> wait for request 1 to finish -> the same
 *     Total time: 2 seconds
 */
#include <stdio.h>
#include <unistd.h>

#include "support/example.h"

static struct co_result request(void *number)
{
    printf("Request %s: query the database\n", (const char *)number);
    usleep(example_stall_us(1)); /* for the database: blocks all requests */
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
        .name = "two_requests_sync",
        .purpose = "Two requests, one blocking query each: 2 s.",
    };
    return example_run(&about, argc, argv, main_task);
}
