#ifndef LS_RECORD_NAME_H
#define LS_RECORD_NAME_H
/* SPDX-License-Identifier: MIT */
/*
 * name.h - what the session needs of the table of names. The public side is
 * ls_name() in loopscope.h.
 *
 * Units: none. Ownership: the table lies in the shared memory. Errors: none.
 * Threads: the lock is for fork, which must not copy a lock that is held.
 */
#include "tracer/record/shared.h"

/* Put the name that stands for too many into a new session's table. */
void ls_name_give_first(struct ls_shared *shared);

void ls_name_lock(void);
void ls_name_unlock(void);

#endif
