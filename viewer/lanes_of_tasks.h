#ifndef LS_VIEWER_LANES_OF_TASKS_H
#define LS_VIEWER_LANES_OF_TASKS_H
/* SPDX-License-Identifier: MIT */
/*
 * lanes_of_tasks.h - which tasks of a place have lanes, and in which order.
 *
 * Private to tracks.c, which does the rest of the lanes.
 *
 * Units: as tracks.h. Ownership: the tracks'. Errors: without memory tasks
 * come in the order of the trace. Threads: one.
 */
#include "viewer/tracks.h"

/* The next lane, below the others. */
struct ls_lane *ls_tracks_add(struct ls_tracks *tracks, enum ls_lane_kind kind,
                              uint32_t index, float height);

void ls_tracks_add_tasks(struct ls_tracks *tracks,
                         const struct ls_crowds *crowds,
                         const struct ls_folds *folds, uint32_t place);

#endif
