/* SPDX-License-Identifier: MIT */
/* A hash table with open addressing, at most half full. */
#include "map.h"

#include <stdlib.h>

/* Fibonacci hashing: Knuth, The Art of Computer Programming 3, 6.4. */
static size_t home_of(const struct ls_map *map, uint64_t key)
{
    return (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 24) &
           (map->capacity - 1);
}

static struct ls_map_slot *find(const struct ls_map *map, uint64_t key)
{
    size_t i = home_of(map, key);
    while (map->slots[i].key && map->slots[i].key != key)
        i = (i + 1) & (map->capacity - 1);
    return &map->slots[i];
}

void *ls_map_get(const struct ls_map *map, uint64_t key)
{
    return map->capacity && key ? find(map, key)->value : NULL;
}

static bool resize(struct ls_map *map, size_t capacity)
{
    struct ls_map before = *map;
    struct ls_map_slot *slots = calloc(capacity, sizeof *slots);
    if (!slots)
        return false;
    map->slots = slots;
    map->capacity = capacity;
    for (size_t i = 0; i < before.capacity; i++)
        if (before.slots[i].key)
            *find(map, before.slots[i].key) = before.slots[i];
    free(before.slots);
    return true;
}

bool ls_map_put(struct ls_map *map, uint64_t key, void *value)
{
    if (key == 0 || (2 * (map->n + 1) > map->capacity &&
                     !resize(map, map->capacity ? 2 * map->capacity : 64)))
        return false;
    struct ls_map_slot *slot = find(map, key);
    map->n += slot->key == 0;
    *slot = (struct ls_map_slot){key, value};
    return true;
}

void *ls_map_remove(struct ls_map *map, uint64_t key)
{
    if (!map->capacity || !key)
        return NULL;
    struct ls_map_slot *slot = find(map, key);
    void *value = slot->value;
    if (!slot->key)
        return NULL;
    size_t mask = map->capacity - 1, gap = (size_t)(slot - map->slots);
    map->n--;
    /* Move up what comes after the gap and belongs before it. */
    for (size_t i = (gap + 1) & mask; map->slots[i].key; i = (i + 1) & mask) {
        size_t home = home_of(map, map->slots[i].key);
        if (((i - home) & mask) < ((i - gap) & mask))
            continue;
        map->slots[gap] = map->slots[i];
        gap = i;
    }
    map->slots[gap] = (struct ls_map_slot){0, NULL};
    return value;
}

void ls_map_sweep(struct ls_map *map,
                  bool (*takes)(uint64_t key, void *value, void *arg),
                  void *arg)
{
    struct ls_map after = {0};
    for (size_t i = 0; i < map->capacity; i++) {
        struct ls_map_slot *slot = &map->slots[i];
        if (slot->key && !takes(slot->key, slot->value, arg))
            ls_map_put(&after, slot->key, slot->value);
    }
    free(map->slots);
    *map = after;
}

void ls_map_destroy(struct ls_map *map)
{
    free(map->slots);
    *map = (struct ls_map){0};
}
