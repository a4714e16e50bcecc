#ifndef LS_VIEWER_ARROWS_H
#define LS_VIEWER_ARROWS_H
/* SPDX-License-Identifier: MIT */
/*
 * arrows.h - along causality: who asked for something, who woke whom, who had
 * to wait for it.
 *
 * Found once, when something is selected; costs a walk over tasks and awaits.
 * Not for how they look (draw_arrows.c).
 *
 *     struct ls_arrows arrows = {0};
 *     ls_arrows_of_task(&arrows, trace, task);
 *     for (uint32_t i = 0; i < arrows.n; i++) ... arrows.items[i]
 *
 * Units: nanoseconds.
 * Ownership: everything is in the struct.
 * Errors: arrows for which there is no room are counted in n_more.
 * Threads: one at a time.
 */
#include "analysis/finding.h"

enum ls_arrow_kind {
    LS_ARROW_ASKED, /* from who started or asked for it */
    LS_ARROW_WOKE,  /* from what had been awaited */
    LS_ARROW_HELD   /* from what kept the loop */
};

struct ls_arrow_end {
    bool is_thread; /* index: of a thread; else of a task */
    uint32_t index;
    int64_t at_ns;
};

struct ls_arrow {
    uint8_t kind; /* enum ls_arrow_kind */
    struct ls_arrow_end from, to;
};

#define LS_ARROWS 256

struct ls_arrows {
    struct ls_arrow items[LS_ARROWS];
    uint32_t n, n_more;
};

/* Who started TASK and whom it started; who woke it, whom it woke. */
void ls_arrows_of_task(struct ls_arrows *arrows, const struct ls_trace *trace,
                       uint32_t task);
/* Who asked for the callback SLICE, or what runs in it. */
void ls_arrows_of_slice(struct ls_arrows *arrows, const struct ls_trace *trace,
                        uint32_t thread, uint32_t slice);
/* To those who waited until END, from TASK (LS_NONE: from THREAD). */
void ls_arrows_of_waits(struct ls_arrows *arrows, const struct ls_trace *trace,
                        uint32_t thread, uint32_t task, int64_t end_ns,
                        const struct ls_waiter *waiters, uint32_t n);

#endif
