#ifndef EXAMPLES_MEMORY_H
#define EXAMPLES_MEMORY_H
/* SPDX-License-Identifier: MIT */
/*
 * memory.h - how much memory this process has.
 *
 *     struct memory before = memory_now();
 *     ...
 *     printf("%ld KiB\n", memory_now().used_kib - before.used_kib);
 *
 * Units: KiB.
 * Ownership: none.
 * Errors: what /proc does not tell is 0.
 * Threads: any.
 */
struct memory {
    long used_kib;     /* pages of its own that were touched */
    long reserved_kib; /* addresses, with memory behind them or not */
};

struct memory memory_now(void);

#endif
