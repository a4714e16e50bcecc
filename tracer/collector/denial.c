/* SPDX-License-Identifier: MIT */
#include "denial.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process.h"

static long read_number(const char *path, long otherwise)
{
    char text[32] = "";
    FILE *file = fopen(path, "r");
    if (!file)
        return otherwise;
    size_t n = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[n] = '\0';
    return n > 0 ? strtol(text, NULL, 10) : otherwise;
}

/* The user that it runs as, by /proc/PID/status; -1: not known. */
static long user_of(int pid)
{
    size_t n;
    long user = -1;
    char *status = ls_process_read(pid, "status", &n);
    const char *line = status ? strstr(status, "\nUid:") : NULL;
    if (line)
        user = strtol(line + 5, NULL, 10);
    free(status);
    return user;
}

/* Files in /proc belong to root where a process is not dumpable: proc(5). */
static int is_unreadable(int pid, long user)
{
    char path[32];
    struct stat st;
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    return user > 0 && stat(path, &st) == 0 && st.st_uid == 0;
}

/* A reason that lies in the process itself; false: none. */
static int explain_process(int pid, char *text, size_t n)
{
    long user = user_of(pid);
    long scope = read_number("/proc/sys/kernel/yama/ptrace_scope", 0);
    if (geteuid() != 0 && user >= 0 && user != (long)geteuid())
        snprintf(text, n,
                 "the program runs as user %ld, loopscope as user %ld: trace "
                 "it as root",
                 user, (long)geteuid());
    else if (geteuid() != 0 && is_unreadable(pid, user))
        snprintf(text, n,
                 "the program has made itself unreadable (PR_SET_DUMPABLE, or "
                 "its file may not be read): trace it as root");
    else if (scope > 0)
        snprintf(text, n,
                 "kernel.yama.ptrace_scope is %ld: set it to 0, or trace as "
                 "root",
                 scope);
    else
        return 0;
    return 1;
}

static const char *const calls[LS_N_DENIALS] = {
    [LS_DENIAL_SYSCALL] = "reading /proc/PID/syscall",
    [LS_DENIAL_STACK] = "process_vm_readv",
    [LS_DENIAL_SAMPLES] = "perf_event_open",
};

void ls_denial_explain(enum ls_denial denial, int error, int pid, char *text,
                       size_t n)
{
    long paranoid = read_number("/proc/sys/kernel/perf_event_paranoid", 0);
    int refused = error == EPERM || error == EACCES;
    if (refused && denial == LS_DENIAL_SAMPLES && paranoid > 2 &&
        geteuid() != 0)
        snprintf(text, n,
                 "kernel.perf_event_paranoid is %ld: set it to 2 or less, or "
                 "trace as root",
                 paranoid);
    else if (refused && explain_process(pid, text, n))
        return;
    else if (refused)
        snprintf(text, n,
                 "%s is refused (%s), perhaps by a container's seccomp "
                 "profile: allow it there",
                 calls[denial], strerror(error));
    else if (error == ENOSYS || error == ENOENT || error == EOPNOTSUPP)
        snprintf(text, n, "this kernel does not have %s (%s)", calls[denial],
                 strerror(error));
    else
        snprintf(text, n, "%s failed: %s", calls[denial], strerror(error));
}

int ls_denial_lasts(int error)
{
    return error != ESRCH && error != EAGAIN && error != EINTR &&
           error != EFAULT && error != ENOMEM && error != EMFILE;
}
