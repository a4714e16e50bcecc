/* SPDX-License-Identifier: MIT */
#include "viewer/sdl_atlas.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viewer/sdl_font.h"

#define SLOTS 8192 /* glyphs at once, a power of two */
#define HATCH_PX 8 /* from stripe to stripe, logical */
#define HATCH_TILE_PX 256
#define HATCH_HEIGHT_PX 32
#define DISC LS_FONTS /* the "font" of discs; its code point a diameter */

struct slot {
    uint32_t key; /* font and code point, 0: free */
    struct ls_glyph glyph;
};

struct ls_atlas {
    SDL_Texture *texture;
    TTF_Font *fonts[LS_FONTS];
    double scale;
    int size, period;
    SDL_Rect white, hatch[2];
    int shelf_x, shelf_y, shelf_h; /* glyphs are packed in rows */
    bool full;
    uint32_t n_slots;
    struct slot slots[SLOTS];
};

/* A place of W x H with a free pixel around; false when there is none. */
static bool reserve(struct ls_atlas *atlas, int w, int h, SDL_Rect *at)
{
    if (atlas->shelf_x + w + 1 > atlas->size) {
        atlas->shelf_x = 1;
        atlas->shelf_y += atlas->shelf_h + 1;
        atlas->shelf_h = 0;
    }
    if (atlas->shelf_y + h + 1 > atlas->size || w + 2 > atlas->size)
        return false;
    *at = (SDL_Rect){atlas->shelf_x, atlas->shelf_y, w, h};
    atlas->shelf_x += w + 1;
    if (h > atlas->shelf_h)
        atlas->shelf_h = h;
    return true;
}

/* Paints W x H with white of the coverage that COVER says, 0..1. */
static bool paint(struct ls_atlas *atlas, int w, int h,
                  double (*cover)(const struct ls_atlas *atlas, double x,
                                  double y, double size),
                  double size, SDL_Rect *at)
{
    uint32_t *pixels = malloc((size_t)w * h * 4);
    if (!pixels || !reserve(atlas, w, h, at)) {
        free(pixels);
        return false;
    }
    for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
            double sum = 0;
            for (int i = 0; i < 16; i++)
                sum += cover(atlas, x + (i % 4 + 0.5) / 4,
                             y + (i / 4 + 0.5) / 4, size);
            uint32_t alpha = (uint32_t)lround(sum / 16 * 255);
            pixels[y * w + x] = alpha << 24 | 0xffffff;
        }
    }
    SDL_UpdateTexture(atlas->texture, at, pixels, w * 4);
    free(pixels);
    return true;
}

static double cover_all(const struct ls_atlas *atlas, double x, double y,
                        double size)
{
    return 1;
}

static double cover_stripes(const struct ls_atlas *atlas, double x, double y,
                            double size)
{
    return fmod(x + y, atlas->period) < atlas->period * 0.5;
}

static double cover_back(const struct ls_atlas *atlas, double x, double y,
                         double size)
{
    return fmod(x - y + 64 * atlas->period, atlas->period) <
           atlas->period * 0.5;
}

static double cover_disc(const struct ls_atlas *atlas, double x, double y,
                         double size)
{
    double r = size / 2;
    return (x - r) * (x - r) + (y - r) * (y - r) <= r * r;
}

static void start_over(struct ls_atlas *atlas)
{
    memset(atlas->slots, 0, sizeof(atlas->slots));
    atlas->n_slots = 0;
    atlas->full = false;
    atlas->shelf_x = atlas->shelf_y = 1;
    atlas->shelf_h = 0;
    void *zeros = calloc((size_t)atlas->size, (size_t)atlas->size * 4);
    if (zeros)
        SDL_UpdateTexture(atlas->texture, NULL, zeros, atlas->size * 4);
    free(zeros);
    int h = (int)ceil(HATCH_HEIGHT_PX * atlas->scale);
    int w = HATCH_TILE_PX / HATCH_PX * atlas->period;
    paint(atlas, 4, 4, cover_all, 0, &atlas->white);
    paint(atlas, w, h, cover_stripes, 0, &atlas->hatch[0]);
    paint(atlas, w, h, cover_back, 0, &atlas->hatch[1]);
}

struct ls_atlas *ls_atlas_new(SDL_Renderer *renderer, double scale, char *why,
                              size_t n_why)
{
    struct ls_atlas *atlas = calloc(1, sizeof(*atlas));
    if (!atlas) {
        snprintf(why, n_why, "not enough memory");
        return NULL;
    }
    atlas->scale = scale;
    atlas->period = (int)lround(HATCH_PX * scale);
    atlas->size = scale <= 1 ? 1024 : scale <= 3 ? 2048 : 4096;
    if (ls_fonts_open(atlas->fonts, scale, why, n_why) != 0) {
        free(atlas);
        return NULL;
    }
    atlas->texture =
        SDL_CreateTexture(renderer, SDL_PIXELFORMAT_ARGB8888,
                          SDL_TEXTUREACCESS_STATIC, atlas->size, atlas->size);
    if (!atlas->texture) {
        snprintf(why, n_why, "cannot draw: %s", SDL_GetError());
        ls_atlas_free(atlas);
        return NULL;
    }
    SDL_SetTextureBlendMode(atlas->texture, SDL_BLENDMODE_BLEND);
    start_over(atlas);
    return atlas;
}

