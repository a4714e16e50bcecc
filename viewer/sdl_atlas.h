#ifndef LS_VIEWER_SDL_ATLAS_H
#define LS_VIEWER_SDL_ATLAS_H
/* SPDX-License-Identifier: MIT */
/*
 * sdl_atlas.h - one texture with everything a picture is made of: a white
 * pixel, the two hatches, and the glyphs and discs as they are needed. So text
 * and boxes go out in one batch.
 *
 *     const struct ls_glyph *g = ls_atlas_glyph(atlas, LS_FONT_TEXT, 'a');
 *
 * Units: device pixels.
 * Ownership: the atlas owns texture and fonts; glyphs are borrowed until the
 *     next ls_atlas_tidy().
 * Errors: NULL with one line in WHY; what finds no room is drawn as a box and
 *     the next tidy makes room. Threads: SDL's.
 */
#include <SDL.h>

#include "viewer/drawlist.h"

struct ls_atlas;

struct ls_glyph {
    SDL_Rect at; /* in the texture; w 0: nothing to draw */
    int left;    /* from the pen to its left edge */
    int advance;
};

struct ls_atlas *ls_atlas_new(SDL_Renderer *renderer, double scale, char *why,
                              size_t n_why);
void ls_atlas_free(struct ls_atlas *atlas);

/* Between pictures: starts over if it has become full. */
void ls_atlas_tidy(struct ls_atlas *atlas);

const struct ls_glyph *ls_atlas_glyph(struct ls_atlas *atlas, enum ls_font font,
                                      uint32_t codepoint);
const struct ls_glyph *ls_atlas_disc(struct ls_atlas *atlas, int diameter);

SDL_Texture *ls_atlas_texture(const struct ls_atlas *atlas);
int ls_atlas_size(const struct ls_atlas *atlas); /* of its sides */
SDL_Rect ls_atlas_white(const struct ls_atlas *atlas);
/* A tile of stripes; it repeats after PERIOD in x. */
SDL_Rect ls_atlas_hatch(const struct ls_atlas *atlas, bool back, int *period);
int ls_atlas_line_height(const struct ls_atlas *atlas, enum ls_font font);

#endif
