#ifndef LS_VIEWER_TRACKS_H
#define LS_VIEWER_TRACKS_H
/* SPDX-License-Identifier: MIT */
/*
 * tracks.h - which lanes a trace has, from top to bottom, and where they lie.
 *
 * Per loop its turns, below them its tasks; then tasks on no loop, other
 * threads, counters. Lanes depend on the trace alone, so they are made once;
 * a picture looks up only those in sight. Not for what is in a lane
 * (draw_loop.c, draw_task.c ...).
 *
 *     uint32_t i = ls_tracks_at(lanes, scroll_px);
 *     for (; i < lanes->n && lanes->items[i].y < scroll_px + height; i++)
 *         draw(&lanes->items[i]);
 *
 * Units: logical pixels from the top of the first lane; double, because a
 *     trace can have a hundred thousand lanes.
 * Ownership: the caller's.
 * Errors: NULL without memory.
 * Threads: constant once made.
 */
#include "analysis/finding.h"
#include "viewer/index.h"

enum ls_lane_kind {
    LS_LANE_LOOP,    /* index: loop */
    LS_LANE_TASKS,   /* a heading; index: loop or LS_NONE, n: how many */
    LS_LANE_TASK,    /* index: task */
    LS_LANE_THREADS, /* a heading; n: how many */
    LS_LANE_THREAD,  /* index: thread */
    LS_LANE_COUNTER  /* index: counter */
};

#define LS_LANE_TURN_PX 28
#define LS_LANE_ROW_PX 19
#define LS_LANE_TASK_PX 28
#define LS_LANE_HEAD_PX 26
#define LS_LANE_COUNTER_PX 46
#define LS_LANE_GAP_PX 8

struct ls_lane {
    double y;
    float h;
    uint8_t kind; /* enum ls_lane_kind */
    uint32_t index;
    uint32_t n;
};

struct ls_tracks {
    struct ls_lane *items;
    uint32_t n;
    double height;
    double *loop_end; /* per loop: where the last of its tasks' lanes ends */
    uint32_t *lane_of_task, *lane_of_thread; /* LS_NONE: has none */
};

/* Of tasks that nobody named, those of the findings come first (FINDINGS may be
 * NULL): a server has very many of them. */
struct ls_tracks *ls_tracks_make(const struct ls_index *index,
                                 const struct ls_findings *findings);
void ls_tracks_free(struct ls_tracks *lanes);

/* The lane that lies at Y or the first below; n if there is none. */
uint32_t ls_tracks_at(const struct ls_tracks *lanes, double y);

#endif
