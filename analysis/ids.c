/* SPDX-License-Identifier: MIT */
#include "ids.h"

#include "trace.h"

#include <stdlib.h>

enum { FIRST_SLOTS = 256 };

struct slot {
    uint64_t id;
    uint32_t index; /* LS_NONE: its caller has not set it yet */
    uint32_t used;
};

struct ls_ids {
    struct slot *slots;
    uint32_t mask, n;
};

struct ls_ids *ls_ids_new(void)
{
    struct ls_ids *ids = malloc(sizeof(*ids));
    if (!ids)
        return NULL;
    *ids = (struct ls_ids){.mask = FIRST_SLOTS - 1};
    ids->slots = calloc(FIRST_SLOTS, sizeof(*ids->slots));
    if (!ids->slots) {
        free(ids);
        return NULL;
    }
    return ids;
}

static struct slot *slot_of(const struct ls_ids *ids, uint64_t id)
{
    uint64_t hash = id * 0x9e3779b97f4a7c15u;
    uint32_t at = (uint32_t)(hash >> 32) & ids->mask;
    while (ids->slots[at].used && ids->slots[at].id != id)
        at = (at + 1) & ids->mask;
    return &ids->slots[at];
}

static int grow(struct ls_ids *ids)
{
    struct ls_ids old = *ids;
    if (old.mask > UINT32_MAX / 4)
        return -1;
    ids->mask = old.mask * 2 + 1;
    ids->slots = calloc(ids->mask + 1ul, sizeof(*ids->slots));
    if (!ids->slots) {
        *ids = old;
        return -1;
    }
    for (uint32_t i = 0; i <= old.mask; i++)
        if (old.slots[i].used)
            *slot_of(ids, old.slots[i].id) = old.slots[i];
    free(old.slots);
    return 0;
}

uint32_t *ls_ids_put(struct ls_ids *ids, uint64_t id)
{
    struct slot *slot = slot_of(ids, id);
    if (slot->used)
        return &slot->index;
    if (ids->n >= ids->mask / 2 + 1) {
        if (grow(ids) < 0)
            return NULL;
        slot = slot_of(ids, id);
    }
    *slot = (struct slot){.id = id, .index = LS_NONE, .used = 1};
    ids->n++;
    return &slot->index;
}

uint32_t ls_ids_find(const struct ls_ids *ids, uint64_t id)
{
    const struct slot *slot = slot_of(ids, id);
    return slot->used ? slot->index : LS_NONE;
}

void ls_ids_free(struct ls_ids *ids)
{
    if (!ids)
        return;
    free(ids->slots);
    free(ids);
}
