#ifndef LS_REAL_TICKING_H
#define LS_REAL_TICKING_H
/* SPDX-License-Identifier: MIT */
/*
 * ticking.h - a plain loop on epoll that a timer wakes, and a count of its
 * turns in a file that others can read. Knows nothing of loopscope.
 *
 *     struct ticking t;
 *     if (ticking_open(&t, count_path, 50) == 0)
 *         while (ticking_wait(&t))
 *             work();
 *
 * Units: microseconds between ticks. Ownership: the caller's; never closed, the
 * programs die with it. Errors: -1, with errno.
 * Threads: one waits; others may read the count.
 */
#include <stdatomic.h>
#include <stdint.h>

/* What is in the file. */
struct ticking_count {
    _Atomic uint64_t n_turns; /* polls that have returned */
    _Atomic uint64_t pid;
};

struct ticking {
    int poll_fd, timer_fd;
    struct ticking_count *count;
};

int ticking_open(struct ticking *t, const char *count_path, long period_us);

/* Wait for the next tick; 0 on an error. */
int ticking_wait(struct ticking *t);

#endif
