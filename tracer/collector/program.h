#ifndef LS_COLLECTOR_PROGRAM_H
#define LS_COLLECTOR_PROGRAM_H
/* SPDX-License-Identifier: MIT */
/*
 * program.h - find a program as exec will, and say before it runs whether its
 * polls can be seen.
 *
 *     int error = ls_program_find(argv[0], path, sizeof path);
 *     struct ls_program program;
 *     ls_program_inspect(path, &program);
 *
 * Not for the programs that it starts: those see to it themselves when they
 * register (or do not).
 *
 * Units: none.
 * Ownership: the caller's buffers.
 * Errors: 0 or an errno. What cannot be read is taken for usual.
 * Threads: one at a time (libelf).
 */
#include <stdbool.h>
#include <stddef.h>

enum ls_program_kind {
    LS_PROGRAM_USUAL,
    LS_PROGRAM_STATIC,     /* nothing is preloaded into it */
    LS_PROGRAM_SET_ID,     /* the loader ignores LD_PRELOAD */
    LS_PROGRAM_PRIVILEGED, /* by file capabilities: the same */
    LS_PROGRAM_GO,         /* polls by system calls of its own */
    LS_PROGRAM_FOREIGN,    /* another architecture */
    LS_PROGRAM_OTHER_LIBC, /* another loader: the library is not for it */
    LS_PROGRAM_KINDS
};

struct ls_program {
    enum ls_program_kind kind;
    char path[4096]; /* of what decides: for a script its interpreter */
};

/* Where NAME is: itself if it has a slash, else in PATH. ENOENT, or EACCES if
 * there is only what cannot be executed. */
int ls_program_find(const char *name, char *path, size_t n_path);

/* What PATH is, through `#!` lines. */
void ls_program_inspect(const char *path, struct ls_program *program);

/* Whether the file at PATH has a symbol NAME of its own. */
bool ls_program_defines(const char *path, const char *name);

/* A sentence's end: "is statically linked: ..."; NULL: it is usual. */
const char *ls_program_story(enum ls_program_kind kind);

/* Whether the library may be in its environment: where it does nothing, it
 * still is for the programs that it starts. */
bool ls_program_may_preload(enum ls_program_kind kind);

#endif
