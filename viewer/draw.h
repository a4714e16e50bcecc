#ifndef LS_VIEWER_DRAW_H
#define LS_VIEWER_DRAW_H
/* SPDX-License-Identifier: MIT */
/*
 * draw.h - from the state to the picture: view.list and view.hits.
 *
 * The state is what it was before, but for what drawing finds out: the
 * heights of scrolled content and the overview's bars. Not for painting
 * (sdl_paint.h).
 *
 *     ls_view_draw(&view);
 *     ls_painter_replay(painter, &view.list);
 *
 * Units: logical pixels.
 * Ownership: as in view.h.
 * Errors: a picture without memory lacks something and has list.failed.
 * Threads: one at a time.
 */
#include "viewer/view.h"

void ls_view_draw(struct ls_view *view);

/* The areas; each draws itself, clipped to its place in the layout. */
void ls_draw_header(struct ls_view *view);
void ls_draw_banner(struct ls_view *view);
void ls_draw_status(struct ls_view *view);
void ls_draw_overview(struct ls_view *view);
void ls_draw_ruler(struct ls_view *view);
void ls_draw_lanes(struct ls_view *view);
void ls_draw_panel(struct ls_view *view);
void ls_draw_details(struct ls_view *view, struct ls_rect area);
void ls_draw_differences(struct ls_view *view, struct ls_rect area);
void ls_draw_pane(struct ls_view *view);

/* The tabs of the pane, and what more than one of them shows. */
void ls_draw_tab_details(struct ls_view *view, struct ls_rect area);
void ls_draw_tab_timeline(struct ls_view *view, struct ls_rect area);
void ls_draw_tab_histogram(struct ls_view *view, struct ls_rect area);
void ls_draw_tab_flame(struct ls_view *view, struct ls_rect area);
void ls_draw_tab_findings(struct ls_view *view, struct ls_rect area);
void ls_draw_tab_range(struct ls_view *view, struct ls_rect area);
/* The cycle of the chosen turn; returns how high it is. */
float ls_draw_cycle(struct ls_view *view, struct ls_rect area);
void ls_draw_bars(struct ls_view *view, const struct ls_histogram *histogram,
                  struct ls_rect area);
/* The line under the pointer; below what is in the lanes. */
void ls_draw_guide(struct ls_view *view);
void ls_draw_tooltip(struct ls_view *view);
void ls_draw_prompt(struct ls_view *view);
/* Who asked, woke and held up what is selected: under and over the lanes. */
void ls_draw_arrow_lines(struct ls_view *view);
void ls_draw_arrow_heads(struct ls_view *view);
/* How tasks would have gone on, if that is asked. */
void ls_draw_whatif(struct ls_view *view);
/* The moments A and B, notes, and what was found: lines through the lanes, and
 * flags on the ruler. */
void ls_draw_moments(struct ls_view *view);
void ls_draw_flags(struct ls_view *view);
/* Is a letter on the ruler between X and X + W? */
bool ls_view_is_flagged(const struct ls_view *view, float x, float w);
void ls_draw_help(struct ls_view *view);
void ls_draw_loading(struct ls_view *view);

/* The label of one lane, whose top is at Y of the window. */
void ls_draw_lane_label(struct ls_view *view, const struct ls_lane *lane,
                        float y);

/* The content of one lane, whose top is at Y of the window. */
void ls_draw_loop_lane(struct ls_view *view, const struct ls_lane *lane,
                       float y);
void ls_draw_task_lane(struct ls_view *view, const struct ls_lane *lane,
                       float y);
void ls_draw_thread_lane(struct ls_view *view, const struct ls_lane *lane,
                         float y);
void ls_draw_counter_lane(struct ls_view *view, const struct ls_lane *lane,
                          float y);

void ls_draw_crowd_lane(struct ls_view *view, const struct ls_lane *lane,
                        float y);
void ls_draw_quiet_lane(struct ls_view *view, const struct ls_lane *lane,
                        float y);
void ls_draw_process_lane(struct ls_view *view, const struct ls_lane *lane,
                          float y);

void ls_overview_free(struct ls_overview *overview);

/* What the areas share (draw_shared.c). */

static inline ls_colour ls_view_colour(const struct ls_view *view,
                                       enum ls_colour_role role)
{
    return view->theme->colours[role];
}

/* The boxes of RANGE of SERIES in the window, in view->boxes. */
uint32_t ls_view_query(struct ls_view *view, const struct ls_series *series,
                       struct ls_index_range range);

/* Where a box of a query lies, at least two device pixels wide. */
struct ls_rect ls_view_box(const struct ls_view *view,
                           const struct ls_series *series,
                           const struct ls_lod_box *box, float y, float h);

/* The stretch from BEGIN to END in the same way. */
struct ls_rect ls_view_stretch(const struct ls_view *view, int64_t begin_ns,
                               int64_t end_ns, float y, float h);

/* The first of the N texts, longest first, that fits into BOX; on GROUND (0:
 * none). A text without a shorter one is cut. Nothing in a box too narrow to
 * read. */
void ls_draw_best(struct ls_view *view, enum ls_font font, ls_colour colour,
                  ls_colour ground, struct ls_rect box, enum ls_align align,
                  const char *const *texts, int n);

/* The three-way cause as a bar in BOX. */
void ls_draw_cause(struct ls_view *view, const struct ls_cause *cause,
                   struct ls_rect box);

/* "connection 127.0.0.1:5001 #7"; of a task that nobody named without the kind
 * where that has no room: connections differ by what stands at the end. */
void ls_view_task_name(const struct ls_view *view, uint32_t task, float room,
                       bool numbered, char *text, size_t n_text);

/* The mark of boxes that stand for many. */
void ls_draw_merged(struct ls_view *view, struct ls_rect box);

/* The step of the ruler and of times read off the picture. */
int64_t ls_view_step_ns(const struct ls_view *view);

/* The first tick in the window. Ticks are round since the trace's first event,
 * from which all times that are shown count, as in a report. */
int64_t ls_view_first_tick_ns(const struct ls_view *view);

/* A time of the trace as it is shown: see ls_format_time(). */
char *ls_view_time(const struct ls_view *view, char *text, int64_t at_ns,
                   int64_t step_ns);

/* SCROLL kept where there is content. */
float ls_clamp_scroll(float scroll, float content, float room);
void ls_draw_scrollbar(struct ls_view *view, struct ls_rect area, float content,
                       float scroll);

/* A list of N rows of one height that scrolls in AREA: those in sight are
 * drawn, however many there are. */
struct ls_rows {
    struct ls_rect area;
    uint32_t n;
    float row_px;
    float *scroll_px; /* is kept within what there is */
    void (*draw)(struct ls_view *view, const void *arg, uint32_t i,
                 struct ls_rect row);
    const void *arg;
};
void ls_draw_rows(struct ls_view *view, const struct ls_rows *rows);

/* Text in the next W of a table's ROW, which moves on behind it. */
void ls_draw_cell(struct ls_view *view, enum ls_font font,
                  enum ls_colour_role role, struct ls_rect *row, float w,
                  enum ls_align align, const char *text);

/* A finding's colour. */
ls_colour ls_view_severity(const struct ls_view *view,
                           enum ls_severity severity);

#endif
