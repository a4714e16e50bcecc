#ifndef LS_COLLECTOR_DENIAL_H
#define LS_COLLECTOR_DENIAL_H
/* SPDX-License-Identifier: MIT */
/*
 * denial.h - why the machine does not let the collector look at a process, and
 * what to do about it.
 *
 * Not for looking (sight.h, perf.h).
 *
 * Units: none.
 * Ownership: the caller's text.
 * Errors: what cannot be found out is told by its error number.
 * Threads: any.
 */
#include <stddef.h>

enum ls_denial {
    LS_DENIAL_SYSCALL, /* what a thread waits for, and where */
    LS_DENIAL_STACK,   /* a waiting thread's stack */
    LS_DENIAL_SAMPLES, /* a running thread's */
    LS_N_DENIALS
};

/* A sentence about the ERROR (an errno) that DENIAL met at PID, now. */
void ls_denial_explain(enum ls_denial denial, int error, int pid, char *text,
                       size_t n_text);

/* Whether an error (an errno) is one that will be met again. */
int ls_denial_lasts(int error);

#endif
