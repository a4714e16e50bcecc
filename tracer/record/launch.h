#ifndef LS_RECORD_LAUNCH_H
#define LS_RECORD_LAUNCH_H
/* SPDX-License-Identifier: MIT */
/*
 * launch.h - a session of this process's own: its memory and its collector.
 *
 * Not for the session of `loopscope run` (join.h), and not for registering in
 * either (session.h).
 *
 * Units: none.
 * Ownership: the mapping is the caller's.
 * Errors: enum ls_error with a story (error.h); then nothing is left behind.
 * Threads: one at a time.
 */
#include "tracer/loopscope.h"
#include "tracer/record/shared.h"

/* Returns when the collector is ready. */
int ls_launch(const struct ls_options *options, struct ls_shared **memory);

#endif
