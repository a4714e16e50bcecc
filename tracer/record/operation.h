#ifndef LS_RECORD_OPERATION_H
#define LS_RECORD_OPERATION_H
/* SPDX-License-Identifier: MIT */
/*
 * operation.h - what is asked of libuv, and the callbacks that answer.
 *
 * Records, and what the calling thread is in the middle of. Not for finding the
 * user's callback (preload/uv_table.h) and not for tasks: the collector makes
 * tasks and awaits of it.
 *
 *     op.id = ls_operation_take_id();
 *     ls_operation_asked(&op, &more, ticks, path);
 *     ...
 *     struct ls_callback_scope scope;
 *     ls_callback_begin(&scope, &op, status, NULL);
 *     callback(request);
 *     ls_callback_end(&scope, 0);
 *
 * Units: ticks; due times are CLOCK_MONOTONIC ms, as libuv's.
 * Ownership: an operation is its table's; a scope is on the trampoline's stack.
 * Errors: none; records may be dropped, as all.
 * Threads: each for itself.
 */
#include "tracer/record/ring.h"

struct ls_operation {
    uint64_t id;      /* 0: unknown to the trace */
    uint64_t epoch;   /* the id means nothing in another one */
    ls_task_id task;  /* current when it was asked for */
    void *callback;   /* the program's; may be NULL */
    void *place;      /* where it was asked: a return address */
    uint16_t kind;    /* enum ls_operation_kind */
    uint16_t variant; /* enum ls_variant */
};

struct ls_callback_scope {
    uint64_t begin; /* ticks */
    uint64_t head;  /* of the ring after the begin's record; 0: it waits */
    uint64_t operation;
    uint32_t name; /* as the records have it: the kind, and an error */
    uint64_t outer_operation; /* what the callback is inside of */
    ls_task_id outer_context;
};

/* The second half of ls_operation_take_id(). */
uint64_t ls_operation_take_ids(void);

/* An id that nothing has had; 0 when nothing is recorded. */
static inline uint64_t ls_operation_take_id(void)
{
    struct ls_recorder *r = &ls_recorder;
    uint64_t epoch = atomic_load_explicit(&ls_epoch, memory_order_relaxed);
    if (__builtin_expect(
            r->epoch == epoch && r->next_operation != r->end_operation, 1))
        return r->next_operation++;
    return ls_operation_take_ids();
}

/* The task in whose name the calling thread asks. */
static inline ls_task_id ls_operation_context(void)
{
    const struct ls_recorder *r = &ls_recorder;
    return r->current ? r->current : r->context;
}

/* OP was asked for at TICKS, about HANDLE (or NULL). TEXT, a path or an
 * address, may be NULL. */
void ls_operation_asked(const struct ls_operation *op, const void *handle,
                        uint64_t due_ms, uint64_t ticks, const char *text);

/* The second half of ls_operation_again(). */
void ls_operation_tell_again(const struct ls_operation *op, uint64_t due_ms);

/* The same again, of a handle whose callback is the same. A timer's own
 * callback says it with its end. */
static inline void ls_operation_again(const struct ls_operation *op,
                                      uint64_t due_ms)
{
    struct ls_recorder *r = &ls_recorder;
    if (r->busy == LS_BUSY_CALLBACK && op->id == r->operation && due_ms)
        r->again_due_ms = due_ms;
    else
        ls_operation_tell_again(op, due_ms);
}

/* uv_loop_close() has returned ERROR; N_OPEN handles of the loop are open. */
void ls_operation_loop_closed(const void *loop, int error, uint64_t n_open);

/* One of them, of libuv's TYPE. OP: what was asked of it last, or NULL. */
void ls_operation_left_open(unsigned type, const struct ls_operation *op);

/* It is over, and no callback says so. */
void ls_operation_over(const struct ls_operation *op, int status, bool stopped);

/* The work of a request, on the pool's thread. THREADS: how many the pool has,
 * or 0. */
void ls_operation_pool(uint16_t type, const struct ls_operation *op, void *work,
                       unsigned threads);

/* name of a record: kind, and the error if STATUS is one. */
static inline uint32_t ls_operation_name(uint32_t kind, int64_t status)
{
    return status < 0 && status > -65536 ? kind | (uint32_t)-status << 16
                                         : kind;
}

static inline uint64_t ls_operation_id(const struct ls_operation *op)
{
    uint64_t epoch = atomic_load_explicit(&ls_epoch, memory_order_relaxed);
    return op->epoch == epoch ? op->id : 0;
}

/* libuv calls these one after another, with nothing that takes time between
 * two of a kind. */
static inline bool comes_in_rows(uint32_t kind)
{
    return kind <= LS_OPERATION_check;
}

