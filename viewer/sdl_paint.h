#ifndef LS_VIEWER_SDL_PAINT_H
#define LS_VIEWER_SDL_PAINT_H
/* SPDX-License-Identifier: MIT */
/*
 * sdl_paint.h - replays a draw list through an SDL renderer, in as few
 * batches as it has clips. Not for windows (sdl_window.h).
 *
 *     struct ls_painter *painter = ls_painter_new(renderer, 2, why, n);
 *     ls_painter_begin(painter);
 *     ls_view_draw(&view);           measures with ls_painter_metrics()
 *     ls_painter_replay(painter, &view.list);
 *
 * Units: the list's logical pixels times SCALE are device pixels.
 * Ownership: the renderer stays the caller's and has to outlive the painter.
 * Errors: NULL with one line in WHY. Threads: SDL's.
 */
#include <SDL.h>

#include "viewer/drawlist.h"

struct ls_painter;

struct ls_painter *ls_painter_new(SDL_Renderer *renderer, double scale,
                                  char *why, size_t n_why);
void ls_painter_free(struct ls_painter *painter);

const struct ls_metrics *ls_painter_metrics(const struct ls_painter *painter);

/* Before a list is made for it. */
void ls_painter_begin(struct ls_painter *painter);
void ls_painter_replay(struct ls_painter *painter,
                       const struct ls_drawlist *list);

#endif
