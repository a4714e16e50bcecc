/* SPDX-License-Identifier: MIT */
/* The picture as a whole, and its frame: header, banner, status line. */
#include "viewer/draw.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "viewer/format.h"

static void summary(const struct ls_trace *trace, char *text, size_t n_text)
{
    char took[LS_FORMAT_MAX], tasks[LS_FORMAT_MAX], events[LS_FORMAT_MAX];
    ls_format_duration(took, trace->end_ns - trace->begin_ns);
    ls_format_count(tasks, trace->n_tasks);
    ls_format_count(events, trace->n_events);
    snprintf(text, n_text, "%s   %u loop%s   %s task%s   %s event%s", took,
             trace->n_loops, ls_plural(trace->n_loops), tasks,
             ls_plural(trace->n_tasks), events, ls_plural(trace->n_events));
}

/* The verdict in a box of its own at the right of ROOM; returns what is left
 * of ROOM. It comes first: the rest gets what it leaves. */
static struct ls_rect draw_verdict(struct ls_view *view, struct ls_rect room)
{
    const struct ls_document *document = view->document;
    float wide =
        ls_text_width(view->metrics, LS_FONT_TEXT, document->verdict, room.w) +
        30;
    float w = fminf(wide, room.w * 0.8f);
    struct ls_rect box = {room.x + room.w - w, room.y + 9, w, room.h - 18};
    bool calm = document->findings->n_errors == 0 &&
                document->findings->n_warnings == 0;
    enum ls_colour_role ground = LS_COLOUR_GOOD_GROUND, stripe = LS_COLOUR_GOOD;
    if (document->stalled)
        ground = LS_COLOUR_BAD_GROUND, stripe = LS_COLOUR_ERROR;
    else if (!calm)
        ground = LS_COLOUR_WARNING_GROUND, stripe = LS_COLOUR_WARNING;
    else if (document->trace->n_loops == 0)
        ground = LS_COLOUR_RAISED, stripe = LS_COLOUR_NOTE;
    ls_draw_rect(&view->list, box, ls_view_colour(view, ground));
    ls_draw_rect(&view->list, (struct ls_rect){box.x, box.y, 4, box.h},
                 ls_view_colour(view, stripe));
    struct ls_rect inner = {box.x + 15, box.y, box.w - 27, box.h};
    ls_draw_text(&view->list, LS_FONT_TEXT,
                 ls_view_colour(view, LS_COLOUR_TEXT), inner, LS_ALIGN_LEFT,
                 document->verdict);
    room.w -= w + 16;
    return room;
}

void ls_draw_header(struct ls_view *view)
{
    struct ls_rect header = view->layout.header;
    ls_draw_rect(&view->list, header, ls_view_colour(view, LS_COLOUR_PANEL));
    ls_draw_rect(
        &view->list,
        (struct ls_rect){header.x, header.y + header.h - 1, header.w, 1},
        ls_view_colour(view, LS_COLOUR_LINE));
    struct ls_rect room = {header.x + 16, header.y, header.w - 28, header.h};
    if (!view->document) {
        ls_draw_text(&view->list, LS_FONT_TITLE,
                     ls_view_colour(view, LS_COLOUR_TEXT), room, LS_ALIGN_LEFT,
                     "loopscope");
        return;
    }
    room = draw_verdict(view, room);
    float name = ls_draw_text(&view->list, LS_FONT_TITLE,
                              ls_view_colour(view, LS_COLOUR_TEXT), room,
                              LS_ALIGN_LEFT, view->document->name);
    char text[200];
    summary(view->document->trace, text, sizeof(text));
    room.x += name + 14;
    room.w -= name + 14;
    if (room.w > 60)
        ls_draw_text(&view->list, LS_FONT_TEXT,
                     ls_view_colour(view, LS_COLOUR_DIM), room, LS_ALIGN_LEFT,
                     text);
}

void ls_draw_banner(struct ls_view *view)
{
    struct ls_rect box = view->layout.banner;
    if (box.h <= 0)
        return;
    bool bad = view->notice == LS_NOTICE_WARNING;
    ls_draw_rect(&view->list, box,
                 ls_view_colour(view, bad ? LS_COLOUR_WARNING_GROUND
                                          : LS_COLOUR_RAISED));
    ls_draw_rect(
        &view->list, (struct ls_rect){box.x, box.y, 4, box.h},
        ls_view_colour(view, bad ? LS_COLOUR_WARNING : LS_COLOUR_NOTE));
    ls_draw_text(&view->list, LS_FONT_TEXT,
                 ls_view_colour(view, LS_COLOUR_TEXT),
                 (struct ls_rect){box.x + 16, box.y, box.w - 32, box.h},
                 LS_ALIGN_LEFT, view->notice_text);
}

/* The legend: a swatch in the manner of the lanes, and its name. */
struct legend {
    const char *name;
    enum ls_draw_kind how;
    enum ls_colour_role colour, ground;
};

