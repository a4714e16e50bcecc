#ifndef LS_RECORD_ASKED_H
#define LS_RECORD_ASKED_H
/* SPDX-License-Identifier: MIT */
/*
 * asked.h - what programs ask of libuv, and what records say of it besides.
 *
 * Not for the hooks (preload/uv_ask.h) and not for what becomes of it
 * (collector/asking.h).
 *
 * Units: as said.
 * Ownership, Errors, Threads: none.
 */
#include <stdint.h>

/* libuv's functions on files, without "uv_fs_". */
#define LS_FS(F, X)                                                            \
    F(X, close)                                                                \
    F(X, open)                                                                 \
    F(X, read)                                                                 \
    F(X, unlink)                                                               \
    F(X, write)                                                                \
    F(X, copyfile)                                                             \
    F(X, mkdir)                                                                \
    F(X, mkdtemp)                                                              \
    F(X, mkstemp)                                                              \
    F(X, rmdir)                                                                \
    F(X, scandir)                                                              \
    F(X, opendir)                                                              \
    F(X, readdir)                                                              \
    F(X, closedir)                                                             \
    F(X, stat)                                                                 \
    F(X, fstat)                                                                \
    F(X, rename)                                                               \
    F(X, fsync)                                                                \
    F(X, fdatasync)                                                            \
    F(X, ftruncate)                                                            \
    F(X, sendfile)                                                             \
    F(X, access)                                                               \
    F(X, chmod)                                                                \
    F(X, utime)                                                                \
    F(X, futime)                                                               \
    F(X, lutime)                                                               \
    F(X, lstat)                                                                \
    F(X, link)                                                                 \
    F(X, symlink)                                                              \
    F(X, readlink)                                                             \
    F(X, realpath)                                                             \
    F(X, fchmod)                                                               \
    F(X, chown)                                                                \
    F(X, fchown)                                                               \
    F(X, lchown)                                                               \
    F(X, statfs)

/* What is asked of libuv, and the phase of the loop in which it answers. What
 * is ACCEPTED is only there: nothing comes of it. */
#define LS_OPERATION_OF_FS(X, name) X(fs_##name, "fs_" #name, IO)
#define LS_OPERATIONS(X)                                                       \
    X(timer, "timer", TIMERS)                                                  \
    X(idle, "idle", IDLE)                                                      \
    X(prepare, "prepare", PREPARE)                                             \
    X(check, "check", CHECK)                                                   \
    X(async, "async", IO)                                                      \
    X(signal, "signal", IO)                                                    \
    X(poll, "poll", IO)                                                        \
    X(fs_event, "fs_event", IO)                                                \
    X(fs_poll, "fs_poll", IO)                                                  \
    X(process, "process", IO)                                                  \
    X(connection, "connection", IO)                                            \
    X(accepted, "accepted", IO)                                                \
    X(connect, "connect", IO)                                                  \
    X(read, "read", IO)                                                        \
    X(write, "write", IO)                                                      \
    X(shutdown, "shutdown", IO)                                                \
    X(udp_recv, "udp_recv", IO)                                                \
    X(udp_send, "udp_send", IO)                                                \
    X(close, "close", CLOSING)                                                 \
    X(work, "work", IO)                                                        \
    X(getaddrinfo, "getaddrinfo", IO)                                          \
    X(getnameinfo, "getnameinfo", IO)                                          \
    X(random, "random", IO)                                                    \
    LS_FS(LS_OPERATION_OF_FS, X)

enum ls_operation_kind {
#define X(id, name, phase) LS_OPERATION_##id,
    LS_OPERATIONS(X)
#undef X
        LS_N_OPERATIONS
};

/* More about an operation: what kind of stream it is about, or that it comes
 * only once (of those that go on). Bits 8 to 15 of its name. */
enum ls_variant {
    LS_VARIANT_NONE,
    LS_VARIANT_CONNECTION,
    LS_VARIANT_PIPE,
    LS_VARIANT_TTY,
    LS_VARIANT_ONCE
};

/* What is asked, besides which. */
struct ls_asked_more {
    uint64_t pc;     /* where: the return address */
    uint64_t handle; /* that it is about: an address, or 0 */
    uint64_t task;   /* current there */
    uint64_t due;    /* CLOCK_MONOTONIC ns, or 0 */
};

/* The first uv_async_send() since the last callback. */
struct ls_sent_more {
    uint64_t ticks;
    uint64_t task;      /* that ran there, or 0 */
    uint64_t operation; /* whose callback ran there, or 0 */
    uint64_t unused;
};

_Static_assert(sizeof(struct ls_asked_more) == 32, "one continuation");
_Static_assert(sizeof(struct ls_sent_more) == 32, "one continuation");

#endif
