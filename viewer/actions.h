#ifndef LS_VIEWER_ACTIONS_H
#define LS_VIEWER_ACTIONS_H
/* SPDX-License-Identifier: MIT */
/*
 * actions.h - what a user can do by key: the one table that drives the
 * keys, the help screen and the palette.
 *
 * Not for what the actions do (view_act.c) nor for the mouse (input.h).
 *
 *     const struct ls_action_info *info = ls_action_get(LS_ACTION_FIT);
 *     enum ls_action action = ls_action_of_key((struct ls_key){'w', 0});
 *
 * Units: none. Ownership: constant. Errors: LS_ACTION_NONE.
 * Threads: any.
 */
#include <stddef.h>
#include <stdint.h>

enum ls_action {
    LS_ACTION_NONE,
    LS_ACTION_ZOOM_IN,
    LS_ACTION_ZOOM_OUT,
    LS_ACTION_ZOOM_IN_FAST,
    LS_ACTION_ZOOM_OUT_FAST,
    LS_ACTION_PAN_LEFT,
    LS_ACTION_PAN_RIGHT,
    LS_ACTION_PAN_LEFT_FAST,
    LS_ACTION_PAN_RIGHT_FAST,
    LS_ACTION_SCROLL_UP,
    LS_ACTION_SCROLL_DOWN,
    LS_ACTION_FOCUS,
    LS_ACTION_WHOLE,
    LS_ACTION_NEXT_FINDING,
    LS_ACTION_PREVIOUS_FINDING,
    LS_ACTION_NEXT_STEP,
    LS_ACTION_PREVIOUS_STEP,
    LS_ACTION_NEXT_SLICE,
    LS_ACTION_PREVIOUS_SLICE,
    LS_ACTION_SEARCH,
    LS_ACTION_SEARCH_NEXT,
    LS_ACTION_SEARCH_PREVIOUS,
    LS_ACTION_MARK,
    LS_ACTION_CLEAR_MARKS,
    LS_ACTION_NOTE,
    LS_ACTION_FOLD,
    LS_ACTION_FOLD_ALL,
    LS_ACTION_ORDER,
    LS_ACTION_PIN,
    LS_ACTION_HIDE,
    LS_ACTION_SHOW_HIDDEN,
    LS_ACTION_FILTER,
    LS_ACTION_GRID,
    LS_ACTION_ARROWS,
    LS_ACTION_WHAT_IF,
    LS_ACTION_PANE,
    LS_ACTION_TAB_DETAILS, /* in the order of enum ls_tab */
    LS_ACTION_TAB_TIMELINE,
    LS_ACTION_TAB_HISTOGRAM,
    LS_ACTION_TAB_FLAME,
    LS_ACTION_TAB_FINDINGS,
    LS_ACTION_TAB_RANGE,
    LS_ACTION_PALETTE,
    LS_ACTION_OPEN,
    LS_ACTION_COMPARE,
    LS_ACTION_ALONE,
    LS_ACTION_ALIGN,
    LS_ACTION_PAUSE,
    LS_ACTION_THEME,
    LS_ACTION_PICTURE,
    LS_ACTION_SVG,
    LS_ACTION_HELP,
    LS_ACTION_CLEAR,
    LS_ACTION_QUIT,
    LS_ACTIONS
};

/* Keys are code points, or these. w, a, s, d mean the places that they have
 * on a QWERTY keyboard, whatever is printed there. */
enum ls_key_code {
    LS_KEY_LEFT = 0x110000, /* behind the last code point */
    LS_KEY_RIGHT,
    LS_KEY_UP,
    LS_KEY_DOWN,
    LS_KEY_PAGE_UP,
    LS_KEY_PAGE_DOWN,
    LS_KEY_HOME,
    LS_KEY_END,
    LS_KEY_ENTER,
    LS_KEY_BACKSPACE,
    LS_KEY_DELETE,
    LS_KEY_ESCAPE,
    LS_KEY_F1,
    LS_KEY_F3,
    LS_KEY_F12
};

enum { LS_MOD_SHIFT = 1, LS_MOD_CTRL = 2 };

struct ls_key {
    uint32_t code; /* letters in lower case; 0: no key */
    uint32_t mods;
};

#define LS_ACTION_KEYS 3

struct ls_action_info {
    const char *name;  /* "zoom-in" */
    const char *help;  /* for the help screen; NULL: said with the one before */
    const char *shown; /* the keys as the help shows them */
    struct ls_key keys[LS_ACTION_KEYS];
};

const struct ls_action_info *ls_action_get(enum ls_action action);

enum ls_action ls_action_of_key(struct ls_key key);

/* What the mouse does, for the help screen: pairs of gesture and meaning. */
struct ls_gesture {
    const char *shown, *help;
};

const struct ls_gesture *ls_gestures(size_t *n);

#endif
