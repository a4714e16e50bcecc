#ifndef LS_VIEWER_SDL_HATCH_H
#define LS_VIEWER_SDL_HATCH_H
/* SPDX-License-Identifier: MIT */
/*
 * sdl_hatch.h - tiles of stripes in two opaque colours, each made once.
 *
 * For the software renderer, to which stripes that are blended over a ground
 * are slow and a copy is not. Others take the atlas's (sdl_atlas.h).
 *
 *     struct ls_hatches *hatches = ls_hatches_new(renderer, period);
 *     SDL_Texture *tile = ls_hatches_get(hatches, stripes, ground, false);
 *     ls_hatches_free(hatches);
 *
 * Units: device pixels. A tile is LS_HATCH_PERIODS + 1 periods wide.
 * Ownership: the renderer is the caller's, tiles are the hatches'; one is
 *     valid until the next is asked for.
 * Errors: NULL. Threads: SDL's.
 */
#include <SDL.h>

#include "viewer/drawlist.h"

enum { LS_HATCH_PERIODS = 32, LS_HATCH_HEIGHT = 32 };

struct ls_hatches;

struct ls_hatches *ls_hatches_new(SDL_Renderer *renderer, int period);
SDL_Texture *ls_hatches_get(struct ls_hatches *hatches, ls_colour stripes,
                            ls_colour ground, bool back);
void ls_hatches_free(struct ls_hatches *hatches);

#endif
