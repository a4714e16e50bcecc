/* SPDX-License-Identifier: MIT */
/*
 * Shards by address, each a hash table with open addressing and a lock for
 * those that change it. Readers take none: a count that is odd during a change
 * tells them to look again.
 *
 *   shard -> slots: {key, entry} {key, entry} ...      entries stay in place
 *
 * A full shard moves into memory twice as large, mapped together with the
 * entries that this makes room for. The old slots are left as they are, because
 * a reader may be among them; that is at most as much again.
 *
 * What is taken out of a small shard stays there, idle, for the next request at
 * the same address; in larger ones that would be memory for nothing.
 */
#include "uv_table.h"

#include "tracer/record/confined.h"

#include <errno.h>
#include <sched.h>
#include <sys/mman.h>

enum {
    N_SHARDS = 64, /* a power of two */
    FIRST_SLOTS = 16,
    SPINS = 64,     /* before the processor is given away */
    LOOKS = 10000,  /* after which a look gives up */
    STAY_SLOTS = 64 /* entries stay in shards that are not larger */
};

struct slot {
    _Atomic uintptr_t key; /* 0: empty */
    _Atomic(struct ls_uv_entry *) entry;
};

struct shard {
    _Alignas(64) _Atomic uint32_t version; /* odd: it is being changed */
    _Atomic uint32_t locked;
    _Atomic(struct slot *) slots; /* with a mask of its own, see below */
    size_t n, n_slots;            /* protected by locked */
    struct ls_uv_entry *free;     /* protected by locked */
};

static struct shard shards[N_SHARDS];

_Atomic(struct ls_uv_entry *) ls_uv_recent[1 << LS_UV_RECENT_BITS];

static struct shard *shard_of(uint64_t hash)
{
    return &shards[hash >> 58];
}

/* The first slot says how many there are: a reader must not combine one
 * array with another's size. */
static size_t mask_of(struct slot *slots)
{
    return atomic_load_explicit(&slots[-1].key, memory_order_relaxed);
}

static size_t home_of(uint64_t hash, size_t mask)
{
    return (size_t)(hash >> 32) & mask;
}

/* ---- changing ----------------------------------------------------------- */

static void lock(struct shard *s)
{
    for (int i = 0;
         atomic_exchange_explicit(&s->locked, 1, memory_order_acquire); i++)
        if (i >= SPINS)
            sched_yield();
}

static void unlock(struct shard *s)
{
    atomic_store_explicit(&s->locked, 0, memory_order_release);
}

static void begin_change(struct shard *s)
{
    uint32_t version = atomic_load_explicit(&s->version, memory_order_relaxed);
    atomic_store_explicit(&s->version, version + 1, memory_order_relaxed);
    atomic_thread_fence(memory_order_release);
}

static void end_change(struct shard *s)
{
    uint32_t version = atomic_load_explicit(&s->version, memory_order_relaxed);
    atomic_store_explicit(&s->version, version + 1, memory_order_release);
}

static void set_slot(struct slot *slot, uintptr_t key,
                     struct ls_uv_entry *entry)
{
    atomic_store_explicit(&slot->key, key, memory_order_relaxed);
    atomic_store_explicit(&slot->entry, entry, memory_order_relaxed);
}

static uintptr_t key_at(const struct slot *slot)
{
    return atomic_load_explicit(&slot->key, memory_order_relaxed);
}

/* The slot with the key, or the empty one where it would be. */
static struct slot *find_slot(struct slot *slots, uintptr_t key, uint64_t hash)
{
    size_t mask = mask_of(slots);
    size_t i = home_of(hash, mask);
    while (key_at(&slots[i]) && key_at(&slots[i]) != key)
        i = (i + 1) & mask;
    return &slots[i];
}

