#ifndef LS_PRELOAD_START_H
#define LS_PRELOAD_START_H
/* SPDX-License-Identifier: MIT */
/*
 * start.h - what the shared library does when it is loaded, and only it: a
 * program that is linked with the archive waits for ls_open().
 *
 * Units, Ownership, Errors: none.
 * Threads: any.
 */

/* The function by which another copy of this code, in the same process, takes
 * over: void (*)(void). Its name has a version, as the copies may be of
 * different ones. */
#define LS_START_RETIRE "loopscope_retire_1"

/* This copy's own; NULL in the archive. Hidden: the loader would let the
 * archive's reference mean the function of a copy that is preloaded. */
extern void ls_start_own(void) __attribute__((weak, visibility("hidden")));

#endif
