/* SPDX-License-Identifier: MIT */
#include "viewer/sdl_picture.h"

#include <SDL.h>
#include <stdlib.h>

#include "viewer/png.h"
#include "viewer/sdl_paint.h"

struct ls_picture {
    SDL_Surface *surface;
    SDL_Renderer *renderer;
    struct ls_painter *painter;
};

struct ls_picture *ls_picture_new(int width, int height, double scale,
                                  char *why, size_t n_why)
{
    struct ls_picture *picture = calloc(1, sizeof(*picture));
    if (!picture)
        return NULL;
    picture->surface = SDL_CreateRGBSurfaceWithFormat(0, width, height, 32,
                                                      SDL_PIXELFORMAT_ARGB8888);
    if (picture->surface)
        picture->renderer = SDL_CreateSoftwareRenderer(picture->surface);
    if (!picture->renderer) {
        snprintf(why, n_why, "cannot draw: %s", SDL_GetError());
        ls_picture_free(picture);
        return NULL;
    }
    picture->painter = ls_painter_new(picture->renderer, scale, why, n_why);
    if (!picture->painter) {
        ls_picture_free(picture);
        return NULL;
    }
    return picture;
}

void ls_picture_free(struct ls_picture *picture)
{
    if (!picture)
        return;
    ls_painter_free(picture->painter);
    if (picture->renderer)
        SDL_DestroyRenderer(picture->renderer);
    SDL_FreeSurface(picture->surface);
    free(picture);
}

const struct ls_metrics *ls_picture_metrics(const struct ls_picture *picture)
{
    return ls_painter_metrics(picture->painter);
}

int ls_picture_save(struct ls_picture *picture, const struct ls_drawlist *list,
                    FILE *file)
{
    ls_painter_replay(picture->painter, list);
    SDL_RenderFlush(picture->renderer);
    /* 32 bits a pixel: rows of such a surface lie without gaps. */
    return ls_png_write(file, picture->surface->pixels,
                        (uint32_t)picture->surface->w,
                        (uint32_t)picture->surface->h);
}
