#ifndef LS_VIEWER_SDL_FONT_H
#define LS_VIEWER_SDL_FONT_H
/* SPDX-License-Identifier: MIT */
/*
 * sdl_font.h - the fonts of enum ls_font, found through fontconfig.
 *
 *     TTF_Font *fonts[LS_FONTS];
 *     if (ls_fonts_open(fonts, 2, why, sizeof(why)) != 0) ...
 *     ls_fonts_close(fonts);
 *
 * Units: SCALE device pixels per logical one. Ownership: the caller's.
 * Errors: -1 and one line in WHY. Threads: SDL's.
 */
#include <SDL_ttf.h>

#include "viewer/drawlist.h"

int ls_fonts_open(TTF_Font *fonts[LS_FONTS], double scale, char *why,
                  size_t n_why);
void ls_fonts_close(TTF_Font *fonts[LS_FONTS]);

#endif
