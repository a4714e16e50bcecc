/* SPDX-License-Identifier: MIT */
/* Waiting for child processes and for signals. vfork() is never touched: its
 * child returns on the parent's stack. */
#include "blocks.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracer/record/nonblocking.h"

#define WAITS_FOR(call, pid, name, parameters, arguments)                      \
    LS_BLOCKS(call, ls_subject_process(about, pid), pid_t, name, parameters,   \
              arguments)

WAITS_FOR(WAIT, -1, wait, (int *status), (status))
WAITS_FOR(WAITPID, pid, waitpid, (pid_t pid, int *status, int options),
          (pid, status, options))
WAITS_FOR(WAIT3, -1, wait3, (int *status, int options, struct rusage *usage),
          (status, options, usage))
WAITS_FOR(WAIT4, pid, wait4,
          (pid_t pid, int *status, int options, struct rusage *usage),
          (pid, status, options, usage))

static void waitid_subject(struct ls_subject *about, idtype_t kind, id_t id)
{
    if (kind == P_PIDFD)
        ls_subject_io(about, (int)id);
    else if (kind == P_PID)
        ls_subject_process(about, (pid_t)id);
    else if (kind == P_PGID)
        ls_subject_process(about, -(int64_t)id);
    else
        ls_subject_process(about, -1);
}

LS_BLOCKS(WAITID, waitid_subject(about, kind, id), int, waitid,
          (idtype_t kind, id_t id, siginfo_t *info, int options),
          (kind, id, info, options))

LS_BLOCKS(SYSTEM, ls_subject_text(about, command), int, system,
          (const char *command), (command))
LS_BLOCKS(POPEN, ls_subject_text(about, command), FILE *, popen,
          (const char *command, const char *mode), (command, mode))

/* After it the descriptor may be another's. */
LS_HOOK int pclose(FILE *stream)
{
    int result;
    if (stream)
        ls_nonblocking_remove(stream->_fileno);
    LS_BLOCKS_AROUND(PCLOSE, ls_subject_none(about), result,
                     LS_REAL(pclose)(stream));
    return result;
}

#define WAITS_SIGNAL(call, name, parameters, arguments)                        \
    LS_BLOCKS(call, ls_subject_signals(about, set), int, name, parameters,     \
              arguments)

WAITS_SIGNAL(SIGWAIT, sigwait, (const sigset_t *set, int *signal),
             (set, signal))
WAITS_SIGNAL(SIGWAITINFO, sigwaitinfo, (const sigset_t *set, siginfo_t *info),
             (set, info))
WAITS_SIGNAL(SIGTIMEDWAIT, sigtimedwait,
             (const sigset_t *set, siginfo_t *info,
              const struct timespec *timeout),
             (set, info, timeout))
LS_BLOCKS(SIGSUSPEND, ls_subject_none(about), int, sigsuspend,
          (const sigset_t *mask), (mask))
LS_BLOCKS(PAUSE, ls_subject_none(about), int, pause, (void), ())
