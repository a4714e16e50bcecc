/* SPDX-License-Identifier: MIT */
/*
 * Each request has a timer, in case no answer comes. All answers come; the
 * timers are stopped, but never closed: when the program closes its loop they
 * are still there, and so is what they point to. With --close each is closed
 * with its request.
 */
#include <stdio.h>

#include <uv.h>

#include "support/example.h"

#define N_REQUESTS 6
#define ANSWER_SECONDS 0.2
#define TIMEOUT_SECONDS 5

static const char *close_them;

struct request {
    uv_timer_t answer, timeout;
};

static struct request requests[N_REQUESTS];
static int n_answered;

static uint64_t ms(double seconds)
{
    return (uint64_t)example_ns(seconds) / 1000000;
}

static void on_timeout(uv_timer_t *timer)
{
    printf("no answer came\n");
}

static void on_answer(uv_timer_t *timer)
{
    struct request *request = timer->data;
    uv_close((uv_handle_t *)&request->answer, NULL);
    uv_timer_stop(&request->timeout);
    if (close_them)
        uv_close((uv_handle_t *)&request->timeout, NULL);
    if (++n_answered == N_REQUESTS)
        printf("%d answers came.\n", n_answered);
}

static void ask(uv_loop_t *loop, struct request *request, int i)
{
    uv_timer_init(loop, &request->timeout);
    uv_timer_init(loop, &request->answer);
    request->answer.data = request;
    uv_timer_start(&request->timeout, on_timeout, ms(TIMEOUT_SECONDS), 0);
    uv_timer_start(&request->answer, on_answer, ms(ANSWER_SECONDS * (i + 1)),
                   0);
}

static void run(void)
{
    uv_loop_t *loop = uv_default_loop();
    for (int i = 0; i < N_REQUESTS; i++)
        ask(loop, &requests[i], i);
    uv_run(loop, UV_RUN_DEFAULT);
    int error = uv_loop_close(loop);
    printf("closing the loop: %s\n",
           error ? uv_strerror(error) : "all is well");
}

int main(int argc, char **argv)
{
    static const struct example_option options[] = {
        {"--close", NULL, "timers are closed with their requests", &close_them},
        {NULL, NULL, NULL, NULL},
    };
    static const struct example about = {
        .name = "forgotten_timers",
        .purpose = "Timers that are stopped but never closed: handles leak.",
        .options = options,
    };
    int status;
    if (!example_open(&about, argc, argv, &status))
        return status;
    run();
    return example_close(0);
}
