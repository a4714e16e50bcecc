/* SPDX-License-Identifier: MIT */
/*
 * One task per request: 10,000 requests, each of which waits 1 unit for a
 * database, all at once, on one thread. The twin is thread_per_request.c.
 */
#include <stdio.h>
#include <stdlib.h>

#include "support/example.h"
#include "support/memory.h"
#include "tracer/loopscope.h"

#define LATENCY 1.0 /* seconds */
#define MOST 20000  /* Linux allows a process 65,530 mappings */

static const char *n_text = "10000";
static int n_requests, n_waiting, n_most;
static ls_name_id waiting;
static struct memory before, full;

static struct co_result request(void *arg)
{
    ls_counter(waiting, ++n_waiting);
    if (n_waiting > n_most)
        n_most = n_waiting;
    if (n_waiting == n_requests)
        full = memory_now();
    co_wait("query", LATENCY);
    ls_counter(waiting, --n_waiting);
    return co_ok(NULL);
}

static struct co_result main_task(void *arg)
{
    struct co_task **tasks = calloc((size_t)n_requests, sizeof *tasks);
    if (!tasks)
        return co_failed("no memory");
    waiting = ls_name("waiting requests");
    before = memory_now();
    double start = example_now();
    for (int i = 0; i < n_requests; i++) {
        tasks[i] = co_spawn("request", NULL, request, NULL);
        if (i % 50 == 49)
            co_yield ();
    }
    for (int i = 0; i < n_requests; i++)
        co_await (tasks[i]);
    double seconds = example_now() - start;
    free(tasks);
    if (n_most == n_requests)
        printf("%d tasks that wait: %.1f KiB each, and %.0f KiB reserved\n",
               n_requests,
               (double)(full.used_kib - before.used_kib) / n_requests,
               (double)(full.reserved_kib - before.reserved_kib) / n_requests);
    else
        printf("%d tasks waited at most: the first was done too soon\n",
               n_most);
    printf("%d requests in %.2f s: %.0f a second\n", n_requests, seconds,
           n_requests / seconds);
    return co_ok(NULL);
}

static bool read_number(void)
{
    char *end;
    long number = strtol(n_text, &end, 10);
    if (*end || end == n_text || number < 1 || number > MOST) {
        fprintf(stderr, "task_per_request: --requests %s: not from 1 to %d\n",
                n_text, MOST);
        return false;
    }
    n_requests = (int)number;
    return true;
}

int main(int argc, char **argv)
{
    static const struct example_option options[] = {
        {"--requests", "N", "how many (default: 10000)", &n_text},
        {NULL, NULL, NULL, NULL},
    };
    static const struct example about = {
        .name = "task_per_request",
        .purpose = "10,000 requests that wait at once, on one thread.",
        .options = options,
    };
    int status;
    if (!example_open(&about, argc, argv, &status))
        return status;
    return example_close(read_number() ? co_run("main", main_task, NULL) : 2);
}
