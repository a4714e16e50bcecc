#ifndef LS_COLLECTOR_SIGHT_H
#define LS_COLLECTOR_SIGHT_H
/* SPDX-License-Identifier: MIT */
/*
 * sight.h - one thread of another process, as the kernel shows it from outside.
 *
 * Nothing here has an effect on the thread: no signal, no stop. Not for
 * threads that run (perf.h), and not for deciding when to look (suspect.h).
 *
 *     if (ls_sight_look(pid, tid, &sight) == 0)
 *         n = ls_sight_copy(pid, tid, &sight, bytes, sizeof bytes);
 *
 * Units: ns; addresses of the other process.
 * Ownership: the caller's.
 * Errors: -errno; -ESRCH: the thread is gone, or is none of that process.
 * Threads: any.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ls_sight_state {
    LS_SIGHT_RUNNING, /* or it wants to */
    LS_SIGHT_BLOCKED, /* in a system call */
    LS_SIGHT_FAULT,   /* outside of one: it waits for a page */
    LS_SIGHT_STATES
};

struct ls_sight {
    enum ls_sight_state state;
    int64_t syscall;  /* its number; -1: none, or not known */
    uint64_t args[6]; /* of it */
    uint64_t sp, pc;  /* 0: not known */
};

/* A line of /proc/PID/task/TID/syscall. False: it makes no sense. */
bool ls_sight_parse(const char *line, struct ls_sight *sight);

/* What the thread does now. */
int ls_sight_look(int pid, int tid, struct ls_sight *sight);

/* The same from what everybody may read: no system call, no place. */
int ls_sight_glance(int pid, int tid, struct ls_sight *sight);

/* Copy the stack from SIGHT's sp upwards; how many bytes. -EAGAIN: the thread
 * has gone on meanwhile, and what was copied means nothing. */
long ls_sight_copy(int pid, int tid, const struct ls_sight *sight, void *bytes,
                   size_t n_most);

/* What a thread has used, ever. */
struct ls_usage {
    uint64_t cpu_ns;   /* behind by a few ms while it runs */
    uint64_t delay_ns; /* on the run queue */
};

int ls_sight_usage(int pid, int tid, struct ls_usage *usage);

/* The file behind the descriptor FD of a process, if it has a path; else
 * false. */
bool ls_sight_file(int pid, int fd, char *path, size_t n_path);

#endif
