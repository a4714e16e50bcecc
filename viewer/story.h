#ifndef LS_VIEWER_STORY_H
#define LS_VIEWER_STORY_H
/* SPDX-License-Identifier: MIT */
/*
 * story.h - a task's life step by step: start, await, ready, resume, finish.
 *
 * Not for its lane (draw_task.c).
 *
 *     ls_draw_story(&column, task, stretch);
 *
 * Units: as column.h. Ownership: borrows. Errors: none. Threads: one.
 */
#include "viewer/column.h"

/* Of a long story the part around STRETCH (LS_NONE: the beginning). */
void ls_draw_story(struct ls_column *c, uint32_t task, uint32_t stretch);

#endif