void ls_atlas_free(struct ls_atlas *atlas)
{
    if (!atlas)
        return;
    if (atlas->texture)
        SDL_DestroyTexture(atlas->texture);
    ls_fonts_close(atlas->fonts);
    free(atlas);
}

void ls_atlas_tidy(struct ls_atlas *atlas)
{
    if (atlas->full || atlas->n_slots > SLOTS * 3 / 4)
        start_over(atlas);
}

/* The place of KEY, or the free one where it belongs; NULL: none left. */
static struct slot *slot_of(struct ls_atlas *atlas, uint32_t key)
{
    uint32_t at = key * 2654435761u >> 19;
    for (int i = 0; i < SLOTS; i++) {
        struct slot *slot = &atlas->slots[(at + (uint32_t)i) % SLOTS];
        if (slot->key == key || slot->key == 0)
            return slot;
    }
    return NULL;
}

static void rasterise(struct ls_atlas *atlas, TTF_Font *font, uint32_t cp,
                      struct ls_glyph *glyph)
{
    SDL_Color white = {255, 255, 255, 255};
    SDL_Surface *drawn = TTF_RenderGlyph32_Blended(font, cp, white);
    SDL_Surface *argb =
        drawn ? SDL_ConvertSurfaceFormat(drawn, SDL_PIXELFORMAT_ARGB8888, 0)
              : NULL;
    if (argb && reserve(atlas, argb->w, argb->h, &glyph->at))
        SDL_UpdateTexture(atlas->texture, &glyph->at, argb->pixels,
                          argb->pitch);
    else if (argb)
        atlas->full = true;
    SDL_FreeSurface(argb);
    SDL_FreeSurface(drawn);
}

static void make_glyph(struct ls_atlas *atlas, enum ls_font which, uint32_t cp,
                       struct ls_glyph *glyph)
{
    TTF_Font *font = atlas->fonts[which];
    if (!TTF_GlyphIsProvided32(font, cp))
        cp = TTF_GlyphIsProvided32(font, 0x25a1) ? 0x25a1 /* box */ : '?';
    int min_x = 0;
    TTF_GlyphMetrics32(font, cp, &min_x, NULL, NULL, NULL, &glyph->advance);
    /* A glyph that reaches back over the pen begins its bitmap there. */
    glyph->left = min_x < 0 ? min_x : 0;
    if (cp != ' ')
        rasterise(atlas, font, cp, glyph);
}

static const struct ls_glyph *find(struct ls_atlas *atlas, uint32_t font,
                                   uint32_t codepoint)
{
    static const struct ls_glyph none = {{0, 0, 0, 0}, 0, 8};
    uint32_t key = ((font + 1) << 24) | (codepoint & 0xffffff);
    struct slot *slot = slot_of(atlas, key);
    if (!slot)
        return &none;
    if (slot->key == 0) {
        slot->key = key;
        atlas->n_slots++;
        if (font != DISC)
            make_glyph(atlas, (enum ls_font)font, codepoint, &slot->glyph);
        else if (!paint(atlas, (int)codepoint, (int)codepoint, cover_disc,
                        codepoint, &slot->glyph.at))
            atlas->full = true;
    }
    return &slot->glyph;
}

const struct ls_glyph *ls_atlas_glyph(struct ls_atlas *atlas, enum ls_font font,
                                      uint32_t codepoint)
{
    return find(atlas, font, codepoint);
}

const struct ls_glyph *ls_atlas_disc(struct ls_atlas *atlas, int diameter)
{
    return find(atlas, DISC, (uint32_t)diameter);
}

SDL_Texture *ls_atlas_texture(const struct ls_atlas *atlas)
{
    return atlas->texture;
}

int ls_atlas_size(const struct ls_atlas *atlas)
{
    return atlas->size;
}

SDL_Rect ls_atlas_white(const struct ls_atlas *atlas)
{
    return atlas->white;
}

SDL_Rect ls_atlas_hatch(const struct ls_atlas *atlas, bool back, int *period)
{
    *period = atlas->period;
    return atlas->hatch[back];
}

int ls_atlas_line_height(const struct ls_atlas *atlas, enum ls_font font)
{
    return TTF_FontHeight(atlas->fonts[font]);
}
