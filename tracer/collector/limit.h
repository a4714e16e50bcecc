#ifndef LS_COLLECTOR_LIMIT_H
#define LS_COLLECTOR_LIMIT_H
/* SPDX-License-Identifier: MIT */
/*
 * limit.h - when the trace has reached its largest size.
 *
 * From then on only long turns are written, with all that is in them; events
 * of tasks, which are of no use without all of them, are not. Nothing else
 * changes: what is not written is followed all the same. A quarter more is for
 * what is in those turns; when that is used up they alone are written, which
 * cannot be more than a hundred a second of each thread, and what is left out
 * is counted. To know at a turn's begin how long it was, draining stays behind
 * by as much as makes one long.
 *
 *     ls_limit_look(c);                      // now and then
 *     ls_limit_listen(c, thread, record);    // before each record
 *     ...
 *     ls_limit_pause(c);                     // after it
 *
 * Units: bytes; ns.
 * Ownership, Errors: none.
 * Threads: the one that drains.
 */
#include <stdbool.h>
#include <stdint.h>

struct ls_collector;
struct ls_thread;
struct ls_record;

/* What makes a turn long: analysis warns from there. */
#define LS_LIMIT_TURN_NS INT64_C(10000000)

/* Take the size from the session's header; 0 there: the default, 1 GiB. */
void ls_limit_begin(struct ls_collector *c);

/* Look at the size of the file; the first time that it is too large this is
 * said in the trace. */
void ls_limit_look(struct ls_collector *c);

/* Decide whether events of THREAD are written from here on: its next is
 * RECORD, or (NULL) none. */
void ls_limit_listen(struct ls_collector *c, struct ls_thread *thread,
                     const struct ls_record *record);

/* Back to what is of no thread. */
void ls_limit_pause(struct ls_collector *c);

/* How far draining stays behind, in ms, because of it. */
int ls_limit_slack_ms(const struct ls_collector *c);

#endif
