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
    atomic_store_explicit(&ls_nonblocking[number], 1, memory_order_relaxed);
}

void ls_nonblocking_remove_range(unsigned first, unsigned last)
{
    unsigned known = atomic_load(&end);
    for (unsigned fd = first; fd < known && fd <= last; fd++)
        ls_nonblocking_remove((int)fd);
}
