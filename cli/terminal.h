#ifndef LS_CLI_TERMINAL_H
#define LS_CLI_TERMINAL_H
/* SPDX-License-Identifier: MIT */
/*
 * terminal.h - what can be shown where a descriptor leads: the one place that
 * asks the terminal, the locale and the environment.
 *
 *     struct ls_terminal terminal;
 *     ls_terminal_init(&terminal, STDOUT_FILENO, LS_COLOR_AUTO);
 *     render(&terminal.style);
 *
 * Units: columns.
 * Ownership: the style points into the terminal.
 * Errors: none: what cannot be found out has a plain default.
 * Threads: one, after setlocale(LC_CTYPE).
 */
#include "style.h"

enum ls_color { LS_COLOR_AUTO, LS_COLOR_ALWAYS, LS_COLOR_NEVER };

struct ls_terminal {
    struct ls_style style;
    char folder[4096]; /* the current one; "" if it is longer */
};

/* Width: the terminal's, else COLUMNS, else 80. Colour, if AUTO: on a
 * terminal without NO_COLOR. UTF-8: where the locale says so. */
void ls_terminal_init(struct ls_terminal *terminal, int fd,
                      enum ls_color color);

#endif
