#ifndef LS_COLLECTOR_SYNOPSIS_H
#define LS_COLLECTOR_SYNOPSIS_H
/* SPDX-License-Identifier: MIT */
/*
 * synopsis.h - what was seen of a process, and what could not be: so that
 * nobody takes silence for health.
 *
 *     ls_synopsis_count(c, thread);          // when a thread is left
 *     ls_synopsis_write(c, slot);            // when its process is
 *     ...
 *     ls_synopsis_say(c, stderr);            // when all is over
 *
 * Not for what was lost for want of memory (loopscope_lost).
 *
 * Units: numbers; ns.
 * Ownership: the collector's.
 * Errors: what cannot be found out is not said.
 * Threads: the one that drains.
 */
#include <stdint.h>
#include <stdio.h>

struct ls_collector;
struct ls_thread;

/* Of one image, or of all. */
struct ls_counts {
    uint64_t loops, turns, callbacks, calls, samples;
};

/* Things that were not seen, of all images, each once. */
enum { LS_MOST_UNSEEN = 8 };

struct ls_synopsis {
    struct ls_counts counts;
    uint64_t n_processes;
    int64_t longest_ns; /* own time of a turn */
    int longest_pid;
    char unseen[LS_MOST_UNSEEN][256];
    int n_unseen;
};

/* A thread is over: its numbers go to its process. */
void ls_synopsis_count(struct ls_collector *c, const struct ls_thread *thread);

/* A turn of PID took so long of its own. */
void ls_synopsis_take_turn(struct ls_collector *c, int pid, int64_t own_ns);

/* Write loopscope_synopsis of the process in SLOT, which is described. */
void ls_synopsis_write(struct ls_collector *c, uint32_t slot);

/* A few lines about the whole recording, for a terminal. */
void ls_synopsis_say(const struct ls_collector *c, FILE *to);

#endif
