#ifndef LS_COLLECTOR_OPERATION_H
#define LS_COLLECTOR_OPERATION_H
/* SPDX-License-Identifier: MIT */
/*
 * operation.h - what a program asked of libuv, and what came of it.
 *
 * Writes the slices of callbacks and of work in the pool. In processes that
 * name no tasks it makes tasks: one for a handle that people think of as one
 * thing (a connection, a timer, a process), one for a chain of requests. Such a
 * task runs while one of its callbacks does and awaits what is outstanding.
 * Where the program names tasks, callbacks only say for which they were asked.
 *
 *     ls_operations_write(operations, collector, thread, record, ns);
 *
 * Units: ns since the trace began.
 * Ownership: the table owns operations and chains.
 * Errors: without memory, or beyond a million operations, they are left out.
 * Threads: one.
 */
#include "thread.h"

struct ls_collector;
struct ls_operations;

struct ls_operations *ls_operations_new(void);
void ls_operations_free(struct ls_operations *operations);

/* Write what one of libuv's records says: the thread's peeked one. */
void ls_operations_write(struct ls_collector *collector,
                         struct ls_thread *thread,
                         const struct ls_record *record, int64_t ns);

/* A thread is gone: none of its callbacks will end. */
void ls_operations_forget_thread(struct ls_thread *thread);

/* A process is gone: so is what it asked for. */
void ls_operations_forget_process(struct ls_operations *operations,
                                  uint32_t process);

#endif
