/* SPDX-License-Identifier: MIT */
#include "viewer/sdl_font.h"

#include <fontconfig/fontconfig.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *family, *generic;
    int weight;
    double size_px;
} wanted[LS_FONTS] = {
    [LS_FONT_TEXT] = {"DejaVu Sans", "sans-serif", FC_WEIGHT_REGULAR, 13},
    [LS_FONT_BOLD] = {"DejaVu Sans", "sans-serif", FC_WEIGHT_BOLD, 13},
    [LS_FONT_MONO] = {"DejaVu Sans Mono", "monospace", FC_WEIGHT_REGULAR, 12},
    [LS_FONT_SMALL] = {"DejaVu Sans", "sans-serif", FC_WEIGHT_REGULAR, 11},
    [LS_FONT_TITLE] = {"DejaVu Sans", "sans-serif", FC_WEIGHT_BOLD, 15},
};

/* The nearest font that there is; fontconfig always finds one if any. */
static FcPattern *match(enum ls_font font)
{
    FcPattern *pattern = FcPatternCreate();
    if (!pattern)
        return NULL;
    FcPatternAddString(pattern, FC_FAMILY,
                       (const FcChar8 *)wanted[font].family);
    FcPatternAddString(pattern, FC_FAMILY,
                       (const FcChar8 *)wanted[font].generic);
    FcPatternAddInteger(pattern, FC_WEIGHT, wanted[font].weight);
    FcPatternAddInteger(pattern, FC_SLANT, FC_SLANT_ROMAN);
    FcPatternAddBool(pattern, FC_SCALABLE, FcTrue);
    FcConfigSubstitute(NULL, pattern, FcMatchPattern);
    FcDefaultSubstitute(pattern);
    FcResult result;
    FcPattern *found = FcFontMatch(NULL, pattern, &result);
    FcPatternDestroy(pattern);
    return found;
}

static TTF_Font *open_font(enum ls_font font, double scale)
{
    FcPattern *found = match(font);
    FcChar8 *file = NULL;
    int index = 0;
    TTF_Font *opened = NULL;
    if (found &&
        FcPatternGetString(found, FC_FILE, 0, &file) == FcResultMatch) {
        FcPatternGetInteger(found, FC_INDEX, 0, &index);
        opened =
            TTF_OpenFontIndex((const char *)file,
                              (int)lround(wanted[font].size_px * scale), index);
    }
    if (found)
        FcPatternDestroy(found);
    if (opened)
        TTF_SetFontHinting(opened, TTF_HINTING_LIGHT);
    return opened;
}

int ls_fonts_open(TTF_Font *fonts[LS_FONTS], double scale, char *why,
                  size_t n_why)
{
    memset(fonts, 0, LS_FONTS * sizeof(fonts[0]));
    if (TTF_Init() != 0) {
        snprintf(why, n_why, "cannot use fonts: %s", TTF_GetError());
        return -1;
    }
    for (int i = 0; i < LS_FONTS; i++) {
        fonts[i] = open_font((enum ls_font)i, scale);
        if (!fonts[i]) {
            snprintf(why, n_why,
                     "found no font to write with; install one, for example "
                     "the package fonts-dejavu-core");
            ls_fonts_close(fonts);
            return -1;
        }
    }
    return 0;
}

void ls_fonts_close(TTF_Font *fonts[LS_FONTS])
{
    for (int i = 0; i < LS_FONTS; i++) {
        if (fonts[i])
            TTF_CloseFont(fonts[i]);
        fonts[i] = NULL;
    }
    TTF_Quit();
}
