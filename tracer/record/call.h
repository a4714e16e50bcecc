#ifndef LS_RECORD_CALL_H
#define LS_RECORD_CALL_H
/* SPDX-License-Identifier: MIT */
/*
 * call.h - calls that may block the loop's thread.
 *
 * A hook brackets the real call with it. What took less than 0.1 ms leaves no
 * record; what took longer than the threshold is recorded with its stack. Not
 * for deciding whether that is bad: analysis does.
 *
 *     struct ls_call_scope scope;
 *     ls_call_begin(&scope, LS_CALL_READ, fd, __builtin_return_address(0));
 *     ssize_t n = real_read(fd, bytes, size);
 *     ls_call_end(&scope);
 *
 * Units: ticks.
 * Ownership: the scope is on the hook's stack.
 * Errors: errno is as the real call left it.
 * Threads: does nothing outside a turn, and nothing inside another hook.
 */
#include <stdbool.h>
#include <stdint.h>

#include "tracer/record/ring.h"

struct ls_call_scope {
    uint64_t begin; /* 0: not watched */
    void *pc;       /* where the hook was called from */
    int fd;         /* -1: none */
    enum ls_call call;
    struct ls_reading base; /* of its measure */
};

/* The slow half of ls_call_begin(). */
void ls_call_watch(struct ls_call_scope *scope);

/* The slow half of ls_call_end(). */
void ls_call_done(struct ls_call_scope *scope);

static inline void ls_call_begin(struct ls_call_scope *scope, enum ls_call call,
                                 int fd, void *pc)
{
    scope->begin = 0;
    if (!ls_recorder.turn_begin || ls_recorder.in_call)
        return;
    scope->call = call;
    scope->fd = fd;
    scope->pc = pc;
    ls_call_watch(scope);
}

static inline void ls_call_end(struct ls_call_scope *scope)
{
    if (scope->begin)
        ls_call_done(scope);
}

#endif
