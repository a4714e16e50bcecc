/* SPDX-License-Identifier: MIT */
/*
 * libev_plants PLANT...: as libevent_plants, with a loop of libev.
 */
#include <stdio.h>

/* libev's header has functions that are not used here. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#include <ev.h>
#pragma GCC diagnostic pop

#include "plants.h"

enum { TICKS_BETWEEN = 8 };

static const char *const *names; /* of plants, NULL at the end */
static int n_ticks, failed;

static void on_tick(struct ev_loop *loop, ev_timer *timer, int events)
{
    if (++n_ticks % TICKS_BETWEEN != 0)
        return;
    if (!*names) {
        ev_break(loop, EVBREAK_ALL);
        return;
    }
    if (plant_run(*names) != 0) {
        fprintf(stderr, "%s: does not work\n", *names);
        failed = 1;
    }
    names++;
}

int main(int argc, char **argv)
{
    const char *all[16] = {NULL};
    for (int i = 0; plant_name(i); i++)
        all[i] = plant_name(i);
    names = argc > 1 ? (const char *const *)argv + 1 : all;
    struct ev_loop *loop = ev_default_loop(0);
    ev_timer timer = {.repeat = 0};
    ev_timer_init(&timer, on_tick, 0.005, 0.005);
    ev_timer_start(loop, &timer);
    ev_run(loop, 0);
    ev_timer_stop(loop, &timer);
    return failed;
}
