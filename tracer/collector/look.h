#ifndef LS_COLLECTOR_LOOK_H
#define LS_COLLECTOR_LOOK_H
/* SPDX-License-Identifier: MIT */
/*
 * look.h - what a thread does whose turn is over the threshold.
 *
 * Of one that waits: in which system call, and its stack. A look that sees what
 * the last one saw becomes no sample, but its time is owed to the place and
 * told later. Not for threads that run (profile.h).
 *
 *     ls_look(watch, subject, ring);
 *     ls_look_tell_owed(watch, subject);     // the turn is over
 *
 * Units, Errors: as in subject.h.
 * Ownership: samples go to the watch's queue, or wait with the subject.
 * Threads: the watchdog's, or another under its lock.
 */
#include "subject.h"

void ls_look(struct ls_watch *watch, struct ls_subject *subject,
             const struct ls_ring *ring);

/* Tell the time at the last place that no sample has told yet. */
void ls_look_tell_owed(struct ls_watch *watch, struct ls_subject *subject);

#endif
