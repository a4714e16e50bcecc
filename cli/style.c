/* SPDX-License-Identifier: MIT */
#include "style.h"

#include <string.h>

static const char *const inks[LS_INKS] = {
    [LS_INK_PLAIN] = "\033[0m",    [LS_INK_ERROR] = "\033[1;31m",
    [LS_INK_WARNING] = "\033[33m", [LS_INK_NOTE] = "\033[36m",
    [LS_INK_GOOD] = "\033[32m",    [LS_INK_STRONG] = "\033[1m",
    [LS_INK_FAINT] = "\033[2m",    [LS_INK_RUNNING] = "\033[32m",
    [LS_INK_AWAITING] = "\033[2m", [LS_INK_BLOCKING] = "\033[31m",
};

static const struct {
    const char *utf8, *ascii;
} glyphs[LS_GLYPHS] = {
    [LS_GLYPH_RUNNING] = {"\u2588", "#"},
    [LS_GLYPH_AWAITING] = {"\u2500", "-"},
    [LS_GLYPH_BLOCKING] = {"\u2593", "!"},
    [LS_GLYPH_ELLIPSIS] = {"\u2026", "~"},
    [LS_GLYPH_CONTROL] = {"\u00b7", "."},
};

void ls_style_ink(struct ls_text *text, const struct ls_style *style,
                  enum ls_ink ink)
{
    if (style->color)
        ls_text_add(text, inks[ink]);
}

const char *ls_style_glyph(const struct ls_style *style, enum ls_glyph glyph)
{
    return style->utf8 ? glyphs[glyph].utf8 : glyphs[glyph].ascii;
}

const char *ls_style_path(const struct ls_style *style, const char *path)
{
    const char *folder = style->folder;
    size_t n = folder ? strlen(folder) : 0;
    if (n > 1 && !strncmp(path, folder, n) && path[n] == '/' && path[n + 1])
        return path + n + 1;
    return path;
}
