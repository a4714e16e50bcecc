/* SPDX-License-Identifier: MIT */
#include "viewer/sdl_paint.h"

#include <math.h>
#include <stdlib.h>

#include "viewer/letters.h"
#include "viewer/sdl_atlas.h"
#include "viewer/sdl_hatch.h"

#define DASH_PX 6
#define DASH_GAP_PX 4

struct ls_painter {
    SDL_Renderer *renderer;
    struct ls_atlas *atlas;
    double scale;
    struct ls_metrics metrics;
    /* SDL's own renderer, which is slow at triangles and blending, but not at
     * fills and copies: then it has tiles of its own. NULL: another one. */
    struct ls_hatches *software;
    SDL_Vertex *vertices;
    int *indices;
    int n_vertices, vertices_room, n_indices, indices_room;
};

static float advance(void *arg, enum ls_font font, uint32_t codepoint)
{
    struct ls_painter *painter = arg;
    return (float)(ls_atlas_glyph(painter->atlas, font, codepoint)->advance /
                   painter->scale);
}

struct ls_painter *ls_painter_new(SDL_Renderer *renderer, double scale,
                                  char *why, size_t n_why)
{
    struct ls_painter *painter = calloc(1, sizeof(*painter));
    if (!painter)
        return NULL;
    painter->renderer = renderer;
    painter->scale = scale;
    painter->atlas = ls_atlas_new(renderer, scale, why, n_why);
    if (!painter->atlas) {
        free(painter);
        return NULL;
    }
    SDL_RendererInfo about;
    int period;
    ls_atlas_hatch(painter->atlas, false, &period);
    if (SDL_GetRendererInfo(renderer, &about) == 0 &&
        about.flags & SDL_RENDERER_SOFTWARE)
        painter->software = ls_hatches_new(renderer, period);
    painter->metrics.advance = advance;
    painter->metrics.arg = painter;
    for (int i = 0; i < LS_FONTS; i++)
        painter->metrics.height[i] =
            (float)(ls_atlas_line_height(painter->atlas, (enum ls_font)i) /
                    scale);
    return painter;
}

void ls_painter_free(struct ls_painter *painter)
{
    if (!painter)
        return;
    ls_hatches_free(painter->software);
    ls_atlas_free(painter->atlas);
    free(painter->vertices);
    free(painter->indices);
    free(painter);
}

const struct ls_metrics *ls_painter_metrics(const struct ls_painter *painter)
{
    return &painter->metrics;
}

void ls_painter_begin(struct ls_painter *painter)
{
    ls_atlas_tidy(painter->atlas);
}

static void flush(struct ls_painter *p)
{
    if (p->n_indices > 0)
        SDL_RenderGeometry(p->renderer, ls_atlas_texture(p->atlas), p->vertices,
                           p->n_vertices, p->indices, p->n_indices);
    p->n_vertices = p->n_indices = 0;
}

/* Room for N more of each; false without memory. */
static bool make_room(struct ls_painter *p, int n_vertices, int n_indices)
{
    if (p->n_vertices + n_vertices > p->vertices_room) {
        int room = (p->vertices_room + n_vertices) * 2;
        SDL_Vertex *more = realloc(p->vertices, (size_t)room * sizeof(*more));
        if (!more)
            return false;
        p->vertices = more;
        p->vertices_room = room;
    }
    if (p->n_indices + n_indices > p->indices_room) {
        int room = (p->indices_room + n_indices) * 2;
        int *more = realloc(p->indices, (size_t)room * sizeof(*more));
        if (!more)
            return false;
        p->indices = more;
        p->indices_room = room;
    }
    return true;
}

static SDL_Color colour_of(ls_colour c)
{
    return (SDL_Color){(Uint8)(c >> 24), (Uint8)(c >> 16), (Uint8)(c >> 8),
                       (Uint8)c};
}

static void add_vertex(struct ls_painter *p, float x, float y, float u, float v,
                       ls_colour colour)
{
    float size = (float)ls_atlas_size(p->atlas);
    p->vertices[p->n_vertices++] =
        (SDL_Vertex){{x, y}, colour_of(colour), {u / size, v / size}};
}

