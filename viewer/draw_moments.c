/* SPDX-License-Identifier: MIT */
/* Moments that somebody marked: A and B with the time between them, notes, and
 * what a search found. */
#include <math.h>
#include <stdio.h>

#include "viewer/draw.h"
#include "viewer/format.h"

#define FLAG_PX 9

static bool is_in_sight(const struct ls_view *view, int64_t at_ns)
{
    return at_ns >= view->begin_ns && at_ns <= view->end_ns;
}

static void draw_line(struct ls_view *view, int64_t at_ns,
                      enum ls_colour_role role)
{
    struct ls_rect lanes = view->layout.lanes;
    if (is_in_sight(view, at_ns))
        ls_draw_rect(&view->list,
                     (struct ls_rect){floorf(ls_view_x(view, at_ns)), lanes.y,
                                      1, lanes.h},
                     ls_view_colour(view, role));
}

/* "A to B 12.4 ms", at the top of the lanes, between them. */
static void draw_between(struct ls_view *view)
{
    const struct ls_measure *m = &view->measure;
    struct ls_rect lanes = view->layout.lanes;
    char took[LS_FORMAT_MAX], text[64];
    int64_t between_ns = m->b_ns - m->a_ns;
    ls_format_duration(took, between_ns < 0 ? -between_ns : between_ns);
    snprintf(text, sizeof(text), between_ns < 0 ? "B to A %s" : "A to B %s",
             took);
    int64_t begin_ns = between_ns < 0 ? m->b_ns : m->a_ns;
    struct ls_rect box = ls_view_stretch(
        view, begin_ns, begin_ns + (between_ns < 0 ? -between_ns : between_ns),
        lanes.y + 2, 20);
    box = ls_rect_clip(box, lanes);
    float wide = ls_text_width(view->metrics, LS_FONT_BOLD, text, 200) + 14;
    /* Where there is no room between them, beside. */
    if (box.w < wide) {
        box.x = fminf(box.x + box.w + 2, lanes.x + lanes.w - wide);
        box.w = wide;
    }
    ls_draw_label(
        &view->list, LS_FONT_BOLD, ls_view_colour(view, LS_COLOUR_TEXT),
        ls_view_colour(view, LS_COLOUR_RAISED), box, LS_ALIGN_CENTRE, text);
}

void ls_draw_moments(struct ls_view *view)
{
    const struct ls_measure *m = &view->measure;
    for (uint32_t i = 0; i < view->notes.n; i++)
        draw_line(view, view->notes.items[i].at_ns, LS_COLOUR_GOOD);
    if (m->n > 0)
        draw_line(view, m->a_ns, LS_COLOUR_TEXT);
    if (m->n < 2)
        return;
    draw_line(view, m->b_ns, LS_COLOUR_TEXT);
    if ((m->a_ns >= view->begin_ns || m->b_ns >= view->begin_ns) &&
        (m->a_ns <= view->end_ns || m->b_ns <= view->end_ns))
        draw_between(view);
}

static struct ls_rect letter_box(const struct ls_view *view, int64_t at_ns)
{
    struct ls_rect r = view->layout.ruler;
    float x = floorf(ls_view_x(view, at_ns));
    x = fminf(fmaxf(x - 9, r.x), r.x + r.w - 19);
    return (struct ls_rect){x, r.y + 3, 20, r.h - 6};
}

bool ls_view_is_flagged(const struct ls_view *view, float x, float w)
{
    const int64_t at_ns[] = {view->measure.a_ns, view->measure.b_ns};
    for (int i = 0; i < view->measure.n; i++) {
        struct ls_rect box = letter_box(view, at_ns[i]);
        if (is_in_sight(view, at_ns[i]) && x < box.x + box.w + 2 &&
            x + w > box.x - 2)
            return true;
    }
    return false;
}

static void draw_letter(struct ls_view *view, int64_t at_ns, const char *letter)
{
    if (is_in_sight(view, at_ns))
        ls_draw_label(&view->list, LS_FONT_BOLD,
                      ls_view_colour(view, LS_COLOUR_GROUND),
                      ls_view_colour(view, LS_COLOUR_TEXT),
                      letter_box(view, at_ns), LS_ALIGN_CENTRE, letter);
}

/* Its text is in the tooltip and in the details. */
static void draw_note(struct ls_view *view, uint32_t i)
{
    struct ls_rect r = view->layout.ruler;
    if (!is_in_sight(view, view->notes.items[i].at_ns))
        return;
    float x = floorf(ls_view_x(view, view->notes.items[i].at_ns));
    struct ls_rect flag = {x - 4, r.y + r.h - FLAG_PX - 1, FLAG_PX, FLAG_PX};
    ls_draw_shape(&view->list, LS_DRAW_TRIANGLE_DOWN, flag,
                  ls_view_colour(view, LS_COLOUR_GOOD));
    flag.x -= 2;
    flag.w += 4;
    ls_view_add_hit(view, ls_rect_clip(flag, r),
                    (struct ls_thing){LS_THING_NOTE, i, 0, 0});
}

/* What was found, as ticks below the overview; each column once. */
static void draw_found(struct ls_view *view)
{
    const struct ls_search *s = view->search;
    struct ls_rect o = view->layout.overview, lanes = view->layout.lanes;
    int64_t first_ns, last_ns;
    float last = -2;
    ls_view_extent(view, &first_ns, &last_ns);
    for (uint32_t i = 0; i < s->n; i++) {
        double part = (double)(s->items[i].at_ns - first_ns) /
                      (double)(last_ns - first_ns);
        float x = floorf(lanes.x + (float)part * lanes.w);
        if (x < last + 2)
            continue;
        last = x;
        ls_draw_rect(&view->list, (struct ls_rect){x, o.y + o.h - 5, 2, 5},
                     ls_view_colour(view, LS_COLOUR_NOTE));
    }
}

void ls_draw_flags(struct ls_view *view)
{
    struct ls_rect r = view->layout.ruler;
    if (view->search)
        draw_found(view);
    ls_draw_clip(&view->list, r);
    for (uint32_t i = 0; i < view->notes.n; i++)
        draw_note(view, i);
    if (view->measure.n > 0)
        draw_letter(view, view->measure.a_ns, "A");
    if (view->measure.n > 1)
        draw_letter(view, view->measure.b_ns, "B");
    ls_draw_clip(&view->list, view->layout.window);
}
