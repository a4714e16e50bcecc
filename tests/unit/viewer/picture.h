#ifndef LS_TEST_VIEWER_PICTURE_H
#define LS_TEST_VIEWER_PICTURE_H
/* SPDX-License-Identifier: MIT */
/*
 * picture.h - looking at a picture as its reader does: is everything legible,
 * what does it say, what does a click on that do.
 *
 *     picture_start(&view, document, 1280, 720);
 *     picture_check(&view);
 *     picture_click(&view, "Histogram");
 *     assert_non_null(picture_text(&view, "p99"));
 *
 * Units: logical pixels.
 * Ownership: the view is to be destroyed, the document to be freed.
 * Errors: a test that cannot go on fails. Threads: one.
 */
#include "fixture.h"
#include "viewer/draw.h"
#include "viewer/input.h"

void picture_start(struct ls_view *view, const struct ls_document *document,
                   float w, float h);

/* Draws it: no text over another, none cut at the sides without an ellipsis,
 * none on a pattern. */
void picture_check(struct ls_view *view);
void picture_check_texts(const struct ls_view *view);

/* Every text has a contrast of at least 4.5:1 to what it stands on. */
void picture_check_contrast(const struct ls_view *view);

/* The first text with PART in it; NULL if there is none. */
const struct ls_draw *picture_text(const struct ls_view *view,
                                   const char *part);

/* A click on that; the picture is drawn again. */
void picture_click(struct ls_view *view, const char *part);
void picture_key(struct ls_view *view, uint32_t code, uint32_t mods);

#endif
