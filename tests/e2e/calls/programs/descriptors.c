/* SPDX-License-Identifier: MIT */
/* Rows: sleeps, reading and writing. */
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <threads.h>
#include <time.h>
#include <uv.h>

#include "row.h"

/* ---- sleeps ------------------------------------------------------------- */

static struct timespec late = {.tv_nsec = LATE_MS * 1000000L};

WAITS(usleep, "usleep", "", "", NULL, NULL, usleep(LATE_MS * 1000))
WAITS(nanosleep, "nanosleep", "", "", NULL, NULL, nanosleep(&late, NULL))
WAITS(clock_nanosleep, "clock_nanosleep", "", "", NULL, NULL,
      clock_nanosleep(CLOCK_MONOTONIC, 0, &late, NULL))
WAITS(thrd_sleep, "thrd_sleep", "", "", NULL, NULL, thrd_sleep(&late, NULL))
WAITS(uv_sleep, "uv_sleep", "", "", NULL, NULL, (uv_sleep(LATE_MS), 0))
QUIET(no_sleep, NULL, usleep(0))

/* ---- polls that are not the loop's -------------------------------------- */

static int select_one(struct timeval *timeout)
{
    fd_set in;
    FD_ZERO(&in);
    FD_SET(fds[0], &in);
    return select(fds[0] + 1, &in, NULL, NULL, timeout);
}

static int epoll_one(int timeout)
{
    struct epoll_event event = {.events = EPOLLIN};
    int fd = epoll_create1(EPOLL_CLOEXEC);
    epoll_ctl(fd, EPOLL_CTL_ADD, fds[0], &event);
    keep(fd);
    errno = 77;
    return epoll_wait(fd, &event, 1, timeout);
}

WAITS(poll, "poll", "", "", make_pipe, write_late,
      poll(&(struct pollfd){fds[0], POLLIN, 0}, 1, 1000))
WAITS(ppoll, "ppoll", "", "", make_pipe, write_late,
      ppoll(&(struct pollfd){fds[0], POLLIN, 0}, 1, NULL, NULL))
WAITS(select, "select", "", "", make_pipe, write_late, select_one(NULL))
WAITS(epoll_wait, "epoll_wait", "other", "eventpoll", make_pipe, write_late,
      epoll_one(-1))
QUIET(no_poll, make_pipe, poll(&(struct pollfd){fds[0], POLLIN, 0}, 1, 0))
QUIET(no_select, make_pipe, select_one(&(struct timeval){0}))

/* ---- reading ------------------------------------------------------------ */

ssize_t __read_chk(int fd, void *to, size_t n, size_t size);

static struct iovec one = {bytes, 1};

static void make_fifo(void)
{
    unlink("fifo");
    TRY(mkfifo("fifo", 0600));
    fds[0] = open("fifo", O_RDWR);
    fds[1] = open("fifo", O_RDWR);
    keep(fds[0]);
    keep(fds[1]);
}

static void make_event(void)
{
    fds[0] = fds[1] = eventfd(0, EFD_CLOEXEC);
    keep(fds[0]);
}

static void count_late(void)
{
    TRY(eventfd_write(fds[1], 1));
}

WAITS(read, "read", "pipe", "", make_pipe, write_late, read(fds[0], bytes, 1))
WAITS(read_chk, "read", "pipe", "", make_pipe, write_late,
      __read_chk(fds[0], bytes, 1, sizeof bytes))
WAITS(read_socket, "read", "socket", "", make_sockets, write_late,
      read(fds[0], bytes, 1))
WAITS(read_fifo, "read", "pipe", "/fifo", make_fifo, write_late,
      read(fds[0], bytes, 1))
WAITS(read_event, "read", "other", "[eventfd]", make_event, count_late,
      read(fds[0], bytes, 8))
WAITS(readv, "readv", "pipe", "", make_pipe, write_late, readv(fds[0], &one, 1))
WAITS(preadv2, "preadv2", "pipe", "", make_pipe, write_late,
      preadv2(fds[0], &one, 1, -1, 0))
WAITS(pread, "pread", "file", "/slow", make_slow, NULL,
      pread(fds[0], bytes, 1, 0))
WAITS(pread64, "pread", "file", "/slow", make_slow, NULL,
      pread64(fds[0], bytes, 1, 0))
WAITS(preadv, "preadv", "file", "/slow", make_slow, NULL,
      preadv(fds[0], &one, 1, 0))

static void make_nonblocking(void)
{
    make_pipe();
    unblock();
}

static long read_often(void)
{
    for (int i = 0; i < 1000; i++)
        if (read(fds[0], bytes, 1) >= 0 || errno != EAGAIN)
            return 1;
    errno = 77;
    return 0;
}

QUIET(read_nonblocking, make_nonblocking, read_often())
QUIET(read_zero, make_pipe, read(fds[0], bytes, 0))

/* ---- writing ------------------------------------------------------------ */

static void make_full(void)
{
    make_pipe();
    fill();
}

static struct iovec page = {bytes, 4096};

WAITS(write, "write", "pipe", "", make_full, drain_late,
      write(fds[1], bytes, 4096))
WAITS(writev, "writev", "pipe", "", make_full, drain_late,
      writev(fds[1], &page, 1))
WAITS(pwritev2, "pwritev2", "pipe", "", make_full, drain_late,
      pwritev2(fds[1], &page, 1, -1, 0))
WAITS(vmsplice, "vmsplice", "pipe", "", make_full, drain_late,
      vmsplice(fds[1], &page, 1, 0))
WAITS(pwrite, "pwrite", "file", "/slow", make_slow, NULL,
      pwrite(fds[0], bytes, 1, 0))
WAITS(pwrite64, "pwrite", "file", "/slow", make_slow, NULL,
      pwrite64(fds[0], bytes, 1, 0))
WAITS(pwritev, "pwritev", "file", "/slow", make_slow, NULL,
      pwritev(fds[0], &one, 1, 0))
QUIET(write_room, make_pipe, write(fds[1], bytes, 1))

/* ---- from one to another ------------------------------------------------ */

static int other[2];

static void make_two(void)
{
    make_pipe();
    TRY(pipe(other));
    keep(other[0]);
    keep(other[1]);
}

static void make_file_to_full(void)
{
    make_slow();
    other[0] = fds[0];
    TRY(ftruncate(other[0], sizeof bytes));
    make_sockets();
    fill();
}

static off_t zero;

WAITS(splice, "splice", "pipe", "", make_two, write_late,
      splice(fds[0], NULL, other[1], NULL, 1, 0))
WAITS(tee, "tee", "pipe", "", make_two, write_late, tee(fds[0], other[1], 1, 0))
WAITS(sendfile, "sendfile", "socket", "", make_file_to_full, drain_late,
      sendfile(fds[1], other[0], (zero = 0, &zero), sizeof bytes))
WAITS(copy_file_range, "copy_file_range", "file", "/slow", make_slow, NULL,
      copy_file_range(fds[0], (zero = 0, &zero), fds[0], &(off_t){6}, 1, 0))
