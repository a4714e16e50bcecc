/* SPDX-License-Identifier: MIT */
/*
 * libevent_plants PLANT...: a loop of libevent with a tick each 5 ms, which
 * stalls in one tick of eight, in the ways that are named, one after another.
 * No argument: in all of them.
 */
#include <event2/event.h>
#include <stdio.h>

#include "plants.h"

enum { TICK_US = 5000, TICKS_BETWEEN = 8 };

struct planted {
    struct event_base *base;
    const char *const *names; /* of plants, NULL at the end */
    int n_ticks;
    int failed;
};

static void on_tick(evutil_socket_t fd, short what, void *data)
{
    struct planted *p = data;
    if (++p->n_ticks % TICKS_BETWEEN != 0)
        return;
    if (!*p->names) {
        event_base_loopbreak(p->base);
        return;
    }
    if (plant_run(*p->names) != 0) {
        fprintf(stderr, "%s: does not work\n", *p->names);
        p->failed = 1;
    }
    p->names++;
}

int main(int argc, char **argv)
{
    const char *all[16] = {NULL};
    for (int i = 0; plant_name(i); i++)
        all[i] = plant_name(i);
    struct planted planted = {.base = event_base_new(),
                              .names = argc > 1 ? (const char *const *)argv + 1
                                                : all};
    const struct timeval tick = {.tv_usec = TICK_US};
    struct event *timer =
        event_new(planted.base, -1, EV_PERSIST, on_tick, &planted);
    event_add(timer, &tick);
    event_base_dispatch(planted.base);
    event_free(timer);
    event_base_free(planted.base);
    return planted.failed;
}
