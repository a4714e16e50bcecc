/* SPDX-License-Identifier: MIT */
/*
 * The stacks of stalls: the outermost function at the top, what it called
 * below it, as wide as the own time spent in it. A click makes a function as
 * wide as the pane, a click on the first row shows all again.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "viewer/draw.h"
#include "viewer/explain.h"
#include "viewer/format.h"

#define ROW_PX 19
#define HEAD_PX 24

struct drawing {
    struct ls_view *view;
    const struct ls_flame *flame;
    struct ls_rect area;
    float scroll_px;
    int64_t whole_ns;
    uint32_t base; /* depth of the first row */
    float deepest; /* y of the lowest row's bottom */
};

static struct ls_rect row_at(const struct drawing *d, uint32_t depth, float x,
                             float w)
{
    float y = d->area.y + (float)(depth - d->base) * ROW_PX - d->scroll_px;
    return (struct ls_rect){x, y, w, ROW_PX - 1};
}

static void draw_node(struct drawing *d, uint32_t i, struct ls_rect box)
{
    struct ls_view *view = d->view;
    const struct ls_flame_node *node = &d->flame->nodes[i];
    const struct ls_trace *trace = view->document->trace;
    char took[LS_FORMAT_MAX], text[200], place[128];
    enum ls_colour_role ground = LS_COLOUR_COMPUTING,
                        on = LS_COLOUR_ON_COMPUTING;
    ls_format_duration(took, node->ns);
    if (node->frame == LS_NONE) {
        ground = LS_COLOUR_RAISED;
        on = LS_COLOUR_TEXT;
        snprintf(text, sizeof(text), "all stalls  %s", took);
    } else {
        const struct ls_frame *f = &trace->frames[node->frame];
        const char *function = ls_trace_string(trace, f->function);
        ls_explain_place(trace, node->frame, place, sizeof(place));
        snprintf(text, sizeof(text), "%.100s  %s", *function ? function : place,
                 took);
        if (node->blocked)
            ground = LS_COLOUR_BLOCKED_GROUND, on = LS_COLOUR_ON_BLOCKED;
        else if (!f->file)
            ground = LS_COLOUR_TURN, on = LS_COLOUR_ON_RUN;
    }
    ls_draw_rect(&view->list, box, ls_view_colour(view, ground));
    struct ls_rect seen = ls_rect_clip(box, d->area);
    if (seen.w > 0 && seen.h > 0)
        ls_view_add_hit(view, seen, (struct ls_thing){LS_THING_NODE, i, 0, 0});
    struct ls_rect inner = {box.x + 5, box.y, box.w - 10, box.h};
    if (inner.w > 14)
        ls_draw_text(&view->list, LS_FONT_SMALL, ls_view_colour(view, on),
                     inner, LS_ALIGN_LEFT, text);
}

static int widest_first(const void *a, const void *b, const struct ls_flame *f)
{
    const struct ls_flame_node *x = &f->nodes[*(const uint32_t *)a];
    const struct ls_flame_node *y = &f->nodes[*(const uint32_t *)b];
    return (x->ns < y->ns) - (x->ns > y->ns);
}

/* NODE at X and what is below it; what is thinner than a pixel is left out,
 * with all below it. The depth is that of a stack. */
static void draw_below(struct drawing *d, uint32_t i, float x, float w)
{
    const struct ls_flame_node *node = &d->flame->nodes[i];
    struct ls_rect box = row_at(d, node->depth, x, fmaxf(w - 1, 1));
    d->deepest = fmaxf(d->deepest, box.y + ROW_PX);
    if (box.y + box.h > d->area.y && box.y < d->area.y + d->area.h)
        draw_node(d, i, box);
    enum { MOST = 256 };
    uint32_t children[MOST], n = 0;
    for (uint32_t c = node->first_child; c != LS_NONE;
         c = d->flame->nodes[c].next) {
        /* sorted in: the widest first, and of more than so many those */
        uint32_t at = n < MOST ? n++ : MOST - 1;
        if (at == MOST - 1 && n == MOST &&
            widest_first(&c, &children[at], d->flame) > 0)
            continue;
        for (; at > 0 && widest_first(&c, &children[at - 1], d->flame) < 0;
             at--)
            children[at] = children[at - 1];
        children[at] = c;
    }
    for (uint32_t k = 0; k < n; k++) {
        float wide = (float)((double)d->flame->nodes[children[k]].ns /
                             (double)d->whole_ns * (double)d->area.w);
        if (wide < 1)
            break;
        draw_below(d, children[k], x, wide);
        x += wide;
    }
}

/* The functions above the one that is as wide as the pane. */
static void draw_above(struct drawing *d, uint32_t root)
{
    for (uint32_t i = d->flame->nodes[root].parent; i != LS_NONE;
         i = d->flame->nodes[i].parent) {
        struct ls_rect box =
            row_at(d, d->flame->nodes[i].depth, d->area.x, d->area.w);
        if (box.y + box.h > d->area.y && box.y < d->area.y + d->area.h)
            draw_node(d, i, box);
    }
}

static void draw_head(struct ls_view *view, const struct ls_flame *flame,
                      struct ls_rect head)
{
    char text[200], own[LS_FORMAT_MAX], lost[LS_FORMAT_MAX];
    ls_format_duration(own, flame->nodes[0].ns);
    ls_format_duration(lost, flame->unknown_ns);
    if (flame->n_stalls == 0)
        snprintf(text, sizeof(text), "No turn took too long here.");
    else if (flame->nodes[0].ns == 0)
        snprintf(text, sizeof(text),
                 "%u stall%s, %s own time; no stack was taken of them",
                 flame->n_stalls, ls_plural(flame->n_stalls), lost);
    else
        snprintf(text, sizeof(text),
                 "%u stall%s, %s own time by function%s%s%s", flame->n_stalls,
                 ls_plural(flame->n_stalls), own,
                 flame->unknown_ns > 0 ? "; without a stack " : "",
                 flame->unknown_ns > 0 ? lost : "",
                 view->pane.flame_root ? "; click the first row for all" : "");
    ls_draw_text(&view->list, LS_FONT_TEXT, ls_view_colour(view, LS_COLOUR_DIM),
                 head, LS_ALIGN_LEFT, text);
}

void ls_draw_tab_flame(struct ls_view *view, struct ls_rect area)
{
    const struct ls_flame *flame = ls_view_flame(view);
    if (!flame)
        return;
    draw_head(view, flame,
              (struct ls_rect){area.x + 14, area.y + 2, area.w - 28, 20});
    uint32_t root = view->pane.flame_root;
    root = root < flame->n ? root : 0;
    float *scroll = &view->pane.scroll_px[LS_TAB_FLAME];
    float *content = &view->pane.content_px[LS_TAB_FLAME];
    struct drawing d = {.view = view, .flame = flame};
    d.area = (struct ls_rect){area.x + 14, area.y + HEAD_PX, area.w - 28,
                              fmaxf(area.h - HEAD_PX, 0)};
    d.whole_ns = flame->nodes[root].ns;
    if (d.whole_ns <= 0 || d.area.w <= 0)
        return;
    *scroll = ls_clamp_scroll(*scroll, *content, d.area.h);
    d.scroll_px = *scroll;
    d.deepest = d.area.y;
    ls_draw_clip(&view->list, d.area);
    draw_above(&d, root);
    draw_below(&d, root, d.area.x, d.area.w);
    *content = d.deepest - d.area.y + d.scroll_px;
    ls_draw_clip(&view->list, area);
    ls_draw_scrollbar(view,
                      (struct ls_rect){area.x, d.area.y, area.w, d.area.h},
                      *content, *scroll);
}
