#ifndef LS_COLLECTOR_CURSOR_H
#define LS_COLLECTOR_CURSOR_H
/* SPDX-License-Identifier: MIT */
/*
 * cursor.h - reading one ring, behind its thread.
 *
 * Everything it reads may be wrong, because the traced program can write
 * there: indices and lengths are checked, and a ring that makes no sense is
 * given up (`broken`), its unread records counted.
 *
 *     while (ls_cursor_peek(&cursor, &record)) {
 *         size_t n = ls_cursor_more(&cursor, bytes, sizeof bytes);
 *         ls_cursor_advance(&cursor);
 *     }
 *
 * Units: records.
 * Ownership: copies out of the shared memory; chunks go back when read.
 * Errors: `broken`.
 * Threads: one reader a ring; beside the thread that writes.
 */
#include <stdbool.h>
#include <stddef.h>

#include "tracer/record/shared.h"

struct ls_cursor {
    struct ls_shared *shared;
    struct ls_ring *ring;
    uint64_t tail; /* records read, ever */
    uint64_t head; /* as last seen */
    uint32_t chunk;
    uint32_t at;             /* in the chunk */
    struct ls_record record; /* the one at the tail, copied */
    bool peeked;
    bool broken;
    uint64_t n_unread; /* when broken: what could not be read */
};

/* Begin at the ring's first record. */
void ls_cursor_init(struct ls_cursor *cursor, struct ls_shared *shared,
                    struct ls_ring *ring);

/* See what the thread has published by now. */
void ls_cursor_refresh(struct ls_cursor *cursor);

/* The record at the tail, up to the last refresh; false: none. It stays valid
 * until the next advance. */
bool ls_cursor_peek(struct ls_cursor *cursor, const struct ls_record **record);

/* Copy the continuations of the peeked record; how many bytes. */
size_t ls_cursor_more(const struct ls_cursor *cursor, void *to, size_t n_most);

/* The first record of TYPE behind the peeked one, of those published by the
 * last refresh, and up to N_MOST bytes of its continuations. False: none. */
bool ls_cursor_look_ahead(const struct ls_cursor *cursor,
                          enum ls_record_type type, struct ls_record *record,
                          void *more, size_t n_most);

/* Go past the peeked record. */
void ls_cursor_advance(struct ls_cursor *cursor);

/* The ring is over: give its last chunk back. */
void ls_cursor_finish(struct ls_cursor *cursor);

#endif
