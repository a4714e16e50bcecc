#ifndef LS_VIEWER_DRAWLIST_H
#define LS_VIEWER_DRAWLIST_H
/* SPDX-License-Identifier: MIT */
/*
 * drawlist.h - the picture as a flat array of commands, in painting order.
 *
 * The screens fill it, sdl_paint.c replays it, tests read it. Text is fitted
 * here: what does not fit is cut with an ellipsis, control characters and
 * marks of direction never get in. Not for deciding what to draw.
 *
 *     ls_drawlist_reset(list, &metrics);
 *     ls_draw_rect(list, box, colour);
 *     ls_draw_text(list, LS_FONT_TEXT, colour, box, LS_ALIGN_LEFT, "gather");
 *
 * Units: lengths in logical pixels (the scale is the painter's), as floats;
 *     y grows downwards.
 * Ownership: the list owns commands and text; both grow and are kept from
 *     picture to picture.
 * Errors: without memory a command is left out and `failed` is set.
 * Threads: one at a time.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "viewer/theme.h"

struct ls_rect {
    float x, y, w, h;
};

enum ls_font {
    LS_FONT_TEXT,
    LS_FONT_BOLD,
    LS_FONT_MONO,
    LS_FONT_SMALL,
    LS_FONT_TITLE, /* bold, larger */
    LS_FONTS
};

enum ls_align { LS_ALIGN_LEFT, LS_ALIGN_CENTRE, LS_ALIGN_RIGHT };

/* How wide glyphs are; the painter's or a test's. */
struct ls_metrics {
    float (*advance)(void *arg, enum ls_font font, uint32_t codepoint);
    void *arg;
    float height[LS_FONTS]; /* of a line */
};

enum ls_draw_kind {
    LS_DRAW_RECT,
    LS_DRAW_HATCH,      /* stripes / in colour on ground */
    LS_DRAW_HATCH_BACK, /* stripes \ in colour on ground */
    LS_DRAW_DASHED,     /* a horizontal line, as thick as rect is high */
    LS_DRAW_TEXT,       /* rect is where the glyphs are */
    LS_DRAW_TRIANGLE_UP,
    LS_DRAW_TRIANGLE_DOWN,
    LS_DRAW_TRIANGLE_RIGHT,
    LS_DRAW_TRIANGLE_LEFT,
    LS_DRAW_DISC,
    LS_DRAW_CLIP /* rect holds for all that follow */
};

struct ls_draw {
    uint8_t kind; /* enum ls_draw_kind */
    uint8_t font; /* TEXT */
    ls_colour colour;
    ls_colour ground; /* HATCH */
    struct ls_rect rect;
    uint32_t text; /* TEXT: offset into chars, NUL-terminated */
};

struct ls_drawlist {
    struct ls_draw *items;
    size_t n, room;
    char *chars;
    size_t n_chars, chars_room;
    const struct ls_metrics *metrics;
    bool failed;
};

void ls_drawlist_init(struct ls_drawlist *list);
void ls_drawlist_reset(struct ls_drawlist *list,
                       const struct ls_metrics *metrics);
void ls_drawlist_destroy(struct ls_drawlist *list);

/* All of OTHER behind what is there, DOWN lower. */
void ls_drawlist_append(struct ls_drawlist *list,
                        const struct ls_drawlist *other, float down);

void ls_draw_rect(struct ls_drawlist *list, struct ls_rect rect,
                  ls_colour colour);
/* Its four edges, one pixel wide, inside RECT. */
void ls_draw_outline(struct ls_drawlist *list, struct ls_rect rect,
                     ls_colour colour);
void ls_draw_hatch(struct ls_drawlist *list, struct ls_rect rect,
                   ls_colour stripes, ls_colour ground, bool back);
void ls_draw_dashed(struct ls_drawlist *list, struct ls_rect rect,
                    ls_colour colour);
void ls_draw_shape(struct ls_drawlist *list, enum ls_draw_kind kind,
                   struct ls_rect rect, ls_colour colour);
void ls_draw_clip(struct ls_drawlist *list, struct ls_rect rect);

/*
 * One line of TEXT in BOX, centred from top to bottom, cut with an ellipsis
 * where it does not fit; nothing if not even one letter would. Returns the
 * width drawn. Reads no more of TEXT than fits.
 */
float ls_draw_text(struct ls_drawlist *list, enum ls_font font,
                   ls_colour colour, struct ls_rect box, enum ls_align align,
                   const char *text);

/* The same on a ground of its own that is PADDING wider on both sides and
 * stays inside BOX. */
float ls_draw_label(struct ls_drawlist *list, enum ls_font font,
                    ls_colour colour, ls_colour ground, struct ls_rect box,
                    enum ls_align align, const char *text);

/*
 * TEXT in lines of at most BOX's width from its top down, at most MAX_LINES,
 * the last cut with an ellipsis. Returns the height drawn.
 */
float ls_draw_wrapped(struct ls_drawlist *list, enum ls_font font,
                      ls_colour colour, struct ls_rect box, int max_lines,
                      const char *text);

/* Width of TEXT, at most LIMIT (which bounds the work too). */
float ls_text_width(const struct ls_metrics *metrics, enum ls_font font,
                    const char *text, float limit);

/* The text of a TEXT command. */
const char *ls_drawlist_text(const struct ls_drawlist *list,
                             const struct ls_draw *item);

bool ls_rect_has(struct ls_rect rect, float x, float y);
/* What is in both; w or h 0 if nothing is. */
struct ls_rect ls_rect_clip(struct ls_rect a, struct ls_rect b);

#endif
