/* SPDX-License-Identifier: MIT */
/*
 * A turn as the loop's cycle: its steps in the order in which they came, each
 * with its time, and the way back.
 *
 *     1  poll              waited 7.9 ms  <-.
 *     2  I/O callbacks           412.4 ms   |
 *     3  check                       0 s    |
 *        ...                                |
 *     8  prepare                     0 s   -'
 */
#include <math.h>
#include <stdio.h>

#include "viewer/draw.h"
#include "viewer/format.h"

#define LEAST_PX 16
#define MOST_PX 28
#define HEAD_PX 28
#define BACK_PX 22 /* at the right, for the way back */

enum what { POLL, PHASE, OUTSIDE, RUN, TASKS, REST };

struct step {
    const char *name;
    enum what what;
    enum ls_phase phase;
};

/* The cycle of libuv, from the poll that gave the turn its events. */
static const struct step libuv[] = {
    {"poll: wait for events", POLL, LS_PHASES},
    {"I/O callbacks", PHASE, LS_PHASE_IO},
    {"check", PHASE, LS_PHASE_CHECK},
    {"closing", PHASE, LS_PHASE_CLOSING},
    {"timers", PHASE, LS_PHASE_TIMERS},
    {"pending", PHASE, LS_PHASE_PENDING},
    {"idle", PHASE, LS_PHASE_IDLE},
    {"prepare", PHASE, LS_PHASE_PREPARE},
    {"outside of callbacks", OUTSIDE, LS_PHASES}};

/* Of a loop of which no more is known. */
static const struct step plain[] = {{"wait for events", POLL, LS_PHASES},
                                    {"run what is ready", RUN, LS_PHASES}};

/* Of tasks that somebody named, on a loop of which no more is known. */
static const struct step tasks[] = {{"wait for events", POLL, LS_PHASES},
                                    {"run ready tasks", TASKS, LS_PHASES},
                                    {"everything else", REST, LS_PHASES}};

/* Of callbacks of which the phase is not known. */
static const struct step unphased[] = {
    {"wait for events", POLL, LS_PHASES},
    {"callbacks", PHASE, LS_PHASE_OTHER},
    {"outside of callbacks", OUTSIDE, LS_PHASES}};

static const struct step *steps_of(const struct ls_view *view, int *n)
{
    const struct ls_turn *turn = &view->cycle.turn;
    if (turn->n > turn->phases[LS_PHASE_OTHER].n) {
        *n = (int)(sizeof(libuv) / sizeof(libuv[0]));
        return libuv;
    }
    if (turn->n > 0) {
        *n = (int)(sizeof(unphased) / sizeof(unphased[0]));
        return unphased;
    }
    if (turn->n_tasks > 0) {
        *n = (int)(sizeof(tasks) / sizeof(tasks[0]));
        return tasks;
    }
    *n = (int)(sizeof(plain) / sizeof(plain[0]));
    return plain;
}

/* LS_UNKNOWN: there was none. */
static int64_t time_of(const struct ls_turn *turn, const struct step *step)
{
    return step->what == POLL      ? turn->waited_ns
           : step->what == OUTSIDE ? turn->outside_ns
           : step->what == RUN     ? turn->took_ns
           : step->what == TASKS   ? turn->tasks_ns
           : step->what == REST    ? turn->took_ns - turn->tasks_ns
                                   : turn->phases[step->phase].ns;
}

static void draw_box(struct ls_view *view, const struct step *step,
                     struct ls_rect box, bool is_long, double share)
{
    ls_draw_rect(&view->list, box,
                 ls_view_colour(view, is_long ? LS_COLOUR_BAD_GROUND
                                              : LS_COLOUR_RAISED));
    ls_draw_outline(
        &view->list, box,
        ls_view_colour(view, is_long ? LS_COLOUR_ERROR : LS_COLOUR_LINE));
    if (step->what != POLL && share > 0)
        ls_draw_rect(
            &view->list,
            (struct ls_rect){box.x + 1, box.y + box.h - 3,
                             (box.w - 2) * (float)fmin(share, 1), 2},
            ls_view_colour(view, is_long ? LS_COLOUR_ERROR : LS_COLOUR_RUN));
}

