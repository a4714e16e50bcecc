/* SPDX-License-Identifier: MIT */
/*
 * What gives a descriptor's number a meaning, or makes it block or not: so it
 * comes to be known which do not (record/nonblocking.h). None of these can
 * block itself, or it is not worth watching. close(), open() and fcntl() are in
 * files.c, accept() in sockets.c.
 */
#include "numbers.h"

#undef _FORTIFY_SOURCE
#include <fcntl.h>
#include <stdarg.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "hooks.h"
#include "tracer/record/confined.h"
#include "tracer/record/kernel.h"
#include "tracer/record/nonblocking.h"
#include "tracer/record/session.h"

int ls_numbers_new(int fd, bool nonblocking)
{
    ls_nonblocking_remove(fd);
    if (nonblocking)
        ls_nonblocking_add(fd);
    return fd;
}

/* Files wait for the disk whatever their flags say. A terminal belongs to
 * other programs as well, which change its flags as they need it. */
static bool heeds_flag(int fd)
{
    struct stat st;
    if (ls_kernel(SYS_fstat, fd, (long)&st, 0) < 0)
        return false;
    mode_t kind = st.st_mode & S_IFMT;
    return kind == S_IFSOCK || kind == S_IFIFO || kind == 0; /* eventfd... */
}

/* The first three are shared with whoever started the program. A child of
 * vfork() has its parent's memory, but descriptors of its own. */
static bool may_be_known(int fd)
{
    return fd > STDERR_FILENO && !ls_is_confined() && ls_session_is_here();
}

void ls_numbers_unblocked(int fd)
{
    if (!ls_nonblocking_has(fd) && may_be_known(fd) && heeds_flag(fd))
        ls_nonblocking_add(fd);
}

void ls_numbers_before_fcntl(int fd, int command, intptr_t argument)
{
    if (command == F_SETFL && !(argument & O_NONBLOCK))
        ls_nonblocking_blocks(fd);
}

static int new_twin(int fd, int twin)
{
    if (twin < 0)
        return twin;
    ls_nonblocking_remove(twin);
    ls_nonblocking_are_one(fd, twin);
    if (ls_nonblocking_has(fd) && may_be_known(twin))
        ls_nonblocking_add(twin);
    return twin;
}

void ls_numbers_after_fcntl(int fd, int command, intptr_t argument, int result)
{
    if (command == F_SETFL && (argument & O_NONBLOCK) && result == 0)
        ls_numbers_unblocked(fd);
    else if (command == F_DUPFD || command == F_DUPFD_CLOEXEC)
        new_twin(fd, result);
}

/* ---- another number for the same ---------------------------------------- */

LS_HOOK int dup(int fd)
{
    return new_twin(fd, LS_REAL(dup)(fd));
}

LS_HOOK int dup2(int from, int to)
{
    if (from == to)
        return LS_REAL(dup2)(from, to);
    ls_nonblocking_remove(to);
    return new_twin(from, LS_REAL(dup2)(from, to));
}

LS_HOOK int dup3(int from, int to, int flags)
{
    ls_nonblocking_remove(to);
    return new_twin(from, LS_REAL(dup3)(from, to, flags));
}

/* ---- no number any more ------------------------------------------------- */

LS_HOOK int close_range(unsigned first, unsigned last, int flags)
{
    ls_nonblocking_remove_range(first, last);
    return LS_REAL(close_range)(first, last, flags);
}

LS_HOOK void closefrom(int first)
{
    ls_nonblocking_remove_range(first < 0 ? 0 : (unsigned)first, ~0u);
    LS_REAL(closefrom)(first);
}

/* ---- new ones ----------------------------------------------------------- */

LS_HOOK int socket(int domain, int type, int protocol)
{
    return ls_numbers_new(LS_REAL(socket)(domain, type, protocol),
                          type & SOCK_NONBLOCK);
}

static int new_pair(int result, const int fds[2], bool nonblocking)
{
    for (int i = 0; i < 2 && result == 0; i++)
        ls_numbers_new(fds[i], nonblocking);
    return result;
}

LS_HOOK int socketpair(int domain, int type, int protocol, int fds[2])
{
    return new_pair(LS_REAL(socketpair)(domain, type, protocol, fds), fds,
                    type & SOCK_NONBLOCK);
}

LS_HOOK int pipe2(int fds[2], int flags)
{
    return new_pair(LS_REAL(pipe2)(fds, flags), fds, flags & O_NONBLOCK);
}

LS_HOOK int eventfd(unsigned value, int flags)
{
    return ls_numbers_new(LS_REAL(eventfd)(value, flags), flags & EFD_NONBLOCK);
}

LS_HOOK int timerfd_create(clockid_t clock, int flags)
{
    return ls_numbers_new(LS_REAL(timerfd_create)(clock, flags),
                          flags & TFD_NONBLOCK);
}

/* Of one that is there already only the signals are changed. */
LS_HOOK int signalfd(int old, const sigset_t *signals, int flags)
{
    int fd = LS_REAL(signalfd)(old, signals, flags);
    return old == -1 ? ls_numbers_new(fd, flags & SFD_NONBLOCK) : fd;
}

LS_HOOK int inotify_init1(int flags)
{
    return ls_numbers_new(LS_REAL(inotify_init1)(flags), flags & IN_NONBLOCK);
}

/* ---- ioctl -------------------------------------------------------------- */

/* The argument is looked at only where the kernel found one. */
LS_HOOK int ioctl(int fd, unsigned long request, ...)
{
    va_list more;
    va_start(more, request);
    void *argument = va_arg(more, void *);
    va_end(more);
    int result = LS_REAL(ioctl)(fd, request, argument);
    if (request == FIONBIO && result == 0) {
        if (*(const int *)argument)
            ls_numbers_unblocked(fd);
        else
            ls_nonblocking_blocks(fd);
    }
    return result;
}
