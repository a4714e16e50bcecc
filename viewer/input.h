#ifndef LS_VIEWER_INPUT_H
#define LS_VIEWER_INPUT_H
/* SPDX-License-Identifier: MIT */
/*
 * input.h - what hands do, free of SDL, and what it does to the state.
 *
 * Not for keys' meanings (actions.h).
 *
 *     struct ls_input in = {.kind = LS_INPUT_WHEEL, .x = 400, .y = 300,
 *                           .dy = 1};
 *     if (ls_view_input(&view, &in)) draw again
 *
 * Units: logical pixels; wheel in notches.
 * Ownership, Errors: none. Threads: one at a time.
 */
#include "viewer/view.h"

enum ls_input_kind {
    LS_INPUT_KEY,
    LS_INPUT_TEXT,  /* typed into what is being asked */
    LS_INPUT_WHEEL, /* dy > 0: away from the user; dx > 0: to the right */
    LS_INPUT_PRESS,
    LS_INPUT_RELEASE,
    LS_INPUT_MOVE,
    LS_INPUT_LEAVE /* the pointer has left the window */
};

enum ls_button { LS_BUTTON_LEFT = 1, LS_BUTTON_MIDDLE, LS_BUTTON_RIGHT };

struct ls_input {
    enum ls_input_kind kind;
    struct ls_key key;     /* KEY; of the others only the modifiers */
    float x, y;            /* where the pointer is; not KEY */
    float dx, dy;          /* WHEEL */
    enum ls_button button; /* PRESS, RELEASE */
    char text[32];         /* TEXT: UTF-8 */
    int clicks;            /* PRESS: 2 for the second of a double click */
};

/* True if the picture may be another. */
bool ls_view_input(struct ls_view *view, const struct ls_input *in);

#endif
