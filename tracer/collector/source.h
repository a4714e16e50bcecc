#ifndef LS_COLLECTOR_SOURCE_H
#define LS_COLLECTOR_SOURCE_H
/* SPDX-License-Identifier: MIT */
/*
 * source.h - the whole path of a source file that debug information names by
 * the folder in which it was compiled: "../src/tea.c", as Ninja has it built.
 * Not for files that have to exist: nothing is looked up.
 *
 *     char path[LS_SOURCE_PATH];
 *     ls_source_path("/home/u/tea/build", "../src/tea.c", path);
 *     // "/home/u/tea/src/tea.c"
 *
 * Units: bytes.
 * Ownership: the caller's.
 * Errors: what is not known to be below / stays as it is.
 * Threads: any.
 */

enum { LS_SOURCE_PATH = 4096 };

/* FILE itself, or PATH with both as one. FOLDER may be NULL. */
const char *ls_source_path(const char *folder, const char *file,
                           char path[LS_SOURCE_PATH]);

#endif
