/* SPDX-License-Identifier: MIT */
/*
 * odd TRACE CASE: sequences that are legal and seldom, a function each.
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "tracer/loopscope.h"

static const char *trace;
static uv_timer_t timer;

/* Use the thread's processor so long, however often it is taken away. */
static void compute(long ms)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    long until = t.tv_sec * 1000000 + t.tv_nsec / 1000 + ms * 1000;
    do
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    while (t.tv_sec * 1000000 + t.tv_nsec / 1000 < until);
}

static int check(const char *what, int error)
{
    if (error)
        printf("%s: %s: %s\n", what, ls_strerror(error), ls_error_detail());
    return error;
}

static int open_trace(void)
{
    return check("open", ls_open(&(struct ls_options){.trace = trace}));
}

static int run_timer(uv_timer_cb callback)
{
    uv_loop_t *loop = uv_default_loop();
    if (open_trace() || ls_loop_attach(loop, "main"))
        return 1;
    uv_timer_init(loop, &timer);
    uv_timer_start(&timer, callback, 1, 0);
    uv_run(loop, UV_RUN_DEFAULT);
    return 0;
}

/* One turn of 60 ms of computing, among short reads, and 40 ms of sleep. */
static void compute_and_read(uv_timer_t *unused)
{
    int fds[2];
    char byte;
    if (pipe(fds) || fcntl(fds[0], F_SETFL, O_NONBLOCK))
        return;
    for (int i = 0; i < 20; i++) {
        compute(3);
        if (read(fds[0], &byte, 1) > 0)
            return;
    }
    usleep(40000);
    compute(2);
}

static int mixed(void)
{
    return run_timer(compute_and_read) || check("close", ls_close());
}

/* Another thread ends the program while the loop computes. */
static void *exit_soon(void *unused)
{
    usleep(300000);
    exit(0);
}

static void compute_on(uv_timer_t *unused)
{
    compute(60000);
}

static int exiting(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, exit_soon, NULL);
    return run_timer(compute_on);
}

/* A program that closes everything and takes the numbers for itself: a child
 * of its finds them open. */
static int closing_all(void)
{
    int status;
    if (open_trace() || ls_loop_attach(uv_default_loop(), "main"))
        return 1;
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    int n = limit.rlim_cur < 1024 ? (int)limit.rlim_cur : 1024;
    for (int fd = 3; fd < n; fd++)
        dup2(STDOUT_FILENO, fd);
    pid_t pid = fork();
    if (pid == 0) {
        for (int fd = 3; fd < n; fd++)
            if (fcntl(fd, F_GETFD) < 0)
                _exit(1);
        _exit(0);
    }
    if (waitpid(pid, &status, 0) != pid || status)
        puts("the child lacks a descriptor");
    return check("close", ls_close());
}

/* Files may not become as long as the memory for records is. */
static int limited(void)
{
    struct rlimit limit = {1000000, 1000000};
    setrlimit(RLIMIT_FSIZE, &limit);
    return open_trace();
}

/* A signal every half millisecond, and a collector that never gets ready. */
static void on_alarm(int unused)
{
}

static int interrupted(void)
{
    struct timespec begin, end;
    struct sigaction action = {.sa_handler = on_alarm};
    struct itimerval often = {{0, 500}, {0, 500}};
    clock_gettime(CLOCK_MONOTONIC, &begin);
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    int error = open_trace();
    clock_gettime(CLOCK_MONOTONIC, &end);
    if (end.tv_sec - begin.tv_sec < 9)
        puts("it had no patience");
    return error;
}

static const struct {
    const char *name;
    int (*run)(void);
} cases[] = {
    {"closing_all", closing_all},
    {"exiting", exiting},
    {"interrupted", interrupted},
    {"limited", limited},
    {"mixed", mixed},
};

int main(int argc, char **argv)
{
    trace = argv[1];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (argc == 3 && strcmp(cases[i].name, argv[2]) == 0)
            return cases[i].run() != 0;
    return 2;
}
