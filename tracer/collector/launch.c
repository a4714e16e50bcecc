/* SPDX-License-Identifier: MIT */
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracer/record/shared.h"

extern char **environ;

/* ---- what is inherited -------------------------------------------------- */

void ls_launch_signals(sigset_t *set)
{
    /* Those of our own faults stay as they are. */
    static const int ours[] = {SIGSEGV, SIGBUS,  SIGFPE,
                               SIGILL,  SIGTRAP, SIGSYS};
    sigfillset(set);
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        sigdelset(set, ours[i]);
}

static void keep_descriptors(struct ls_launch *launch)
{
    for (int fd = 0; fd < 3; fd++) {
        if (fcntl(fd, F_GETFD) >= 0)
            continue;
        launch->closed |= 1u << fd;
        open("/dev/null", O_RDWR | O_CLOEXEC); /* lands on FD */
    }
}

void ls_launch_begin(struct ls_launch *launch)
{
    sigset_t set;
    ls_launch_signals(&set);
    sigprocmask(SIG_BLOCK, &set, &launch->mask);
    for (int i = 1; i < LS_LAUNCH_SIGNALS; i++)
        sigaction(i, NULL, &launch->actions[i]);
    /* An ignored SIGCHLD would take the program's status away. */
    signal(SIGCHLD, SIG_DFL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    for (int i = 0; i < LS_LAUNCH_LIMITS; i++) {
        if (getrlimit(i, &launch->limits[i]) < 0)
            continue;
        struct rlimit most = launch->limits[i];
        most.rlim_cur = most.rlim_max;
        /* A stack without limit would change where memory is mapped. */
        if (i != RLIMIT_STACK && i != RLIMIT_CORE)
            setrlimit(i, &most);
    }
    keep_descriptors(launch);
}

static void restore_inherited(const struct ls_launch *launch)
{
    for (int i = 0; i < LS_LAUNCH_LIMITS; i++)
        setrlimit(i, &launch->limits[i]);
    for (int fd = 0; fd < 3; fd++)
        if (launch->closed >> fd & 1)
            close(fd);
    for (int i = 1; i < LS_LAUNCH_SIGNALS; i++)
        sigaction(i, &launch->actions[i], NULL);
    sigprocmask(SIG_SETMASK, &launch->mask, NULL);
}

/* ---- environment -------------------------------------------------------- */

static bool has_prefix(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* NAME=VALUE, or NAME=VALUE:REST; NULL without memory. */
static char *assign(const char *name, const char *value, const char *rest)
{
    char *text;
    bool more = rest && *rest;
    if (asprintf(&text, "%s=%s%s%s", name, value, more ? ":" : "",
                 more ? rest : "") < 0)
        return NULL;
    return text;
}

/* The user's environment, in its order, with the library before their own
 * LD_PRELOAD. It lives until exec. */
static char **make_environment(const char *library, const char *session)
{
    size_t n = 0, made = 0;
    while (environ && environ[n])
        n++;
    char **made_of = calloc(n + 3, sizeof *made_of);
    bool preloads = false;
    if (!made_of)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        char *entry = environ[i];
        if (has_prefix(entry, LS_KEPT_PREFIX))
            entry += strlen(LS_KEPT_PREFIX);
        if (session && has_prefix(entry, LS_SESSION_VARIABLE "="))
            continue;
        if (library && has_prefix(entry, "LD_PRELOAD=") && !preloads) {
            entry = assign("LD_PRELOAD", library, strchr(entry, '=') + 1);
            preloads = true;
        }
        made_of[made++] = entry;
    }
    if (library && !preloads)
        made_of[made++] = assign("LD_PRELOAD", library, NULL);
    if (session)
        made_of[made++] = assign(LS_SESSION_VARIABLE, session, NULL);
    return made_of;
}

/* ---- fork and exec ------------------------------------------------------ */

static int execute(struct ls_launch *launch, char **environment)
{
    if (!environment)
        return ENOMEM;
    restore_inherited(launch);
    execvpe(launch->argv[0], launch->argv, environment);
    return errno;
}

int ls_launch_become(struct ls_launch *launch)
{
    return execute(launch, make_environment(NULL, NULL));
}

static void be_program(struct ls_launch *launch, const char *session, int go,
                       int failed)
{
    char **environment = make_environment(launch->library, session);
    char byte;
    ssize_t n;
    do
        n = read(go, &byte, 1);
    while (n < 0 && errno == EINTR);
    if (n != 1) /* the collector could not begin, or is gone */
        _exit(125);
    int error = execute(launch, environment);
    if (write(failed, &error, sizeof error) < 0)
        _exit(126);
    _exit(127);
}

int ls_launch_fork(struct ls_launch *launch, int session_fd,
                   const uint64_t id[2])
{
    char session[80];
    int go[2], failed[2];
    snprintf(session, sizeof session, "%d:%d:%016llx%016llx", (int)getpid(),
             session_fd, (unsigned long long)id[0], (unsigned long long)id[1]);
    if (pipe2(go, O_CLOEXEC) < 0)
        return errno;
    if (pipe2(failed, O_CLOEXEC) < 0)
        return errno;
    launch->pid = fork();
    if (launch->pid < 0)
        return errno;
    if (launch->pid == 0) {
        close(go[1]);
        be_program(launch, session, go[0], failed[1]);
    }
    close(go[0]);
    close(failed[1]);
    launch->go = go[1];
    launch->failed = failed[0];
    return 0;
}

static void reap(const struct ls_launch *launch)
{
    while (waitpid(launch->pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

int ls_launch_go(struct ls_launch *launch)
{
    int error = 0;
    ssize_t n = write(launch->go, "", 1);
    close(launch->go);
    do
        n = read(launch->failed, &error, sizeof error);
    while (n < 0 && errno == EINTR);
    close(launch->failed);
    if (n != sizeof error)
        return 0;
    reap(launch);
    return error;
}

void ls_launch_cancel(struct ls_launch *launch)
{
    close(launch->go);
    close(launch->failed);
    reap(launch);
}
