#ifndef LS_RECORD_INJECT_H
#define LS_RECORD_INJECT_H
/* SPDX-License-Identifier: MIT */
/*
 * inject.h - a stall that `loopscope run --inject` plants, so that a team can
 * see that its gate is shut: one true wait in a turn of the session's first
 * loop, recorded as a call of its own name (LS_NAME_INJECTED).
 *
 *     if (ls_inject_is_armed())            // behind a loop's own poll
 *         ls_inject_plant(LS_CALLER);
 *
 * An epoll's loop gets it in its first turn; what polls by poll() or select()
 * only when it has done so for as long as makes it a loop (analysis has the
 * same bounds). What only starts other programs gets none (LS_DRIVERS).
 *
 * Units: nanoseconds.
 * Ownership: none.
 * Errors: none; errno is left as it is.
 * Threads: any; of all that come, in all processes, one plants it.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "tracer/record/shared.h"

/* How long; 0: nothing is to be planted (any more). */
extern _Atomic int64_t ls_inject_ns;

/* The process is part of a session. */
void ls_inject_arm(const struct ls_shared *shared);

/* Plant it now, if the calling thread's turn is one for it. PC: where the poll
 * was called. */
void ls_inject_plant(void *pc);

static inline bool ls_inject_is_armed(void)
{
    return __builtin_expect(
        atomic_load_explicit(&ls_inject_ns, memory_order_relaxed) != 0, 0);
}

#endif
