#ifndef LS_COLLECTOR_WATCHDOG_H
#define LS_COLLECTOR_WATCHDOG_H
/* SPDX-License-Identifier: MIT */
/*
 * watchdog.h - a thread that looks at threads whose turns last too long.
 *
 * Of a thread that waits: which system call, and its stack; of one that runs:
 * samples. From outside, by reading: nothing happens in the program. What it
 * sees goes through a queue to the thread that drains. Not for when to look
 * (suspect.h) nor how (sight.h, perf.h).
 *
 *     ls_watchdog_add_process(watchdog, slot, generation, pid);
 *     while ((sample = ls_watchdog_take(watchdog))) ...
 *     ls_watchdog_drop_process(watchdog, slot);
 *
 * Units: ticks, ns.
 * Ownership: samples are handed over.
 * Errors: what the machine forbids is tried once a process and remembered:
 *     ls_watchdog_denials().
 * Threads: one thread calls all of this.
 */
#include "denial.h"
#include "sample.h"

struct ls_watchdog;

/* NULL without memory. TICKS_PER_MS is the rate of the session's clock. */
struct ls_watchdog *ls_watchdog_start(struct ls_shared *shared,
                                      uint64_t ticks_per_ms);

/* A process that has appeared in a slot; it has the session. */
void ls_watchdog_add_process(struct ls_watchdog *watchdog, uint32_t slot,
                             uint32_t generation, int pid);

/* It has ended or closed: what is known of its open turns can be taken now,
 * and it is not looked at again. What it denied is still known. */
void ls_watchdog_drop_process(struct ls_watchdog *watchdog, uint32_t slot);

/* A sample, or NULL; those of one thread in the order of their time. */
struct ls_sample *ls_watchdog_take(struct ls_watchdog *watchdog);

/* A sentence for each kind of thing that could not be seen of the process that
 * is or was last in SLOT; "": it could, or there was no need. */
struct ls_denials {
    char why[LS_N_DENIALS][200];
    uint64_t n_dropped; /* samples that found no room, since last asked */
};
void ls_watchdog_denials(struct ls_watchdog *watchdog, uint32_t slot,
                         struct ls_denials *denials);

/* NULL is no watchdog: as well for the calls above. */
void ls_watchdog_stop(struct ls_watchdog *watchdog);

#endif
