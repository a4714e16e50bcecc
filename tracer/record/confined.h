#ifndef LS_RECORD_CONFINED_H
#define LS_RECORD_CONFINED_H
/* SPDX-License-Identifier: MIT */
/*
 * confined.h - a process that allows itself few system calls (seccomp).
 *
 * One of ours that is not among them may end it. So from the moment that it
 * asks for that, nothing in it makes a system call for the tracing: turns are
 * still recorded, without figures of their own, and what blocks in them is left
 * to the watchdog, which looks from outside. New threads and children are not
 * recorded. Not for filters that were there before the program began: what
 * starts a program knows what it needs.
 *
 * Units, Ownership, Errors: none.
 * Threads: any.
 */
#include <stdatomic.h>
#include <stdbool.h>

extern _Atomic bool ls_confined __attribute__((visibility("hidden")));

static inline bool ls_is_confined(void)
{
    return __builtin_expect(
        atomic_load_explicit(&ls_confined, memory_order_relaxed), 0);
}

#endif
