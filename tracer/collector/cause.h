#ifndef LS_COLLECTOR_CAUSE_H
#define LS_COLLECTOR_CAUSE_H
/* SPDX-License-Identifier: MIT */
/*
 * cause.h - what the end of a turn or of a call says of its time.
 *
 *     struct ls_cause cause = {.wall_ns = ns - begin_ns, ...};
 *     ls_thread_close(thread, index, ns, 0, NULL, ls_cause_add, &cause);
 *
 * Units: ns.
 * Ownership: borrows what it points to.
 * Errors: none; parts that are more than the whole are cut.
 * Threads: any.
 */
#include "emit.h"

struct ls_cause {
    int64_t wall_ns;
    uint64_t cpu_ns, delay_ns, faults;
    bool measured;     /* only if wall_ns > 0: what is late may have none */
    enum ls_turn_end end;
    bool no_wait;      /* the poll before this turn was not to wait */
    uint64_t n_events; /* that it gave */
    const struct ls_call_more *call; /* or NULL */
    const char *target;              /* what the call was about */
    size_t n_target;
    uint64_t stack;
};

/* NS, but no more than MOST: what is left of the whole. */
int64_t ls_cause_part(uint64_t ns, int64_t most);

/* Write it as arguments; ARG is a struct ls_cause. */
void ls_cause_add(struct ls_emit *emit, void *arg);

#endif
