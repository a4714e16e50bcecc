#ifndef LS_PRELOAD_UV_ASK_H
#define LS_PRELOAD_UV_ASK_H
/* SPDX-License-Identifier: MIT */
/*
 * uv_ask.h - what all hooks of libuv's asking functions have in common.
 *
 *     LS_UV_HOOK int uv_timer_start(uv_timer_t *timer, uv_timer_cb cb, ...)
 *     {
 *         struct ls_uv_asking a;
 *         if (!ls_uv_ask(&a, timer, LS_UV_MAIN, LS_OPERATION_timer, cb,
 *                        LS_CALLER))
 *             return LS_REAL(uv_timer_start)(timer, cb, ...);
 *         int error = LS_REAL(uv_timer_start)(timer, on_timer, ...);
 *         ls_uv_asked(&a, error, timer, due, NULL);
 *         return error;
 *     }
 *
 * and the callbacks that libuv is given (LS_UV_CALLBACK), in which
 *
 *         struct ls_uv_call call;
 *         if (ls_uv_enter_handle(&call, timer, 0))
 *             ((uv_timer_cb)call.callback)(timer);
 *         ls_uv_leave(&call);
 *
 * A call passes through untouched when nothing is recorded, when libuv itself
 * is the caller (its own calls come back to us: Debian's is linked without
 * -Bsymbolic), when the callback is one of ours already, and with a libuv that
 * is not of version 1.
 *
 * Units: ticks; due times are CLOCK_MONOTONIC ms.
 * Ownership: an asking and a call are on the hook's stack.
 * Errors: without memory for an entry, calls pass through.
 * Threads: as libuv's.
 */
#include <uv.h>

#include "hooks.h"
#include "tracer/record/operation.h"
#include "uv_table.h"

/* Weak, as all: in a program with libuv inside itself, libuv's own win. */
#define LS_UV_HOOK LS_HOOK

/* In the hooks' section, by which callbacks of ours are known. */
#define LS_UV_CALLBACK static __attribute__((section("loopscope_hooks")))

struct ls_uv_asking {
    struct ls_uv_entry *entry;
    struct ls_operation before; /* what the entry said, if it is not new */
    void *work_before;
    const void *address;
    enum ls_uv_role role;
    bool is_new;
    uint64_t ticks; /* 0: the same was asked once more */
};

/* Where libuv's code is; SIZE 0: not known yet, or it is not to be touched. */
struct ls_uv_code {
    _Atomic uintptr_t size; /* after BEGIN */
    uintptr_t begin;
};
extern struct ls_uv_code ls_uv_code __attribute__((visibility("hidden")));

/* The slow half of ls_uv_is_watched(). */
bool ls_uv_is_watched_yet(const void *caller);

/* Whether a call from CALLER is the program's, and is recorded. */
static inline bool ls_uv_is_watched(const void *caller)
{
    uintptr_t size =
        atomic_load_explicit(&ls_uv_code.size, memory_order_acquire);
    if ((uintptr_t)caller - ls_uv_code.begin < size ||
        atomic_load_explicit(&ls_epoch, memory_order_relaxed) == 0)
        return false;
    return __builtin_expect(size != 0, 1) || ls_uv_is_watched_yet(caller);
}

/* The rest of ls_uv_ask(), of a call that is watched. */
bool ls_uv_ask_watched(struct ls_uv_asking *asking, const void *address,
                       enum ls_uv_role role, enum ls_operation_kind kind,
                       void *callback, void *caller);

/* Put CALLBACK into the table. False: the call is to pass through. */
static inline bool ls_uv_ask(struct ls_uv_asking *asking, const void *address,
                             enum ls_uv_role role, enum ls_operation_kind kind,
                             void *callback, void *caller)
{
    return ls_uv_is_watched(caller) &&
           ls_uv_ask_watched(asking, address, role, kind, callback, caller);
}

/* Whether what is asked of a handle is what is going on already, but for the
 * time: its entry, or NULL. */
static inline struct ls_uv_entry *ls_uv_same(const void *handle,
                                             enum ls_operation_kind kind,
                                             void *callback, void *caller)
{
    struct ls_uv_entry *entry = ls_uv_table_get(handle, LS_UV_MAIN);
    if (!entry || !entry->active)
        return NULL;
    const struct ls_operation *op = &entry->op;
    bool same =
        op->id && op->callback == callback && op->place == caller &&
        op->kind == kind && op->task == ls_operation_context() &&
        op->epoch == atomic_load_explicit(&ls_epoch, memory_order_relaxed);
    return same ? entry : NULL;
}

/* That was asked for, and is due then, or 0. */
static inline void ls_uv_asked_same(struct ls_uv_entry *entry, uint64_t due_ms)
{
    entry->again = true;
    ls_operation_again(&entry->op, due_ms);
}

/* The call has returned ERROR: record it, or put things back. */
void ls_uv_asked(const struct ls_uv_asking *asking, int error,
                 const void *handle, uint64_t due_ms, const char *text);

/* A handle was stopped by a call that is watched. */
void ls_uv_stopped_watched(const void *handle);

/* A handle was stopped by the program, or by libuv itself. */
static inline void ls_uv_stopped(const void *handle, const void *caller)
{
    if (ls_uv_is_watched(caller))
        ls_uv_stopped_watched(handle);
}

struct ls_uv_call {
    void *callback;            /* the program's, or NULL */
    struct ls_uv_entry *entry; /* a handle's; NULL: a request's */
    struct ls_callback_scope scope;
    bool begun;
    uint64_t due_ms; /* when it is due again; the caller may set it */
};

/* Who woke an async: told once. */
bool ls_uv_take_sender(struct ls_uv_entry *entry, struct ls_sent_more *sent);

/* A callback begins; false: the program gave none. STATUS below 0: an error. */
static inline bool ls_uv_enter_handle(struct ls_uv_call *call,
                                      const void *handle, int64_t status)
{
    struct ls_uv_entry *entry = ls_uv_table_get(handle, LS_UV_MAIN);
    call->begun = false;
    call->due_ms = 0;
    call->entry = entry;
    if (!entry)
        return false;
    call->callback = entry->op.callback;
    call->begun = true;
    entry->again = false;
    struct ls_sent_more sent;
    bool woken =
        entry->op.kind == LS_OPERATION_async && ls_uv_take_sender(entry, &sent);
    ls_callback_begin(&call->scope, &entry->op, status, woken ? &sent : NULL);
    return true;
}

bool ls_uv_enter_request(struct ls_uv_call *call, const void *request,
                         enum ls_uv_role role, int64_t status);

/* A timer that is over is no operation any more: what asks for it next is a new
 * one. The entry may be another handle's by now, if a loop ran in between. */
static inline void ls_uv_end_timer(const struct ls_uv_call *call)
{
    struct ls_uv_entry *entry = call->entry;
    if ((call->scope.name & 0xff) == LS_OPERATION_timer && !call->due_ms &&
        ls_operation_id(&entry->op) == call->scope.operation && !entry->again)
        entry->active = false;
}

static inline void ls_uv_leave(const struct ls_uv_call *call)
{
    if (!call->begun)
        return;
    if (call->entry)
        ls_uv_end_timer(call);
    ls_callback_end(&call->scope, call->due_ms);
}

/* libuv's own answer; false where there is none. */
bool ls_uv_is_active(const uv_handle_t *handle);

/* Its descriptor, or -1. */
int ls_uv_fd(const uv_handle_t *handle);

/* CLOCK_MONOTONIC ms of an active timer's due time. */
static inline uint64_t ls_uv_due_ms(const uv_timer_t *timer)
{
    return timer->timeout;
}

#endif
