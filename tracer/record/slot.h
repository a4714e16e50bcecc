#ifndef LS_RECORD_SLOT_H
#define LS_RECORD_SLOT_H
/* SPDX-License-Identifier: MIT */
/*
 * slot.h - what a process says of itself, in its slot of the shared memory.
 *
 * A process may be over before the collector looks at it, so it says all that
 * could be asked of it later. Thousands of programs do this that never poll:
 * it has to be quick. Not for threads (ring.h).
 *
 * Units: none.
 * Ownership: the shared memory's.
 * Errors: -1: no slot is free, which is counted, or the collector could not
 *     know the process by its number.
 * Threads: one at a time, but for ls_slot_check_hooks().
 */
#include "tracer/record/shared.h"

/* Take a slot for this process; FLAGS as in enum ls_process_flag. ARGV may be
 * NULL. */
int32_t ls_slot_claim(struct ls_shared *shared, uint32_t flags, char **argv);

/* Look which hooks are in place and which libuv there is. Costs some 100 us the
 * first time: for processes that poll. */
void ls_slot_check_hooks(struct ls_process *p);

/* Wake the collector. */
void ls_slot_ring_doorbell(struct ls_shared *shared);

#endif
