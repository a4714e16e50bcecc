#ifndef LS_COLLECTOR_ASKING_H
#define LS_COLLECTOR_ASKING_H
/* SPDX-License-Identifier: MIT */
/*
 * asking.h - what a program asks of libuv, and where it belongs.
 *
 * In processes that name no tasks it makes tasks: one for a handle that people
 * think of as one thing (a connection, a timer, a process), one for a chain of
 * requests. Where the program names tasks, an operation only remembers for
 * which it was asked. Not for the callbacks (callback.h).
 *
 *     ls_asking_write(collector, thread, record, ns);
 *
 * Units: ns since the trace began.
 * Ownership: none; operations are operation.h's.
 * Errors: without memory, or beyond a million operations, they are left out;
 *     so is what makes no sense.
 * Threads: one.
 */
#include <stdint.h>

struct ls_collector;
struct ls_record;
struct ls_thread;

/* Something was asked for: the thread's peeked record. */
void ls_asking_write(struct ls_collector *collector, struct ls_thread *thread,
                     const struct ls_record *record, int64_t ns);

/* A timer was put off, or something that goes on was asked for again. */
void ls_asking_repeat(struct ls_collector *collector, struct ls_thread *thread,
                      const struct ls_record *record);

/* It is over without a callback: it was stopped, or has none. */
void ls_asking_end(struct ls_collector *collector, struct ls_thread *thread,
                   const struct ls_record *record, int64_t ns);

/* The callback that runs on THREAD asks for nothing more about the connection
 * that it has accepted: if that awaits nothing, say so. */
void ls_asking_settle_accepted(struct ls_collector *collector,
                               struct ls_thread *thread, int64_t ns);

#endif
