/* SPDX-License-Identifier: MIT */
#include "viewer/theme.h"

#include <math.h>
#include <string.h>

static const struct ls_theme themes[] = {
    {"dark",
     {
         [LS_COLOUR_GROUND] = 0x14171bff,
         [LS_COLOUR_PANEL] = 0x1b1f25ff,
         [LS_COLOUR_RAISED] = 0x262c36ff,
         [LS_COLOUR_LINE] = 0x2d333bff,
         [LS_COLOUR_GRID] = 0x24292fff,
         [LS_COLOUR_TEXT] = 0xe9edf1ff,
         [LS_COLOUR_DIM] = 0x9aa4afff,
         [LS_COLOUR_TURN] = 0x378abfff,
         [LS_COLOUR_RUN] = 0x56b4e9ff,
         [LS_COLOUR_ON_RUN] = 0x08131bff,
         [LS_COLOUR_AWAIT] = 0x8b949eff,
         [LS_COLOUR_ALIVE] = 0x4b5f75ff,
         [LS_COLOUR_BLOCKED] = 0xe8622cff,
         [LS_COLOUR_BLOCKED_GROUND] = 0x7c2710ff,
         [LS_COLOUR_ON_BLOCKED] = 0xffffffff,
         [LS_COLOUR_COMPUTING] = 0xcc79a7ff,
         [LS_COLOUR_ON_COMPUTING] = 0x1a0a13ff,
         [LS_COLOUR_HELD] = 0xe6a117ff,
         [LS_COLOUR_HELD_GROUND] = 0x2a210fff,
         [LS_COLOUR_MAYBE] = 0x8a6720ff,
         [LS_COLOUR_DESCHEDULED] = 0x6e7781ff,
         [LS_COLOUR_SPAN] = 0x1ba37eff,
         [LS_COLOUR_OTHER] = 0x6fa8dcff,
         [LS_COLOUR_COUNTER] = 0xe6a117ff,
         [LS_COLOUR_BAND] = 0xe8622c1c,
         [LS_COLOUR_BAND_EDGE] = 0xe8622cb0,
         [LS_COLOUR_ERROR] = 0xf0784aff,
         [LS_COLOUR_WARNING] = 0xe6a117ff,
         [LS_COLOUR_NOTE] = 0x56b4e9ff,
         [LS_COLOUR_GOOD] = 0x3fb68bff,
         [LS_COLOUR_BAD_GROUND] = 0x44231cff,
         [LS_COLOUR_WARNING_GROUND] = 0x3a2f14ff,
         [LS_COLOUR_GOOD_GROUND] = 0x16352cff,
         [LS_COLOUR_FRAME] = 0x8b949eff,
         [LS_COLOUR_FRAME_FILL] = 0xffffff12,
         [LS_COLOUR_RANGE] = 0x56b4e930,
         [LS_COLOUR_SELECTED] = 0xffffffff,
         [LS_COLOUR_SHADE] = 0x00000099,
     }},
    {"light",
     {
         [LS_COLOUR_GROUND] = 0xffffffff,
         [LS_COLOUR_PANEL] = 0xf4f6f8ff,
         [LS_COLOUR_RAISED] = 0xe6eaefff,
         [LS_COLOUR_LINE] = 0xd5dae0ff,
         [LS_COLOUR_GRID] = 0xe9ecf0ff,
         [LS_COLOUR_TEXT] = 0x14181dff,
         [LS_COLOUR_DIM] = 0x56606bff,
         [LS_COLOUR_TURN] = 0x5aa0d0ff,
         [LS_COLOUR_RUN] = 0x2b8ccaff,
         [LS_COLOUR_ON_RUN] = 0x04121cff,
         [LS_COLOUR_AWAIT] = 0x69737dff,
         [LS_COLOUR_ALIVE] = 0xa5bacdff,
         [LS_COLOUR_BLOCKED] = 0xd5430fff,
         [LS_COLOUR_BLOCKED_GROUND] = 0x7a220cff,
         [LS_COLOUR_ON_BLOCKED] = 0xffffffff,
         [LS_COLOUR_COMPUTING] = 0xa8478aff,
         [LS_COLOUR_ON_COMPUTING] = 0xffffffff,
         [LS_COLOUR_HELD] = 0x8a5d00ff,
         [LS_COLOUR_HELD_GROUND] = 0xfff2d1ff,
         [LS_COLOUR_MAYBE] = 0xd9b45fff,
         [LS_COLOUR_DESCHEDULED] = 0x8b949eff,
         [LS_COLOUR_SPAN] = 0x2aa67fff,
         [LS_COLOUR_OTHER] = 0x6ea6d8ff,
         [LS_COLOUR_COUNTER] = 0x946200ff,
         [LS_COLOUR_BAND] = 0xd5430f14,
         [LS_COLOUR_BAND_EDGE] = 0xd5430fa0,
         [LS_COLOUR_ERROR] = 0xb23408ff,
         [LS_COLOUR_WARNING] = 0x855900ff,
         [LS_COLOUR_NOTE] = 0x0b66a5ff,
         [LS_COLOUR_GOOD] = 0x11704fff,
         [LS_COLOUR_BAD_GROUND] = 0xf7dcd3ff,
         [LS_COLOUR_WARNING_GROUND] = 0xfff0cdff,
         [LS_COLOUR_GOOD_GROUND] = 0xdcf2e9ff,
         [LS_COLOUR_FRAME] = 0x6b7580ff,
         [LS_COLOUR_FRAME_FILL] = 0x00000010,
         [LS_COLOUR_RANGE] = 0x0072b228,
         [LS_COLOUR_SELECTED] = 0x14181dff,
         [LS_COLOUR_SHADE] = 0x00000066,
     }},
};

