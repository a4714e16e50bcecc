/* SPDX-License-Identifier: MIT */
/*
 * An animation draws a frame every 16 ms, and three times in a row a message
 * comes beside it, each with 7 ms of work on the loop. None of them is long,
 * but together they take more than a frame: it comes late. With --in-pool the
 * thread pool does the work, and the frames are on time.
 */
#include <stdbool.h>
#include <stdio.h>

#include <uv.h>

#include "support/example.h"

#define FRAME_MS 16
#define N_FRAMES 24
#define WORK_MS 7.0
#define N_MESSAGES 4

static const char *in_pool;

static uv_timer_t frames;
static uv_timer_t messages[N_MESSAGES];
static uv_work_t requests[N_MESSAGES];
static int n_drawn;

static void parse(uv_work_t *request)
{
    example_work(WORK_MS);
}

static void on_parsed(uv_work_t *request, int status)
{
    request->data = NULL; /* it is free again */
}

static void on_message(uv_timer_t *timer)
{
    uv_work_t *request = timer->data;
    if (!in_pool) {
        parse(request);
    } else if (!request->data) {
        request->data = timer;
        uv_queue_work(timer->loop, request, parse, on_parsed);
    }
}

static void draw(uv_timer_t *timer)
{
    bool over = ++n_drawn == N_FRAMES;
    for (int i = 0; i < N_MESSAGES; i++) {
        if (over)
            uv_close((uv_handle_t *)&messages[i], NULL);
        else
            uv_timer_start(&messages[i], on_message, 1, 0);
    }
    if (!over)
        return;
    printf("%d frames were drawn.\n", n_drawn);
    uv_close((uv_handle_t *)timer, NULL);
}

static int run(void)
{
    uv_loop_t *loop = uv_default_loop();
    uv_timer_init(loop, &frames);
    uv_timer_start(&frames, draw, FRAME_MS, FRAME_MS);
    for (int i = 0; i < N_MESSAGES; i++) {
        uv_timer_init(loop, &messages[i]);
        messages[i].data = &requests[i];
    }
    uv_run(loop, UV_RUN_DEFAULT);
    return uv_loop_close(loop) != 0;
}

int main(int argc, char **argv)
{
    static const struct example_option options[] = {
        {"--in-pool", NULL, "the thread pool does the work", &in_pool},
        {NULL, NULL, NULL, NULL},
    };
    static const struct example about = {
        .name = "late_frames",
        .purpose =
            "Short work that adds up between two frames: they come late.",
        .options = options,
    };
    int status;
    if (!example_open(&about, argc, argv, &status))
        return status;
    return example_close(run());
}
