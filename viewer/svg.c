/* SPDX-License-Identifier: MIT */
#include "viewer/svg.h"

#include <errno.h>
#include <math.h>

#define SANS "DejaVu Sans, Verdana, Helvetica, sans-serif"
#define MONO "DejaVu Sans Mono, Menlo, Consolas, monospace"
#define BASELINE 0.78f /* of a line's height: where letters stand */
#define MOST_HATCHES 32

static const struct {
    const char *family;
    float size_px;
    bool bold;
} fonts[LS_FONTS] = {[LS_FONT_TEXT] = {SANS, 13, false},
                     [LS_FONT_BOLD] = {SANS, 13, true},
                     [LS_FONT_MONO] = {MONO, 12, false},
                     [LS_FONT_SMALL] = {SANS, 11, false},
                     [LS_FONT_TITLE] = {SANS, 15, true}};

struct writing {
    FILE *file;
    const struct ls_drawlist *list;
    struct hatch {
        ls_colour stripes, ground;
        bool back;
    } hatches[MOST_HATCHES];
    int n_hatches, n_clips;
    bool in_clip;
};

/* fill="#rrggbb", with its opacity if it is not whole. */
static void put_fill(FILE *file, ls_colour colour)
{
    fprintf(file, " fill=\"#%06x\"", colour >> 8);
    if ((colour & 0xff) != 0xff)
        fprintf(file, " fill-opacity=\"%.3f\"", (colour & 0xff) / 255.0);
}

static void put_box(FILE *file, struct ls_rect r)
{
    fprintf(file, " x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\"", r.x,
            r.y, r.w, r.h);
}

static void put_escaped(FILE *file, const char *text)
{
    for (; *text; text++) {
        if (*text == '<')
            fputs("&lt;", file);
        else if (*text == '>')
            fputs("&gt;", file);
        else if (*text == '&')
            fputs("&amp;", file);
        else
            fputc(*text, file);
    }
}

static void put_clip(struct writing *w, struct ls_rect r)
{
    if (w->in_clip)
        fputs("</g>\n", w->file);
    fprintf(w->file, "<defs><clipPath id=\"c%d\"><rect", ++w->n_clips);
    put_box(w->file, r);
    fprintf(w->file, "/></clipPath></defs><g clip-path=\"url(#c%d)\">\n",
            w->n_clips);
    w->in_clip = true;
}

/* The pattern of a hatch, written when it first occurs. */
static int hatch_of(struct writing *w, const struct ls_draw *item)
{
    bool back = item->kind == LS_DRAW_HATCH_BACK;
    for (int i = 0; i < w->n_hatches; i++)
        if (w->hatches[i].stripes == item->colour &&
            w->hatches[i].ground == item->ground && w->hatches[i].back == back)
            return i;
    if (w->n_hatches == MOST_HATCHES)
        return -1;
    w->hatches[w->n_hatches] = (struct hatch){item->colour, item->ground, back};
    fprintf(w->file,
            "<defs><pattern id=\"h%d\" width=\"6\" height=\"6\" "
            "patternUnits=\"userSpaceOnUse\" "
            "patternTransform=\"rotate(%d)\"><rect width=\"6\" height=\"6\"",
            w->n_hatches, back ? -45 : 45);
    put_fill(w->file, item->ground);
    fputs("/><rect width=\"3\" height=\"6\"", w->file);
    put_fill(w->file, item->colour);
    fputs("/></pattern></defs>\n", w->file);
    return w->n_hatches++;
}

static void put_hatch(struct writing *w, const struct ls_draw *item)
{
    int hatch = hatch_of(w, item);
    fputs("<rect", w->file);
    put_box(w->file, item->rect);
    if (hatch < 0)
        put_fill(w->file, item->colour);
    else
        fprintf(w->file, " fill=\"url(#h%d)\"", hatch);
    fputs("/>\n", w->file);
}

