/* SPDX-License-Identifier: MIT */
/*
 * Names, given once. The text goes into the shared table, which only grows
 * and which forked processes share; a hash table of this process finds names
 * that it gave before.
 */
#include <pthread.h>
#include <string.h>

#include "name.h"
#include "ring.h"
#include "session.h"
#include "tracer/loopscope.h"

enum { N_SLOTS = 2 * LS_N_NAMES };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint32_t slots[N_SLOTS]; /* ids; 0: empty */
static uint64_t slots_session;  /* the session that they belong to */

/* FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint32_t hash_of(const char *text)
{
    uint32_t hash = 2166136261u;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash;
}

static const char *text_of(struct ls_shared *shared, uint32_t id)
{
    uint32_t at = atomic_load(&shared->header.name_at[id]);
    return at ? shared->names + at - 1 : "";
}

static uint32_t add_name(struct ls_shared *shared, const char *text)
{
    struct ls_header *h = &shared->header;
    uint32_t size = (uint32_t)strlen(text) + 1;
    if (size > LS_NAME_BYTES)
        return LS_NAME_FULL;
    uint32_t at = atomic_load(&h->n_name_bytes);
    do {
        if (at > LS_NAME_BYTES - size)
            return LS_NAME_FULL;
    } while (!atomic_compare_exchange_weak(&h->n_name_bytes, &at, at + size));
    uint32_t id = atomic_load(&h->n_names);
    do {
        if (id >= LS_N_NAMES)
            return LS_NAME_FULL;
    } while (!atomic_compare_exchange_weak(&h->n_names, &id, id + 1));
    memcpy(shared->names + at, text, size);
    atomic_store_explicit(&h->name_at[id], at + 1, memory_order_release);
    return id;
}

static uint32_t find_or_add(struct ls_shared *shared, const char *text)
{
    uint32_t slot = hash_of(text) % N_SLOTS;
    for (; slots[slot]; slot = (slot + 1) % N_SLOTS)
        if (strcmp(text_of(shared, slots[slot]), text) == 0)
            return slots[slot];
    uint32_t id = add_name(shared, text);
    if (id != LS_NAME_FULL)
        slots[slot] = id;
    return id;
}

void ls_name_give_first(struct ls_shared *shared)
{
    add_name(shared, "(too many names)");
}

void ls_name_lock(void)
{
    pthread_mutex_lock(&lock);
}

void ls_name_unlock(void)
{
    pthread_mutex_unlock(&lock);
}

ls_name_id ls_name(const char *text)
{
    struct ls_shared *shared = ls_session_shared();
    if (!shared || !text || !*text)
        return 0;
    pthread_mutex_lock(&lock);
    if (slots_session != ls_session_number()) {
        memset(slots, 0, sizeof slots);
        slots_session = ls_session_number();
        ls_session_names_tasks();
    }
    uint32_t id = find_or_add(shared, text);
    pthread_mutex_unlock(&lock);
    return id;
}
