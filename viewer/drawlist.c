/* SPDX-License-Identifier: MIT */
#include "viewer/drawlist.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "viewer/letters.h"

#define ELLIPSIS 0x2026
/* No line of text is longer than this, however wide the window. */
#define MAX_LINE_BYTES 2048
/* Nor is more than this read of a text that is mostly invisible. */
#define MAX_READ_BYTES 8192
/* A box and its line are looked at again when the next one comes. */
#define LOOK_BACK 3
#define NO_GAP_PX 0.01f

void ls_drawlist_init(struct ls_drawlist *list)
{
    memset(list, 0, sizeof(*list));
}

void ls_drawlist_reset(struct ls_drawlist *list,
                       const struct ls_metrics *metrics)
{
    list->n = 0;
    list->n_chars = 0;
    list->metrics = metrics;
    list->failed = false;
}

void ls_drawlist_destroy(struct ls_drawlist *list)
{
    free(list->items);
    free(list->chars);
    ls_drawlist_init(list);
}

static struct ls_draw *add(struct ls_drawlist *list, enum ls_draw_kind kind,
                           struct ls_rect rect, ls_colour colour)
{
    if (list->n == list->room) {
        size_t room = list->room ? list->room * 2 : 1024;
        struct ls_draw *items = realloc(list->items, room * sizeof(*items));
        if (!items) {
            list->failed = true;
            return NULL;
        }
        list->items = items;
        list->room = room;
    }
    struct ls_draw *item = &list->items[list->n++];
    *item =
        (struct ls_draw){.kind = (uint8_t)kind, .colour = colour, .rect = rect};
    return item;
}

static bool add_chars(struct ls_drawlist *list, const char *text, size_t n)
{
    if (list->n_chars + n + 1 > list->chars_room) {
        size_t room = (list->n_chars + n + 1) * 2;
        char *chars = realloc(list->chars, room);
        if (!chars) {
            list->failed = true;
            return false;
        }
        list->chars = chars;
        list->chars_room = room;
    }
    memcpy(list->chars + list->n_chars, text, n);
    list->n_chars += n;
    list->chars[list->n_chars++] = 0;
    return true;
}

static bool overlap(struct ls_rect a, struct ls_rect b)
{
    return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h &&
           b.y < a.y + a.h;
}

/* Makes RECT a part of its left neighbour, if that has the same colour and
 * nothing was drawn since where RECT lies: of a row of a thousand short
 * slices one box is left for each colour. */
static bool join(struct ls_drawlist *list, struct ls_rect rect,
                 ls_colour colour)
{
    for (size_t i = list->n; i > 0 && list->n - i < LOOK_BACK; i--) {
        struct ls_draw *item = &list->items[i - 1];
        if (item->kind != LS_DRAW_RECT)
            return false;
        struct ls_rect *r = &item->rect;
        if (item->colour == colour && r->y == rect.y && r->h == rect.h &&
            fabsf(r->x + r->w - rect.x) < NO_GAP_PX) {
            r->w = rect.x + rect.w - r->x;
            return true;
        }
        if (overlap(*r, rect))
            return false;
    }
    return false;
}

void ls_drawlist_append(struct ls_drawlist *list,
                        const struct ls_drawlist *other, float down)
{
    for (size_t i = 0; i < other->n; i++) {
        struct ls_draw item = other->items[i];
        const char *text = ls_drawlist_text(other, &item);
        uint32_t offset = (uint32_t)list->n_chars;
        if (item.kind == LS_DRAW_TEXT && !add_chars(list, text, strlen(text)))
            continue;
        struct ls_draw *added = add(list, item.kind, item.rect, item.colour);
        if (!added)
            return;
        *added = item;
        added->rect.y += down;
        added->text = item.kind == LS_DRAW_TEXT ? offset : 0;
    }
    list->failed |= other->failed;
}

void ls_draw_rect(struct ls_drawlist *list, struct ls_rect rect,
                  ls_colour colour)
{
    if (rect.w > 0 && rect.h > 0 && !join(list, rect, colour))
        add(list, LS_DRAW_RECT, rect, colour);
}

