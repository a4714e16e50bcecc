#ifndef LS_PRELOAD_UV_TABLE_H
#define LS_PRELOAD_UV_TABLE_H
/* SPDX-License-Identifier: MIT */
/*
 * uv_table.h - the program's callbacks, by the address of handle or request.
 *
 * libuv is given callbacks of ours; here they find the program's. Nothing of
 * libuv's structures is used, and nothing that a program can see. Not for what
 * is recorded (record/operation.h).
 *
 *     struct ls_uv_entry *entry = ls_uv_table_put(timer, LS_UV_MAIN, &is_new);
 *     entry->op.callback = callback;
 *     ...
 *     entry = ls_uv_table_get(timer, LS_UV_MAIN);
 *
 * Units: none.
 * Ownership: an entry stays where it is until it is removed; it belongs to the
 *     thread that runs the loop, and so do handles and requests.
 * Errors: put returns NULL without memory. An entry that is there is found.
 * Threads: any, with handles and requests of their own; getting takes no lock.
 *     ls_uv_table_look() may be called for another thread's handle, and from a
 *     signal handler.
 */
#include <stdatomic.h>

#include "tracer/record/operation.h"

/* What of a handle: its close comes beside the callback that it is for. */
enum ls_uv_role { LS_UV_MAIN, LS_UV_CLOSE };

/* What each callback needs is one line of the cache. */
struct ls_uv_entry {
    _Alignas(64) _Atomic uintptr_t key; /* with its role, or LS_UV_IDLE; 0:
                                           it was removed */
    struct ls_operation op;
    bool active; /* a handle's: not stopped */
    bool again;  /* asked for again inside its callback */
    bool stays;  /* the table's: it is not removed, but idle */
    void *work;  /* of a request: what the pool calls */
    /* an async's first send since its last callback */
    _Atomic uint64_t sent; /* ticks; 0: none */
    _Atomic uint64_t sent_task, sent_operation;
    struct ls_uv_entry *next_free; /* the table's */
};

/* The entry, made if need be; *IS_NEW: it was, and is zero. */
struct ls_uv_entry *ls_uv_table_put(const void *address, enum ls_uv_role role,
                                    bool *is_new);

/* In a key: what was there is over. Programs use a request's memory again and
 * again: it has its entry then, without a lock. */
enum { LS_UV_IDLE = 4 };

/* Where the last ones were found. An entry that was removed or is another's by
 * now says so itself, because its memory stays. */
enum { LS_UV_RECENT_BITS = 12 };
extern _Atomic(struct ls_uv_entry *) ls_uv_recent[1 << LS_UV_RECENT_BITS]
    __attribute__((visibility("hidden")));

/* Handles and requests are aligned: the low bits tell the role. */
static inline uintptr_t ls_uv_key(const void *address, enum ls_uv_role role)
{
    return (uintptr_t)address | (uintptr_t)role;
}

/* Fibonacci hashing: Knuth, The Art of Computer Programming 3, 6.4. */
static inline uint64_t ls_uv_hash(uintptr_t key)
{
    return (uint64_t)key * UINT64_C(0x9e3779b97f4a7c15);
}

/* The one that was found last where KEY would be, or NULL. */
static inline struct ls_uv_entry *ls_uv_table_recent(uintptr_t key)
{
    return atomic_load_explicit(
        &ls_uv_recent[ls_uv_hash(key) >> (64 - LS_UV_RECENT_BITS)],
        memory_order_acquire);
}

static inline bool ls_uv_entry_is(const struct ls_uv_entry *entry,
                                  uintptr_t key)
{
    return entry &&
           atomic_load_explicit(&entry->key, memory_order_relaxed) == key;
}

/* The slow half of ls_uv_table_get(). */
struct ls_uv_entry *ls_uv_table_find(const void *address, enum ls_uv_role role);

/* The entry, or NULL. */
static inline struct ls_uv_entry *ls_uv_table_get(const void *address,
                                                  enum ls_uv_role role)
{
    uintptr_t key = ls_uv_key(address, role);
    struct ls_uv_entry *entry = ls_uv_table_recent(key);
    if (__builtin_expect(ls_uv_entry_is(entry, key), 1))
        return entry;
    return ls_uv_table_find(address, role);
}

/* The same, but gives up (NULL) rather than wait for another thread. */
struct ls_uv_entry *ls_uv_table_look(const void *address, enum ls_uv_role role);

/* An entry that was found: its handle or request is over. */
void ls_uv_table_drop(struct ls_uv_entry *entry);

/* The same, if there is one. */
void ls_uv_table_remove(const void *address, enum ls_uv_role role);

/* How many entries there are. */
size_t ls_uv_table_count(void);

/* Around a fork, which must not copy a table in the middle of a change. */
void ls_uv_table_lock(void);
void ls_uv_table_unlock(void);

#endif
