/* SPDX-License-Identifier: MIT */
/*
 * The pollers. A loop's own poll ends its turn and begins the next; any other
 * poll on a loop's thread is a call that may block it.
 */
#undef _FORTIFY_SOURCE
#include <poll.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include "hooks.h"
#include "tracer/record/call.h"
#include "tracer/record/turn.h"

/* epoll: EXPRESSION is the real call. */
#define POLL_LOOP(id, epfd, expression)                                        \
    do {                                                                       \
        int n_;                                                                \
        if (ls_turn_poll(epfd)) {                                              \
            n_ = (expression);                                                 \
            ls_turn_begin();                                                   \
            return n_;                                                         \
        }                                                                      \
        struct ls_call_scope scope_;                                           \
        ls_call_begin(&scope_, id, epfd, LS_CALLER);                           \
        n_ = (expression);                                                     \
        ls_call_end(&scope_);                                                  \
        return n_;                                                             \
    } while (0)

/* poll and select: never a libuv loop's own. */
#define POLL_OTHER(id, expression)                                             \
    do {                                                                       \
        struct ls_call_scope scope_;                                           \
        ls_call_begin(&scope_, id, -1, LS_CALLER);                             \
        int n_ = (expression);                                                 \
        ls_call_end(&scope_);                                                  \
        return n_;                                                             \
    } while (0)

LS_HOOK int epoll_wait(int epfd, struct epoll_event *events, int n, int timeout)
{
    POLL_LOOP(LS_CALL_EPOLL_WAIT, epfd,
              LS_REAL(epoll_wait)(epfd, events, n, timeout));
}

LS_HOOK int epoll_pwait(int epfd, struct epoll_event *events, int n,
                        int timeout, const sigset_t *mask)
{
    POLL_LOOP(LS_CALL_EPOLL_PWAIT, epfd,
              LS_REAL(epoll_pwait)(epfd, events, n, timeout, mask));
}

LS_HOOK int epoll_pwait2(int epfd, struct epoll_event *events, int n,
                         const struct timespec *timeout, const sigset_t *mask)
{
    POLL_LOOP(LS_CALL_EPOLL_PWAIT2, epfd,
              LS_REAL(epoll_pwait2)(epfd, events, n, timeout, mask));
}

LS_HOOK int poll(struct pollfd *fds, nfds_t n, int timeout)
{
    POLL_OTHER(LS_CALL_POLL, LS_REAL(poll)(fds, n, timeout));
}

LS_HOOK int ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout,
                  const sigset_t *mask)
{
    POLL_OTHER(LS_CALL_PPOLL, LS_REAL(ppoll)(fds, n, timeout, mask));
}

/* What poll and ppoll become under _FORTIFY_SOURCE. */
int __poll_chk(struct pollfd *fds, nfds_t n, int timeout, size_t size);
LS_HOOK int __poll_chk(struct pollfd *fds, nfds_t n, int timeout, size_t size)
{
    POLL_OTHER(LS_CALL_POLL, LS_REAL(__poll_chk)(fds, n, timeout, size));
}

int __ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *timeout,
                const sigset_t *mask, size_t size);
LS_HOOK int __ppoll_chk(struct pollfd *fds, nfds_t n,
                        const struct timespec *timeout, const sigset_t *mask,
                        size_t size)
{
    POLL_OTHER(LS_CALL_PPOLL,
               LS_REAL(__ppoll_chk)(fds, n, timeout, mask, size));
}

LS_HOOK int select(int n, fd_set *in, fd_set *out, fd_set *bad,
                   struct timeval *timeout)
{
    POLL_OTHER(LS_CALL_SELECT, LS_REAL(select)(n, in, out, bad, timeout));
}

LS_HOOK int pselect(int n, fd_set *in, fd_set *out, fd_set *bad,
                    const struct timespec *timeout, const sigset_t *mask)
{
    POLL_OTHER(LS_CALL_PSELECT,
               LS_REAL(pselect)(n, in, out, bad, timeout, mask));
}
