/* SPDX-License-Identifier: MIT */
/*
 * What loopscope_cmocka.h declares: a recording around a piece of a test, and
 * `loopscope check` as a process of its own to judge it.
 */
#include "tracer/loopscope_cmocka.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared.h"
#include "spawn.h"

extern char **environ;

enum { MOST_TEXT = 8192 }; /* cmocka cuts a message somewhere there, too */

static char trace[4096];
static char text[MOST_TEXT];
static bool is_recording;

/* Why it is not even tried; "" if it is. Kept for the end. */
static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
}

static bool is_left_to_others(void)
{
    const char *session = secure_getenv(LS_SESSION_VARIABLE);
    const char *wish = secure_getenv("LOOPSCOPE");
    return (session && *session) || (wish && strcmp(wish, "off") == 0);
}

/* A name that is nobody's; the file is loopscope's to make. */
static bool name_trace(void)
{
    const char *folder = secure_getenv("TMPDIR");
    snprintf(trace, sizeof trace, "%s/loopscope-XXXXXX.json",
             folder && *folder == '/' ? folder : "/tmp");
    int fd = mkostemps(trace, (int)strlen(".json"), O_CLOEXEC);
    if (fd >= 0)
        close(fd);
    else
        say("loopscope: %s: %s", trace, strerror(errno));
    return fd >= 0;
}

void ls_unblocked_begin(struct uv_loop_s *loop)
{
    struct ls_options options = {.trace = trace};
    text[0] = '\0';
    is_recording = false;
    if (is_left_to_others() || !name_trace())
        return;
    int error = ls_open(&options);
    if (!error && loop)
        error = ls_loop_attach(loop, NULL);
    is_recording = !error;
    if (!error)
        return;
    say("loopscope: %s: %s", ls_strerror(error), ls_error_detail());
    ls_close();
    unlink(trace);
}

/* ---- the verdict -------------------------------------------------------- */

static void read_all(int fd)
{
    size_t n = 0;
    ssize_t got;
    char rest[512];
    while ((got = read(fd, n + 1 < sizeof text ? text + n : rest,
                       n + 1 < sizeof text ? sizeof text - 1 - n
                                           : sizeof rest)) != 0) {
        if (got < 0 && errno != EINTR)
            break;
        if (got > 0 && n + 1 < sizeof text)
            n += (size_t)got;
    }
    text[n] = '\0';
}

static int wait_for(pid_t pid)
{
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Its exit status, what it said in `text`; -1: none. The folder is another, so
 * that the project's .loopscope.json does not decide. */
static int run_check(const char *command, unsigned max_ms)
{
    char warn[32], fail[32];
    int out[2];
    pid_t pid;
    posix_spawn_file_actions_t actions;
    snprintf(warn, sizeof warn, "--warn=%ums", max_ms);
    snprintf(fail, sizeof fail, "--fail=%ums", max_ms);
    char *argv[] = {(char *)command, (char *)"check", warn, fail,
                    (char *)"--",    trace,           NULL};
    if (pipe2(out, O_CLOEXEC) < 0)
        return -1;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, "/");
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDERR_FILENO);
    int error = posix_spawn(&pid, command, &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(out[1]);
    if (!error)
        read_all(out[0]);
    else
        say("loopscope: cannot run %s: %s", command, strerror(error));
    close(out[0]);
    return error ? -1 : wait_for(pid);
}

static const char *judge(unsigned max_ms)
{
    char command[4096];
    int error = ls_close();
    if (!error)
        error = ls_spawn_find_command(command, sizeof command);
    if (error) {
        say("loopscope: %s: %s", ls_strerror(error), ls_error_detail());
        return text;
    }
    if (run_check(command, max_ms) == 0) {
        unlink(trace);
        return NULL;
    }
    return text[0] ? text : "loopscope check ended without a word";
}

const char *ls_unblocked_end(unsigned max_ms)
{
    if (!is_recording)
        return text[0] ? text : NULL;
    is_recording = false;
    return judge(max_ms > 0 ? max_ms : 1);
}