static const struct legend legends[] = {
    {"running", LS_DRAW_RECT, LS_COLOUR_RUN, LS_COLOUR_RUN},
    {"awaiting", LS_DRAW_DASHED, LS_COLOUR_AWAIT, LS_COLOUR_PANEL},
    {"ready, held up", LS_DRAW_HATCH_BACK, LS_COLOUR_HELD,
     LS_COLOUR_HELD_GROUND},
    {"blocked", LS_DRAW_HATCH, LS_COLOUR_BLOCKED, LS_COLOUR_BLOCKED_GROUND},
    {"computing stall", LS_DRAW_RECT, LS_COLOUR_COMPUTING, LS_COLOUR_COMPUTING},
    {"descheduled", LS_DRAW_RECT, LS_COLOUR_DESCHEDULED, LS_COLOUR_DESCHEDULED},
};

static void draw_swatch(struct ls_view *view, const struct legend *legend,
                        struct ls_rect box)
{
    ls_colour colour = ls_view_colour(view, legend->colour);
    if (legend->how == LS_DRAW_DASHED)
        ls_draw_dashed(
            &view->list,
            (struct ls_rect){box.x, box.y + floorf(box.h / 2) - 1, box.w, 2},
            colour);
    else if (legend->how == LS_DRAW_RECT)
        ls_draw_rect(&view->list, box, colour);
    else
        ls_draw_hatch(&view->list, box, colour,
                      ls_view_colour(view, legend->ground),
                      legend->how == LS_DRAW_HATCH_BACK);
}

void ls_draw_status(struct ls_view *view)
{
    struct ls_rect bar = view->layout.status;
    ls_draw_rect(&view->list, bar, ls_view_colour(view, LS_COLOUR_PANEL));
    ls_draw_rect(&view->list, (struct ls_rect){bar.x, bar.y, bar.w, 1},
                 ls_view_colour(view, LS_COLOUR_LINE));
    ls_colour dim = ls_view_colour(view, LS_COLOUR_DIM);
    struct ls_rect rest = {bar.x + 16, bar.y + 1, bar.w - 32, bar.h - 1};
    for (size_t i = 0; i < sizeof(legends) / sizeof(legends[0]); i++) {
        float wide =
            ls_text_width(view->metrics, LS_FONT_SMALL, legends[i].name, 400) +
            24 + 7 + 20;
        if (wide > rest.w)
            return;
        struct ls_rect swatch = {rest.x, rest.y + 8, 24, rest.h - 16};
        draw_swatch(view, &legends[i], swatch);
        struct ls_rect text = {rest.x + 31, rest.y, wide - 31, rest.h};
        ls_draw_text(&view->list, LS_FONT_SMALL, dim, text, LS_ALIGN_LEFT,
                     legends[i].name);
        rest.x += wide;
        rest.w -= wide;
    }
    const char *hint = !view->follows
                           ? "W S zoom   A D move   N finding   ? keys"
                       : view->paused ? "paused   Space goes on"
                                      : "following   Space pauses";
    if (rest.w > ls_text_width(view->metrics, LS_FONT_SMALL, hint, 1000))
        ls_draw_text(&view->list, LS_FONT_SMALL, dim, rest, LS_ALIGN_RIGHT,
                     hint);
}

static void draw_invitation(struct ls_view *view)
{
    struct ls_rect w = view->layout.window;
    struct ls_rect line = {w.x + 20, w.h / 2 - 30, w.w - 40, 26};
    ls_draw_text(&view->list, LS_FONT_TITLE,
                 ls_view_colour(view, LS_COLOUR_TEXT), line, LS_ALIGN_CENTRE,
                 "Drop a trace here");
    line.y += 30;
    ls_draw_text(&view->list, LS_FONT_TEXT, ls_view_colour(view, LS_COLOUR_DIM),
                 line, LS_ALIGN_CENTRE,
                 "or start with one: loopscope view TRACE");
}

void ls_view_draw(struct ls_view *view)
{
    ls_drawlist_reset(&view->list, view->metrics);
    view->n_hits = 0;
    ls_draw_rect(&view->list, view->layout.window,
                 ls_view_colour(view, LS_COLOUR_GROUND));
    if (view->document) {
        ls_draw_lanes(view);
        if (view->layout.overview.h > 0)
            ls_draw_overview(view);
        ls_draw_ruler(view);
        ls_draw_flags(view);
        ls_draw_pane(view);
        ls_draw_panel(view);
        ls_draw_status(view);
    } else if (!view->loading) {
        draw_invitation(view);
    }
    ls_draw_header(view);
    ls_draw_banner(view);
    if (view->help)
        ls_draw_help(view);
    else if (view->loading)
        ls_draw_loading(view);
    else if (view->prompt.kind != LS_PROMPT_NONE)
        ls_draw_prompt(view);
    else if (view->document)
        ls_draw_tooltip(view);
}
