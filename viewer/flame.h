#ifndef LS_VIEWER_FLAME_H
#define LS_VIEWER_FLAME_H
/* SPDX-License-Identifier: MIT */
/*
 * flame.h - the stacks of all stalls as one tree, the outermost function at
 * the root, each as wide as the own time that was spent in it.
 *
 * The own time of a turn over the threshold goes to its samples by their
 * weight; without samples to the blocking calls in it that have a stack. What
 * has neither is counted beside the tree. Not for how it looks (draw_flame.c).
 *
 *     struct ls_flame *flame = ls_flame_make(document, begin_ns, end_ns);
 *     for (uint32_t i = 0; i < flame->n; i++) ... flame->nodes[i]
 *     ls_flame_free(flame);
 *
 * Units: nanoseconds of own time.
 * Ownership: the caller's.
 * Errors: NULL without memory.
 * Threads: constant once made.
 */
#include "viewer/document.h"

struct ls_flame_node {
    int64_t ns;                         /* with all below it */
    int64_t own_ns;                     /* it was the innermost */
    uint32_t frame;                     /* LS_NONE: the root */
    uint32_t parent, first_child, next; /* LS_NONE: none */
    uint32_t depth;
    bool blocked; /* most of its time in a blocking call */
};

struct ls_flame {
    struct ls_flame_node *nodes; /* [0] is the root; parents before children */
    uint32_t n;
    uint32_t depth;     /* of the deepest */
    uint32_t n_stalls;  /* turns over the threshold */
    int64_t unknown_ns; /* of their own time: no stack is known */
};

/* Of the turns that begin between BEGIN and END. */
struct ls_flame *ls_flame_make(const struct ls_document *document,
                               int64_t begin_ns, int64_t end_ns);
void ls_flame_free(struct ls_flame *flame);

#endif
