/* SPDX-License-Identifier: MIT */
/* A module with a loop of libuv. */
#include <uv.h>

int run(void);

static int n;

static void on_timer_of_module(uv_timer_t *timer)
{
    if (++n == 3)
        uv_close((uv_handle_t *)timer, NULL);
}

int run(void)
{
    uv_timer_t timer;
    uv_timer_init(uv_default_loop(), &timer);
    uv_timer_start(&timer, on_timer_of_module, 20, 20);
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    return uv_loop_close(uv_default_loop());
}
