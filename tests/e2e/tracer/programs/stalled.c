/* SPDX-License-Identifier: MIT */
/*
 * stalled TRACE: a loop with a ticking task, in which another task sleeps for a
 * minute. To be killed in the middle of it; "sleeping" is printed before.
 */
#include <stdio.h>
#include <unistd.h>
#include <uv.h>

#include "tracer/loopscope.h"

static ls_task_id ticker;

static void tick(uv_timer_t *timer)
{
    ls_task_resume(ticker);
    ls_task_await(ticker, &(struct ls_await){.kind = ls_name("tick")});
}

static void sleep_too_long(uv_timer_t *timer)
{
    ls_task_id task = ls_task_start(ls_name("sleeper"), "Snow White");
    puts("sleeping");
    fflush(stdout);
    sleep(60); /* the stall */
    ls_task_finish(task, LS_FINISHED_OK, NULL);
}

int main(int argc, char **argv)
{
    uv_timer_t ticks, sleeper;
    uv_loop_t *loop = uv_default_loop();
    if (ls_open(&(struct ls_options){.trace = argv[1]}) ||
        ls_loop_attach(loop, "main")) {
        fprintf(stderr, "%s\n", ls_error_detail());
        return 1;
    }
    ticker = ls_task_start(ls_name("ticker"), NULL);
    ls_task_await(ticker, &(struct ls_await){.kind = ls_name("tick")});
    uv_timer_init(loop, &ticks);
    uv_timer_init(loop, &sleeper);
    uv_timer_start(&ticks, tick, 5, 5);
    uv_timer_start(&sleeper, sleep_too_long, 30, 0);
    uv_run(loop, UV_RUN_DEFAULT);
    return 0;
}
