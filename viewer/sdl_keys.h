#ifndef LS_VIEWER_SDL_KEYS_H
#define LS_VIEWER_SDL_KEYS_H
/* SPDX-License-Identifier: MIT */
/*
 * sdl_keys.h - SDL's events as inputs of the core.
 *
 *     struct ls_input in;
 *     if (ls_input_of_event(&event, 0.5f, &in)) ls_view_input(&view, &in);
 *
 * Units: UNIT is what SDL's window coordinates are worth in logical pixels.
 * Ownership, Errors: none. Threads: SDL's.
 */
#include <SDL.h>

#include "viewer/input.h"

/* False: the event is none. */
bool ls_input_of_event(const SDL_Event *event, float unit, bool typing,
                       struct ls_input *in);

#endif
