#ifndef LS_COLLECTOR_LANES_H
#define LS_COLLECTOR_LANES_H
/* SPDX-License-Identifier: MIT */
/*
 * lanes.h - the lanes of one process that its living tasks are drawn on.
 *
 * A task takes the lowest that is free. Not for what their tids are (task.h).
 *
 * Units: lanes count from 0.
 * Ownership: zero is empty; ls_lanes_destroy() makes it so again.
 * Errors: without memory a lane that was given back stays unused.
 * Threads: one.
 */
#include <stddef.h>
#include <stdint.h>

struct ls_lanes {
    uint32_t *free; /* a heap: the lowest first */
    size_t n_free, capacity;
    uint32_t n; /* ever used at one time */
};

uint32_t ls_lanes_take(struct ls_lanes *lanes);
void ls_lanes_give(struct ls_lanes *lanes, uint32_t lane);
void ls_lanes_destroy(struct ls_lanes *lanes);

#endif
