#ifndef LS_TESTS_TRACE_DUMP_H
#define LS_TESTS_TRACE_DUMP_H
/* SPDX-License-Identifier: MIT */
/*
 * trace_dump.h - everything a loaded trace says, as text: to compare two, and
 * to touch all of it under the sanitizers.
 *
 * Units, Errors, Threads: none.
 * Ownership: the text is the caller's, to be freed with free().
 */
#include "analysis/load.h"

/* NULL when there is no memory. */
char *trace_dump(const struct ls_trace *trace);

/* Load TEXT by both paths; both dumps, NULL where it is no trace. Returns
 * whether they agree, status and sentence included. */
bool trace_paths_agree(const char *text, size_t n, char **fast, char **slow);

/* Fails (by abort) if an invariant of trace.h does not hold. */
void trace_check(const struct ls_trace *trace);

#endif