static const struct ls_theme_pair pairs[] = {
    {LS_COLOUR_TEXT, LS_COLOUR_GROUND},
    {LS_COLOUR_TEXT, LS_COLOUR_PANEL},
    {LS_COLOUR_TEXT, LS_COLOUR_RAISED},
    {LS_COLOUR_DIM, LS_COLOUR_GROUND},
    {LS_COLOUR_DIM, LS_COLOUR_PANEL},
    {LS_COLOUR_DIM, LS_COLOUR_RAISED},
    {LS_COLOUR_ON_RUN, LS_COLOUR_TURN},
    {LS_COLOUR_ON_RUN, LS_COLOUR_RUN},
    {LS_COLOUR_ON_RUN, LS_COLOUR_SPAN},
    {LS_COLOUR_ON_RUN, LS_COLOUR_OTHER},
    {LS_COLOUR_ON_BLOCKED, LS_COLOUR_BLOCKED_GROUND},
    {LS_COLOUR_ON_COMPUTING, LS_COLOUR_COMPUTING},
    {LS_COLOUR_HELD, LS_COLOUR_GROUND},
    {LS_COLOUR_HELD, LS_COLOUR_PANEL},
    {LS_COLOUR_HELD, LS_COLOUR_HELD_GROUND},
    {LS_COLOUR_ERROR, LS_COLOUR_PANEL},
    {LS_COLOUR_ERROR, LS_COLOUR_RAISED},
    {LS_COLOUR_ERROR, LS_COLOUR_GROUND},
    {LS_COLOUR_WARNING, LS_COLOUR_PANEL},
    {LS_COLOUR_WARNING, LS_COLOUR_GROUND},
    {LS_COLOUR_NOTE, LS_COLOUR_PANEL},
    {LS_COLOUR_NOTE, LS_COLOUR_RAISED},
    {LS_COLOUR_TEXT, LS_COLOUR_BAD_GROUND},
    {LS_COLOUR_TEXT, LS_COLOUR_WARNING_GROUND},
    {LS_COLOUR_TEXT, LS_COLOUR_GOOD_GROUND},
    {LS_COLOUR_COUNTER, LS_COLOUR_GROUND},
};

#define N_THEMES (sizeof(themes) / sizeof(themes[0]))

const struct ls_theme_pair *ls_theme_pairs(size_t *n)
{
    *n = sizeof(pairs) / sizeof(pairs[0]);
    return pairs;
}

const struct ls_theme *ls_theme_find(const char *name)
{
    for (size_t i = 0; i < N_THEMES; i++)
        if (strcmp(themes[i].name, name) == 0)
            return &themes[i];
    return NULL;
}

const struct ls_theme *ls_theme_next(const struct ls_theme *theme)
{
    return &themes[((size_t)(theme - themes) + 1) % N_THEMES];
}

static unsigned channel(ls_colour colour, int shift)
{
    return colour >> shift & 0xff;
}

static double linear(unsigned value)
{
    double v = value / 255.0;
    return v <= 0.03928 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static double luminance(ls_colour colour)
{
    return 0.2126 * linear(channel(colour, 24)) +
           0.7152 * linear(channel(colour, 16)) +
           0.0722 * linear(channel(colour, 8));
}

double ls_colour_contrast(ls_colour a, ls_colour b)
{
    double la = luminance(a), lb = luminance(b);
    double high = la > lb ? la : lb, low = la > lb ? lb : la;
    return (high + 0.05) / (low + 0.05);
}
