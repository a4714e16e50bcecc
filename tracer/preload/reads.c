/* SPDX-License-Identifier: MIT */
/*
 * Reading from descriptors. Whether a descriptor was blocking is asked only
 * after a call that took long. The __*_chk are what the calls become under
 * _FORTIFY_SOURCE.
 */
#undef _FORTIFY_SOURCE
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "hooks.h"
#include "tracer/record/call.h"

#define READ(id, fd, expression)                                               \
    do {                                                                       \
        struct ls_call_scope scope_;                                           \
        ls_call_begin(&scope_, id, fd, LS_CALLER);                             \
        ssize_t n_ = (expression);                                             \
        ls_call_end(&scope_);                                                  \
        return n_;                                                             \
    } while (0)

LS_HOOK ssize_t read(int fd, void *to, size_t n)
{
    READ(LS_CALL_READ, fd, LS_REAL(read)(fd, to, n));
}

ssize_t __read_chk(int fd, void *to, size_t n, size_t size);
LS_HOOK ssize_t __read_chk(int fd, void *to, size_t n, size_t size)
{
    READ(LS_CALL_READ, fd, LS_REAL(__read_chk)(fd, to, n, size));
}

LS_HOOK ssize_t readv(int fd, const struct iovec *to, int n)
{
    READ(LS_CALL_READV, fd, LS_REAL(readv)(fd, to, n));
}

LS_HOOK ssize_t pread(int fd, void *to, size_t n, off_t at)
{
    READ(LS_CALL_PREAD, fd, LS_REAL(pread)(fd, to, n, at));
}

ssize_t pread64(int fd, void *to, size_t n, off64_t at);
LS_HOOK ssize_t pread64(int fd, void *to, size_t n, off64_t at)
{
    READ(LS_CALL_PREAD, fd, LS_REAL(pread64)(fd, to, n, at));
}

ssize_t __pread_chk(int fd, void *to, size_t n, off_t at, size_t size);
LS_HOOK ssize_t __pread_chk(int fd, void *to, size_t n, off_t at, size_t size)
{
    READ(LS_CALL_PREAD, fd, LS_REAL(__pread_chk)(fd, to, n, at, size));
}

ssize_t __pread64_chk(int fd, void *to, size_t n, off64_t at, size_t size);
LS_HOOK ssize_t __pread64_chk(int fd, void *to, size_t n, off64_t at,
                              size_t size)
{
    READ(LS_CALL_PREAD, fd, LS_REAL(__pread64_chk)(fd, to, n, at, size));
}

LS_HOOK ssize_t recv(int fd, void *to, size_t n, int flags)
{
    READ(LS_CALL_RECV, fd, LS_REAL(recv)(fd, to, n, flags));
}

ssize_t __recv_chk(int fd, void *to, size_t n, size_t size, int flags);
LS_HOOK ssize_t __recv_chk(int fd, void *to, size_t n, size_t size, int flags)
{
    READ(LS_CALL_RECV, fd, LS_REAL(__recv_chk)(fd, to, n, size, flags));
}

LS_HOOK ssize_t recvfrom(int fd, void *to, size_t n, int flags,
                         struct sockaddr *from, socklen_t *n_from)
{
    READ(LS_CALL_RECVFROM, fd,
         LS_REAL(recvfrom)(fd, to, n, flags, from, n_from));
}

ssize_t __recvfrom_chk(int fd, void *to, size_t n, size_t size, int flags,
                       struct sockaddr *from, socklen_t *n_from);
LS_HOOK ssize_t __recvfrom_chk(int fd, void *to, size_t n, size_t size,
                               int flags, struct sockaddr *from,
                               socklen_t *n_from)
{
    READ(LS_CALL_RECVFROM, fd,
         LS_REAL(__recvfrom_chk)(fd, to, n, size, flags, from, n_from));
}

LS_HOOK ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    READ(LS_CALL_RECVMSG, fd, LS_REAL(recvmsg)(fd, message, flags));
}
