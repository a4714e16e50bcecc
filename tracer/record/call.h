#ifndef LS_RECORD_CALL_H
#define LS_RECORD_CALL_H
/* SPDX-License-Identifier: MIT */
/*
 * call.h - calls that may block the loop's thread.
 *
 * A hook brackets the real call with it. What took less than 0.1 ms leaves no
 * record; what took a millisecond is recorded with what it was about; what
 * took longer than the threshold, with its stack. Not for deciding whether
 * that is bad: analysis does.
 *
 *     struct ls_call_scope scope;
 *     ls_call_begin(&scope, LS_CALL_READ, fd, __builtin_return_address(0));
 *     ssize_t n = real_read(fd, bytes, size);
 *     ls_call_end(&scope);
 *
 * Units: ticks.
 * Ownership: the scope is on the hook's stack; what its subject points to is
 *     the caller's, and looked at after the call without trusting it.
 * Errors: errno is as the real call left it.
 * Threads: does nothing outside a turn, and nothing inside another hook.
 */
#include <stdbool.h>
#include <stdint.h>

#include "tracer/record/ring.h"
#include "tracer/record/subject.h"

struct ls_call_scope {
    uint64_t begin; /* 0: not watched */
    void *pc;       /* where the hook was called from */
    enum ls_call call;
    struct ls_subject subject;
};

/* The second half of ls_call_begin(). */
void ls_call_watch(struct ls_call_scope *scope);

/* The second half of ls_call_end(). */
void ls_call_done(struct ls_call_scope *scope);

/* Whether calls are watched now: the thread is in a turn. */
static inline bool ls_call_is_watching(void)
{
    return __builtin_expect(ls_recorder.turn_begin != 0, 0);
}

/*
 * A hook that is called by libc, or by us, inside another one is part of that.
 * Stacks grow downwards: what lies above the outer scope was called after a
 * jump out of it (a signal handler's longjmp).
 */
static inline bool ls_call_is_inside(const struct ls_call_scope *scope)
{
    return ls_recorder.in_call && (uintptr_t)scope < ls_recorder.in_call;
}

/* True: it is to be watched; the scope's subject is to be filled before
 * ls_call_watch(). */
static inline bool ls_call_starts(struct ls_call_scope *scope,
                                  enum ls_call call, void *pc)
{
    scope->begin = 0;
    if (!ls_call_is_watching() || ls_call_is_inside(scope))
        return false;
    scope->call = call;
    scope->pc = pc;
    return true;
}

/* A call on a descriptor that may be a non-blocking one, or with -1. */
static inline void ls_call_begin(struct ls_call_scope *scope, enum ls_call call,
                                 int fd, void *pc)
{
    if (!ls_call_starts(scope, call, pc))
        return;
    ls_subject_io(&scope->subject, fd);
    ls_call_watch(scope);
}

static inline void ls_call_end(struct ls_call_scope *scope)
{
    if (scope->begin)
        ls_call_done(scope);
}

#endif
