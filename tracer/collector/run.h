#ifndef LS_COLLECTOR_RUN_H
#define LS_COLLECTOR_RUN_H
/* SPDX-License-Identifier: MIT */
/*
 * run.h - `loopscope-collector run`: a session whose programs know nothing of
 * it. What `loopscope run` becomes.
 *
 *     loopscope-collector run TRACE THRESHOLD_NS MAX_BYTES INJECT_NS N
 *                             [AFTER...] PROGRAM [ARG...]
 *
 * INJECT_NS is how long a stall is to be planted (tracer/record/inject.h); 0:
 * none.
 *
 * AFTER, N arguments, is a command that is run when the trace is whole, with
 * its output on standard error; its status counts if the program's is 0.
 *
 * Units: ns, bytes.
 * Ownership: none.
 * Errors: one line on standard error.
 * Threads: one when it is called.
 */

enum {
    LS_RUN_FAILED = 125,         /* our own failure: the program did not run */
    LS_RUN_NOT_EXECUTABLE = 126, /* as shells have it */
    LS_RUN_NOT_FOUND = 127
};

/* ARGV: what stands behind `run`. Returns the exit status: the program's, 128 +
 * signal, or one of the above. */
int ls_run(int argc, char **argv);

#endif
