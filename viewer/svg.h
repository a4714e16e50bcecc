#ifndef LS_VIEWER_SVG_H
#define LS_VIEWER_SVG_H
/* SPDX-License-Identifier: MIT */
/*
 * svg.h - a draw list as an SVG picture (SVG 1.1), in which text stays text:
 * it can be searched, selected and read aloud.
 *
 * Each text is given the width that it was fitted to, so that other fonts do
 * not make it overlap. Not for pixels (png.h).
 *
 *     if (ls_svg_write(file, &view.list, 1280, 720, 1) != 0) errno says why
 *
 * Units: logical pixels; SCALE times as many in the picture's own size.
 * Ownership: none. Errors: -1 with errno. Threads: any.
 */
#include <stdio.h>

#include "viewer/drawlist.h"

int ls_svg_write(FILE *file, const struct ls_drawlist *list, float width,
                 float height, double scale);

#endif
