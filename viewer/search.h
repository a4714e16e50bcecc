#ifndef LS_VIEWER_SEARCH_H
#define LS_VIEWER_SEARCH_H
/* SPDX-License-Identifier: MIT */
/*
 * search.h - what in a trace has a name that matches: tasks, callbacks, calls,
 * spans, marks, findings.
 *
 * One walk over the trace; each name is matched once. Not for moving to what
 * was found (view_prompt.c).
 *
 *     struct ls_search *s = ls_search_make(document, &pattern);
 *     uint32_t i = ls_search_after(s, at_ns);
 *     ls_search_free(s);
 *
 * Units: nanoseconds.
 * Ownership: the caller's.
 * Errors: NULL without memory.
 * Threads: constant once made.
 */
#include "viewer/document.h"
#include "viewer/pattern.h"

enum ls_found_kind {
    LS_FOUND_TASK,
    LS_FOUND_SLICE, /* index: thread, sub: slice */
    LS_FOUND_MARK,
    LS_FOUND_FINDING
};

struct ls_found {
    int64_t at_ns; /* first: ls_sort_by_time() */
    uint8_t kind;  /* enum ls_found_kind */
    uint32_t index, sub;
};

/* More are counted, but cannot be gone to. */
#define LS_FOUND_MOST 200000

struct ls_search {
    struct ls_found *items; /* by time */
    uint32_t n;
    uint64_t n_all;
    uint32_t at; /* the one that was gone to; LS_NONE: none yet */
};

struct ls_search *ls_search_make(const struct ls_document *document,
                                 const struct ls_pattern *pattern);
void ls_search_free(struct ls_search *search);

/* The first at AT or after it; 0 if all are before. N must not be 0. */
uint32_t ls_search_after(const struct ls_search *search, int64_t at_ns);

#endif
