#ifndef LS_VIEWER_LAYOUT_H
#define LS_VIEWER_LAYOUT_H
/* SPDX-License-Identifier: MIT */
/*
 * layout.h - how the window is divided.
 *
 *     +--------------------------------------------+
 *     | header                                     |
 *     | banner (when there is something to say)    |
 *     +--------+----------------------+------------+
 *     | overview                      |            |
 *     +--------+----------------------+ panel      |
 *     | ruler                         |            |
 *     +--------+----------------------+            |
 *     | labels | lanes                |            |
 *     +--------+----------------------+            |
 *     | pane                          |            |
 *     +-------------------------------+------------+
 *     | status                                     |
 *     +--------------------------------------------+
 *
 * Not for what is in the areas. Overview and ruler share the lanes' left and
 * right edge for everything that has a time.
 *
 * Units: logical pixels; an area without room is empty, never negative.
 * Ownership, Errors: none. Threads: any.
 */
#include "viewer/drawlist.h"

struct ls_layout {
    struct ls_rect window, header, banner, overview, ruler, labels, lanes;
    struct ls_rect pane, panel, status;
};

/* COMPACT: without overview. PANE_PX: how high the pane below the lanes is to
 * be; 0: there is none. */
struct ls_layout ls_layout_make(float width, float height, bool has_banner,
                                bool compact, float pane_px);

#endif
