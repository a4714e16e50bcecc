/* SPDX-License-Identifier: MIT */
/*
 * relay TRACE: threads that record at the same time and end at different ones,
 * so that they take over each other's memory, with nothing but the collector
 * between them. For ThreadSanitizer.
 */
#include <pthread.h>
#include <stdio.h>
#include <time.h>

#include "tracer/loopscope.h"

enum { N_THREADS = 12, N_MARKS = 20000, MARKS_PER_MS = 500 };

static ls_name_id name;

static void wait_ms(int n)
{
    nanosleep(&(struct timespec){.tv_nsec = n * 1000000L}, NULL);
}

/* Some ten chunks, slowly enough for the collector to read them. */
static void *work(void *unused)
{
    for (int i = 0; i < N_MARKS; i++) {
        ls_mark(name, NULL);
        if (i % MARKS_PER_MS == 0)
            wait_ms(1);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[N_THREADS];
    if (ls_open(&(struct ls_options){.trace = argv[1]})) {
        printf("%s\n", ls_error_detail());
        return 1;
    }
    name = ls_name("mark");
    for (int i = 0; i < N_THREADS; i++, wait_ms(20))
        pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < N_THREADS; i++)
        pthread_join(threads[i], NULL);
    return ls_close();
}
