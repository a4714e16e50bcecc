#ifndef LS_COLLECTOR_SHARE_H
#define LS_COLLECTOR_SHARE_H
/* SPDX-License-Identifier: MIT */
/*
 * share.h - make the shared memory of a session that programs join by
 * LS_SESSION_VARIABLE.
 *
 * A program that opens its own session makes it itself: record/launch.h.
 *
 * Units: none.
 * Ownership: the memory and its descriptor are the caller's.
 * Errors: 0 or an errno.
 * Threads: any.
 */
#include "tracer/record/shared.h"

struct ls_share {
    struct ls_shared *shared; /* NULL: none */
    int fd;
};

/* Memory that only this user can open, that cannot change its size, with a
 * random id and the clock of this machine; everything else in the header is 0.
 */
int ls_share_make(struct ls_share *share);

void ls_share_free(struct ls_share *share);

#endif