static bool grow(struct shard *s)
{
    struct slot *old = atomic_load_explicit(&s->slots, memory_order_relaxed);
    size_t n_old = s->n_slots, n_slots = n_old ? 2 * n_old : FIRST_SLOTS;
    size_t n_entries = (n_slots - n_old) / 2;
    size_t n_bytes = (n_slots + 1) * sizeof(struct slot) +
                     n_entries * sizeof(struct ls_uv_entry);
    if (ls_is_confined())
        return false;
    int saved = errno;
    void *memory = mmap(NULL, n_bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    errno = saved;
    if (memory == MAP_FAILED)
        return false;
    struct ls_uv_entry *entries = memory;
    struct slot *slots = (struct slot *)(entries + n_entries) + 1;
    atomic_store_explicit(&slots[-1].key, n_slots - 1, memory_order_relaxed);
    for (size_t i = 0; i < n_old; i++) {
        uintptr_t key = key_at(&old[i]);
        if (key)
            set_slot(find_slot(slots, key, ls_uv_hash(key)), key,
                     atomic_load_explicit(&old[i].entry, memory_order_relaxed));
    }
    for (size_t i = 0; i < n_entries; i++) {
        entries[i].next_free = s->free;
        s->free = &entries[i];
    }
    s->n_slots = n_slots;
    atomic_store_explicit(&s->slots, slots, memory_order_release);
    return true;
}

/* An entry that had been another's. The key is not touched in between: others
 * may be looking at it. */
static void start_entry(struct ls_uv_entry *entry, uintptr_t key, bool stays)
{
    memset(&entry->op, 0, sizeof *entry - offsetof(struct ls_uv_entry, op));
    entry->stays = stays;
    atomic_store_explicit(&entry->key, key, memory_order_relaxed);
}

/* It is idle at first. */
static struct ls_uv_entry *add(struct shard *s, uintptr_t key, uint64_t hash)
{
    if (2 * (s->n + 1) > s->n_slots && !grow(s))
        return NULL;
    struct ls_uv_entry *entry = s->free;
    s->free = entry->next_free;
    start_entry(entry, key | LS_UV_IDLE, s->n_slots <= STAY_SLOTS);
    struct slot *slots = atomic_load_explicit(&s->slots, memory_order_relaxed);
    begin_change(s);
    set_slot(find_slot(slots, key, hash), key, entry);
    end_change(s);
    s->n++;
    return entry;
}

/* Empty a slot and move up what came after it and belongs before. */
static void close_gap(struct slot *slots, size_t gap)
{
    size_t mask = mask_of(slots);
    for (size_t i = (gap + 1) & mask; key_at(&slots[i]); i = (i + 1) & mask) {
        size_t home = home_of(ls_uv_hash(key_at(&slots[i])), mask);
        if (((i - home) & mask) < ((i - gap) & mask))
            continue;
        set_slot(&slots[gap], key_at(&slots[i]),
                 atomic_load_explicit(&slots[i].entry, memory_order_relaxed));
        gap = i;
    }
    set_slot(&slots[gap], 0, NULL);
}

static struct slot *slot_of(struct shard *s, uintptr_t key, uint64_t hash)
{
    struct slot *slots = atomic_load_explicit(&s->slots, memory_order_relaxed);
    struct slot *slot = slots ? find_slot(slots, key, hash) : NULL;
    return slot && key_at(slot) ? slot : NULL;
}

static void remove_slot(struct shard *s, struct slot *slot)
{
    struct slot *slots = atomic_load_explicit(&s->slots, memory_order_relaxed);
    struct ls_uv_entry *entry =
        atomic_load_explicit(&slot->entry, memory_order_relaxed);
    begin_change(s);
    close_gap(slots, (size_t)(slot - slots));
    end_change(s);
    atomic_store_explicit(&entry->key, 0, memory_order_relaxed);
    entry->next_free = s->free;
    s->free = entry;
    s->n--;
}

static void remember(uint64_t hash, struct ls_uv_entry *entry)
{
    atomic_store_explicit(&ls_uv_recent[hash >> (64 - LS_UV_RECENT_BITS)],
                          entry, memory_order_release);
}

/* What there is for the key, idle or not, or a new one. */
static struct ls_uv_entry *find_or_add(uintptr_t key)
{
    uint64_t hash = ls_uv_hash(key);
    struct shard *s = shard_of(hash);
    lock(s);
    struct slot *slot = slot_of(s, key, hash);
    struct ls_uv_entry *entry =
        slot ? atomic_load_explicit(&slot->entry, memory_order_relaxed)
             : add(s, key, hash);
    unlock(s);
    if (entry)
        remember(hash, entry);
    return entry;
}

struct ls_uv_entry *ls_uv_table_put(const void *address, enum ls_uv_role role,
                                    bool *is_new)
{
    uintptr_t key = ls_uv_key(address, role);
    struct ls_uv_entry *entry = ls_uv_table_recent(key);
    if (!ls_uv_entry_is(entry, key) && !ls_uv_entry_is(entry, key | LS_UV_IDLE))
        entry = find_or_add(key);
    *is_new = ls_uv_entry_is(entry, key | LS_UV_IDLE);
    if (*is_new)
        start_entry(entry, key, entry->stays);
    return entry;
}

static void remove_entry(uintptr_t key)
{
    uint64_t hash = ls_uv_hash(key);
    struct shard *s = shard_of(hash);
    lock(s);
    struct slot *slot = slot_of(s, key, hash);
    if (slot)
        remove_slot(s, slot);
    unlock(s);
}

void ls_uv_table_drop(struct ls_uv_entry *entry)
{
    uintptr_t key = atomic_load_explicit(&entry->key, memory_order_relaxed);
    if (entry->stays)
        atomic_store_explicit(&entry->key, key | LS_UV_IDLE,
                              memory_order_relaxed);
    else
        remove_entry(key);
}

void ls_uv_table_remove(const void *address, enum ls_uv_role role)
{
    struct ls_uv_entry *entry = ls_uv_table_get(address, role);
    if (entry)
        ls_uv_table_drop(entry);
}

/* ---- reading ------------------------------------------------------------ */

/* One try; false: the shard was being changed. */
static bool try_get(struct shard *s, uintptr_t key, uint64_t hash,
                    struct ls_uv_entry **entry)
{
    uint32_t before = atomic_load_explicit(&s->version, memory_order_acquire);
    struct slot *slots = atomic_load_explicit(&s->slots, memory_order_acquire);
    *entry = NULL;
    if (before & 1)
        return false;
    if (!slots)
        return true;
    /* A change may hide the end from us: no further than all slots. */
    size_t mask = mask_of(slots), i = home_of(hash, mask);
    for (size_t left = mask + 1; left > 0; left--, i = (i + 1) & mask) {
        uintptr_t at = key_at(&slots[i]);
        if (at == key)
            *entry =
                atomic_load_explicit(&slots[i].entry, memory_order_relaxed);
        if (at == key || at == 0)
            break;
    }
    atomic_thread_fence(memory_order_acquire);
    return atomic_load_explicit(&s->version, memory_order_relaxed) == before;
}

struct ls_uv_entry *ls_uv_table_find(const void *address, enum ls_uv_role role)
{
    uintptr_t key = ls_uv_key(address, role);
    uint64_t hash = ls_uv_hash(key);
    struct ls_uv_entry *entry;
    for (int i = 0; !try_get(shard_of(hash), key, hash, &entry); i++)
        if (i >= SPINS)
            sched_yield();
    if (!ls_uv_entry_is(entry, key))
        return NULL;
    remember(hash, entry);
    return entry;
}

struct ls_uv_entry *ls_uv_table_look(const void *address, enum ls_uv_role role)
{
    uintptr_t key = ls_uv_key(address, role);
    uint64_t hash = ls_uv_hash(key);
    struct ls_uv_entry *entry;
    for (int i = 0; i < LOOKS; i++)
        if (try_get(shard_of(hash), key, hash, &entry))
            return ls_uv_entry_is(entry, key) ? entry : NULL;
    return NULL;
}

static size_t count_used(const struct shard *s)
{
    const struct slot *slots =
        atomic_load_explicit(&s->slots, memory_order_relaxed);
    size_t n = 0;
    for (size_t i = 0; i < s->n_slots; i++)
        n += key_at(&slots[i]) &&
             ls_uv_entry_is(
                 atomic_load_explicit(&slots[i].entry, memory_order_relaxed),
                 key_at(&slots[i]));
    return n;
}

size_t ls_uv_table_count(void)
{
    size_t n = 0;
    for (int i = 0; i < N_SHARDS; i++) {
        lock(&shards[i]);
        n += count_used(&shards[i]);
        unlock(&shards[i]);
    }
    return n;
}

void ls_uv_table_lock(void)
{
    for (int i = 0; i < N_SHARDS; i++)
        lock(&shards[i]);
}

void ls_uv_table_unlock(void)
{
    for (int i = 0; i < N_SHARDS; i++)
        unlock(&shards[i]);
}
