/* SPDX-License-Identifier: MIT */
#include "ticking.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <unistd.h>

static struct ticking_count *map_count(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, sizeof(struct ticking_count)) != 0)
        return NULL;
    void *count = mmap(NULL, sizeof(struct ticking_count),
                       PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    return count == MAP_FAILED ? NULL : count;
}

int ticking_open(struct ticking *t, const char *count_path, long period_us)
{
    struct itimerspec period = {
        .it_interval = {.tv_sec = period_us / 1000000,
                        .tv_nsec = period_us % 1000000 * 1000}};
    period.it_value = period.it_interval;
    t->count = map_count(count_path);
    t->poll_fd = epoll_create1(EPOLL_CLOEXEC);
    t->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    struct epoll_event in = {.events = EPOLLIN};
    if (!t->count || t->poll_fd < 0 || t->timer_fd < 0 ||
        epoll_ctl(t->poll_fd, EPOLL_CTL_ADD, t->timer_fd, &in) != 0 ||
        timerfd_settime(t->timer_fd, 0, &period, NULL) != 0)
        return -1;
    atomic_store(&t->count->pid, (uint64_t)getpid());
    return 0;
}

int ticking_wait(struct ticking *t)
{
    struct epoll_event event;
    uint64_t n_expired;
    int n = epoll_wait(t->poll_fd, &event, 1, -1);
    atomic_fetch_add(&t->count->n_turns, 1);
    if (n == 1 && read(t->timer_fd, &n_expired, sizeof n_expired) < 0 &&
        errno != EAGAIN)
        return 0;
    return n >= 0 || errno == EINTR;
}
