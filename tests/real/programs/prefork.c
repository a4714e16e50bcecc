/* SPDX-License-Identifier: MIT */
/*
 * prefork PORT WORKERS: a server as servers were: one listens, forks workers,
 * and waits for them; each accepts and answers on an epoll of its own, and is
 * named "worker N". SIGTERM ends all of them.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_WORKERS = 16 };

static volatile sig_atomic_t is_over;

static void end(int number)
{
    is_over = number;
}

static int listen_on(int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int one = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 64) != 0)
        return -1;
    return fd;
}

static void answer(int listener)
{
    static const char text[] =
        "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nok\n";
    char request[1024];
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0)
        return; /* another worker was quicker */
    if (recv(fd, request, sizeof request, 0) > 0)
        send(fd, text, sizeof text - 1, MSG_NOSIGNAL);
    close(fd);
}

static void work(int listener, int number)
{
    char name[16];
    snprintf(name, sizeof name, "worker %d", number);
    prctl(PR_SET_NAME, name);
    int poller = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN};
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    while (!is_over)
        if (epoll_wait(poller, &event, 1, 1000) == 1)
            answer(listener);
    _exit(0);
}

int main(int argc, char **argv)
{
    pid_t workers[MOST_WORKERS];
    int n = argc == 3 ? atoi(argv[2]) : 0;
    int listener = argc == 3 ? listen_on(atoi(argv[1])) : -1;
    if (listener < 0 || n < 1 || n > MOST_WORKERS) {
        fprintf(stderr, "usage: prefork PORT WORKERS\n");
        return 2;
    }
    struct sigaction on_end = {.sa_handler = end};
    sigaction(SIGTERM, &on_end, NULL);
    for (int i = 0; i < n; i++) {
        workers[i] = fork();
        if (workers[i] == 0)
            work(listener, i + 1);
    }
    while (!is_over)
        pause();
    for (int i = 0; i < n; i++)
        kill(workers[i], SIGTERM);
    for (int i = 0; i < n; i++)
        waitpid(workers[i], NULL, 0);
    return 0;
}
