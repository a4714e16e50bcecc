#ifndef LS_RECORD_TURN_H
#define LS_RECORD_TURN_H
/* SPDX-License-Identifier: MIT */
/*
 * turn.h - a loop's turns: from a poll's return to the next poll.
 *
 * The hooks of the pollers call this; attaching is in loopscope.h. Not for
 * what happens inside a turn (call.h, loopscope.h).
 *
 * Units: ticks.
 * Ownership: a thread's loop is in its recorder.
 * Errors: none.
 * Threads: each for its own loop.
 */
#include <stdbool.h>

/* The thread's loop polls now on this descriptor: its turn ends. False: it is
 * not the loop's own poll, and nothing has changed. */
bool ls_turn_poll(int fd);

/* The poll has returned: the next turn begins. */
void ls_turn_begin(void);

/* uv_run() of LOOP begins or has returned; ALIVE: it has more to do. */
struct uv_loop_s;
void ls_turn_run_enter(struct uv_loop_s *loop);
void ls_turn_run_leave(struct uv_loop_s *loop, bool alive);

/* End the open turn of the calling thread, if there is one. */
void ls_turn_stop(void);

#endif
