#ifndef LS_RECORD_PATIENCE_H
#define LS_RECORD_PATIENCE_H
/* SPDX-License-Identifier: MIT */
/*
 * patience.h - waiting for the collector, by nothing that can be hooked.
 *
 * Not for the program's own waiting, and not for the collector.
 *
 * Units: milliseconds.
 * Ownership: none.
 * Errors: none.
 * Threads: any.
 */
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* The kernel's own, whatever the program's clock is. */
static inline int64_t ls_patience_now(void)
{
    struct timespec t = {0};
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

/* Until WORD is not VALUE any more: up to STEP_MS, or until a signal comes. */
static inline void ls_patience_wait(_Atomic uint32_t *word, uint32_t value,
                                    int step_ms)
{
    struct timespec step = {.tv_nsec = step_ms * 1000000L};
    syscall(SYS_futex, word, FUTEX_WAIT, value, &step, NULL, 0);
}

#endif
