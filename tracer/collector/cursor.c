/* SPDX-License-Identifier: MIT */
#include "cursor.h"

#include <string.h>

void ls_cursor_init(struct ls_cursor *c, struct ls_shared *shared,
                    struct ls_ring *ring)
{
    *c = (struct ls_cursor){
        .shared = shared, .ring = ring, .chunk = ring->first_chunk};
    if (c->chunk >= LS_N_CHUNKS) {
        c->broken = true;
        c->n_unread = 1;
    }
}

/* More records than the arena can hold are not to be believed. */
static bool is_sane(const struct ls_cursor *c, uint64_t head)
{
    return head >= c->tail &&
           head - c->tail <= (uint64_t)LS_N_CHUNKS * LS_CHUNK_RECORDS;
}

static void give_up(struct ls_cursor *c)
{
    c->broken = true;
    c->peeked = false;
    c->n_unread += is_sane(c, c->head) ? c->head - c->tail : 1;
}

void ls_cursor_refresh(struct ls_cursor *c)
{
    uint64_t head = atomic_load_explicit(&c->ring->head, memory_order_acquire);
    if (c->broken)
        return;
    c->head = head;
    if (!is_sane(c, head))
        give_up(c);
}

static bool find_next_chunk(struct ls_cursor *c)
{
    uint32_t next = atomic_load_explicit(
        &ls_chunk_head(c->shared, c->chunk)->next, memory_order_acquire);
    if (next == 0 || next > LS_N_CHUNKS || next - 1 == c->chunk)
        return false;
    c->chunk = next - 1;
    c->at = 0;
    return true;
}

static bool enter_next_chunk(struct ls_cursor *c)
{
    uint32_t read = c->chunk;
    if (!find_next_chunk(c))
        return false;
    ls_chunk_give(c->shared, read);
    return true;
}

/* The record at the tail, of the chunk that it is in. */
static bool load(struct ls_cursor *c)
{
    c->record = ls_chunk_records(c->shared, c->chunk)[c->at];
    uint64_t n = 1u + (uint64_t)c->record.n_more;
    return n <= c->head - c->tail && c->at + n <= LS_CHUNK_RECORDS &&
           c->record.type < LS_RECORD_TYPES;
}

bool ls_cursor_peek(struct ls_cursor *c, const struct ls_record **record)
{
    while (!c->peeked) {
        if (c->broken || c->tail == c->head)
            return false;
        if ((c->at == LS_CHUNK_RECORDS && !enter_next_chunk(c)) || !load(c)) {
            give_up(c);
            return false;
        }
        c->peeked = true;
        if (c->record.type == LS_RECORD_NONE)
            ls_cursor_advance(c);
    }
    *record = &c->record;
    return true;
}

size_t ls_cursor_more(const struct ls_cursor *c, void *to, size_t n_most)
{
    size_t n = c->record.n_more * sizeof(struct ls_record);
    if (n > n_most)
        n = n_most;
    memcpy(to, ls_chunk_records(c->shared, c->chunk) + c->at + 1, n);
    return n;
}

void ls_cursor_advance(struct ls_cursor *c)
{
    c->at += 1u + c->record.n_more;
    c->tail += 1u + c->record.n_more;
    c->peeked = false;
}

bool ls_cursor_look_ahead(const struct ls_cursor *c, enum ls_record_type type,
                          struct ls_record *record, void *more, size_t n_most)
{
    struct ls_cursor ahead = *c;
    do {
        ls_cursor_advance(&ahead);
        if (ahead.tail >= ahead.head ||
            (ahead.at == LS_CHUNK_RECORDS && !find_next_chunk(&ahead)) ||
            !load(&ahead))
            return false;
    } while (ahead.record.type != type);
    *record = ahead.record;
    ls_cursor_more(&ahead, more, n_most);
    return true;
}

void ls_cursor_finish(struct ls_cursor *c)
{
    if (!c->broken)
        ls_chunk_give(c->shared, c->chunk);
    c->broken = true;
    c->peeked = false;
}