static void draw_step(struct ls_view *view, const struct step *step, int number,
                      struct ls_rect box)
{
    const struct ls_turn *turn = &view->cycle.turn;
    int64_t ns = time_of(turn, step);
    bool busy = step->what != POLL;
    bool is_long = busy && ns >= view->document->judged.warn_ns;
    char text[64], took[LS_FORMAT_MAX];
    draw_box(view, step, box, is_long,
             turn->took_ns > 0 ? (double)ns / (double)turn->took_ns : 0);
    struct ls_rect row = {box.x + 8, box.y, box.w - 16, box.h};
    enum ls_colour_role role =
        is_long || ns > 0 ? LS_COLOUR_TEXT : LS_COLOUR_DIM;
    if (ns == LS_UNKNOWN)
        snprintf(took, sizeof(took), "the first");
    else
        ls_format_duration(took, ns);
    float w =
        ls_draw_text(&view->list, LS_FONT_MONO, ls_view_colour(view, role), row,
                     LS_ALIGN_RIGHT, took);
    row.w = fmaxf(row.w - w - 8, 0);
    uint32_t n = step->what == PHASE   ? turn->phases[step->phase].n
                 : step->what == TASKS ? turn->n_tasks
                                       : 0;
    char count[LS_FORMAT_MAX];
    if (n > 0)
        snprintf(text, sizeof(text), "%d  %s  \u00d7%s", number, step->name,
                 ls_format_count(count, n));
    else
        snprintf(text, sizeof(text), "%d  %s", number, step->name);
    ls_draw_text(&view->list, is_long ? LS_FONT_BOLD : LS_FONT_TEXT,
                 ls_view_colour(view, role), row, LS_ALIGN_LEFT, text);
}

/* From the last step back to the first. */
static void draw_way_back(struct ls_view *view, struct ls_rect first,
                          struct ls_rect last)
{
    ls_colour colour = ls_view_colour(view, LS_COLOUR_AWAIT);
    float x = first.x + first.w, right = x + 14;
    float top = floorf(first.y + first.h / 2);
    float bottom = floorf(last.y + last.h / 2);
    ls_draw_rect(&view->list, (struct ls_rect){x, bottom, right - x, 1},
                 colour);
    ls_draw_rect(&view->list, (struct ls_rect){right, top, 1, bottom - top + 1},
                 colour);
    ls_draw_rect(&view->list, (struct ls_rect){x + 6, top, right - x - 6, 1},
                 colour);
    ls_draw_shape(&view->list, LS_DRAW_TRIANGLE_LEFT,
                  (struct ls_rect){x + 1, top - 4, 7, 9}, colour);
}

float ls_draw_cycle(struct ls_view *view, struct ls_rect area)
{
    char took[LS_FORMAT_MAX];
    int n;
    const struct step *steps = steps_of(view, &n);
    struct ls_rect head = {area.x + 14, area.y + 6, area.w - 28, 20};
    float w = ls_draw_text(
        &view->list, LS_FONT_MONO, ls_view_colour(view, LS_COLOUR_DIM), head,
        LS_ALIGN_RIGHT, ls_format_duration(took, view->cycle.turn.took_ns));
    head.w = fmaxf(head.w - w - 8, 0);
    ls_draw_text(&view->list, LS_FONT_BOLD,
                 ls_view_colour(view, LS_COLOUR_TEXT), head, LS_ALIGN_LEFT,
                 view->cycle.chosen ? "This turn, the loop's cycle"
                                    : "Longest turn: the cycle");
    float row = floorf((view->layout.pane.h - LS_PANE_HEAD_PX - HEAD_PX - 6) /
                       (float)n);
    row = fminf(fmaxf(row, LEAST_PX), MOST_PX);
    struct ls_rect box = {area.x + 14, area.y + HEAD_PX,
                          fmaxf(area.w - 28 - BACK_PX, 0), row - 2};
    struct ls_rect first = box, last = box;
    ls_view_add_hit(view, (struct ls_rect){box.x, box.y, box.w, row * (float)n},
                    (struct ls_thing){LS_THING_SLICE, view->cycle.thread,
                                      view->cycle.slice, 0});
    for (int i = 0; i < n; i++) {
        draw_step(view, &steps[i], i + 1, box);
        /* what is outside of callbacks is no step on the way */
        if (steps[i].what != OUTSIDE)
            last = box;
        box.y += row;
    }
    draw_way_back(view, first, last);
    return box.y + 4 - area.y;
}
