/* SPDX-License-Identifier: MIT */
/* Calls on sockets; of those that were told an address, that is the target. */
#include "blocks.h"

#include <sys/socket.h>

#include "numbers.h"
#include "tracer/record/nonblocking.h"

#define TRANSFERS(call, subject, type, name, parameters, arguments)            \
    LS_BLOCKS_UNLESS(ls_nonblocking_has(fd), call, subject, type, name,        \
                     parameters, arguments)
#define RECEIVES(call, type, name, parameters, arguments)                      \
    TRANSFERS(call, ls_subject_io(about, fd), type, name, parameters, arguments)

RECEIVES(RECV, ssize_t, recv, (int fd, void *to, size_t n, int flags),
         (fd, to, n, flags))
RECEIVES(RECV, ssize_t, __recv_chk,
         (int fd, void *to, size_t n, size_t size, int flags),
         (fd, to, n, size, flags))
RECEIVES(RECVFROM, ssize_t, recvfrom,
         (int fd, void *to, size_t n, int flags, struct sockaddr *from,
          socklen_t *n_from),
         (fd, to, n, flags, from, n_from))
RECEIVES(RECVFROM, ssize_t, __recvfrom_chk,
         (int fd, void *to, size_t n, size_t size, int flags,
          struct sockaddr *from, socklen_t *n_from),
         (fd, to, n, size, flags, from, n_from))
RECEIVES(RECVMSG, ssize_t, recvmsg, (int fd, struct msghdr *message, int flags),
         (fd, message, flags))
RECEIVES(RECVMMSG, int, recvmmsg,
         (int fd, struct mmsghdr *messages, unsigned n, int flags,
          struct timespec *timeout),
         (fd, messages, n, flags, timeout))
RECEIVES(SEND, ssize_t, send, (int fd, const void *from, size_t n, int flags),
         (fd, from, n, flags))
RECEIVES(SENDMSG, ssize_t, sendmsg,
         (int fd, const struct msghdr *message, int flags),
         (fd, message, flags))
RECEIVES(SENDMMSG, int, sendmmsg,
         (int fd, struct mmsghdr *messages, unsigned n, int flags),
         (fd, messages, n, flags))
TRANSFERS(SENDTO, ls_subject_address(about, fd, to, n_to), ssize_t, sendto,
          (int fd, const void *from, size_t n, int flags,
           const struct sockaddr *to, socklen_t n_to),
          (fd, from, n, flags, to, n_to))
TRANSFERS(CONNECT, ls_subject_address(about, fd, to, n_to), int, connect,
          (int fd, const struct sockaddr *to, socklen_t n_to), (fd, to, n_to))

/* The new one is blocking, whatever the old one is. */
LS_HOOK int accept(int fd, struct sockaddr *address, socklen_t *n_address)
{
    int result;
    if (ls_nonblocking_has(fd))
        return ls_numbers_new(LS_REAL(accept)(fd, address, n_address), false);
    LS_BLOCKS_AROUND(ACCEPT, ls_subject_io(about, fd), result,
                     LS_REAL(accept)(fd, address, n_address));
    return ls_numbers_new(result, false);
}

LS_HOOK int accept4(int fd, struct sockaddr *address, socklen_t *n_address,
                    int flags)
{
    int result;
    if (ls_nonblocking_has(fd))
        return ls_numbers_new(LS_REAL(accept4)(fd, address, n_address, flags),
                              flags & SOCK_NONBLOCK);
    LS_BLOCKS_AROUND(ACCEPT4, ls_subject_io(about, fd), result,
                     LS_REAL(accept4)(fd, address, n_address, flags));
    return ls_numbers_new(result, flags & SOCK_NONBLOCK);
}
