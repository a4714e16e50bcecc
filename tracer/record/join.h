#ifndef LS_RECORD_JOIN_H
#define LS_RECORD_JOIN_H
/* SPDX-License-Identifier: MIT */
/*
 * join.h - map the session of `loopscope run` that a program was started in.
 *
 * The environment is not to be trusted: the process that it names may be gone,
 * and its number and its descriptor's may be somebody else's. Not for
 * registering (session.h).
 *
 * Units: none.
 * Ownership: the mapping is the caller's.
 * Errors: NULL, and nothing else: the program must not notice.
 * Threads: any.
 */
#include "tracer/record/shared.h"

/* SAID is what LS_SESSION_VARIABLE holds, or NULL. */
struct ls_shared *ls_join(const char *said);

#endif