/* The part FROM of the texture at TO, in device pixels. */
static void add_quad(struct ls_painter *p, SDL_Rect to, SDL_Rect from,
                     ls_colour colour)
{
    if (to.w <= 0 || to.h <= 0 || !make_room(p, 4, 6))
        return;
    static const int corners[] = {0, 1, 2, 0, 2, 3};
    for (int i = 0; i < 6; i++)
        p->indices[p->n_indices++] = p->n_vertices + corners[i];
    float x0 = (float)to.x, x1 = (float)(to.x + to.w);
    float y0 = (float)to.y, y1 = (float)(to.y + to.h);
    float u0 = (float)from.x, u1 = (float)(from.x + from.w);
    float v0 = (float)from.y, v1 = (float)(from.y + from.h);
    add_vertex(p, x0, y0, u0, v0, colour);
    add_vertex(p, x1, y0, u1, v0, colour);
    add_vertex(p, x1, y1, u1, v1, colour);
    add_vertex(p, x0, y1, u0, v1, colour);
}

static int device(const struct ls_painter *p, double logical)
{
    return (int)lround(logical * p->scale);
}

/* Edges are rounded, not sizes: neighbours stay neighbours. What has a size
 * keeps at least one pixel. */
static SDL_Rect device_rect(const struct ls_painter *p, struct ls_rect r)
{
    int x0 = device(p, r.x), x1 = device(p, r.x + r.w);
    int y0 = device(p, r.y), y1 = device(p, r.y + r.h);
    return (SDL_Rect){x0, y0, x1 > x0 ? x1 - x0 : r.w > 0,
                      y1 > y0 ? y1 - y0 : r.h > 0};
}

static SDL_Rect white(const struct ls_painter *p)
{
    SDL_Rect w = ls_atlas_white(p->atlas);
    return (SDL_Rect){w.x + 1, w.y + 1, 2, 2};
}

/* A box of one colour. The software renderer would stretch the white pixel
 * over it, by way of a surface of that size. */
static void add_solid(struct ls_painter *p, SDL_Rect to, ls_colour colour)
{
    if (!p->software) {
        add_quad(p, to, white(p), colour);
        return;
    }
    if (to.w <= 0 || to.h <= 0)
        return;
    flush(p);
    SDL_Color c = colour_of(colour);
    SDL_SetRenderDrawBlendMode(p->renderer, c.a == 255 ? SDL_BLENDMODE_NONE
                                                       : SDL_BLENDMODE_BLEND);
    SDL_SetRenderDrawColor(p->renderer, c.r, c.g, c.b, c.a);
    SDL_RenderFillRect(p->renderer, &to);
}

/* Both colours at once, for the software renderer; NULL where it is not that,
 * or something has to shine through. */
static SDL_Texture *opaque_hatch(struct ls_painter *p,
                                 const struct ls_draw *item)
{
    if (!p->software || (item->colour & item->ground & 0xff) != 0xff)
        return NULL;
    flush(p);
    return ls_hatches_get(p->software, item->colour, item->ground,
                          item->kind == LS_DRAW_HATCH_BACK);
}

/* The tile laid side by side, its phase bound to the window, so that stripes
 * of neighbours meet. */
static void paint_hatch(struct ls_painter *p, const struct ls_draw *item)
{
    bool back = item->kind == LS_DRAW_HATCH_BACK;
    int period;
    SDL_Rect tile = ls_atlas_hatch(p->atlas, back, &period);
    SDL_Rect box = device_rect(p, item->rect);
    SDL_Texture *opaque = opaque_hatch(p, item);
    if (opaque)
        tile =
            (SDL_Rect){0, 0, (LS_HATCH_PERIODS + 1) * period, LS_HATCH_HEIGHT};
    else
        add_solid(p, box, item->ground);
    int wide = tile.w - period;
    for (int y = box.y; y < box.y + box.h; y += tile.h) {
        int h = box.y + box.h - y < tile.h ? box.y + box.h - y : tile.h;
        for (int x = box.x; x < box.x + box.w; x += wide) {
            int w = box.x + box.w - x < wide ? box.x + box.w - x : wide;
            int phase = ((back ? x - y : x + y) % period + period) % period;
            SDL_Rect to = {x, y, w, h};
            SDL_Rect from = {tile.x + phase, tile.y, w, h};
            if (opaque)
                SDL_RenderCopy(p->renderer, opaque, &from, &to);
            else
                add_quad(p, to, from, item->colour);
        }
    }
}

