/* SPDX-License-Identifier: MIT */
#include "subject.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>

#include "kernel.h"
#include "memory.h"

struct words {
    char *text; /* LS_TARGET_BYTES */
    size_t n;
};

static void add_bytes(struct words *words, const char *bytes, size_t n)
{
    size_t room = LS_TARGET_BYTES - words->n;
    n = n < room ? n : room;
    memcpy(words->text + words->n, bytes, n);
    words->n += n;
}

static void add(struct words *words, const char *text)
{
    add_bytes(words, text, strlen(text));
}

static void add_unsigned(struct words *words, uint64_t value, unsigned base)
{
    char digits[24];
    size_t at = sizeof digits;
    do {
        digits[--at] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    add_bytes(words, digits + at, sizeof digits - at);
}

static void add_number(struct words *words, int64_t value)
{
    if (value < 0)
        add(words, "-");
    add_unsigned(words, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10);
}

/* A string of the program's, which may be gone. */
static void add_string(struct words *words, const void *at)
{
    char copy[LS_TARGET_BYTES];
    size_t n = at ? ls_memory_read(copy, sizeof copy, (uintptr_t)at) : 0;
    add_bytes(words, copy, strnlen(copy, n));
}

/* ---- addresses ---------------------------------------------------------- */

union address {
    struct sockaddr any;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    struct sockaddr_un un;
    struct sockaddr_storage most;
};

static void add_port(struct words *words, in_port_t port)
{
    add(words, ":");
    add_unsigned(words, ntohs(port), 10);
}

/* "/run/x.sock", "@abstract"; a socket that was not bound has no name. */
static void add_unix(struct words *words, const struct sockaddr_un *un,
                     size_t n)
{
    size_t begin = offsetof(struct sockaddr_un, sun_path);
    n = n > begin ? n - begin : 0;
    n = n < sizeof un->sun_path ? n : sizeof un->sun_path;
    if (n > 0 && un->sun_path[0] == '\0') {
        add(words, "@");
        add_bytes(words, un->sun_path + 1, n - 1);
    } else {
        add_bytes(words, un->sun_path, strnlen(un->sun_path, n));
    }
}

static void add_address(struct words *words, const union address *address,
                        size_t n)
{
    char text[INET6_ADDRSTRLEN] = "";
    if (n < sizeof address->any.sa_family)
        return;
    if (address->any.sa_family == AF_INET && n >= sizeof address->in) {
        inet_ntop(AF_INET, &address->in.sin_addr, text, sizeof text);
        add(words, text);
        add_port(words, address->in.sin_port);
    } else if (address->any.sa_family == AF_INET6 && n >= sizeof address->in6) {
        inet_ntop(AF_INET6, &address->in6.sin6_addr, text, sizeof text);
        add(words, "[");
        add(words, text);
        add(words, "]");
        add_port(words, address->in6.sin6_port);
    } else if (address->any.sa_family == AF_UNIX) {
        add_unix(words, &address->un, n);
    }
}

static void add_sockaddr(struct words *words, const struct ls_subject *subject)
{
    union address address = {.any = {0}};
    size_t n = (size_t)subject->number;
    n = n < sizeof address ? n : sizeof address;
    n = ls_memory_read(&address, n, (uintptr_t)subject->at);
    add_address(words, &address, n);
}

/* The peer's; of one that has none, its own: it listens, or waits for
 * datagrams. False: it is no socket. */
static bool add_socket(struct words *words, int fd)
{
    union address address = {.any = {0}};
    socklen_t n = sizeof address;
    if (ls_kernel(SYS_getpeername, fd, (long)&address, (long)&n) < 0) {
        n = sizeof address;
        if (ls_kernel(SYS_getsockname, fd, (long)&address, (long)&n) < 0)
            return false;
    }
    add_address(words, &address, n < sizeof address ? n : sizeof address);
    return true;
}

/* ---- the rest ----------------------------------------------------------- */

/* "/proc/self/fd/5" as the kernel names it: a path, "pipe:[1]" (nothing that
 * a person would know), "anon_inode:[eventfd]". */
static void add_path(struct words *words, int fd)
{
    static const char anonymous[] = "anon_inode:";
    char link[40], path[LS_TARGET_BYTES];
    struct words name = {.text = link};
    _Static_assert(sizeof link < LS_TARGET_BYTES, "never cut");
    add(&name, "/proc/self/fd/");
    add_unsigned(&name, (unsigned)fd, 10);
    link[name.n] = '\0';
    long n = ls_kernel_six(SYS_readlinkat, AT_FDCWD, (long)link, (long)path,
                           sizeof path, 0, 0);
    if (n > 0 && path[0] == '/')
        add_bytes(words, path, (size_t)n);
    else if (n >= (long)sizeof anonymous &&
             memcmp(path, anonymous, sizeof anonymous - 1) == 0)
        add_bytes(words, path + sizeof anonymous - 1,
                  (size_t)n - sizeof anonymous + 1);
}

static void add_fd(struct words *words, int fd)
{
    if (fd >= 0 && !add_socket(words, fd))
        add_path(words, fd);
}

static void add_object(struct words *words, const struct ls_subject *subject)
{
    add(words, subject->what);
    add(words, " 0x");
    add_unsigned(words, (uintptr_t)subject->at, 16);
    if (subject->number > 0) {
        add(words, ", held by thread ");
        add_number(words, subject->number);
    }
}

static void add_process(struct words *words, int64_t pid)
{
    if (pid > 0) {
        add(words, "pid ");
        add_number(words, pid);
    } else if (pid < -1) {
        add(words, "process group ");
        add_number(words, -pid);
    } else {
        add(words, pid == 0 ? "own process group" : "any child");
    }
}

static void add_signals(struct words *words, const void *at)
{
    sigset_t set;
    if (ls_memory_read(&set, sizeof set, (uintptr_t)at) < sizeof set)
        return;
    for (int number = 1; number < NSIG; number++) {
        if (sigismember(&set, number) != 1)
            continue;
        const char *name = sigabbrev_np(number);
        add(words, words->n > 0 ? " SIG" : "SIG");
        if (name)
            add(words, name);
        else
            add_number(words, number);
    }
}

size_t ls_subject_write(const struct ls_subject *subject,
                        char text[LS_TARGET_BYTES])
{
    struct words words = {.text = text};
    switch ((enum ls_subject_kind)subject->kind) {
    case LS_SUBJECT_NONE:
        break;
    case LS_SUBJECT_FD:
        add_fd(&words, subject->fd);
        break;
    case LS_SUBJECT_TEXT:
        add_string(&words, subject->at);
        if (subject->and) {
            add(&words, ":");
            add_string(&words, subject->and);
        }
        break;
    case LS_SUBJECT_ADDRESS:
        add_sockaddr(&words, subject);
        break;
    case LS_SUBJECT_OBJECT:
        add_object(&words, subject);
        break;
    case LS_SUBJECT_NUMBER:
        add(&words, subject->what);
        add(&words, " ");
        add_number(&words, subject->number);
        break;
    case LS_SUBJECT_PROCESS:
        add_process(&words, subject->number);
        break;
    case LS_SUBJECT_SIGNALS:
        add_signals(&words, subject->at);
        break;
    }
    return words.n;
}
