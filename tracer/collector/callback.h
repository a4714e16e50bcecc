#ifndef LS_COLLECTOR_CALLBACK_H
#define LS_COLLECTOR_CALLBACK_H
/* SPDX-License-Identifier: MIT */
/*
 * callback.h - libuv's callbacks, and work in its pool.
 *
 * Writes their slices. A chain runs while one of its callbacks does; when
 * nothing more will come of an operation after its callback, it is over. Not
 * for what was asked (asking.h).
 *
 *     ls_callback_begin(collector, thread, record, ns);
 *     ls_callback_end(collector, thread, record, ns);
 *
 * Units: ns since the trace began.
 * Ownership: a thread owns the frames of its callbacks.
 * Errors: without memory, or when 256 are open, a callback is left out. What
 *     was asked for before recording began has a slice and no more.
 * Threads: one.
 */
#include <stdint.h>

struct ls_collector;
struct ls_record;
struct ls_thread;

/* RECORD is the thread's peeked one. */
void ls_callback_begin(struct ls_collector *collector, struct ls_thread *thread,
                       const struct ls_record *record, int64_t ns);

/* The callback of the record's operation ends. So do those above it: they were
 * left by a jump, or their end was lost. */
void ls_callback_end(struct ls_collector *collector, struct ls_thread *thread,
                     const struct ls_record *record, int64_t ns);

/* A callback that one record tells: its begin, of which RECORD, the ring's words
 * or that one, is the first that says so; and its end. */
void ls_callback_open(struct ls_collector *collector, struct ls_thread *thread,
                      const struct ls_record *record);
void ls_callback_close(struct ls_collector *collector, struct ls_thread *thread,
                       const struct ls_record *record);

/* Work in the pool, on the pool's thread. */
void ls_callback_begin_work(struct ls_collector *collector,
                            struct ls_thread *thread,
                            const struct ls_record *record, int64_t ns);
void ls_callback_end_work(struct ls_collector *collector,
                          struct ls_thread *thread,
                          const struct ls_record *record, int64_t ns);

/* The thread has left all its callbacks by a jump: they end. */
void ls_callback_abandon(struct ls_collector *collector,
                         struct ls_thread *thread, int64_t ns);

/* A thread is gone: none of its callbacks will end. */
void ls_callback_forget_thread(struct ls_thread *thread);

#endif
