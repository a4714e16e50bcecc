#ifndef LS_VIEWER_SDL_SAVE_H
#define LS_VIEWER_SDL_SAVE_H
/* SPDX-License-Identifier: MIT */
/*
 * sdl_save.h - the picture that the window shows, as a new file beside the
 * trace: its name without .json and .gz, a number.
 *
 *     char said[LS_SAVE_SAID];
 *     bool saved = ls_save_picture(&pair, "a.json", true, said);
 *
 * Units: none. Ownership: none.
 * Errors: false; SAID says why, else where it is. Threads: SDL's.
 */
#include "viewer/pair.h"

#define LS_SAVE_SAID 4600

/* TRACE may be NULL: there is none. Never overwrites. */
bool ls_save_picture(struct ls_pair *pair, const char *trace, bool as_svg,
                     char said[LS_SAVE_SAID]);

#endif
