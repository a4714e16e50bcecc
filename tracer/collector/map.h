#ifndef LS_COLLECTOR_MAP_H
#define LS_COLLECTOR_MAP_H
/* SPDX-License-Identifier: MIT */
/*
 * map.h - from numbers to things.
 *
 *     ls_map_put(&map, id, thing);
 *     thing = ls_map_get(&map, id);
 *
 * Units: keys are any numbers but 0.
 * Ownership: things are the caller's. Zero is an empty map.
 * Errors: put returns false without memory.
 * Threads: one.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ls_map_slot {
    uint64_t key; /* 0: empty */
    void *value;
};

struct ls_map {
    struct ls_map_slot *slots;
    size_t n, capacity; /* capacity is 0 or a power of two */
};

/* NULL: there is none. */
void *ls_map_get(const struct ls_map *map, uint64_t key);

/* Add, or replace. VALUE is not NULL. */
bool ls_map_put(struct ls_map *map, uint64_t key, void *value);

/* Take it out: what was there, or NULL. */
void *ls_map_remove(struct ls_map *map, uint64_t key);

/* Take out everything for which TAKES says so, after it has seen it. */
void ls_map_sweep(struct ls_map *map,
                  bool (*takes)(uint64_t key, void *value, void *arg),
                  void *arg);

void ls_map_destroy(struct ls_map *map);

#endif
