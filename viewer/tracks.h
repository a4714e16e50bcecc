#ifndef LS_VIEWER_TRACKS_H
#define LS_VIEWER_TRACKS_H
/* SPDX-License-Identifier: MIT */
/*
 * tracks.h - which lanes there are, from top to bottom, and where they lie.
 *
 * Per process its loops, each with its tasks below it; then tasks on no loop,
 * the thread pool, other threads, counters. What has little to say is folded:
 * processes without anything, threads that only polled, and of many tasks all
 * but those that waited longest, by kind. Made anew when something is folded
 * or unfolded; a picture looks up only the lanes in sight. Not for what is in
 * a lane (draw_threads.c, draw_task.c ...).
 *
 *     struct ls_folds folds;
 *     ls_folds_init(&folds, crowds);
 *     struct ls_tracks *tracks = ls_tracks_make(index, crowds, &folds);
 *     uint32_t i = ls_tracks_at(tracks, scroll_px);
 *     for (; i < tracks->n && tracks->items[i].y < scroll_px + height; i++)
 *         draw(&tracks->items[i]);
 *
 * Units: logical pixels from the top of the first lane; double, because a
 *     trace can have a hundred thousand lanes.
 * Ownership: the caller's.
 * Errors: NULL without memory.
 * Threads: constant once made.
 */
#include "viewer/crowd.h"
#include "viewer/pattern.h"

enum ls_lane_kind {
    LS_LANE_PROCESS, /* a heading that folds; index: process */
    LS_LANE_QUIET,   /* a heading that folds; n: processes with nothing */
    LS_LANE_LOOP,    /* index: loop */
    LS_LANE_TASKS,   /* a heading; index: place (crowd.h), n: how many */
    LS_LANE_TASK,    /* index: task */
    LS_LANE_CROWD,   /* tasks that have no lane, folds; index: crowd */
    LS_LANE_POOL,    /* a heading; index: process, n: how many threads */
    LS_LANE_THREADS, /* the same */
    LS_LANE_IDLE,    /* the same, folds: threads that only polled */
    LS_LANE_THREAD,  /* index: thread */
    LS_LANE_COUNTER  /* index: counter */
};

#define LS_LANE_TURN_PX 28
#define LS_LANE_ROW_PX 19
#define LS_LANE_SAMPLES_PX 11
#define LS_LANE_TASK_PX 28
#define LS_LANE_HEAD_PX 26
#define LS_LANE_CROWD_PX 40
#define LS_LANE_COUNTER_PX 46
#define LS_LANE_GAP_PX 8

/* So many tasks of one place all have lanes; of more only so many. */
#define LS_FEW_TASKS 20
#define LS_TOP_TASKS LS_CROWD_TOP

struct ls_lane {
    double y;
    float h;
    uint8_t kind; /* enum ls_lane_kind */
    bool open;    /* of one that folds: what is in it has lanes */
    uint32_t index;
    uint32_t n; /* CROWD: how many have no lane of their own above it */
};

enum ls_fold { LS_FOLD_USUAL, LS_FOLD_OPEN, LS_FOLD_CLOSED };

enum ls_order {
    LS_ORDER_USUAL, /* by start; of many, those that what is selected is about,
                       then those that waited longest */
    LS_ORDER_START,
    LS_ORDER_WAITED,
    LS_ORDER_LONGEST,
    LS_ORDER_CAUSED, /* by how long others waited for it */
    LS_ORDERS
};

#define LS_BROUGHT 64
#define LS_SINGLED_OUT 64

/* A lane by what it shows. */
struct ls_lane_id {
    uint8_t kind; /* enum ls_lane_kind */
    uint32_t index;
};

/* What the user has done to the lanes. */
struct ls_folds {
    uint8_t *process, *idle; /* per process: enum ls_fold */
    uint8_t *crowd;          /* per crowd */
    uint8_t quiet;
    uint8_t order; /* enum ls_order, of tasks */
    /* Tasks that have a lane because of what is selected. */
    uint32_t brought[LS_BROUGHT];
    uint32_t n_brought;
    /* Lanes that come first, and lanes that are not shown. */
    struct ls_lane_id pinned[LS_SINGLED_OUT], hidden[LS_SINGLED_OUT];
    uint32_t n_pinned, n_hidden;
    struct ls_pattern filter; /* tasks, threads and counters by name */
};

struct ls_tracks {
    struct ls_lane *items;
    uint32_t n;
    double height;
    double *loop_end; /* per loop: where what it held up ends */
    /* Which lane shows it; LS_NONE: none, it is folded away or has nothing. */
    uint32_t *lane_of_task, *lane_of_thread, *lane_of_process, *lane_of_crowd;
    bool many; /* there are headings of processes */
};

/* Everything as usual. 0, or -1 without memory. */
int ls_folds_init(struct ls_folds *folds, const struct ls_crowds *crowds);
void ls_folds_destroy(struct ls_folds *folds);

struct ls_tracks *ls_tracks_make(const struct ls_index *index,
                                 const struct ls_crowds *crowds,
                                 const struct ls_folds *folds);
/* Takes out what is hidden or does not match, and puts what is pinned first
 * (chosen_lanes.c). 0, or -1 without memory. */
int ls_tracks_choose(struct ls_tracks *tracks, const struct ls_index *index,
                     const struct ls_crowds *crowds,
                     const struct ls_folds *folds);
void ls_tracks_free(struct ls_tracks *tracks);

/* The lane that lies at Y or the first below; n if there is none. */
uint32_t ls_tracks_at(const struct ls_tracks *tracks, double y);

/* The room for the samples of a loop's thread below its turns. */
float ls_tracks_samples_px(const struct ls_index *index, uint32_t thread);

/* Did it poll now and then, and nothing else? */
bool ls_tracks_is_idle(const struct ls_thread *thread);

#endif
