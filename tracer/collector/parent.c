/* SPDX-License-Identifier: MIT */
#include "parent.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "launch.h"
#include "process.h"

enum { NOT_ENDED = -1 };

struct ls_parent {
    pthread_t thread;
    pid_t pid;
    struct ls_shared *shared;
    _Atomic int status;     /* NOT_ENDED */
    _Atomic bool by_signal; /* before the status */
    _Atomic bool over;
};

void ls_parent_adopt(void)
{
    prctl(PR_SET_CHILD_SUBREAPER, 1);
}

/* ---- stops -------------------------------------------------------------- */

/* The program has stopped by SIGNAL: so do we, and the shell sees its job
 * stop. Comes back when somebody lets us go on. */
static void stop_too(int signal_number)
{
    sigset_t one;
    if (signal_number != SIGSTOP)
        signal(signal_number, SIG_DFL);
    sigemptyset(&one);
    sigaddset(&one, signal_number);
    /* The terminal's own may wait for us too: while it is blocked the two are
     * one. */
    kill(getpid(), signal_number);
    pthread_sigmask(SIG_UNBLOCK, &one, NULL);
    pthread_sigmask(SIG_BLOCK, &one, NULL);
}

static bool is_stopped(pid_t pid)
{
    size_t n;
    char *stat = ls_process_read(pid, "stat", &n);
    const char *after = stat ? strrchr(stat, ')') : NULL;
    bool stopped = after && strncmp(after, ") T", 3) == 0;
    free(stat);
    return stopped;
}

/* A shell lets the whole group go on: then there is nothing left to do. */
static void let_go_on(const struct ls_parent *p)
{
    const struct timespec moment = {.tv_nsec = 20 * 1000000L};
    if (!is_stopped(p->pid))
        return;
    nanosleep(&moment, NULL);
    if (is_stopped(p->pid))
        kill(p->pid, SIGCONT);
}

/* ---- children ----------------------------------------------------------- */

static void end_by_signal(struct ls_parent *p, int signal_number)
{
    p->by_signal = true;
    p->status = 128 + signal_number;
}

/* False: there are none left. */
static bool reap(struct ls_parent *p)
{
    int status;
    for (;;) {
        pid_t pid = waitpid(-1, &status, WNOHANG | WUNTRACED | __WALL);
        if (pid == 0)
            return true;
        if (pid < 0)
            return errno != ECHILD;
        if (pid != p->pid)
            continue;
        if (WIFSTOPPED(status))
            stop_too(WSTOPSIG(status));
        else if (WIFSIGNALED(status))
            end_by_signal(p, WTERMSIG(status));
        else
            p->status = WEXITSTATUS(status);
    }
}

/* ---- signals ------------------------------------------------------------ */

static pid_t parent_of(pid_t pid)
{
    size_t n;
    int parent = 0;
    char *stat = ls_process_read(pid, "stat", &n);
    char *after = stat ? strrchr(stat, ')') : NULL;
    if (after)
        sscanf(after + 1, " %*c %d", &parent);
    free(stat);
    return parent;
}

/* It may be over already, but it was here. */
static bool has_registered(const struct ls_shared *shared, pid_t pid)
{
    uint32_t n = atomic_load(&shared->header.n_processes);
    for (uint32_t i = 0; i < n && i < LS_N_PROCESSES; i++)
        if (shared->processes[i].pid == pid)
            return true;
    return false;
}

/* Whether PID descends from us: what the program sends to its own process
 * group it has got itself. */
static bool is_ours(const struct ls_shared *shared, pid_t pid)
{
    if (has_registered(shared, pid))
        return true;
    for (int depth = 0; depth < 64 && pid > 1; depth++) {
        pid = parent_of(pid);
        if (pid == getpid())
            return true;
    }
    return false;
}

static void pass_on(const struct ls_parent *p, const siginfo_t *info)
{
    if (info->si_code == SI_QUEUE) {
        union sigval value = info->si_value;
        sigqueue(p->pid, info->si_signo, value);
    } else if (info->si_code <= 0 && !is_ours(p->shared, info->si_pid)) {
        /* Codes above 0 are the kernel's: it went to the whole group. */
        kill(p->pid, info->si_signo);
    }
}

/* With the program gone there is nobody to pass anything to: to us it says
 * that somebody does not want to wait for what the program left. */
static bool ends_tracing(int signal_number)
{
    return signal_number == SIGINT || signal_number == SIGTERM ||
           signal_number == SIGHUP || signal_number == SIGQUIT;
}

static bool take_signal(struct ls_parent *p, const siginfo_t *info)
{
    bool alive = p->status == NOT_ENDED;
    if (info->si_signo == SIGCHLD)
        return reap(p);
    if (info->si_signo == SIGCONT) {
        if (alive)
            let_go_on(p);
        return true;
    }
    if (!alive)
        return !ends_tracing(info->si_signo);
    pass_on(p, info);
    return true;
}

static void *run(void *arg)
{
    struct ls_parent *p = arg;
    /* One SIGCHLD may stand for many, and one may have come to another
     * thread's wait: look once in a while. */
    const struct timespec patience = {.tv_sec = 1};
    sigset_t set;
    siginfo_t info;
    ls_launch_signals(&set);
    bool more = reap(p);
    while (more) {
        if (sigtimedwait(&set, &info, &patience) > 0)
            more = take_signal(p, &info);
        else
            more = reap(p);
    }
    p->over = true;
    _Atomic uint32_t *doorbell = &p->shared->header.doorbell;
    atomic_fetch_add(doorbell, 1);
    syscall(SYS_futex, doorbell, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
    return NULL;
}

/* ---- from outside ------------------------------------------------------- */

struct ls_parent *ls_parent_start(pid_t pid, struct ls_shared *shared)
{
    struct ls_parent *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->pid = pid;
    p->shared = shared;
    p->status = NOT_ENDED;
    if (pthread_create(&p->thread, NULL, run, p) != 0) {
        free(p);
        return NULL;
    }
    return p;
}

bool ls_parent_is_over(const struct ls_parent *p)
{
    return p->over;
}

bool ls_parent_has_ended(const struct ls_parent *p)
{
    return p->status != NOT_ENDED;
}

bool ls_parent_has_exited(const struct ls_parent *p)
{
    return p->status != NOT_ENDED && !p->by_signal;
}

int ls_parent_status(const struct ls_parent *p)
{
    int status = p->status;
    return status == NOT_ENDED ? 125 : status;
}

void ls_parent_stop(struct ls_parent *p)
{
    pthread_join(p->thread, NULL);
    free(p);
}
