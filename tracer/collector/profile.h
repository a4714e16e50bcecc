#ifndef LS_COLLECTOR_PROFILE_H
#define LS_COLLECTOR_PROFILE_H
/* SPDX-License-Identifier: MIT */
/*
 * profile.h - samples of a thread that runs, for one turn of it.
 *
 * They are kept with the subject until its turn is over the threshold. Not for
 * how the kernel takes them (perf.h).
 *
 *     ls_profile_start(watch, subject);
 *     ls_profile_collect(watch, subject, until);
 *     ls_profile_stop(watch, subject);
 *     ls_profile_close(watch, subject);
 *
 * Units: ticks.
 * Ownership: of samples, the subject or the watch's queue.
 * Errors: where the machine forbids it, nothing is sampled; subject.h.
 * Threads: the watchdog's, or another under its lock.
 */
#include "subject.h"

void ls_profile_start(struct ls_watch *watch, struct ls_subject *subject);

/* Take the samples that are there; those from UNTIL on are of another turn. */
void ls_profile_collect(struct ls_watch *watch, struct ls_subject *subject,
                        uint64_t until);

/* The turn is over. The kernel's event stays, for the next one. */
void ls_profile_stop(struct ls_watch *watch, struct ls_subject *subject);

/* A closed one may be closed. */
void ls_profile_close(struct ls_watch *watch, struct ls_subject *subject);

#endif
