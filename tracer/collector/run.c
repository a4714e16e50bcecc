/* SPDX-License-Identifier: MIT */
/*
 * The course of `loopscope run`: memory, then the fork, then everything that
 * can fail (the trace above all), then the program's exec, then recording
 * until nothing of it is left.
 */
#include "run.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collector.h"
#include "launch.h"
#include "library.h"
#include "parent.h"
#include "program.h"
#include "share.h"

struct settings {
    const char *trace;
    int64_t threshold_ns;
    uint64_t max_bytes;
    int64_t inject_ns; /* a stall to plant, or 0 */
    char **after;      /* n_after of them: what to run when all is over */
    size_t n_after;
    char **program;
};

struct course {
    struct ls_launch launch;
    struct ls_program program;
    char path[4096]; /* of the program */
    char library[4096];
    struct ls_share share; /* the programs open it by /proc */
    struct ls_collector *collector;
};

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *format, ...)
{
    char line[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    for (char *at = line; *at; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            *at = '?';
    dprintf(STDERR_FILENO, "loopscope: %s\n", line);
}

/* ---- course ------------------------------------------------------------- */

/* Everything up to the program's exec; the exit status if that is not
 * reached. */
static int begin(struct course *course, const struct settings *settings)
{
    int error = ls_share_make(&course->share);
    if (error) {
        say("cannot map memory for records: %s%s", strerror(error),
            error == EFBIG ? "; raise `ulimit -f`" : "");
        return LS_RUN_FAILED;
    }
    struct ls_header *h = &course->share.shared->header;
    h->threshold_ns = settings->threshold_ns;
    h->max_bytes = settings->max_bytes;
    h->inject_ns = settings->inject_ns;
    snprintf(h->trace, sizeof h->trace, "%s", settings->trace);
    ls_parent_adopt();
    error = ls_launch_fork(&course->launch, course->share.fd, h->session_id);
    if (error) {
        say("cannot start a process: %s", strerror(error));
        return LS_RUN_FAILED;
    }
    h->first_pid = course->launch.pid;
    course->collector->launched = true;
    if (ls_collector_open(course->collector, course->share.shared)) {
        say("%.*s", (int)sizeof h->text - 1, h->text);
        ls_launch_cancel(&course->launch);
        return LS_RUN_FAILED;
    }
    return 0;
}

static int fail_exec(const struct settings *settings, int error)
{
    say("%s: %s", settings->program[0], strerror(error));
    return error == ENOENT ? LS_RUN_NOT_FOUND : LS_RUN_NOT_EXECUTABLE;
}

/* What will be run, before a trace is touched. */
static int inspect(struct course *course, const struct settings *settings)
{
    struct ls_launch *launch = &course->launch;
    int error = ls_program_find(settings->program[0], course->path,
                                sizeof course->path);
    if (error)
        return fail_exec(settings, error);
    if (!ls_library_find(course->library, sizeof course->library))
        return LS_RUN_FAILED;
    ls_program_inspect(course->path, &course->program);
    const char *story = ls_program_story(course->program.kind);
    if (story)
        say("%s %s", course->program.path, story);
    launch->path = course->path;
    launch->argv = settings->program;
    launch->library =
        ls_program_may_preload(course->program.kind) ? course->library : NULL;
    return 0;
}

static int record(struct course *course)
{
    struct ls_collector *c = course->collector;
    struct ls_parent *parent =
        ls_parent_start(course->launch.pid, course->share.shared);
    if (!parent) {
        say("no memory to follow the program");
        return LS_RUN_FAILED;
    }
    do {
        c->finished = ls_parent_is_over(parent);
        c->first_reaped = ls_parent_has_ended(parent);
        c->first_exited = ls_parent_has_exited(parent);
        if (!ls_collector_tick(c))
            break;
        ls_collector_wait(c);
    } while (true);
    ls_collector_close(c);
    int status = ls_parent_status(parent);
    ls_parent_stop(parent);
    if (isatty(STDERR_FILENO))
        ls_synopsis_say(c, stderr);
    if (c->writer.error)
        say("%s: %s", c->trace, c->writer.text);
    return status;
}

/* RECORDED: there is a trace. */
static int run(struct course *course, const struct settings *settings,
               bool *recorded)
{
    int status = inspect(course, settings);
    if (!status)
        status = begin(course, settings);
    if (status)
        return status;
    int error = ls_launch_go(&course->launch);
    if (error) {
        ls_collector_close(course->collector);
        unlink(settings->trace); /* a trace of nothing */
        return fail_exec(settings, error);
    }
    *recorded = true;
    return record(course);
}

/* ---- after it ----------------------------------------------------------- */

static void be_after(const struct settings *settings, char **argv,
                     const struct ls_launch *launch)
{
    dup2(STDERR_FILENO, STDOUT_FILENO);
    sigprocmask(SIG_SETMASK, &launch->mask, NULL);
    execv(argv[0], argv);
    say("%s: %s", argv[0], strerror(errno));
    _exit(LS_RUN_FAILED);
}

/* The status of the command that follows. */
static int run_after(const struct settings *settings,
                     const struct ls_launch *launch)
{
    int status;
    char **argv = calloc(settings->n_after + 1, sizeof *argv);
    if (!argv)
        return LS_RUN_FAILED;
    memcpy(argv, settings->after, settings->n_after * sizeof *argv);
    pid_t pid = fork();
    if (pid == 0)
        be_after(settings, argv, launch);
    free(argv);
    while (pid > 0 && waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return LS_RUN_FAILED;
    if (pid < 0)
        return LS_RUN_FAILED;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* ---- command line ------------------------------------------------------- */

static bool read_settings(struct settings *settings, int argc, char **argv)
{
    char *end[4];
    if (argc < 6)
        return false;
    settings->trace = argv[0];
    settings->threshold_ns = strtoll(argv[1], &end[0], 10);
    settings->max_bytes = strtoull(argv[2], &end[1], 10);
    settings->inject_ns = strtoll(argv[3], &end[2], 10);
    settings->n_after = strtoul(argv[4], &end[3], 10);
    settings->after = argv + 5;
    if (settings->n_after > (size_t)argc - 6)
        return false;
    settings->program = argv + 5 + settings->n_after;
    return !*end[0] && !*end[1] && !*end[2] && !*end[3] &&
           settings->threshold_ns > 0 && settings->inject_ns >= 0;
}

int ls_run(int argc, char **argv)
{
    struct settings settings;
    static struct course course = {.share = {.fd = -1}};
    if (!read_settings(&settings, argc, argv)) {
        say("loopscope-collector run is not called by hand: see loopscope run "
            "--help");
        return LS_RUN_FAILED;
    }
    ls_launch_begin(&course.launch);
    course.collector = calloc(1, sizeof *course.collector);
    if (!course.collector) {
        say("no memory");
        return LS_RUN_FAILED;
    }
    bool recorded = false;
    int status = run(&course, &settings, &recorded);
    if (recorded && settings.n_after > 0) {
        int after = run_after(&settings, &course.launch);
        status = status ? status : after;
    }
    ls_share_free(&course.share);
    free(course.collector);
    return status;
}
