/* SPDX-License-Identifier: MIT */
#include "viewer/sdl_hatch.h"

#include <math.h>
#include <stdlib.h>

/* Two themes have fewer pairs than this; the oldest makes room. */
enum { KEPT = 8, PARTS = 4 };

struct hatch {
    ls_colour stripes, ground;
    bool back;
    SDL_Texture *tile;
};

struct ls_hatches {
    SDL_Renderer *renderer;
    int period;
    struct hatch kept[KEPT];
    unsigned next;
};

struct ls_hatches *ls_hatches_new(SDL_Renderer *renderer, int period)
{
    struct ls_hatches *hatches = calloc(1, sizeof(*hatches));
    if (!hatches)
        return NULL;
    hatches->renderer = renderer;
    hatches->period = period;
    return hatches;
}

/* The part of the pixel at X, Y that the stripes cover. */
static double cover(int period, int x, int y, bool back)
{
    int n = 0;
    for (int i = 0; i < PARTS * PARTS; i++) {
        double u = x + (i % PARTS + 0.5) / PARTS;
        double v = y + (i / PARTS + 0.5) / PARTS;
        double along = back ? u - v + 64.0 * period : u + v;
        n += fmod(along, period) < period * 0.5;
    }
    return (double)n / (PARTS * PARTS);
}

static uint32_t mix(ls_colour stripes, ls_colour ground, double part)
{
    uint32_t mixed = 0xff000000;
    for (unsigned shift = 8; shift < 32; shift += 8) {
        double s = stripes >> shift & 0xff, g = ground >> shift & 0xff;
        mixed |= (uint32_t)lround(g + (s - g) * part) << (shift - 8);
    }
    return mixed;
}

static SDL_Texture *make_tile(const struct ls_hatches *h,
                              const struct hatch *hatch)
{
    int w = (LS_HATCH_PERIODS + 1) * h->period;
    uint32_t *pixels = malloc((size_t)w * LS_HATCH_HEIGHT * sizeof(*pixels));
    SDL_Texture *tile =
        pixels ? SDL_CreateTexture(h->renderer, SDL_PIXELFORMAT_ARGB8888,
                                   SDL_TEXTUREACCESS_STATIC, w, LS_HATCH_HEIGHT)
               : NULL;
    for (int i = 0; tile && i < w * LS_HATCH_HEIGHT; i++)
        pixels[i] = mix(hatch->stripes, hatch->ground,
                        cover(h->period, i % w, i / w, hatch->back));
    if (tile) {
        SDL_UpdateTexture(tile, NULL, pixels, w * 4);
        SDL_SetTextureBlendMode(tile, SDL_BLENDMODE_NONE);
    }
    free(pixels);
    return tile;
}

SDL_Texture *ls_hatches_get(struct ls_hatches *h, ls_colour stripes,
                            ls_colour ground, bool back)
{
    for (unsigned i = 0; i < KEPT; i++)
        if (h->kept[i].tile && h->kept[i].stripes == stripes &&
            h->kept[i].ground == ground && h->kept[i].back == back)
            return h->kept[i].tile;
    struct hatch *hatch = &h->kept[h->next++ % KEPT];
    if (hatch->tile)
        SDL_DestroyTexture(hatch->tile);
    *hatch = (struct hatch){stripes, ground, back, NULL};
    return hatch->tile = make_tile(h, hatch);
}

void ls_hatches_free(struct ls_hatches *h)
{
    if (!h)
        return;
    for (unsigned i = 0; i < KEPT; i++)
        if (h->kept[i].tile)
            SDL_DestroyTexture(h->kept[i].tile);
    free(h);
}
