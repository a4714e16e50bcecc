/* SPDX-License-Identifier: MIT */
/*
 * One thread per request: 1,000 threads and 2,000 requests, each of which
 * waits 1 unit for a database. Throughput = threads / latency, whatever the
 * CPU could do; and every thread that waits holds a stack.
 *
 * The loop here serves nobody: it starts the threads and counts. The twin is
 * task_per_request.c.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <uv.h>

#include "support/example.h"
#include "support/memory.h"
#include "tracer/loopscope.h"

#define N_THREADS 1000
#define N_REQUESTS 2000
#define LATENCY 1.0 /* seconds */

static uv_thread_t threads[N_THREADS];
static uv_sem_t requests; /* that wait for a thread; and one a thread at last */
static atomic_int n_waiting, n_answered;
static atomic_bool closing;

static void serve(void *arg)
{
    for (;;) {
        uv_sem_wait(&requests);
        if (atomic_load(&closing))
            return;
        atomic_fetch_add(&n_waiting, 1);
        usleep(example_stall_us(LATENCY)); /* the database */
        atomic_fetch_sub(&n_waiting, 1);
        atomic_fetch_add(&n_answered, 1);
    }
}

static void start_threads(void)
{
    for (int i = 0; i < N_THREADS; i++) {
        if (uv_thread_create(&threads[i], serve, NULL) != 0) {
            perror("a thread");
            exit(1);
        }
        if (i % 20 == 19)
            co_yield ();
    }
}

static void join_threads(void *arg)
{
    atomic_store(&closing, true);
    for (int i = 0; i < N_THREADS; i++)
        uv_sem_post(&requests);
    for (int i = 0; i < N_THREADS; i++)
        uv_thread_join(&threads[i]);
}

static struct co_result main_task(void *arg)
{
    ls_name_id waiting = ls_name("waiting requests");
    ls_name_id answered = ls_name("answered requests");
    struct memory before = memory_now();
    start_threads();
    double start = example_now();
    for (int i = 0; i < N_REQUESTS; i++)
        uv_sem_post(&requests);
    while (atomic_load(&n_answered) < N_REQUESTS) {
        ls_counter(waiting, atomic_load(&n_waiting));
        ls_counter(answered, atomic_load(&n_answered));
        co_sleep(LATENCY / 10);
    }
    double seconds = example_now() - start;
    ls_counter(waiting, 0);
    ls_counter(answered, N_REQUESTS);
    struct memory now = memory_now();
    printf("%d threads that wait: %.1f KiB each, and %.0f KiB reserved\n",
           N_THREADS, (double)(now.used_kib - before.used_kib) / N_THREADS,
           (double)(now.reserved_kib - before.reserved_kib) / N_THREADS);
    printf("%d requests in %.2f s: %.0f a second\n", N_REQUESTS, seconds,
           N_REQUESTS / seconds);
    co_in_pool(join_threads, NULL);
    return co_ok(NULL);
}

int main(int argc, char **argv)
{
    static const struct example about = {
        .name = "thread_per_request",
        .purpose = "1,000 threads for 2,000 requests: threads / latency.",
    };
    int status;
    if (!example_open(&about, argc, argv, &status))
        return status;
    uv_sem_init(&requests, 0);
    status = co_run("main", main_task, NULL);
    uv_sem_destroy(&requests);
    return example_close(status);
}
