#ifndef LS_COLLECTOR_HANDLE_H
#define LS_COLLECTOR_HANDLE_H
/* SPDX-License-Identifier: MIT */
/*
 * handle.h - the end of a libuv loop, and the handles that it left open.
 *
 *     ls_handle_loop_closed(collector, thread, record, ns);
 *
 * Units: ns since the trace began.
 * Ownership: none.
 * Errors: none.
 * Threads: one.
 */
#include "thread.h"

struct ls_collector;

/* Write what LOOP_CLOSE and HANDLE_OPEN say. */
void ls_handle_loop_closed(struct ls_collector *collector,
                           struct ls_thread *thread,
                           const struct ls_record *record, int64_t ns);
void ls_handle_left_open(struct ls_collector *collector,
                         struct ls_thread *thread,
                         const struct ls_record *record, int64_t ns);

#endif
