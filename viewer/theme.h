#ifndef LS_VIEWER_THEME_H
#define LS_VIEWER_THEME_H
/* SPDX-License-Identifier: MIT */
/*
 * theme.h - what each thing's colour is, in a dark and a light theme.
 *
 * One role means one thing everywhere. The hues are those of Okabe and Ito
 * ("Color Universal Design", 2008), which colour-blind eyes tell apart; what
 * must not be confused differs by pattern too. Not for sizes (layout.h).
 *
 *     const struct ls_theme *theme = ls_theme_find("dark");
 *     ls_colour ground = theme->colours[LS_COLOUR_GROUND];
 *
 * Units: a colour is 0xRRGGBBAA.
 * Ownership: themes are constant.
 * Errors: NULL for a name that is no theme.
 * Threads: any.
 */
#include <stddef.h>
#include <stdint.h>

typedef uint32_t ls_colour;

enum ls_colour_role {
    LS_COLOUR_GROUND, /* behind the lanes */
    LS_COLOUR_PANEL,  /* behind header, findings, status line */
    LS_COLOUR_RAISED, /* a selected row, a tooltip, source lines */
    LS_COLOUR_LINE,   /* between areas */
    LS_COLOUR_GRID,   /* the ruler's lines through the lanes */
    LS_COLOUR_TEXT,
    LS_COLOUR_DIM,     /* text of second rank */
    LS_COLOUR_TURN,    /* a turn that is no stall */
    LS_COLOUR_RUN,     /* a task or callback running */
    LS_COLOUR_ON_RUN,  /* text on RUN, TURN, POOL, OTHER */
    LS_COLOUR_AWAIT,   /* the dashed line */
    LS_COLOUR_ALIVE,   /* how many tasks there are, of a crowd */
    LS_COLOUR_BLOCKED, /* hatch of a blocking call */
    LS_COLOUR_BLOCKED_GROUND,
    LS_COLOUR_ON_BLOCKED, /* text on BLOCKED_GROUND */
    LS_COLOUR_COMPUTING,  /* a computing stall */
    LS_COLOUR_ON_COMPUTING,
    LS_COLOUR_HELD, /* ready, held up: hatch the other way, and text */
    LS_COLOUR_HELD_GROUND,
    LS_COLOUR_MAYBE, /* the same hatch where it is an upper bound */
    LS_COLOUR_DESCHEDULED,
    LS_COLOUR_SPAN,  /* spans and pool work */
    LS_COLOUR_OTHER, /* slices of traces of somebody else's */
    LS_COLOUR_COUNTER,
    LS_COLOUR_BAND, /* the stall through everything below it */
    LS_COLOUR_BAND_EDGE,
    LS_COLOUR_ERROR,
    LS_COLOUR_WARNING,
    LS_COLOUR_NOTE,
    LS_COLOUR_GOOD,
    LS_COLOUR_BAD_GROUND, /* behind the verdict when something stalled */
    LS_COLOUR_WARNING_GROUND,
    LS_COLOUR_GOOD_GROUND,
    LS_COLOUR_FRAME, /* the window's frame in the overview */
    LS_COLOUR_FRAME_FILL,
    LS_COLOUR_RANGE,    /* a range dragged with the mouse */
    LS_COLOUR_SELECTED, /* outline of what is selected */
    LS_COLOUR_SHADE,    /* over everything, behind the help */
    LS_COLOURS
};

struct ls_theme {
    const char *name;
    ls_colour colours[LS_COLOURS];
};

/* Text of the role TEXT is drawn on the ground GROUND somewhere. */
struct ls_theme_pair {
    enum ls_colour_role text, ground;
};

/* Every such pair; *N is their number. For the test of contrast. */
const struct ls_theme_pair *ls_theme_pairs(size_t *n);

const struct ls_theme *ls_theme_find(const char *name);

/* The other one. */
const struct ls_theme *ls_theme_next(const struct ls_theme *theme);

/* Contrast ratio of two opaque colours, 1..21, after WCAG 2.1, "contrast
 * ratio" and "relative luminance". */
double ls_colour_contrast(ls_colour a, ls_colour b);

#endif
