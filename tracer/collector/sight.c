/* SPDX-License-Identifier: MIT */
#include "sight.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PAGE = 4096, MOST_PAGES = 32 };

/* A short file of a thread; its length, or -errno. */
static int read_file(int pid, int tid, const char *name, char *text, size_t n)
{
    char path[80];
    snprintf(path, sizeof path, "/proc/%d/task/%d/%s", pid, tid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? -ESRCH : -errno;
    ssize_t got = read(fd, text, n - 1);
    int error = errno;
    close(fd);
    if (got < 0)
        return -error;
    text[got] = '\0';
    return (int)got;
}

/* proc(5): "running"; or the number of the system call, its six arguments, SP
 * and PC; or -1, SP and PC of a thread that is blocked outside of one. */
bool ls_sight_parse(const char *line, struct ls_sight *sight)
{
    uint64_t words[8];
    int n = 0;
    *sight = (struct ls_sight){.syscall = -1};
    if (strncmp(line, "running", 7) == 0)
        return true;
    char *at;
    errno = 0;
    long number = strtol(line, &at, 10);
    bool well = at != line && errno == 0;
    while (well && n < 8 && *at == ' ') {
        char *begin = at + 1;
        errno = 0;
        words[n++] = strtoull(begin, &at, 16);
        well = at != begin && errno == 0;
    }
    if (!well || (*at != '\n' && *at != '\0'))
        return false;
    if (number < 0 ? n != 2 : n != 8)
        return false;
    sight->state = number < 0 ? LS_SIGHT_FAULT : LS_SIGHT_BLOCKED;
    sight->syscall = number;
    if (number >= 0)
        memcpy(sight->args, words, sizeof sight->args);
    sight->sp = words[n - 2];
    sight->pc = words[n - 1];
    return true;
}

int ls_sight_look(int pid, int tid, struct ls_sight *sight)
{
    char line[256];
    int n = read_file(pid, tid, "syscall", line, sizeof line);
    if (n < 0)
        return n;
    return ls_sight_parse(line, sight) ? 0 : -EBADMSG;
}

/* The letter after the name, which is in parentheses and may hold anything. */
int ls_sight_glance(int pid, int tid, struct ls_sight *sight)
{
    char line[512];
    int n = read_file(pid, tid, "stat", line, sizeof line);
    if (n < 0)
        return n;
    const char *after = strrchr(line, ')');
    if (!after || after[1] != ' ')
        return -EBADMSG;
    *sight = (struct ls_sight){.syscall = -1};
    sight->state = after[2] == 'R' ? LS_SIGHT_RUNNING : LS_SIGHT_BLOCKED;
    return 0;
}

/* Page by page, so that it ends before the first that is not there. */
static ssize_t copy_pages(int pid, uint64_t from, void *bytes, size_t n_most)
{
    struct iovec local = {.iov_base = bytes, .iov_len = n_most};
    struct iovec remote[MOST_PAGES + 1];
    unsigned long n = 0;
    size_t left = n_most;
    for (uint64_t at = from; left > 0 && n <= MOST_PAGES; n++) {
        size_t part = PAGE - at % PAGE;
        part = part < left ? part : left;
        remote[n] = (struct iovec){(void *)(uintptr_t)at, part};
        at += part;
        left -= part;
    }
    return process_vm_readv(pid, &local, 1, remote, n, 0);
}

static bool same_place(const struct ls_sight *a, const struct ls_sight *b)
{
    return a->state == b->state && a->syscall == b->syscall && a->sp == b->sp &&
           a->pc == b->pc;
}

long ls_sight_copy(int pid, int tid, const struct ls_sight *sight, void *bytes,
                   size_t n_most)
{
    struct ls_sight again;
    ssize_t n = copy_pages(pid, sight->sp, bytes, n_most);
    if (n < 0)
        return -errno;
    int error = ls_sight_look(pid, tid, &again);
    if (error)
        return error;
    return same_place(sight, &again) ? (long)n : -EAGAIN;
}

/* Documentation/scheduler/sched-stats.rst: time on the processor, time on the
 * run queue. */
int ls_sight_usage(int pid, int tid, struct ls_usage *usage)
{
    char line[80];
    int n = read_file(pid, tid, "schedstat", line, sizeof line);
    if (n < 0)
        return n;
    char *second, *end;
    usage->cpu_ns = strtoull(line, &second, 10);
    usage->delay_ns = strtoull(second, &end, 10);
    return second != line && end != second ? 0 : -EBADMSG;
}

bool ls_sight_file(int pid, int fd, char *path, size_t n_path)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/%d/fd/%d", pid, fd);
    ssize_t n = readlink(link, path, n_path - 1);
    if (n <= 0 || path[0] != '/')
        return false;
    path[n] = '\0';
    return true;
}
