#ifndef LS_RECORD_SESSION_H
#define LS_RECORD_SESSION_H
/* SPDX-License-Identifier: MIT */
/*
 * session.h - this process's part in a recording: the shared memory, its slot
 * among the processes, and what a fork does to both.
 *
 * The public side is loopscope.h. Not for rings (ring.h), and not for how the
 * memory comes about (launch.h, join.h).
 *
 * Units: none.
 * Ownership: the session owns the mapping; it stays mapped (perhaps without
 *     memory behind it) until the process ends, because threads may be in it.
 * Errors: as loopscope.h; details by ls_error_set().
 * Threads: any; opening and closing are serialised by a lock.
 */
#include <stdbool.h>
#include <stdint.h>

#include "tracer/record/shared.h"

/* The shared memory, or NULL when nothing is recorded. */
struct ls_shared *ls_session_shared(void);

/* This process's slot, registering it if need be; -1: there is none. */
int32_t ls_session_process(void);

/* Whether the calling process is the one that records here, which a child of
 * vfork() is not: it has the memory of its parent. */
bool ls_session_is_here(void);

/* Counts the sessions that this process opened or was forked into. */
uint64_t ls_session_number(void);

/* Own time from which stacks are taken, in ticks. */
uint64_t ls_session_threshold_ticks(void);

/* One millisecond, in ticks. */
uint64_t ls_session_ticks_per_ms(void);

/* The program gives names: its tasks are its own (LS_PROCESS_NAMES_TASKS). */
void ls_session_names_tasks(void);

/* Be part of the session that SAID names (LS_SESSION_VARIABLE's value), if it
 * is there, before main(): nothing in the program asked for it. ARGV is the
 * program's. */
void ls_session_preload(const char *said, char **argv);

/* Leave the session of `loopscope run`, and its memory, for ever; this is
 * counted. False: nothing has changed, the process has another thread or a
 * session of its own. */
bool ls_session_give_up(void);

/* Another copy of this code in the process takes over: leave the session, and
 * record no more. */
void ls_session_retire(void);

#endif
