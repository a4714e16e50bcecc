/* SPDX-License-Identifier: MIT */
#include "nonblocking.h"

_Atomic uint8_t ls_nonblocking[LS_NONBLOCKING_MOST];

/* All that were ever known lie below it: whoever clears thousands of numbers
 * to be sure does not touch memory for that. */
static _Atomic unsigned end;

void ls_nonblocking_add(int fd)
{
    unsigned number = (unsigned)fd, known = atomic_load(&end);
    if (number >= LS_NONBLOCKING_MOST)
        return;
    while (known <= number &&
           !atomic_compare_exchange_weak(&end, &known, number + 1))
        ;
    atomic_fetch_or_explicit(&ls_nonblocking[number], LS_NONBLOCKING_KNOWN,
                             memory_order_relaxed);
}

void ls_nonblocking_remove_range(unsigned first, unsigned last)
{
    unsigned known = atomic_load(&end);
    for (unsigned fd = first; fd < known && fd <= last; fd++)
        ls_nonblocking_remove((int)fd);
}

static void mark_shared(int fd)
{
    if ((unsigned)fd < LS_NONBLOCKING_MOST)
        atomic_fetch_or_explicit(&ls_nonblocking[fd], LS_NONBLOCKING_SHARED,
                                 memory_order_relaxed);
}

void ls_nonblocking_are_one(int fd, int twin)
{
    mark_shared(fd);
    mark_shared(twin);
}

void ls_nonblocking_blocks(int fd)
{
    if ((unsigned)fd >= LS_NONBLOCKING_MOST ||
        (ls_nonblocking[fd] & LS_NONBLOCKING_SHARED))
        ls_nonblocking_remove_all();
    else
        ls_nonblocking_remove(fd);
}