void ls_draw_outline(struct ls_drawlist *list, struct ls_rect r,
                     ls_colour colour)
{
    ls_draw_rect(list, (struct ls_rect){r.x, r.y, r.w, 1}, colour);
    ls_draw_rect(list, (struct ls_rect){r.x, r.y + r.h - 1, r.w, 1}, colour);
    ls_draw_rect(list, (struct ls_rect){r.x, r.y + 1, 1, r.h - 2}, colour);
    ls_draw_rect(list, (struct ls_rect){r.x + r.w - 1, r.y + 1, 1, r.h - 2},
                 colour);
}

void ls_draw_hatch(struct ls_drawlist *list, struct ls_rect rect,
                   ls_colour stripes, ls_colour ground, bool back)
{
    if (rect.w <= 0 || rect.h <= 0)
        return;
    struct ls_draw *item =
        add(list, back ? LS_DRAW_HATCH_BACK : LS_DRAW_HATCH, rect, stripes);
    if (item)
        item->ground = ground;
}

void ls_draw_dashed(struct ls_drawlist *list, struct ls_rect rect,
                    ls_colour colour)
{
    if (rect.w > 0 && rect.h > 0)
        add(list, LS_DRAW_DASHED, rect, colour);
}

void ls_draw_shape(struct ls_drawlist *list, enum ls_draw_kind kind,
                   struct ls_rect rect, ls_colour colour)
{
    add(list, kind, rect, colour);
}

void ls_draw_clip(struct ls_drawlist *list, struct ls_rect rect)
{
    add(list, LS_DRAW_CLIP, rect, 0);
}

static float advance(const struct ls_metrics *metrics, enum ls_font font,
                     uint32_t codepoint)
{
    return metrics->advance(metrics->arg, font, codepoint);
}

/*
 * TEXT cut to MAX pixels into OUT, which holds MAX_LINE_BYTES. The place
 * where an ellipsis would still fit is kept while going on; when the end does
 * not fit, the line ends there.
 */
struct fitted {
    size_t n;
    float width;
    bool cut;
    const char *rest; /* behind the last code point taken */
};

static struct fitted fit(const struct ls_metrics *metrics, enum ls_font font,
                         const char *text, float max, char *out)
{
    float dots = advance(metrics, font, ELLIPSIS);
    struct fitted now = {.rest = text}, safe = {.rest = text};
    const char *start = text;
    for (;;) {
        uint32_t cp = ls_letter_next_shown(&text);
        if (cp == 0)
            return now;
        float wide = advance(metrics, font, cp);
        if (now.width + wide > max || now.n + 8 > MAX_LINE_BYTES ||
            text - start > MAX_READ_BYTES)
            break;
        now.n += ls_letter_put(out + now.n, cp);
        now.width += wide;
        now.rest = text;
        if (now.width + dots <= max)
            safe = now;
    }
    safe.cut = true;
    if (safe.n == 0)
        return safe;
    while (safe.n > 1 && out[safe.n - 1] == ' ') {
        safe.n--;
        safe.width -= advance(metrics, font, ' ');
    }
    safe.n += ls_letter_put(out + safe.n, ELLIPSIS);
    safe.width += dots;
    return safe;
}

static void put_line(struct ls_drawlist *list, enum ls_font font,
                     ls_colour colour, struct ls_rect rect, const char *text,
                     size_t n)
{
    uint32_t offset = (uint32_t)list->n_chars;
    if (!add_chars(list, text, n))
        return;
    struct ls_draw *item = add(list, LS_DRAW_TEXT, rect, colour);
    if (item) {
        item->font = (uint8_t)font;
        item->text = offset;
    }
}

static float align_x(struct ls_rect box, float width, enum ls_align align)
{
    float spare = box.w - width;
    return box.x + (align == LS_ALIGN_LEFT    ? 0
                    : align == LS_ALIGN_RIGHT ? spare
                                              : floorf(spare / 2));
}

