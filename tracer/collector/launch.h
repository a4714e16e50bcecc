#ifndef LS_COLLECTOR_LAUNCH_H
#define LS_COLLECTOR_LAUNCH_H
/* SPDX-License-Identifier: MIT */
/*
 * launch.h - start the program of `loopscope run` as if nobody stood between.
 *
 * The program is forked while this process has one thread, and waits in front
 * of its exec until the collector is ready. It gets everything as this process
 * got it: signal mask and dispositions, limits, descriptors, environment; in
 * that stand besides only what makes it join the session.
 * Not for what becomes of it (parent.h).
 *
 *     ls_launch_begin(&launch);              // first thing in the process
 *     launch.path = path, launch.argv = argv, launch.library = library;
 *     ls_launch_fork(&launch, session_fd, id);
 *     ...the collector gets ready...
 *     error = ls_launch_go(&launch);
 *
 * Units: none.
 * Ownership: strings are borrowed until ls_launch_go().
 * Errors: 0 or an errno.
 * Threads: one, before others are there.
 */
#include <signal.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

/* The user's values of variables that would change the collector wait under
 * this prefix until the program is started. */
#define LS_KEPT_PREFIX "LOOPSCOPE_KEPT_"

enum { LS_LAUNCH_SIGNALS = 65, LS_LAUNCH_LIMITS = 16 };

struct ls_launch {
    const char *path;    /* of the program, with a slash */
    char *const *argv;   /* its arguments */
    const char *library; /* to be preloaded; NULL: none */
    pid_t pid;           /* of the program, from ls_launch_fork() on */

    /* as this process found them */
    sigset_t mask;
    struct sigaction actions[LS_LAUNCH_SIGNALS];
    struct rlimit limits[LS_LAUNCH_LIMITS];
    unsigned closed; /* bit per standard descriptor that was not open */

    int go;     /* writing end: the program may be executed */
    int failed; /* reading end: errno, if it could not be */
};

/* Remember what the program is to inherit, and set up what the collector
 * needs: signals blocked, limits as high as allowed, standard descriptors
 * open. */
void ls_launch_begin(struct ls_launch *launch);

/* Fork. SESSION_FD and ID are what the program joins. */
int ls_launch_fork(struct ls_launch *launch, int session_fd,
                   const uint64_t id[2]);

/* Let the program be executed; errno of exec if that failed: it is gone. */
int ls_launch_go(struct ls_launch *launch);

/* The program is not to be run after all. */
void ls_launch_cancel(struct ls_launch *launch);

/* Signals that this process takes by waiting for them. */
void ls_launch_signals(sigset_t *set);

#endif
