#ifndef LS_CLI_STYLE_H
#define LS_CLI_STYLE_H
/* SPDX-License-Identifier: MIT */
/*
 * style.h - how a text is to look: its width, its characters, its colours.
 * Not for finding out what the terminal can do (terminal.h).
 *
 *     struct ls_style style = {.width = 80, .utf8 = true};
 *     ls_style_ink(&text, &style, LS_INK_ERROR);
 *     ls_text_add(&text, "error");
 *     ls_style_ink(&text, &style, LS_INK_PLAIN);
 *
 * Units: columns of a terminal.
 * Ownership: a style borrows its strings.
 * Errors: none.
 * Threads: any; UTF-8 widths depend on the process's LC_CTYPE.
 */
#include "text.h"

struct ls_style {
    int width;          /* no line is wider; at least LS_STYLE_MIN_WIDTH */
    bool utf8;          /* else plain ASCII */
    bool color;         /* ANSI escapes */
    const char *folder; /* paths below it are shown relative; NULL: none */
};

#define LS_STYLE_MIN_WIDTH 20

enum ls_ink {
    LS_INK_PLAIN,
    LS_INK_ERROR,
    LS_INK_WARNING,
    LS_INK_NOTE,
    LS_INK_GOOD,
    LS_INK_STRONG,
    LS_INK_FAINT,
    LS_INK_RUNNING,
    LS_INK_AWAITING,
    LS_INK_BLOCKING,
    LS_INKS
};

/* From here on in this colour; nothing where the style has none. */
void ls_style_ink(struct ls_text *text, const struct ls_style *style,
                  enum ls_ink ink);

enum ls_glyph {
    LS_GLYPH_RUNNING,
    LS_GLYPH_AWAITING,
    LS_GLYPH_BLOCKING,
    LS_GLYPH_ELLIPSIS,
    LS_GLYPH_CONTROL, /* stands for a control character */
    LS_GLYPHS
};

/* A string one column wide. */
const char *ls_style_glyph(const struct ls_style *style, enum ls_glyph glyph);

/* PATH relative to the style's folder if it is below it, else PATH. */
const char *ls_style_path(const struct ls_style *style, const char *path);

#endif
