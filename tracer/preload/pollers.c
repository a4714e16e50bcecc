/* SPDX-License-Identifier: MIT */
/*
 * The pollers. A loop's own poll ends its turn and begins the next; any other
 * poll on a loop's thread is a call that may block it. Invalid arguments are
 * left to the real call: nothing here looks behind a pointer but a timeout's,
 * which it reads too.
 */
#undef _FORTIFY_SOURCE
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include "hooks.h"
#include "tracer/record/call.h"
#include "tracer/record/inject.h"
#include "tracer/record/turn.h"

/* The real call is EXPRESSION. KEY says whose poll it is. */
#define POLL(id, kind, key, fd, may_wait, expression)                          \
    do {                                                                       \
        int n_;                                                                \
        if (ls_turn_poll(kind, key, may_wait)) {                               \
            n_ = (expression);                                                 \
            ls_turn_begin(n_, may_wait);                                       \
            if (ls_inject_is_armed())                                          \
                ls_inject_plant(LS_CALLER);                                    \
            return n_;                                                         \
        }                                                                      \
        struct ls_call_scope scope_;                                           \
        ls_call_begin(&scope_, id, fd, LS_CALLER);                             \
        n_ = (expression);                                                     \
        ls_call_end(&scope_);                                                  \
        return n_;                                                             \
    } while (0)

#define POLL_EPOLL(id, epfd, may_wait, expression)                             \
    POLL(id, LS_LOOP_EPOLL, (uint64_t)(unsigned)(epfd), epfd, may_wait,        \
         expression)

/* poll and select are known by where they are called. Without a descriptor
 * they are a sleep, which is nobody's loop. */
#define POLL_PLACE(id, kind, n_fds, may_wait, expression)                      \
    do {                                                                       \
        if ((n_fds) > 0)                                                       \
            POLL(id, kind, (uint64_t)(uintptr_t)LS_CALLER, -1, may_wait,       \
                 expression);                                                  \
        struct ls_call_scope scope_;                                           \
        ls_call_begin(&scope_, id, -1, LS_CALLER);                             \
        int n_ = (expression);                                                 \
        ls_call_end(&scope_);                                                  \
        return n_;                                                             \
    } while (0)

/* No timeout is for ever. */
static bool waits(const struct timespec *timeout)
{
    return !timeout || timeout->tv_sec || timeout->tv_nsec;
}

LS_HOOK int epoll_wait(int epfd, struct epoll_event *events, int n, int timeout)
{
    POLL_EPOLL(LS_CALL_EPOLL_WAIT, epfd, timeout != 0,
               LS_REAL(epoll_wait)(epfd, events, n, timeout));
}

LS_HOOK int epoll_pwait(int epfd, struct epoll_event *events, int n,
                        int timeout, const sigset_t *mask)
{
    POLL_EPOLL(LS_CALL_EPOLL_PWAIT, epfd, timeout != 0,
               LS_REAL(epoll_pwait)(epfd, events, n, timeout, mask));
}

LS_HOOK int epoll_pwait2(int epfd, struct epoll_event *events, int n,
                         const struct timespec *timeout, const sigset_t *mask)
{
    POLL_EPOLL(LS_CALL_EPOLL_PWAIT2, epfd, waits(timeout),
               LS_REAL(epoll_pwait2)(epfd, events, n, timeout, mask));
}

LS_HOOK int poll(struct pollfd *fds, nfds_t n, int timeout)
{
    POLL_PLACE(LS_CALL_POLL, LS_LOOP_POLL, n, timeout != 0,
               LS_REAL(poll)(fds, n, timeout));
}

LS_HOOK int ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout,
                  const sigset_t *mask)
{
    POLL_PLACE(LS_CALL_PPOLL, LS_LOOP_POLL, n, waits(timeout),
               LS_REAL(ppoll)(fds, n, timeout, mask));
}

/* What poll and ppoll become under _FORTIFY_SOURCE. */
int __poll_chk(struct pollfd *fds, nfds_t n, int timeout, size_t size);
LS_HOOK int __poll_chk(struct pollfd *fds, nfds_t n, int timeout, size_t size)
{
    POLL_PLACE(LS_CALL_POLL, LS_LOOP_POLL, n, timeout != 0,
               LS_REAL(__poll_chk)(fds, n, timeout, size));
}

int __ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *timeout,
                const sigset_t *mask, size_t size);
LS_HOOK int __ppoll_chk(struct pollfd *fds, nfds_t n,
                        const struct timespec *timeout, const sigset_t *mask,
                        size_t size)
{
    POLL_PLACE(LS_CALL_PPOLL, LS_LOOP_POLL, n, waits(timeout),
               LS_REAL(__ppoll_chk)(fds, n, timeout, mask, size));
}

LS_HOOK int select(int n, fd_set *in, fd_set *out, fd_set *bad,
                   struct timeval *timeout)
{
    bool may_wait = !timeout || timeout->tv_sec || timeout->tv_usec;
    POLL_PLACE(LS_CALL_SELECT, LS_LOOP_SELECT, in || out || bad ? n : 0,
               may_wait, LS_REAL(select)(n, in, out, bad, timeout));
}

LS_HOOK int pselect(int n, fd_set *in, fd_set *out, fd_set *bad,
                    const struct timespec *timeout, const sigset_t *mask)
{
    POLL_PLACE(LS_CALL_PSELECT, LS_LOOP_SELECT, in || out || bad ? n : 0,
               waits(timeout),
               LS_REAL(pselect)(n, in, out, bad, timeout, mask));
}
