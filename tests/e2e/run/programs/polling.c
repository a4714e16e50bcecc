/* SPDX-License-Identifier: MIT */
/*
 * polling HOW: a program that knows nothing of loopscope and polls in one of
 * these ways. Each poll begins a turn, which ends with the next poll or when
 * the loop is closed.
 */
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *self;

static void poll_on(int epfd, int n)
{
    struct epoll_event event;
    while (n-- > 0)
        epoll_wait(epfd, &event, 1, 1);
}

static int make_loop(int n)
{
    int epfd = epoll_create1(EPOLL_CLOEXEC);
    poll_on(epfd, n);
    return epfd;
}

static void sleep_ms(int ms)
{
    usleep((useconds_t)ms * 1000);
}

/* It blocks in its first turn and never polls again. */
static void once(void)
{
    make_loop(1);
    sleep_ms(30);
}

/* 4 turns each; the second descriptor is a new number. */
static void one_after_another(void)
{
    int first = make_loop(4);
    int second = epoll_create1(0);
    close(first);
    poll_on(second, 4);
    close(second);
    sleep_ms(20);
}

/* 4 turns, in one of which another loop is polled, for 30 ms. */
static void nested(void)
{
    int outer = make_loop(2);
    int inner = make_loop(30);
    poll_on(outer, 2);
    close(inner);
    close(outer);
}

/* No descriptor, so no loop. */
static void sleeping(void)
{
    struct timeval some = {.tv_usec = 1000};
    for (int i = 0; i < 20; i++) {
        poll(NULL, 0, 1);
        select(0, NULL, NULL, NULL, &some);
    }
}

/* Looks, but never waits: no loop. */
static void looking(void)
{
    struct pollfd in = {.fd = 0, .events = POLLIN};
    for (int i = 0; i < 20; i++) {
        poll(&in, 1, 0);
        sleep_ms(1);
    }
}

/* A start-up by poll(), then epoll: 4 turns of it. */
static void poll_then_epoll(void)
{
    int ends[2];
    if (pipe(ends) < 0)
        exit(1);
    struct pollfd in = {.fd = ends[0], .events = POLLIN};
    poll(&in, 1, 1);
    close(make_loop(4));
}

static void *run_loop(void *arg)
{
    close(make_loop(3));
    return arg;
}

/* 200 threads with 3 turns each, a few at a time. */
static void threads(void)
{
    enum { N = 4 };
    pthread_t all[N];
    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < N; i++)
            if (pthread_create(&all[i], NULL, run_loop, NULL))
                exit(1);
        for (int i = 0; i < N; i++)
            pthread_join(all[i], NULL);
    }
}

static void wait_for(pid_t pid)
{
    int status = 0;
    if (waitpid(pid, &status, 0) != pid || status != 0)
        exit(1);
}

/* 3 turns here, 4 in each of 3 children. */
static void prefork(void)
{
    pid_t all[3];
    int epfd = make_loop(2);
    for (int i = 0; i < 3; i++) {
        all[i] = fork();
        if (all[i] == 0) {
            close(make_loop(4));
            exit(0);
        }
    }
    for (int i = 0; i < 3; i++)
        wait_for(all[i]);
    poll_on(epfd, 1);
    close(epfd);
}

/* Children that pthread_atfork does not hear of: they record nothing, and
 * their parent's 4 turns stay whole. */
static void bare_forks(void)
{
    int epfd = make_loop(2);
    for (int i = 0; i < 3; i++) {
        pid_t pid =
            i == 0 ? _Fork() : (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
        if (pid == 0) {
            poll_on(epfd, 10);
            if (i == 1)
                _exit(0);
            exit(0);
        }
        wait_for(pid);
    }
    poll_on(epfd, 2);
    close(epfd);
}

static void compute_ms(int ms)
{
    struct timespec t = {0};
    while (t.tv_sec * 1000 + t.tv_nsec / 1000000 < ms)
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
}

/* 4 turns, in one of which a vfork()ed child closes and blocks, and is waited
 * for: there is nothing computed in them. */
static void spawning(void)
{
    compute_ms(40);
    int epfd = make_loop(2);
    pid_t pid = vfork();
    if (pid == 0) {
        close(epfd);
        usleep(20000);
        execl(self, self, "sleeping", (char *)NULL);
        _exit(1);
    }
    wait_for(pid);
    poll_on(epfd, 2);
    close(epfd);
}

/* 3 turns, the last of which ends when it executes itself; then once(). */
static void executing(void)
{
    make_loop(3);
    execl(self, self, "once", (char *)NULL);
}

/* What daemons do with descriptors: 3 turns before, 3 after. */
static void daemonising(void)
{
    int epfd = make_loop(3);
    for (int i = 3; i < 1024; i++)
        if (i != epfd)
            close(i);
    poll_on(epfd, 3);
    close(epfd);
}

/* 300 processes at one time, all of which have to be over by themselves. */
static void many(void)
{
    int ends[2];
    char c;
    if (pipe(ends) < 0)
        exit(1);
    for (int i = 0; i < 300; i++) {
        pid_t pid = fork();
        if (pid < 0)
            exit(1);
        if (pid == 0) {
            close(ends[1]);
            int epfd = make_loop(2);
            if (read(ends[0], &c, 1) != 0)
                _exit(1);
            close(epfd);
            _exit(0);
        }
    }
    close(ends[1]);
    while (wait(NULL) > 0)
        ;
}

static const struct {
    const char *name;
    void (*run)(void);
} ways[] = {
    {"once", once},
    {"one-after-another", one_after_another},
    {"nested", nested},
    {"sleeping", sleeping},
    {"looking", looking},
    {"poll-then-epoll", poll_then_epoll},
    {"threads", threads},
    {"prefork", prefork},
    {"bare-forks", bare_forks},
    {"spawning", spawning},
    {"executing", executing},
    {"daemonising", daemonising},
    {"many", many},
};

int main(int argc, char **argv)
{
    self = argv[0];
    for (size_t i = 0; argc > 1 && i < sizeof ways / sizeof ways[0]; i++) {
        if (strcmp(argv[1], ways[i].name) == 0) {
            ways[i].run();
            return 0;
        }
    }
    return 2;
}
