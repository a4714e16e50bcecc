/* SPDX-License-Identifier: MIT */
#include "picture.h"

#include <stdlib.h>
#include <string.h>

void picture_start(struct ls_view *view, const struct ls_document *document,
                   float w, float h)
{
    ls_view_init(view, &fixture_metrics);
    ls_view_resize(view, w, h, 1);
    ls_view_show(view, document);
    /* Twice: the first finds out how high things are. */
    ls_view_draw(view);
    ls_view_draw(view);
}

/* The texts of a picture as they are seen: clipped. */
struct seen {
    struct ls_rect rect;
    size_t item;
};

static size_t texts_of(const struct ls_view *view, struct seen *out)
{
    struct ls_rect clip = view->layout.window;
    size_t n = 0;
    for (size_t i = 0; i < view->list.n; i++) {
        const struct ls_draw *item = &view->list.items[i];
        if (item->kind == LS_DRAW_CLIP)
            clip = item->rect;
        if (item->kind != LS_DRAW_TEXT)
            continue;
        struct ls_rect rect = ls_rect_clip(item->rect, clip);
        if (rect.w <= 0 || rect.h <= 0)
            continue;
        /* Above and below a scrolled edge may hide a line; never the sides:
         * that would be cut without an ellipsis. */
        if (rect.w < item->rect.w - 0.6f)
            fail_msg("cut: %s", ls_drawlist_text(&view->list, item));
        out[n++] = (struct seen){rect, i};
    }
    return n;
}

/* Is BOX painted over between two commands? */
static bool is_covered(const struct ls_view *view, struct ls_rect box,
                       size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        const struct ls_draw *item = &view->list.items[i];
        struct ls_rect both = ls_rect_clip(item->rect, box);
        if (item->kind == LS_DRAW_RECT && (item->colour & 0xff) == 0xff &&
            both.w >= box.w - 0.6f && both.h >= box.h - 0.6f)
            return true;
    }
    return false;
}

void picture_check_texts(const struct ls_view *view)
{
    struct seen *texts = malloc(view->list.n * sizeof(*texts));
    size_t n = texts_of(view, texts);
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b < a; b++) {
            struct ls_rect both = ls_rect_clip(texts[a].rect, texts[b].rect);
            if (both.w > 0.6f && both.h > 3 &&
                !is_covered(view, both, texts[b].item, texts[a].item))
                fail_msg("\"%s\" over \"%s\"",
                         ls_drawlist_text(&view->list,
                                          &view->list.items[texts[a].item]),
                         ls_drawlist_text(&view->list,
                                          &view->list.items[texts[b].item]));
        }
    free(texts);
}

/* What was painted last under a text must not be a pattern. */
static void check_grounds(const struct ls_view *view)
{
    for (size_t i = 0; i < view->list.n; i++) {
        const struct ls_draw *text = &view->list.items[i];
        if (text->kind != LS_DRAW_TEXT)
            continue;
        for (size_t k = i; k > 0; k--) {
            const struct ls_draw *under = &view->list.items[k - 1];
            bool pattern = under->kind == LS_DRAW_HATCH ||
                           under->kind == LS_DRAW_HATCH_BACK ||
                           under->kind == LS_DRAW_DASHED;
            bool ground =
                under->kind == LS_DRAW_RECT && (under->colour & 0xff) == 0xff;
            struct ls_rect both = ls_rect_clip(text->rect, under->rect);
            if (pattern && both.w > 0 && both.h > 0)
                fail_msg("on a pattern: %s",
                         ls_drawlist_text(&view->list, text));
            if (ground && both.w >= text->rect.w - 0.01f && both.h > 10)
                break;
        }
    }
}

void picture_check(struct ls_view *view)
{
    ls_view_draw(view);
    assert_false(view->list.failed);
    picture_check_texts(view);
    check_grounds(view);
}

const struct ls_draw *picture_text(const struct ls_view *view, const char *part)
{
    for (size_t i = 0; i < view->list.n; i++)
        if (view->list.items[i].kind == LS_DRAW_TEXT &&
            strstr(ls_drawlist_text(&view->list, &view->list.items[i]), part))
            return &view->list.items[i];
    return NULL;
}

/* COLOUR with its alpha over GROUND. */
static ls_colour blend(ls_colour colour, ls_colour ground)
{
    uint32_t a = colour & 0xff, mixed = 0xff;
    for (int shift = 8; shift < 32; shift += 8) {
        uint32_t over = (colour >> shift) & 0xff;
        uint32_t under = (ground >> shift) & 0xff;
        mixed |= ((over * a + under * (255 - a)) / 255) << shift;
    }
    return mixed;
}

/* What is under the middle of TEXT, the i-th command: its ground and what was
 * laid over that. */
static ls_colour ground_of(const struct ls_view *view, size_t i,
                           struct ls_rect text)
{
    float x = text.x + text.w / 2, y = text.y + text.h / 2;
    ls_colour ground = 0;
    struct ls_rect clip = view->layout.window;
    for (size_t k = 0; k < i; k++) {
        const struct ls_draw *item = &view->list.items[k];
        if (item->kind == LS_DRAW_CLIP)
            clip = item->rect;
        else if (item->kind == LS_DRAW_RECT && ls_rect_has(item->rect, x, y) &&
                 ls_rect_has(clip, x, y))
            ground = blend(item->colour, ground);
    }
    return ground;
}

void picture_check_contrast(const struct ls_view *view)
{
    struct ls_rect clip = view->layout.window;
    for (size_t i = 0; i < view->list.n; i++) {
        const struct ls_draw *item = &view->list.items[i];
        if (item->kind == LS_DRAW_CLIP)
            clip = item->rect;
        struct ls_rect seen = ls_rect_clip(item->rect, clip);
        if (item->kind != LS_DRAW_TEXT || seen.w <= 0 || seen.h <= 0)
            continue;
        ls_colour ground = ground_of(view, i, seen);
        double contrast = ls_colour_contrast(item->colour, ground | 0xff);
        if (contrast < 4.5)
            fail_msg("%s theme: contrast %.2f of %06x on %06x: %s",
                     view->theme->name, contrast, item->colour >> 8,
                     ground >> 8, ls_drawlist_text(&view->list, item));
    }
}

void picture_click(struct ls_view *view, const char *part)
{
    const struct ls_draw *item = picture_text(view, part);
    if (!item)
        fail_msg("%s is not to be seen", part);
    float x = item->rect.x + item->rect.w / 2;
    float y = item->rect.y + item->rect.h / 2;
    struct ls_input in = {.kind = LS_INPUT_PRESS,
                          .x = x,
                          .y = y,
                          .button = LS_BUTTON_LEFT,
                          .clicks = 1};
    ls_view_input(view, &in);
    in.kind = LS_INPUT_RELEASE;
    ls_view_input(view, &in);
    ls_view_draw(view);
}

void picture_key(struct ls_view *view, uint32_t code, uint32_t mods)
{
    struct ls_input in = {.kind = LS_INPUT_KEY, .key = {code, mods}};
    ls_view_input(view, &in);
    ls_view_draw(view);
}
