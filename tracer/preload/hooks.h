#ifndef LS_PRELOAD_HOOKS_H
#define LS_PRELOAD_HOOKS_H
/* SPDX-License-Identifier: MIT */
/*
 * hooks.h - the functions that loopscope stands in front of.
 *
 * Each hook is a function of the same name that finds the real one behind it
 * with LS_REAL(). The table is what pulls the hooks out of a static archive,
 * and what the check at the start goes through. Not for what hooks record
 * (record/turn.h, record/call.h).
 *
 *     LS_REAL(sleep)(seconds)
 *
 * Units: none.
 * Ownership: none.
 * Errors: a call whose real function cannot be found ends the program; libc
 *     has them all, and libuv's are hooked only where libuv is.
 * Threads: any.
 */
#include <stddef.h>
#include <stdint.h>

#include "hooked.h"
#include "tracer/record/shared.h"

/* The pollers, the calls of libc that can block (hooked.h), and libuv's
 * functions, which are hooked only where there is a libuv. */
#define LS_HOOKS_POLL(X)                                                       \
    X(epoll_wait)                                                              \
    X(epoll_pwait)                                                             \
    X(epoll_pwait2)                                                            \
    X(poll)                                                                    \
    X(ppoll)                                                                   \
    X(__poll_chk)                                                              \
    X(__ppoll_chk)                                                             \
    X(select)                                                                  \
    X(pselect)

#define LS_HOOK_OF_FS(X, name) X(uv_fs_##name)
#define LS_HOOKS_LIBUV(X)                                                      \
    X(uv_sleep)                                                                \
    X(uv_run)                                                                  \
    X(uv_timer_start)                                                          \
    X(uv_timer_again)                                                          \
    X(uv_timer_stop)                                                           \
    X(uv_idle_start)                                                           \
    X(uv_idle_stop)                                                            \
    X(uv_prepare_start)                                                        \
    X(uv_prepare_stop)                                                         \
    X(uv_check_start)                                                          \
    X(uv_check_stop)                                                           \
    X(uv_async_init)                                                           \
    X(uv_async_send)                                                           \
    X(uv_poll_start)                                                           \
    X(uv_poll_stop)                                                            \
    X(uv_fs_event_start)                                                       \
    X(uv_fs_event_stop)                                                        \
    X(uv_fs_poll_start)                                                        \
    X(uv_fs_poll_stop)                                                         \
    X(uv_signal_start)                                                         \
    X(uv_signal_start_oneshot)                                                 \
    X(uv_signal_stop)                                                          \
    X(uv_spawn)                                                                \
    X(uv_listen)                                                               \
    X(uv_accept)                                                               \
    X(uv_tcp_connect)                                                          \
    X(uv_pipe_connect)                                                         \
    X(uv_read_start)                                                           \
    X(uv_read_stop)                                                            \
    X(uv_write)                                                                \
    X(uv_write2)                                                               \
    X(uv_shutdown)                                                             \
    X(uv_udp_recv_start)                                                       \
    X(uv_udp_recv_stop)                                                        \
    X(uv_udp_send)                                                             \
    X(uv_close)                                                                \
    X(uv_tcp_close_reset)                                                      \
    X(uv_loop_close)                                                           \
    X(uv_queue_work)                                                           \
    X(uv_getaddrinfo)                                                          \
    LS_FS(LS_HOOK_OF_FS, X)

/* Those that only the shared library has: uv_lone.c. */
#define LS_HOOKS_LONE(X)                                                       \
    X(uv_getnameinfo)                                                          \
    X(uv_random)
#define LS_HOOKS_VERSION "LOOPSCOPE_0"

#define LS_HOOKS(X)                                                            \
    LS_HOOKS_POLL(X)                                                           \
    LS_HOOKS_CALL(X)                                                           \
    LS_HOOKS_LIBUV(X)                                                          \
    LS_HOOKS_LONE(X)

enum ls_hook {
#define X(name) LS_HOOK_##name,
    LS_HOOKS(X)
#undef X
        LS_N_HOOKS
};

_Static_assert(LS_N_HOOKS <= 64 * LS_HOOK_WORDS,
               "a bit each in struct ls_process");

/* A hook, seen by the program in place of the real function. All of them lie
 * in a section of their own, so that stacks can be shown without them. Weak:
 * a program that we are linked into may have a getline() of its own. */
#define LS_HOOK                                                                \
    __attribute__((weak, visibility("default"), section("loopscope_hooks")))

/* The linker's names for the begin and end of the section. */
extern char __start_loopscope_hooks[] __attribute__((visibility("hidden")));
extern char __stop_loopscope_hooks[] __attribute__((visibility("hidden")));

/* Where that section is in this process. */
void ls_hooks_range(uint64_t *begin, uint64_t *end);

/* The next definition of NAME after ours, or NULL where it is not known yet. */
extern _Atomic(void *) ls_hooks_known[LS_N_HOOKS]
    __attribute__((visibility("hidden")));

/* The same, found once; errno is left alone. Where there is none, as in a
 * program without a dynamic loader (-static), the program ends with a line that
 * says so: its call cannot be made. */
void *ls_hooks_find(enum ls_hook hook);

/* All of libc's, before they are needed where the loader must not be asked: in
 * a child of fork, in a thread that a library's constructor waits for (the
 * loader's lock is held), on a small stack. */
void ls_hooks_find_all(void);

static inline void *ls_hooks_next(enum ls_hook hook)
{
    void *known =
        atomic_load_explicit(&ls_hooks_known[hook], memory_order_relaxed);
    return __builtin_expect(known != NULL, 1) ? known : ls_hooks_find(hook);
}

#define LS_REAL(name) ((__typeof__(&name))ls_hooks_next(LS_HOOK_##name))

/* A function of libuv behind our hooks, wherever libuv is; NULL: nowhere. */
void *ls_hooks_libuv(const char *name);

/* Where a hook was called from. */
#define LS_CALLER __builtin_return_address(0)

/* Set a bit for each hook that is not in place: calls of it do not reach us.
 * Those of a libuv that is not there are not missing, nor those that the
 * archive is without. */
void ls_hooks_missing(uint64_t missing[LS_HOOK_WORDS]);

/* libuv's version, or "" where there is none. */
void ls_hooks_libuv_version(char *text, size_t n_text);

/* The descriptor that a loop polls, or -1 where there is no libuv. */
struct uv_loop_s;
int ls_hooks_backend_fd(const struct uv_loop_s *loop);

/* Whether libuv's polls reach us: nonzero if so. */
int ls_hooks_poll_in_place(void);

#endif
