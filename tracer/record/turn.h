#ifndef LS_RECORD_TURN_H
#define LS_RECORD_TURN_H
/* SPDX-License-Identifier: MIT */
/*
 * turn.h - a loop's turns: from a poll's return to the next poll.
 *
 * The hooks of the pollers call this; which of a thread's polls are its loop's
 * is choice.h's. Attaching is in loopscope.h. Not for what happens inside a
 * turn (call.h, loopscope.h).
 *
 *     if (ls_turn_poll(LS_LOOP_EPOLL, key, true)) {
 *         n = real_epoll_wait(...);
 *         ls_turn_begin(n, true);
 *     }
 *
 * Units: ticks.
 * Ownership: a thread's loop is in its recorder.
 * Errors: none; errno is left as it is.
 * Threads: each for its own loop.
 */
#include <stdbool.h>

#include "tracer/record/ring.h"

/* The slow half of ls_turn_poll(): the key is not known as the loop's. */
bool ls_turn_other_poll(enum ls_loop_kind kind, uint64_t key, bool may_wait);

/* End the open turn of the calling thread, if there is one. */
void ls_turn_stop(void);

/* The same, because the process ends by itself, in this thread. */
void ls_turn_exit(void);

/*
 * The thread polls: KEY is the epoll's descriptor or, for poll() and select(),
 * the place of the call. True: it is the loop's own poll, the turn has ended,
 * and ls_turn_begin() is to follow. False: it is a call that may block.
 */
static inline bool ls_turn_poll(enum ls_loop_kind kind, uint64_t key,
                                bool may_wait)
{
    struct ls_recorder *r = &ls_recorder;
    uint64_t epoch = atomic_load_explicit(&ls_epoch, memory_order_relaxed);
    if (epoch == 0) {
        r->turn_begin = 0;
        return false;
    }
    if (__builtin_expect(
            r->epoch != epoch || r->choice.key != key || r->detached, 0))
        return ls_turn_other_poll(kind, key, may_wait);
    r->choice.n_own++;
    r->choice.n_other = 0;
    if (r->turn_begin)
        ls_turn_stop();
    return true;
}

/* The poll has returned N events (below 0: none): the next turn begins. */
void ls_turn_begin(int n_events, bool may_wait);

/* The slow half of ls_turn_close(): the number is the loop's. */
void ls_turn_close_loop(void);

/* A descriptor is going to be closed. If it is the loop's, the loop is over:
 * what comes after it, the end of the program perhaps, is no turn. */
static inline void ls_turn_close(int fd)
{
    const struct ls_recorder *r = &ls_recorder;
    if (__builtin_expect(r->choice.key == (uint64_t)(unsigned)fd, 0) &&
        r->epoch &&
        r->epoch == atomic_load_explicit(&ls_epoch, memory_order_relaxed))
        ls_turn_close_loop();
}

/* uv_run() of LOOP begins, in a hook whose frame is at FRAME, or has returned;
 * ALIVE: it has more to do. Stacks grow downwards: where the outermost one was
 * not inside another, the thread has left that by a jump. */
struct uv_loop_s;
void ls_turn_run_enter(struct uv_loop_s *loop, const void *frame);
void ls_turn_run_leave(struct uv_loop_s *loop, bool alive);

#endif
