#ifndef LS_VIEWER_SDL_WINDOW_H
#define LS_VIEWER_SDL_WINDOW_H
/* SPDX-License-Identifier: MIT */
/*
 * sdl_window.h - the window: SDL's events become inputs, the draw list
 * becomes pixels, files are loaded beside it. Not for pictures without a
 * window (sdl_picture.h).
 *
 *     return ls_window_run(&options);
 *
 * Units: none. Ownership: everything is its own.
 * Errors: prints one line and returns the exit status 2.
 * Threads: the main one.
 */
#include "viewer/options.h"

/* Returns the exit status. */
int ls_window_run(const struct ls_options *options);

/* "loopscope-view: SUBJECT: WHAT" on stderr; SUBJECT may be NULL. */
void ls_complain(const char *subject, const char *what);

#endif
