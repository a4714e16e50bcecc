/* SPDX-License-Identifier: MIT */
/* usage: waits MILLISECONDS [STATUS]: a loop of a few turns, in one of which a
 * call blocks so long. */
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

static int n_ticks, wait_ms;

static void load_config(void)
{
    usleep((useconds_t)wait_ms * 1000);
    n_ticks++;
}

static void on_tick(uv_timer_t *timer)
{
    if (++n_ticks == 2 && wait_ms > 0)
        load_config();
    if (n_ticks > 5)
        uv_timer_stop(timer);
}

int main(int argc, char **argv)
{
    uv_timer_t timer;
    wait_ms = argc > 1 ? atoi(argv[1]) : 0;
    uv_timer_init(uv_default_loop(), &timer);
    uv_timer_start(&timer, on_tick, 2, 2);
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    return argc > 2 ? atoi(argv[2]) : 0;
}
