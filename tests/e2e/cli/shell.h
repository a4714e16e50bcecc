#ifndef LS_TESTS_E2E_CLI_SHELL_H
#define LS_TESTS_E2E_CLI_SHELL_H
/* SPDX-License-Identifier: MIT */
/*
 * shell.h - runs command lines in a folder of their own and keeps what they
 * said. Not for anything but tests: it fails them on trouble of its own.
 *
 *     shell_open();                            // $LS is the command
 *     struct outcome o = shell_run("$LS report x.json");
 *     assert_int_equal(o.status, 2);
 *     shell_close();
 *
 * Units: none.
 * Ownership: an outcome's texts stay valid until the next run.
 * Errors: assertions.
 * Threads: one.
 */
#include <stddef.h>

struct outcome {
    int status; /* 128 + N for a signal */
    const char *out;
    const char *err;
};

/* A new folder under /tmp, in which commands run; $LS is a copy of the
 * command in its bin/, $DATA the folder of the sample traces. */
int shell_open(void **state);
int shell_close(void **state);

struct outcome shell_run(const char *line);

/* The same with standard output leading to FD. */
struct outcome shell_run_to(int fd, const char *line);

/* A file in the folder. */
void shell_write(const char *name, const void *bytes, size_t n);

/* Its text; the caller frees it. NULL if there is none. */
char *shell_read(const char *name);

int count_lines(const char *text);

#endif
