#ifndef LS_VIEWER_TELLING_H
#define LS_VIEWER_TELLING_H
/* SPDX-License-Identifier: MIT */
/*
 * telling.h - the events of a stretch of time, one after the other, as the
 * timeline of a report tells them.
 *
 * Of a program that names no tasks the turns are told. Not for the words
 * (draw_telling.c).
 *
 *     struct ls_telling *told = ls_telling_make(document, begin_ns, end_ns);
 *     for (uint32_t i = 0; i < told->n; i++) ... told->items[i]
 *     ls_telling_free(told);
 *
 * Units: nanoseconds.
 * Ownership: the caller's.
 * Errors: NULL without memory.
 * Threads: constant once made.
 */
#include "viewer/document.h"

enum ls_told_kind {
    LS_TOLD_START,
    LS_TOLD_AWAIT,
    LS_TOLD_RESUME,
    LS_TOLD_FINISH,
    LS_TOLD_BLOCK, /* a blocking call over the threshold */
    LS_TOLD_TURN,  /* a turn: over the threshold, or there are no tasks */
    LS_TOLD_MARK
};

struct ls_told {
    int64_t at_ns;
    uint8_t kind;        /* enum ls_told_kind */
    uint32_t index, sub; /* task, stretch; thread, slice; or mark */
};

/* More than this are not listed one by one: the first ones are. */
#define LS_TOLD_MOST 2000

struct ls_telling {
    struct ls_told *items; /* by time */
    uint32_t n;
    uint64_t n_all; /* n, and those left out because there are too many */
    int64_t begin_ns, end_ns;
};

struct ls_telling *ls_telling_make(const struct ls_document *document,
                                   int64_t begin_ns, int64_t end_ns);
void ls_telling_free(struct ls_telling *telling);

#endif
