#ifndef LS_VIEWER_PANE_H
#define LS_VIEWER_PANE_H
/* SPDX-License-Identifier: MIT */
/*
 * pane.h - the pane below the lanes: which tab it shows, how high it is, and
 * what the tabs have found out about the stretch of time they are of.
 *
 * That stretch is the selected range, else the whole trace (of the timeline:
 * what the window shows). What was found is kept until it is of another one.
 * Not for how it looks (draw_pane.c and a file per tab).
 *
 *     struct ls_pane pane = {0};
 *     float px = ls_pane_wanted(&pane, room, lanes);
 *     ls_pane_destroy(&pane);
 *
 * Units: logical pixels; nanoseconds.
 * Ownership: owns what was found.
 * Errors: what needs memory that is not there is not found.
 * Threads: one at a time.
 */
#include "viewer/drawlist.h"
#include "viewer/flame.h"
#include "viewer/histogram.h"
#include "viewer/interval.h"
#include "viewer/telling.h"

enum ls_tab {
    LS_TAB_DETAILS,   /* the loop's cycle, what is in it, the distribution */
    LS_TAB_TIMELINE,  /* events as text */
    LS_TAB_HISTOGRAM, /* how long things took, by name */
    LS_TAB_FLAME,     /* the stacks of stalls */
    LS_TAB_FINDINGS,  /* all of them as a table */
    LS_TAB_RANGE,     /* what happened in a range */
    LS_TABS
};

enum ls_pane_shown { LS_PANE_USUAL, LS_PANE_OPEN, LS_PANE_CLOSED };

#define LS_PANE_HEAD_PX 28

struct ls_pane {
    uint8_t tab;     /* enum ls_tab */
    uint8_t shown;   /* enum ls_pane_shown */
    float height_px; /* as the user dragged it; 0: by what there is */
    float scroll_px[LS_TABS];
    float content_px[LS_TABS]; /* as last drawn, in all */
    struct ls_rect area;       /* of the content, as last drawn */

    uint32_t subject; /* what the histogram is of */
    float subjects_scroll_px, subjects_px;
    struct ls_rect subjects_area;
    bool has_filter; /* lengths chosen in the histogram */
    int64_t filter_low_ns, filter_high_ns;
    struct ls_rect bars; /* of the histogram, as last drawn */
    uint32_t flame_root; /* node that is as wide as the pane */

    int64_t begin_ns, end_ns;       /* what follows is of */
    struct ls_histogram *histogram; /* each NULL: not found out yet */
    struct ls_histogram *turns;     /* of the loop's turns, whole trace */
    struct ls_flame *flame;
    struct ls_telling *telling;
    struct ls_interval *interval;
};

/* Forgets what depends on the stretch of time. */
void ls_pane_forget(struct ls_pane *pane);
void ls_pane_destroy(struct ls_pane *pane);

/* How high it is to be where lanes that are LANES high in all share ROOM with
 * it; 0: it has no place. */
float ls_pane_wanted(const struct ls_pane *pane, float room, double lanes);

const char *ls_tab_name(enum ls_tab tab);

#endif
