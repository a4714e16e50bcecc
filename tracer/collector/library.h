#ifndef LS_COLLECTOR_LIBRARY_H
#define LS_COLLECTOR_LIBRARY_H
/* SPDX-License-Identifier: MIT */
/*
 * library.h - where the library is that programs get preloaded.
 *
 * Units: none. Ownership: PATH is the caller's buffer.
 * Errors: false, after one line on standard error that says where it looked.
 * Threads: the first.
 */
#include <stdbool.h>
#include <stddef.h>

/* LOOPSCOPE_LIBRARY, or relative to this program: as it was built, or as it was
 * installed. A path that LD_PRELOAD could not hold is replaced by a link in a
 * folder of its own, which goes when this process exits. */
bool ls_library_find(char *path, size_t n_path);

#endif
