#ifndef LS_COLLECTOR_PROCESS_H
#define LS_COLLECTOR_PROCESS_H
/* SPDX-License-Identifier: MIT */
/*
 * process.h - what the kernel says of a traced process.
 *
 * Not for its records (cursor.h) or its code (symbols.h).
 *
 * Units: none.
 * Ownership: strings are the caller's to free.
 * Errors: NULL or 0 where the kernel does not say.
 * Threads: any.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emit.h"

/* A whole file below /proc/PID; its length in *N. NULL: not there. */
char *ls_process_read(int pid, const char *file, size_t *n);

/* Whether the process still maps the session: it has not executed another
 * program. True as well when the kernel does not say. */
bool ls_process_has_session(int pid);

/* Where the stack of the process began when its program was executed: another
 * number, another program. 0: the kernel does not say. Much cheaper than the
 * above. */
uint64_t ls_process_stack(int pid);

/* When it was started, in clock ticks since the machine was. 0: the kernel does
 * not say. */
uint64_t ls_process_began(int pid);

/* A descriptor that polls readable when the process has ended, or -1. */
int ls_process_watch(int pid);

/* By its watch; without one (it was gone before the first look), by its pid. */
bool ls_process_has_ended(int watch, int pid);

/* Whether libuv is a part of the program itself: none of its functions can be
 * hooked, because their calls were bound when it was linked. */
bool ls_process_has_static_libuv(const struct ls_process *shared);

/* Write process_name alone: of a process that will be described later. */
void ls_process_introduce(int pid, const struct ls_process *shared,
                          struct ls_emit *emit);

/* Write process_name and loopscope_process, by what the process said of itself
 * and, while it lives, the kernel. IMAGE: how many programs it was before. */
void ls_process_describe(int pid, uint32_t image,
                         const struct ls_process *shared, struct ls_emit *emit);

#endif
