/* SPDX-License-Identifier: MIT */
/*
 * The collector is started by two bare clones: their exit signal is 0, so the
 * program gets no SIGCHLD and its wait() does not see them, and no handler of
 * pthread_atfork runs. What happens between clone and exec is restricted to
 * system calls, because the program may have threads.
 */
#include "spawn.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "tracer/loopscope.h"

#define PROGRAM "loopscope-collector"
#define COMMAND "loopscope"

extern char **environ;

/* Below the folder of the library (or of the program that holds it). */
static const char *const beside[] = {
    "", "../libexec/", "../../libexec/", "../bin/", "../../bin/",
};

static int is_program(const char *path)
{
    return access(path, X_OK) == 0;
}

static int find_beside(const char *program, char *path, size_t n_path,
                       char *folder, size_t n)
{
    Dl_info info;
    char own[4096];
    if (!dladdr((void *)ls_spawn_find, &info) || !info.dli_fname)
        return 0;
    /* argv[0] stands for the main program: ask the kernel instead. */
    if (!strchr(info.dli_fname, '/') || info.dli_fname[0] != '/') {
        ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
        if (length < 0)
            return 0;
        own[length] = '\0';
    } else {
        snprintf(own, sizeof own, "%s", info.dli_fname);
    }
    char *slash = strrchr(own, '/');
    if (!slash)
        return 0;
    slash[1] = '\0';
    snprintf(folder, n, "%s", own);
    for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++) {
        int length = snprintf(path, n_path, "%s%s%s", own, beside[i], program);
        if (length > 0 && (size_t)length < n_path && is_program(path))
            return 1;
    }
    return 0;
}

/* PATH has the command; the collector is beside it, or where it was installed
 * with it. */
static int find_in_path(const char *program, char *path, size_t n_path)
{
    static const char *const below[] = {"/", "/../libexec/"};
    const char *at = secure_getenv("PATH"); /* it runs as we do */
    while (at && *at) {
        size_t n = strcspn(at, ":");
        for (size_t i = 0; i < sizeof below / sizeof below[0]; i++) {
            int length = snprintf(path, n_path, "%.*s%s%s", (int)n,
                                  n ? at : ".", below[i], program);
            if (length > 0 && (size_t)length < n_path && is_program(path))
                return 1;
        }
        at += n + (at[n] == ':');
    }
    return 0;
}

int ls_spawn_find(char *path, size_t n_path)
{
    const char *said = secure_getenv("LOOPSCOPE_COLLECTOR");
    if (said && *said) {
        snprintf(path, n_path, "%s", said);
        if (is_program(path))
            return LS_OK;
        return ls_error_set(LS_ENOCOLLECTOR,
                            "LOOPSCOPE_COLLECTOR=%s: %s; unset it, or name "
                            "the program " PROGRAM,
                            said, strerror(errno));
    }
    char folder[4096] = "?/";
    if (find_beside(PROGRAM, path, n_path, folder, sizeof folder))
        return LS_OK;
    snprintf(path, n_path, "%s/" PROGRAM, LS_LIBEXECDIR);
    if (is_program(path) || find_in_path(PROGRAM, path, n_path))
        return LS_OK;
    return ls_error_set(LS_ENOCOLLECTOR,
                        "no " PROGRAM " in %s, %s../libexec, "
                        "%s../../libexec, %s../bin, %s or PATH; install it or "
                        "name it in LOOPSCOPE_COLLECTOR",
                        folder, folder, folder, folder, LS_LIBEXECDIR);
}

int ls_spawn_find_command(char *path, size_t n_path)
{
    const char *said = secure_getenv("LOOPSCOPE_COMMAND");
    char folder[4096] = "?/";
    snprintf(path, n_path, "%s", said && *said ? said : "");
    if ((said && *said && is_program(path)) ||
        find_beside(COMMAND, path, n_path, folder, sizeof folder))
        return LS_OK;
    snprintf(path, n_path, "%s/" COMMAND, LS_BINDIR);
    if (is_program(path) || find_in_path(COMMAND, path, n_path))
        return LS_OK;
    return ls_error_set(LS_ENOCOLLECTOR,
                        "no command " COMMAND " in %s../bin, %s../../bin, %s "
                        "or PATH; install it or name it in LOOPSCOPE_COMMAND",
                        folder, folder, LS_BINDIR);
}

/* The program's environment without what would change the collector. */
static char **clean_environment(void)
{
    static const char *const dropped[] = {
        "LD_PRELOAD=", "LD_AUDIT=", "DEBUGINFOD_URLS="};
    size_t n = 0, kept = 0;
    while (environ && environ[n])
        n++;
    char **clean = malloc((n + 1) * sizeof *clean);
    if (!clean)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        int drop = 0;
        for (size_t k = 0; k < sizeof dropped / sizeof dropped[0]; k++)
            drop |= strncmp(environ[i], dropped[k], strlen(dropped[k])) == 0;
        if (!drop)
            clean[kept++] = environ[i];
    }
    clean[kept] = NULL;
    return clean;
}

static void reset_signals(void)
{
    sigset_t none;
    sigemptyset(&none);
    for (int i = 1; i < 32; i++)
        signal(i, SIG_DFL);
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* the program's limit: the writer says so */
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Standard descriptors to nowhere, the session as number 3, all others shut. */
static void reset_descriptors(int fd)
{
    int session = fcntl(fd, F_DUPFD, 10);
    int nowhere = open("/dev/null", O_RDWR);
    for (int i = 0; i < 3; i++)
        dup2(nowhere, i);
    dup2(session, 3);
    syscall(SYS_close_range, 4u, ~0u, 0u);
}

static void become_collector(const char *path, int fd, char **environment,
                             struct ls_shared *shared)
{
    char *argv[] = {(char *)PROGRAM, (char *)"3", NULL};
    atomic_store(&shared->header.collector_pid, (int32_t)getpid());
    reset_signals();
    reset_descriptors(fd);
    execve(path, argv, environment);
    /* Only plain stores from here: snprintf is not safe after a fork. */
    shared->header.error = LS_ENOCOLLECTOR;
    atomic_store(&shared->header.progress, (uint64_t)errno);
    atomic_store(&shared->header.collector_state, LS_COLLECTOR_FAILED);
    _exit(127);
}

/* CLONE_VFORK: the parent waits until the child has executed or ended, and a
 * debugger sees a vfork, which it lets go, instead of a new thread. */
static pid_t bare_clone(void)
{
    return (pid_t)syscall(SYS_clone, (unsigned long)CLONE_VFORK, NULL, NULL,
                          NULL, NULL);
}

int ls_spawn_collector(const char *path, int fd, struct ls_shared *shared)
{
    char **environment = clean_environment();
    if (!environment)
        return ls_error_set(LS_ENOMEM, "no memory for an environment");
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t pid = bare_clone();
    if (pid == 0) {
        setsid();
        pid_t second = bare_clone();
        if (second == 0)
            become_collector(path, fd, environment, shared);
        _exit(second < 0);
    }
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    free(environment);
    if (pid < 0)
        return ls_error_set(LS_ENOCOLLECTOR, "cannot start %s: %s", path,
                            strerror(error));
    int status = 0;
    while (waitpid(pid, &status, __WCLONE) < 0 && errno == EINTR)
        ;
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
        return ls_error_set(LS_ENOCOLLECTOR, "cannot start %s: no process",
                            path);
    return LS_OK;
}
