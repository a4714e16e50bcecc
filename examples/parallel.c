/* SPDX-License-Identifier: MIT */
/*
 * Parallelism: two CPUs, two threads, each with a loop and a task of its own.
 *
 *     CPU 1: |████████████████████| Task A
 *     CPU 2: |████████████████████| Task B
 *
 * Both really run at the same time (given a machine with two CPUs). The twin,
 * one CPU that switches, is concurrent.c.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include <uv.h>

#include "support/example.h"

#define STEP 0.0075 /* seconds, then the loop has a look at its other work */
#define N_STEPS 120

static atomic_int n_begun;
static uv_sem_t begun;

static struct co_result work(void *arg)
{
    atomic_fetch_add(&n_begun, 1);
    uv_sem_post(&begun);
    while (atomic_load(&n_begun) < 2)
        co_yield (); /* both are to begin together */
    for (int i = 0; i < N_STEPS; i++) {
        example_compute(STEP);
        co_yield ();
    }
    return co_ok(NULL);
}

struct cpu {
    const char *name, *task;
    uv_thread_t thread;
    int status;
};

static void run_cpu(void *arg)
{
    struct cpu *cpu = arg;
    cpu->status = co_run_on(cpu->name, cpu->task, work, NULL);
    if (cpu->status != 0)
        exit(cpu->status); /* else the other would wait for it */
}

static int run_both(void)
{
    struct cpu cpus[] = {{.name = "CPU 1", .task = "Task A"},
                         {.name = "CPU 2", .task = "Task B"}};
    double start = example_now();
    uv_sem_init(&begun, 0);
    for (int i = 0; i < 2; i++) {
        if (uv_thread_create(&cpus[i].thread, run_cpu, &cpus[i]) != 0) {
            perror("a thread");
            exit(1);
        }
        uv_sem_wait(&begun); /* A is to be the first in the trace */
    }
    for (int i = 0; i < 2; i++)
        uv_thread_join(&cpus[i].thread);
    uv_sem_destroy(&begun);
    printf("0.9 s of work each: %.1f s\n", example_now() - start);
    return cpus[0].status | cpus[1].status;
}

int main(int argc, char **argv)
{
    static const struct example about = {
        .name = "parallel",
        .purpose = "Two tasks on two threads, both running at once.",
    };
    int status;
    if (!example_open(&about, argc, argv, &status))
        return status;
    return example_close(run_both());
}
