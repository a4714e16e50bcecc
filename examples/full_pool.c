/* SPDX-License-Identifier: MIT */
/*
 * Twelve queries to a database whose driver blocks, so each is work for the
 * thread pool: four at a time, the others wait for a thread. With --threads the
 * pool has twelve (UV_THREADPOOL_SIZE), and nobody waits.
 */
#include <stdio.h>
#include <unistd.h>

#include <uv.h>

#include "support/example.h"

#define N_QUERIES 12
#define QUERY_SECONDS 0.5
#define LEAST_US 20000 /* to be seen at any speed */

static const char *threads;

static uv_work_t queries[N_QUERIES];
static int n_answered;

static void query(uv_work_t *request)
{
    int64_t us = example_ns(QUERY_SECONDS) / 1000;
    usleep((useconds_t)(us > LEAST_US ? us : LEAST_US));
}

static void on_answer(uv_work_t *request, int status)
{
    if (++n_answered == N_QUERIES)
        printf("%d queries were answered.\n", n_answered);
}

static int run(void)
{
    uv_loop_t *loop = uv_default_loop();
    for (int i = 0; i < N_QUERIES; i++)
        uv_queue_work(loop, &queries[i], query, on_answer);
    uv_run(loop, UV_RUN_DEFAULT);
    return uv_loop_close(loop) != 0;
}

int main(int argc, char **argv)
{
    static const struct example_option options[] = {
        {"--threads", NULL, "as many threads as queries", &threads},
        {NULL, NULL, NULL, NULL},
    };
    static const struct example about = {
        .name = "full_pool",
        .purpose = "More blocking work than the thread pool has threads.",
        .options = options,
    };
    int status;
    if (!example_open(&about, argc, argv, &status))
        return status;
    uv_os_setenv("UV_THREADPOOL_SIZE", threads ? "12" : "4");
    return example_close(run());
}
