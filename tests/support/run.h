#ifndef TESTS_SUPPORT_RUN_H
#define TESTS_SUPPORT_RUN_H
/* SPDX-License-Identifier: MIT */
/*
 * run.h - run a program and see what it printed and how it ended.
 *
 *     struct run run;
 *     run_program(&run, &(struct run_how){
 *         .argv = (const char *[]){path, "--help", NULL}});
 *     assert_int_equal(run.exit_status, 0);
 *     run_free(&run);
 *
 * Units: seconds of the real clock.
 * Ownership: the run owns its texts until run_free().
 * Errors: the running test fails.
 * Threads: tests have one.
 */
#include <stddef.h>

struct run_how {
    const char *const *argv; /* [0] is the path; ends with NULL */
    const char *const *env;  /* "NAME=value" to be added, or NULL */
    const char *folder;      /* to run in; NULL: this one */
    int limit_s;             /* killed after so long; 0: 30 */
};

struct run {
    int exit_status; /* 128 + N after a signal */
    char *out, *err; /* text, never NULL */
};

void run_program(struct run *run, const struct run_how *how);

void run_free(struct run *run);

/* A whole file as text, or NULL. To be freed. */
char *read_text(const char *path);

/* A new empty folder. */
void temporary_folder(char *path, size_t n_path);

/* That folder with the files in it. */
void remove_folder(const char *path);

/* The line, from 1, of a file of this tree in which TEXT stands first. */
int line_of(const char *file, const char *text);

#endif
