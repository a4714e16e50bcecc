#ifndef LS_VIEWER_SDL_PICTURE_H
#define LS_VIEWER_SDL_PICTURE_H
/* SPDX-License-Identifier: MIT */
/*
 * sdl_picture.h - a picture without a window: a renderer that draws into
 * memory, and the way from there into a file.
 *
 *     struct ls_picture *picture = ls_picture_new(1280, 720, 1, why, n);
 *     view.metrics = ls_picture_metrics(picture);
 *     ls_view_draw(&view);
 *     ls_picture_save(picture, &view.list, file);
 *
 * Units: width and height in device pixels.
 * Ownership: the caller's. Errors: NULL with one line in WHY; -1 with errno.
 * Threads: SDL's.
 */
#include <stdio.h>

#include "viewer/drawlist.h"

struct ls_picture;

struct ls_picture *ls_picture_new(int width, int height, double scale,
                                  char *why, size_t n_why);
void ls_picture_free(struct ls_picture *picture);
const struct ls_metrics *ls_picture_metrics(const struct ls_picture *picture);
int ls_picture_save(struct ls_picture *picture, const struct ls_drawlist *list,
                    FILE *file);

#endif
