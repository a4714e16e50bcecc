#ifndef LS_COLLECTOR_WATCHED_H
#define LS_COLLECTOR_WATCHED_H
/* SPDX-License-Identifier: MIT */
/*
 * watched.h - the processes that record: from their appearance to their end.
 *
 * Not for what the kernel says of one (process.h).
 *
 *     ls_watched_look(collector, now);
 *     ls_watched_end_replaced(collector, watermark);
 *     ls_drain(collector, watermark);
 *     ls_watched_end(collector, watermark);
 *     ls_watched_drop_strangers(collector, now);
 *
 * Units: ticks.
 * Ownership: a watched process owns its descriptor.
 * Errors: none; what a program has written over its slot is checked.
 * Threads: the one that drains.
 */
#include <stdbool.h>
#include <stddef.h>

#include "synopsis.h"

/* A process that records, by its slot. */
struct ls_watched {
    bool known;     /* its slot was taken over */
    bool described; /* its metadata is in the trace */
    bool ended;     /* it has died */
    bool replaced;  /* by another program, of the same pid */
    int pid;
    int watch; /* descriptor of process.h, or -1 */
    uint32_t generation;
    uint32_t image;         /* how many programs of this pid were before it */
    uint64_t registered;    /* ticks */
    uint64_t stack;         /* ls_process_stack(), when it had the session */
    uint64_t strange_since; /* ticks: without the session; 0: it has it */
    uint64_t closing_ticks; /* when it asked to close; 0: it has not */
    uint64_t maps_at;       /* ticks: then its maps were looked at again */
    struct ls_counts counts;
};

/* Processes for the trace's end. */
struct ls_pids {
    int *pids;
    size_t n, capacity;
};

/* See which have appeared, are closing, or have died. */
void ls_watched_look(struct ls_collector *c, uint64_t now);

/* A thread of the one in SLOT waits in a call: have its maps looked at while it
 * is there, now and then. */
void ls_watched_look_at_maps(struct ls_collector *c, uint32_t slot);

/* How many there are, and how many of them can record no more. */
void ls_watched_count(const struct ls_collector *c, size_t *n_known,
                      size_t *n_done);

/* End the programs that have executed another, before that one's first record:
 * their threads have the same ids. */
void ls_watched_end_replaced(struct ls_collector *c, uint64_t watermark);

/* End the processes that were over at WATERMARK; all before is written. */
void ls_watched_end(struct ls_collector *c, uint64_t watermark);

/* A process that has executed a program that is not traced has no part in this
 * any more, but it lives. Of one that is traced it has not yet at first, so
 * that it is looked at twice. */
void ls_watched_drop_strangers(struct ls_collector *c, uint64_t now);

/* Write all that is to be in the trace of the process in SLOT; then forget it.
 */
void ls_watched_leave(struct ls_collector *c, uint32_t slot);
void ls_watched_forget(struct ls_collector *c, uint32_t slot);

#endif
