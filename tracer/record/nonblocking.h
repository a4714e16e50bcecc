#ifndef LS_RECORD_NONBLOCKING_H
#define LS_RECORD_NONBLOCKING_H
/* SPDX-License-Identifier: MIT */
/*
 * nonblocking.h - sockets that are known not to block.
 *
 * Servers read and write those all the time, and no such call is in a trace
 * (FORMAT.md): it is cheaper not to look at the clock at all. Known are those
 * that were accepted as non-blocking ones, for as long as nothing speaks
 * against it. Not for what a descriptor is (call.c asks the kernel).
 *
 *     ls_nonblocking_add(fd);                      // accept4(SOCK_NONBLOCK)
 *     if (ls_nonblocking_has(fd))
 *         ...                                      // goes straight on
 *     ls_nonblocking_remove(fd);                   // closed
 *
 * What the hooks do not see, another process that makes a socket blocking
 * which it shares with this one, leaves a call without its record; the
 * collector's watchdog sees it all the same.
 *
 * Units: descriptors.
 * Ownership: the process's; a child of fork has a copy, as of the descriptors.
 * Errors: none. High numbers are never known.
 * Threads: any.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { LS_NONBLOCKING_MOST = 65536 };

extern _Atomic uint8_t ls_nonblocking[LS_NONBLOCKING_MOST];

static inline bool ls_nonblocking_has(int fd)
{
    return (unsigned)fd < LS_NONBLOCKING_MOST &&
           atomic_load_explicit(&ls_nonblocking[fd], memory_order_relaxed);
}

void ls_nonblocking_add(int fd);

static inline void ls_nonblocking_remove(int fd)
{
    if (ls_nonblocking_has(fd))
        atomic_store_explicit(&ls_nonblocking[fd], 0, memory_order_relaxed);
}

/* All from FIRST to LAST. */
void ls_nonblocking_remove_range(unsigned first, unsigned last);

/* Something blocks from now on, and other descriptors may stand for it too. */
static inline void ls_nonblocking_remove_all(void)
{
    ls_nonblocking_remove_range(0, LS_NONBLOCKING_MOST - 1);
}

#endif
