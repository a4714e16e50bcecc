#ifndef LS_COLLECTOR_PARENT_H
#define LS_COLLECTOR_PARENT_H
/* SPDX-License-Identifier: MIT */
/*
 * parent.h - be the parent of the program of `loopscope run`: wait for it and
 * all it leaves behind, pass signals on, stop and go on with it.
 *
 * What the terminal sends reaches the program by itself, because it is in our
 * process group; what others send to this process is passed on. Not for
 * starting the program (launch.h).
 *
 *     ls_parent_adopt();                      // before the program is there
 *     parent = ls_parent_start(pid, shared);
 *     ...until ls_parent_is_over(parent)...
 *     status = ls_parent_status(parent);
 *     ls_parent_stop(parent);
 *
 * Units: none.
 * Ownership: the shared memory is the caller's, and outlives the parent.
 * Errors: NULL without memory or thread.
 * Threads: one of its own, which alone takes signals. They must be blocked
 *     everywhere (ls_launch_begin).
 */
#include <stdbool.h>
#include <sys/types.h>

#include "tracer/record/shared.h"

struct ls_parent;

/* Become the parent of what descendants leave behind. */
void ls_parent_adopt(void);

/* The doorbell of SHARED is rung when all is over. */
struct ls_parent *ls_parent_start(pid_t pid, struct ls_shared *shared);

/* Nothing of the program is left, or the user has had enough of waiting. */
bool ls_parent_is_over(const struct ls_parent *parent);

/* The program itself has ended; some that it left may still run. */
bool ls_parent_has_ended(const struct ls_parent *parent);

/* The program itself has ended, and not by a signal. */
bool ls_parent_has_exited(const struct ls_parent *parent);

/* What a shell would say of the program: its status, or 128 + signal. */
int ls_parent_status(const struct ls_parent *parent);

/* Once it is over. */
void ls_parent_stop(struct ls_parent *parent);

#endif
