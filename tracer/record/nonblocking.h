#ifndef LS_RECORD_NONBLOCKING_H
#define LS_RECORD_NONBLOCKING_H
/* SPDX-License-Identifier: MIT */
/*
 * nonblocking.h - descriptors that are known not to block.
 *
 * Servers read and write those all the time, and no such call is in a trace
 * (FORMAT.md): it is cheaper not to look at the clock at all. Known are those
 * that were made or accepted as non-blocking ones or became so
 * (preload/numbers.h), for as long as nothing speaks against it. Not for what a
 * descriptor is (call.c asks the kernel).
 *
 *     ls_nonblocking_add(fd);                      // accept4(SOCK_NONBLOCK)
 *     if (ls_nonblocking_has(fd))
 *         ...                                      // goes straight on
 *     ls_nonblocking_remove(fd);                   // closed
 *
 * The flag belongs to what is open, not to its number: dup() gives it several.
 * A number that ever had a twin is marked for good, because a child of vfork()
 * closes its numbers in this memory too; where one of those is made blocking,
 * all are forgotten.
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

/* Bits of one. */
enum {
    LS_NONBLOCKING_KNOWN = 1,
    LS_NONBLOCKING_SHARED = 2 /* another number stands for the same */
};

extern _Atomic uint8_t ls_nonblocking[LS_NONBLOCKING_MOST];

static inline bool ls_nonblocking_has(int fd)
{
    return (unsigned)fd < LS_NONBLOCKING_MOST &&
           (atomic_load_explicit(&ls_nonblocking[fd], memory_order_relaxed) &
            LS_NONBLOCKING_KNOWN);
}

void ls_nonblocking_add(int fd);

static inline void ls_nonblocking_remove(int fd)
{
    if (ls_nonblocking_has(fd))
        atomic_fetch_and_explicit(&ls_nonblocking[fd],
                                  (uint8_t)~LS_NONBLOCKING_KNOWN,
                                  memory_order_relaxed);
}

/* All from FIRST to LAST. */
void ls_nonblocking_remove_range(unsigned first, unsigned last);

/* TWIN is a new number of what FD is. */
void ls_nonblocking_are_one(int fd, int twin);

/* FD blocks from now on, and so do those that are one with it. */
void ls_nonblocking_blocks(int fd);

/* Something blocks from now on, and nobody knows what. */
static inline void ls_nonblocking_remove_all(void)
{
    ls_nonblocking_remove_range(0, LS_NONBLOCKING_MOST - 1);
}

#endif
