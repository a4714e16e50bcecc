/* SPDX-License-Identifier: MIT */
#include "lanes.h"

#include <stdlib.h>

static void sift_up(uint32_t *heap, size_t i)
{
    while (i > 0 && heap[(i - 1) / 2] > heap[i]) {
        uint32_t t = heap[i];
        heap[i] = heap[(i - 1) / 2];
        heap[(i - 1) / 2] = t;
        i = (i - 1) / 2;
    }
}

static void sift_down(uint32_t *heap, size_t n)
{
    for (size_t i = 0;;) {
        size_t least = i;
        for (size_t k = 2 * i + 1; k <= 2 * i + 2 && k < n; k++)
            if (heap[k] < heap[least])
                least = k;
        if (least == i)
            return;
        uint32_t t = heap[i];
        heap[i] = heap[least];
        heap[least] = t;
        i = least;
    }
}

uint32_t ls_lanes_take(struct ls_lanes *lanes)
{
    if (lanes->n_free == 0)
        return lanes->n++;
    uint32_t lane = lanes->free[0];
    lanes->free[0] = lanes->free[--lanes->n_free];
    sift_down(lanes->free, lanes->n_free);
    return lane;
}

void ls_lanes_give(struct ls_lanes *lanes, uint32_t lane)
{
    if (lanes->n_free == lanes->capacity) {
        size_t capacity = lanes->capacity ? 2 * lanes->capacity : 16;
        uint32_t *heap = realloc(lanes->free, capacity * sizeof *heap);
        if (!heap)
            return; /* the lane stays unused */
        lanes->free = heap;
        lanes->capacity = capacity;
    }
    lanes->free[lanes->n_free++] = lane;
    sift_up(lanes->free, lanes->n_free - 1);
}

void ls_lanes_destroy(struct ls_lanes *lanes)
{
    free(lanes->free);
    *lanes = (struct ls_lanes){0};
}
