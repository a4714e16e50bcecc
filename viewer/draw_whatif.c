/* SPDX-License-Identifier: MIT */
/* What if: faintly, below the tasks' own bars, how they would have gone on;
 * and at the bottom what that is an estimate of. */
#include <math.h>
#include <stdio.h>

#include "viewer/draw.h"
#include "viewer/format.h"

#define GHOST_PX 4

static void draw_ghost(struct ls_view *view, const struct ls_ghost *ghost)
{
    const struct ls_tracks *tracks = view->tracks;
    uint32_t lane = tracks->lane_of_task[ghost->task];
    if (lane == LS_NONE || tracks->items[lane].kind != LS_LANE_TASK)
        return;
    struct ls_rect lanes = view->layout.lanes;
    float y = lanes.y + (float)(tracks->items[lane].y - view->scroll_px) +
              tracks->items[lane].h - GHOST_PX - 1;
    struct ls_rect box = ls_view_stretch(view, ghost->begin_ns, ghost->end_ns,
                                         floorf(y), GHOST_PX);
    ls_colour colour = ls_view_colour(view, LS_COLOUR_GOOD);
    ls_draw_rect(&view->list, box, (colour & 0xffffff00) | 0x60);
    ls_draw_rect(&view->list,
                 (struct ls_rect){box.x, box.y - 2, 2, GHOST_PX + 2}, colour);
}

void ls_draw_whatif(struct ls_view *view)
{
    const struct ls_ghosts *g = &view->ghosts;
    char text[160], took[LS_FORMAT_MAX], most[LS_FORMAT_MAX];
    if (!view->what_if)
        return;
    for (uint32_t i = 0; i < g->n; i++)
        draw_ghost(view, &g->items[i]);
    int64_t most_ns = 0;
    for (uint32_t i = 0; i < g->n; i++)
        most_ns =
            g->items[i].saved_ns > most_ns ? g->items[i].saved_ns : most_ns;
    ls_format_duration(took, g->saved_ns);
    ls_format_duration(most, most_ns);
    if (g->n == 0)
        snprintf(text, sizeof(text),
                 "what if: select a stall that held somebody up");
    else if (g->gathered)
        snprintf(text, sizeof(text),
                 "gathered: at most %s earlier (an estimate)", took);
    else
        snprintf(text, sizeof(text),
                 "without this stall: %u task%s up to %s earlier, %s%s in all "
                 "(an estimate)",
                 g->n + g->n_more, ls_plural(g->n + g->n_more), most,
                 g->n_at_most ? "at most " : "", took);
    struct ls_rect lanes = view->layout.lanes;
    ls_draw_label(&view->list, LS_FONT_SMALL,
                  ls_view_colour(view, LS_COLOUR_TEXT),
                  ls_view_colour(view, LS_COLOUR_GOOD_GROUND),
                  (struct ls_rect){lanes.x + 4, lanes.y + lanes.h - 23,
                                   fmaxf(lanes.w - 140, 0), 20},
                  LS_ALIGN_LEFT, text);
}
