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

/* What stands in the program's environment besides the user's own. */
struct extra {
    const char *name, *value;
    bool first; /* before the user's value, not behind it */
    bool only;  /* instead of it */
    bool done;
};

static char *combine(struct extra *extra, char *entry)
{
    const char *old = strchr(entry, '=') + 1;
    extra->done = true;
    if (extra->only)
        return assign(extra->name, extra->value, NULL);
    return extra->first ? assign(extra->name, extra->value, old)
                        : assign(extra->name, *old ? old : extra->value,
                                 *old ? extra->value : NULL);
}

static struct extra *find_extra(struct extra *extras, const char *entry)
{
    for (; extras->name; extras++) {
        size_t n = strlen(extras->name);
        if (strncmp(entry, extras->name, n) == 0 && entry[n] == '=')
            return extras;
    }
    return NULL;
}

/* The user's environment, in its order, with EXTRAS (the last one has no name).
 * It lives until exec. */
static char **make_environment(struct extra *extras)
{
    size_t n = 0, made = 0, n_extras = 0;
    while (environ && environ[n])
        n++;
    while (extras[n_extras].name)
        n_extras++;
    char **made_of = calloc(n + n_extras + 1, sizeof *made_of);
    if (!made_of)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        char *entry = environ[i];
        if (has_prefix(entry, LS_KEPT_PREFIX))
            entry += strlen(LS_KEPT_PREFIX);
        struct extra *extra = find_extra(extras, entry);
        made_of[made++] = extra && !extra->done ? combine(extra, entry) : entry;
    }
    for (; extras->name; extras++)
        if (!extras->done)
            made_of[made++] = assign(extras->name, extras->value, NULL);
    return made_of;
}

/* ---- fork and exec ------------------------------------------------------ */

static int execute(struct ls_launch *launch, const char *session)
{
    struct extra extras[] = {
        {.name = LS_SESSION_VARIABLE, .value = session, .only = true},
        {.name = launch->library ? "LD_PRELOAD" : NULL,
         .value = launch->library,
         .first = true},
        /* AddressSanitizer's shared library wants to be the first of all, and
         * ends programs where it is not. It has no need to be. */
        {.name = "ASAN_OPTIONS", .value = "verify_asan_link_order=0"},
        {.name = NULL},
    };
    char **environment = make_environment(extras);
    if (!environment)
        return ENOMEM;
    restore_inherited(launch);
    execvpe(launch->path, launch->argv, environment);
    return errno;
}

static void be_program(struct ls_launch *launch, const char *session, int go,
                       int failed)
{
    char byte;
    ssize_t n;
    do
        n = read(go, &byte, 1);
    while (n < 0 && errno == EINTR);
    if (n != 1) /* the collector could not begin, or is gone */
        _exit(125);
    int error = execute(launch, session);
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
