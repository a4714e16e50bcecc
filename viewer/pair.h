#ifndef LS_VIEWER_PAIR_H
#define LS_VIEWER_PAIR_H
/* SPDX-License-Identifier: MIT */
/*
 * pair.h - two traces, one above the other, with the same stretch of time in
 * sight, and what is different between them.
 *
 * Each is a view of its own; what is done to one moves the other. Their times
 * are aligned at their beginning, or at what is selected in both. With one
 * trace a pair is that view, over the whole window.
 *
 *     struct ls_pair pair;
 *     ls_pair_init(&pair, &metrics);
 *     ls_view_show(&pair.top, document);
 *     ls_pair_show(&pair, second);     NULL: alone again
 *     ls_pair_input(&pair, &in);
 *     ls_pair_draw(&pair);             -> pair.top.list
 *     ls_pair_destroy(&pair);
 *
 * Units: logical pixels of the window; nanoseconds.
 * Ownership: documents stay the caller's.
 * Errors: as in view.h.
 * Threads: one at a time.
 */
#include "viewer/input.h"

struct ls_pair {
    struct ls_view top, bottom;
    bool has_bottom;
    bool in_bottom;   /* where keys go */
    int64_t shift_ns; /* a time of the bottom one, less that of the top one */
    struct ls_diff *diff;
    float width, height, scale; /* of both */
};

void ls_pair_init(struct ls_pair *pair, const struct ls_metrics *metrics);
void ls_pair_destroy(struct ls_pair *pair);
void ls_pair_resize(struct ls_pair *pair, float width, float height,
                    float scale);

/* Shows SECOND below what the top view shows. To be called with NULL before
 * one of the documents goes away. */
void ls_pair_show(struct ls_pair *pair, const struct ls_document *second);
/* The begin of what is selected above at that of what is selected below. */
void ls_pair_align(struct ls_pair *pair);

/* The window of the one where keys go is the other's too. */
void ls_pair_follow(struct ls_pair *pair);

bool ls_pair_input(struct ls_pair *pair, const struct ls_input *in);
void ls_pair_draw(struct ls_pair *pair);

/* Where keys go. */
struct ls_view *ls_pair_active(struct ls_pair *pair);
/* The pointer is not drawn. */
void ls_pair_hide_pointer(struct ls_pair *pair);

#endif