static void put_text(struct writing *w, const struct ls_draw *item)
{
    struct ls_rect r = item->rect;
    fprintf(w->file,
            "<text x=\"%.2f\" y=\"%.2f\" font-family=\"%s\" "
            "font-size=\"%.0f\"%s textLength=\"%.2f\" "
            "lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\"",
            r.x, r.y + r.h * BASELINE, fonts[item->font].family,
            fonts[item->font].size_px,
            fonts[item->font].bold ? " font-weight=\"bold\"" : "", r.w);
    put_fill(w->file, item->colour);
    fputc('>', w->file);
    put_escaped(w->file, ls_drawlist_text(w->list, item));
    fputs("</text>\n", w->file);
}

static void put_dashed(struct writing *w, const struct ls_draw *item)
{
    struct ls_rect r = item->rect;
    fprintf(w->file,
            "<line x1=\"%.2f\" y1=\"%.2f\" x2=\"%.2f\" y2=\"%.2f\" "
            "stroke=\"#%06x\" stroke-width=\"%.2f\" "
            "stroke-dasharray=\"6 4\"/>\n",
            r.x, r.y + r.h / 2, r.x + r.w, r.y + r.h / 2, item->colour >> 8,
            r.h);
}

static void put_triangle(struct writing *w, const struct ls_draw *item)
{
    /* Three corners, as parts of the box. */
    static const float corners[][6] = {
        [LS_DRAW_TRIANGLE_UP] = {0.5f, 0, 1, 1, 0, 1},
        [LS_DRAW_TRIANGLE_DOWN] = {0, 0, 1, 0, 0.5f, 1},
        [LS_DRAW_TRIANGLE_RIGHT] = {0, 0, 1, 0.5f, 0, 1},
        [LS_DRAW_TRIANGLE_LEFT] = {1, 0, 1, 1, 0, 0.5f}};
    const float *c = corners[item->kind];
    struct ls_rect r = item->rect;
    fputs("<polygon points=\"", w->file);
    for (int i = 0; i < 6; i += 2)
        fprintf(w->file, "%s%.2f,%.2f", i ? " " : "", r.x + c[i] * r.w,
                r.y + c[i + 1] * r.h);
    fputc('"', w->file);
    put_fill(w->file, item->colour);
    fputs("/>\n", w->file);
}

static void put(struct writing *w, const struct ls_draw *item)
{
    struct ls_rect r = item->rect;
    switch ((enum ls_draw_kind)item->kind) {
    case LS_DRAW_RECT:
        fputs("<rect", w->file);
        put_box(w->file, r);
        put_fill(w->file, item->colour);
        fputs("/>\n", w->file);
        break;
    case LS_DRAW_HATCH:
    case LS_DRAW_HATCH_BACK:
        put_hatch(w, item);
        break;
    case LS_DRAW_DASHED:
        put_dashed(w, item);
        break;
    case LS_DRAW_TEXT:
        put_text(w, item);
        break;
    case LS_DRAW_TRIANGLE_UP:
    case LS_DRAW_TRIANGLE_DOWN:
    case LS_DRAW_TRIANGLE_RIGHT:
    case LS_DRAW_TRIANGLE_LEFT:
        put_triangle(w, item);
        break;
    case LS_DRAW_DISC:
        fprintf(w->file, "<circle cx=\"%.2f\" cy=\"%.2f\" r=\"%.2f\"",
                r.x + r.w / 2, r.y + r.w / 2, r.w / 2);
        put_fill(w->file, item->colour);
        fputs("/>\n", w->file);
        break;
    case LS_DRAW_CLIP:
        put_clip(w, r);
        break;
    }
}

int ls_svg_write(FILE *file, const struct ls_drawlist *list, float width,
                 float height, double scale)
{
    struct writing w = {.file = file, .list = list};
    fprintf(file,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" "
            "height=\"%.0f\" viewBox=\"0 0 %.2f %.2f\" "
            "shape-rendering=\"crispEdges\">\n",
            width * scale, height * scale, width, height);
    for (size_t i = 0; i < list->n; i++)
        put(&w, &list->items[i]);
    if (w.in_clip)
        fputs("</g>\n", file);
    fputs("</svg>\n", file);
    if (fflush(file) == 0 && !ferror(file))
        return 0;
    errno = errno ? errno : EIO;
    return -1;
}
