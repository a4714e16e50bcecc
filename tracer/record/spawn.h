#ifndef LS_RECORD_SPAWN_H
#define LS_RECORD_SPAWN_H
/* SPDX-License-Identifier: MIT */
/*
 * spawn.h - find and start the collector as nobody's child.
 *
 * Not for talking to it: that goes through the shared memory.
 *
 * Units: none.
 * Ownership: PATH is the caller's buffer.
 * Errors: enum ls_error with a story; what fails after the fork is written
 *     into the shared header instead.
 * Threads: one at a time.
 */
#include <stddef.h>

#include "tracer/record/shared.h"

/* Find the collector's program; the story of a failure says where it looked. */
int ls_spawn_find(char *path, size_t n_path);

/* The same for the command `loopscope`. */
int ls_spawn_find_command(char *path, size_t n_path);

/* Start PATH with the session's descriptor FD. No SIGCHLD, no child to wait
 * for, no descriptor of ours left open in it. */
int ls_spawn_collector(const char *path, int fd, struct ls_shared *shared);

#endif
