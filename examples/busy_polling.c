/* SPDX-License-Identifier: MIT */
/*
 * A loop waits for a thread that works for a while. It asks in an idle handle
 * whether that is done, so the loop never waits: a CPU is busy asking. With
 * --async the thread says so with uv_async_send(), and the loop sleeps.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include <uv.h>

#include "support/example.h"

/* Long enough to be seen as spinning at any speed. */
#define LEAST_SECONDS 1.4

static const char *async;

static atomic_bool done;
static uv_idle_t asking;
static uv_async_t answer;

static void work(void *arg)
{
    int64_t ns = example_ns(3);
    if (ns < (int64_t)(LEAST_SECONDS * 1e9))
        ns = (int64_t)(LEAST_SECONDS * 1e9);
    usleep((useconds_t)(ns / 1000));
    atomic_store(&done, true);
    if (async)
        uv_async_send(&answer);
}

static void ask(uv_idle_t *idle)
{
    example_work(0.06); /* it looks through what there is to do */
    if (!atomic_load(&done))
        return;
    printf("The work is done.\n");
    uv_close((uv_handle_t *)idle, NULL);
}

static void on_answer(uv_async_t *handle)
{
    printf("The work is done.\n");
    uv_close((uv_handle_t *)handle, NULL);
}

static int run(void)
{
    uv_loop_t *loop = uv_default_loop();
    uv_thread_t worker;
    if (async) {
        uv_async_init(loop, &answer, on_answer);
    } else {
        uv_idle_init(loop, &asking);
        uv_idle_start(&asking, ask);
    }
    int error = uv_thread_create(&worker, work, NULL);
    if (error) {
        fprintf(stderr, "busy_polling: %s\n", uv_strerror(error));
        return 1;
    }
    uv_run(loop, UV_RUN_DEFAULT);
    uv_thread_join(&worker);
    return uv_loop_close(loop) != 0;
}

int main(int argc, char **argv)
{
    static const struct example_option options[] = {
        {"--async", NULL, "the thread says when it is done", &async},
        {NULL, NULL, NULL, NULL},
    };
    static const struct example about = {
        .name = "busy_polling",
        .purpose = "An idle handle that asks again and again: the loop spins.",
        .options = options,
    };
    int status;
    if (!example_open(&about, argc, argv, &status))
        return status;
    return example_close(run());
}
