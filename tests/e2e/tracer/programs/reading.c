/* SPDX-License-Identifier: MIT */
/*
 * reading TRACE: one blocking call of each kind inside a turn, 60 ms each, by
 * another thread that writes late; and reads from a non-blocking
 * descriptor, which are none. Each call stands in a function of its own,
 * named after it.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "tracer/loopscope.h"

enum { LATE_MS = 60 };

static int fds[2]; /* [0] is read here, [1] is written late */

static void *write_late(void *arg)
{
    struct timespec t = {.tv_nsec = LATE_MS * 1000000L};
    nanosleep(&t, NULL);
    if (write(fds[1], "x", 1) < 0)
        perror("write");
    return NULL;
}

#define BLOCKS(name, call)                                                     \
    static __attribute__((noinline)) void in_##name(void)                      \
    {                                                                          \
        char bytes[8];                                                         \
        (void)bytes;                                                           \
        errno = 77;                                                            \
        if ((long)(call) < 0)                                                  \
            perror(#name);                                                     \
        if (errno != 77)                                                       \
            printf("errno of " #name ": %d\n", errno);                         \
    }

static struct timespec late = {.tv_nsec = LATE_MS * 1000000L};

BLOCKS(usleep, usleep(LATE_MS * 1000))
BLOCKS(nanosleep, nanosleep(&late, NULL))
BLOCKS(clock_nanosleep, clock_nanosleep(CLOCK_MONOTONIC, 0, &late, NULL))
BLOCKS(uv_sleep, (uv_sleep(LATE_MS), 0))
BLOCKS(read, read(fds[0], bytes, 1))
BLOCKS(readv, readv(fds[0], &(struct iovec){bytes, 1}, 1))
BLOCKS(recv, recv(fds[0], bytes, 1, 0))
BLOCKS(recvfrom, recvfrom(fds[0], bytes, 1, 0, NULL, NULL))
BLOCKS(recvmsg, recvmsg(fds[0],
                        &(struct msghdr){.msg_iov = &(struct iovec){bytes, 1},
                                         .msg_iovlen = 1},
                        0))
BLOCKS(poll, poll(&(struct pollfd){fds[0], POLLIN, 0}, 1, 1000))
BLOCKS(ppoll, ppoll(&(struct pollfd){fds[0], POLLIN, 0}, 1, NULL, NULL))

static int select_one(void)
{
    fd_set in;
    FD_ZERO(&in);
    FD_SET(fds[0], &in);
    return select(fds[0] + 1, &in, NULL, NULL, NULL);
}

BLOCKS(select, select_one())

static void run(void (*call)(void), int kind)
{
    pthread_t thread;
    int sockets = kind == 's';
    if (sockets ? socketpair(AF_UNIX, SOCK_STREAM, 0, fds) : pipe(fds))
        perror("pipe");
    pthread_create(&thread, NULL, write_late, NULL);
    call();
    pthread_join(thread, NULL);
    close(fds[0]);
    close(fds[1]);
}

static void read_nonblocking(void)
{
    char bytes[8];
    fcntl(fds[0], F_SETFL, O_NONBLOCK);
    for (int i = 0; i < 1000; i++)
        if (read(fds[0], bytes, 1) < 0 && errno != EAGAIN)
            perror("read");
}

static void all(uv_timer_t *timer)
{
    static const struct {
        void (*call)(void);
        int kind;
    } calls[] = {
        {in_usleep, 'p'},   {in_nanosleep, 'p'}, {in_clock_nanosleep, 'p'},
        {in_uv_sleep, 'p'}, {in_read, 'p'},      {in_readv, 'p'},
        {in_recv, 's'},     {in_recvfrom, 's'},  {in_recvmsg, 's'},
        {in_poll, 'p'},     {in_ppoll, 'p'},     {in_select, 'p'},
    };
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        run(calls[i].call, calls[i].kind);
    run(read_nonblocking, 'p');
}

int main(int argc, char **argv)
{
    uv_loop_t *loop = uv_default_loop();
    uv_timer_t timer;
    if (ls_open(&(struct ls_options){.trace = argv[1]}) ||
        ls_loop_attach(loop, "main")) {
        fprintf(stderr, "%s\n", ls_error_detail());
        return 1;
    }
    uv_timer_init(loop, &timer);
    uv_timer_start(&timer, all, 1, 0);
    uv_run(loop, UV_RUN_DEFAULT);
    return ls_close() ? 1 : 0;
}