/* Now, or the end of the callback before, if nothing lies between. */
static inline uint64_t ls_callback_now(const struct ls_recorder *r,
                                       uint32_t kind)
{
    if (r->callback_kind == kind && comes_in_rows(kind) && r->turn_begin &&
        r->callback_at >= r->turn_begin)
        return r->callback_at;
    return ls_clock_ticks();
}

/* The second halves: a begin and an end with records of their own. */
void ls_callback_tell_begin(struct ls_callback_scope *scope,
                            const struct ls_operation *op,
                            const struct ls_sent_more *sent);
void ls_callback_tell_end(const struct ls_callback_scope *scope, uint64_t now,
                          uint64_t due_ms);

/* The begin waits in the ring's words: most callbacks ask for nothing, and are
 * told by a single record when they end. */
static inline void ls_callback_wait(struct ls_recorder *r,
                                    struct ls_callback_scope *scope,
                                    const struct ls_operation *op)
{
    struct ls_ring *ring = r->ring;
    atomic_store_explicit(&ring->callback_name, scope->name,
                          memory_order_release);
    atomic_store_explicit(&ring->callback_operation, op->id,
                          memory_order_release);
    atomic_store_explicit(&ring->callback_pc, (uint64_t)(uintptr_t)op->callback,
                          memory_order_release);
    atomic_store_explicit(&ring->callback_begin, scope->begin,
                          memory_order_release);
    r->again_due_ms = 0;
    scope->head = 0;
    atomic_signal_fence(memory_order_seq_cst);
    r->busy = LS_BUSY_CALLBACK;
}

/* Whether the begin should wait: where the last callback of the kind recorded
 * nothing, this one will not either. */
static inline bool ls_callback_should_wait(const struct ls_recorder *r,
                                           uint32_t kind)
{
    return r->busy == 0 && !(r->kinds_that_ask >> kind & 1) &&
           r->epoch == atomic_load_explicit(&ls_epoch, memory_order_relaxed);
}

/* SENT: who woke it, or NULL. */
static inline void ls_callback_begin(struct ls_callback_scope *scope,
                                     const struct ls_operation *op,
                                     int64_t status,
                                     const struct ls_sent_more *sent)
{
    struct ls_recorder *r = &ls_recorder;
    uint64_t epoch = atomic_load_explicit(&ls_epoch, memory_order_relaxed);
    bool known = op->epoch == epoch && op->id != 0;
    scope->operation = known ? op->id : 0;
    scope->name = ls_operation_name(op->kind, status);
    scope->outer_operation = r->operation;
    scope->outer_context = r->context;
    r->operation = scope->operation;
    r->context = known ? op->task : 0;
    scope->begin = r->callback_at = ls_callback_now(r, op->kind);
    r->callback_kind = LS_N_OPERATIONS;
    if (__builtin_expect(known && !sent && ls_callback_should_wait(r, op->kind),
                         1))
        ls_callback_wait(r, scope, op);
    else
        ls_callback_tell_begin(scope, op, sent);
}

/* Whether one record can say all of it: nothing was recorded since the begin,
 * and the times fit. */
static inline bool ls_callback_is_whole(const struct ls_recorder *r,
                                        const struct ls_callback_scope *scope,
                                        uint64_t now, uint64_t due_ms)
{
    return r->busy == LS_BUSY_CALLBACK &&
           atomic_load_explicit(&r->ring->callback_begin,
                                memory_order_relaxed) == scope->begin &&
           ls_ring_room(r) > 0 &&
           r->epoch == atomic_load_explicit(&ls_epoch, memory_order_relaxed) &&
           (now - scope->begin) >> LS_CALLBACK_TICKS_BITS == 0 &&
           due_ms >> LS_CALLBACK_DUE_BITS == 0;
}

/* DUE_MS: when the timer is due again, or 0. */
static inline void ls_callback_end(const struct ls_callback_scope *scope,
                                   uint64_t due_ms)
{
    struct ls_recorder *r = &ls_recorder;
    uint64_t now = ls_clock_ticks();
    uint64_t due = r->again_due_ms ? r->again_due_ms : due_ms;
    r->operation = scope->outer_operation;
    r->context = scope->outer_context;
    r->callback_at = now;
    r->callback_kind = scope->name & 0xff;
    if (__builtin_expect(!ls_callback_is_whole(r, scope, now, due), 0)) {
        ls_callback_tell_end(scope, now, due_ms);
        return;
    }
    r->busy = LS_BUSY_WRITING;
    atomic_signal_fence(memory_order_seq_cst);
    struct ls_record *record = r->next;
    record->ticks = scope->begin;
    record->type = LS_RECORD_CALLBACK;
    record->n_more = 0;
    record->name = scope->name;
    record->task = scope->operation;
    record->value = ls_callback_value(now - scope->begin, due);
    ls_ring_publish(0);
}

#endif