static float text_on(struct ls_drawlist *list, enum ls_font font,
                     ls_colour colour, const ls_colour *ground,
                     struct ls_rect box, enum ls_align align, const char *text)
{
    char line[MAX_LINE_BYTES];
    float padding = ground ? 5 : 0;
    struct fitted f = fit(list->metrics, font, text, box.w - 2 * padding, line);
    if (f.n == 0)
        return 0;
    float height = list->metrics->height[font];
    struct ls_rect rect = {align_x(box, f.width + 2 * padding, align) + padding,
                           floorf(box.y + (box.h - height) / 2), f.width,
                           height};
    if (ground)
        ls_draw_rect(list,
                     (struct ls_rect){rect.x - padding, box.y,
                                      rect.w + 2 * padding, box.h},
                     *ground);
    put_line(list, font, colour, rect, line, f.n);
    return f.width + 2 * padding;
}

float ls_draw_text(struct ls_drawlist *list, enum ls_font font,
                   ls_colour colour, struct ls_rect box, enum ls_align align,
                   const char *text)
{
    return text_on(list, font, colour, NULL, box, align, text);
}

float ls_draw_label(struct ls_drawlist *list, enum ls_font font,
                    ls_colour colour, ls_colour ground, struct ls_rect box,
                    enum ls_align align, const char *text)
{
    return text_on(list, font, colour, &ground, box, align, text);
}

/* One line's worth of TEXT, ending at a blank where there is one. */
static struct fitted fit_words(const struct ls_metrics *metrics,
                               enum ls_font font, const char *text, float max,
                               char *out)
{
    struct fitted now = {.rest = text}, word = {.rest = text};
    const char *p = text;
    for (;;) {
        uint32_t cp = ls_letter_next_shown(&p);
        if (cp == 0)
            return now;
        float wide = advance(metrics, font, cp);
        if (cp == ' ')
            word = now, word.rest = p;
        if (now.width + wide > max || now.n + 8 > MAX_LINE_BYTES)
            break;
        now.n += ls_letter_put(out + now.n, cp);
        now.width += wide;
        now.rest = p;
    }
    return word.n > 0 ? word : now;
}

float ls_draw_wrapped(struct ls_drawlist *list, enum ls_font font,
                      ls_colour colour, struct ls_rect box, int max_lines,
                      const char *text)
{
    char line[MAX_LINE_BYTES];
    float height = list->metrics->height[font], y = box.y;
    for (int i = 0; i < max_lines && *text; i++) {
        struct ls_rect row = {box.x, y, box.w, height};
        y += height;
        if (i == max_lines - 1) {
            ls_draw_text(list, font, colour, row, LS_ALIGN_LEFT, text);
            break;
        }
        struct fitted f = fit_words(list->metrics, font, text, box.w, line);
        if (f.n == 0 && f.rest == text)
            break;
        row.w = f.width;
        if (f.n > 0)
            put_line(list, font, colour, row, line, f.n);
        text = f.rest;
    }
    return y - box.y;
}

float ls_text_width(const struct ls_metrics *metrics, enum ls_font font,
                    const char *text, float limit)
{
    float width = 0;
    const char *start = text;
    uint32_t cp;
    while (width < limit && text - start < MAX_READ_BYTES &&
           (cp = ls_letter_next_shown(&text)) != 0)
        width += advance(metrics, font, cp);
    return width < limit ? width : limit;
}

const char *ls_drawlist_text(const struct ls_drawlist *list,
                             const struct ls_draw *item)
{
    return list->chars + item->text;
}

bool ls_rect_has(struct ls_rect r, float x, float y)
{
    return x >= r.x && x < r.x + r.w && y >= r.y && y < r.y + r.h;
}

struct ls_rect ls_rect_clip(struct ls_rect a, struct ls_rect b)
{
    float x0 = fmaxf(a.x, b.x), x1 = fminf(a.x + a.w, b.x + b.w);
    float y0 = fmaxf(a.y, b.y), y1 = fminf(a.y + a.h, b.y + b.h);
    return (struct ls_rect){x0, y0, fmaxf(0, x1 - x0), fmaxf(0, y1 - y0)};
}
