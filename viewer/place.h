#ifndef LS_VIEWER_PLACE_H
#define LS_VIEWER_PLACE_H
/* SPDX-License-Identifier: MIT */
/*
 * place.h - where the window was when it was closed, and how it looked, kept
 * in the user's state directory: $XDG_STATE_HOME/loopscope/window, else
 * ~/.local/state/loopscope/window.
 *
 *     struct ls_place place;
 *     if (ls_place_read(&place)) open the window there
 *     ls_place_write(&place);
 *
 * Units: of the window system.
 * Ownership: everything is in the struct.
 * Errors: false: there is none, it is no such file, or it cannot be written;
 *     the window opens where it likes.
 * Threads: one at a time.
 */
#include <stdbool.h>
#include <stddef.h>

struct ls_place {
    int x, y, w, h;
    bool maximized;
    char theme[16]; /* "": not said */
};

/* False: neither HOME nor XDG_STATE_HOME is an absolute path. */
bool ls_place_path(char *path, size_t n_path);
bool ls_place_parse(struct ls_place *place, const char *text);
bool ls_place_read(struct ls_place *place);
bool ls_place_write(const struct ls_place *place);

#endif