static void paint_dashed(struct ls_painter *p, const struct ls_draw *item)
{
    SDL_Rect box = device_rect(p, item->rect);
    int dash = device(p, DASH_PX), step = dash + device(p, DASH_GAP_PX);
    int end = box.x + box.w;
    for (int x = box.x - ((box.x % step) + step) % step; x < end; x += step) {
        int x0 = x < box.x ? box.x : x;
        int x1 = x + dash < end ? x + dash : end;
        add_solid(p, (SDL_Rect){x0, box.y, x1 - x0, box.h}, item->colour);
    }
}

static void paint_text(struct ls_painter *p, const struct ls_drawlist *list,
                       const struct ls_draw *item)
{
    const char *text = ls_drawlist_text(list, item);
    int x = device(p, item->rect.x), y = device(p, item->rect.y);
    uint32_t cp;
    while ((cp = ls_letter_next_shown(&text)) != 0) {
        const struct ls_glyph *g =
            ls_atlas_glyph(p->atlas, (enum ls_font)item->font, cp);
        add_quad(p, (SDL_Rect){x + g->left, y, g->at.w, g->at.h}, g->at,
                 item->colour);
        x += g->advance;
    }
}

static void paint_triangle(struct ls_painter *p, const struct ls_draw *item)
{
    SDL_Rect b = device_rect(p, item->rect);
    SDL_Rect w = white(p);
    if (!make_room(p, 3, 3))
        return;
    float x0 = (float)b.x, x1 = (float)(b.x + b.w), xm = (x0 + x1) / 2;
    float y0 = (float)b.y, y1 = (float)(b.y + b.h), ym = (y0 + y1) / 2;
    for (int i = 0; i < 3; i++)
        p->indices[p->n_indices++] = p->n_vertices + i;
    float u = (float)w.x, v = (float)w.y;
    if (item->kind == LS_DRAW_TRIANGLE_UP) {
        add_vertex(p, xm, y0, u, v, item->colour);
        add_vertex(p, x1, y1, u, v, item->colour);
        add_vertex(p, x0, y1, u, v, item->colour);
    } else if (item->kind == LS_DRAW_TRIANGLE_DOWN) {
        add_vertex(p, x0, y0, u, v, item->colour);
        add_vertex(p, x1, y0, u, v, item->colour);
        add_vertex(p, xm, y1, u, v, item->colour);
    } else if (item->kind == LS_DRAW_TRIANGLE_LEFT) {
        add_vertex(p, x1, y0, u, v, item->colour);
        add_vertex(p, x1, y1, u, v, item->colour);
        add_vertex(p, x0, ym, u, v, item->colour);
    } else {
        add_vertex(p, x0, y0, u, v, item->colour);
        add_vertex(p, x1, ym, u, v, item->colour);
        add_vertex(p, x0, y1, u, v, item->colour);
    }
}

static void paint_disc(struct ls_painter *p, const struct ls_draw *item)
{
    SDL_Rect box = device_rect(p, item->rect);
    const struct ls_glyph *disc = ls_atlas_disc(p->atlas, box.w);
    box.h = box.w;
    add_quad(p, box, disc->at, item->colour);
}

static void set_clip(struct ls_painter *p, const struct ls_draw *item)
{
    flush(p);
    SDL_Rect clip = device_rect(p, item->rect);
    SDL_RenderSetClipRect(p->renderer, &clip);
}

void ls_painter_replay(struct ls_painter *p, const struct ls_drawlist *list)
{
    SDL_RenderSetClipRect(p->renderer, NULL);
    for (size_t i = 0; i < list->n; i++) {
        const struct ls_draw *item = &list->items[i];
        switch ((enum ls_draw_kind)item->kind) {
        case LS_DRAW_RECT:
            add_solid(p, device_rect(p, item->rect), item->colour);
            break;
        case LS_DRAW_HATCH:
        case LS_DRAW_HATCH_BACK:
            paint_hatch(p, item);
            break;
        case LS_DRAW_DASHED:
            paint_dashed(p, item);
            break;
        case LS_DRAW_TEXT:
            paint_text(p, list, item);
            break;
        case LS_DRAW_TRIANGLE_UP:
        case LS_DRAW_TRIANGLE_DOWN:
        case LS_DRAW_TRIANGLE_RIGHT:
        case LS_DRAW_TRIANGLE_LEFT:
            paint_triangle(p, item);
            break;
        case LS_DRAW_DISC:
            paint_disc(p, item);
            break;
        case LS_DRAW_CLIP:
            set_clip(p, item);
            break;
        }
    }
    flush(p);
    SDL_RenderSetClipRect(p->renderer, NULL);
}
