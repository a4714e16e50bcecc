/* SPDX-License-Identifier: MIT */
#include "viewer/letters.h"

#include <stdbool.h>

#define REPLACEMENT 0xfffd

/* Length of a sequence by its first byte and the smallest value that needs
 * it (anything less is an overlong form). */
static int sequence(unsigned char first, uint32_t *value, uint32_t *least)
{
    if (first < 0xc2 || first > 0xf4)
        return 0;
    if (first < 0xe0) {
        *value = first & 0x1f;
        *least = 0x80;
        return 1;
    }
    if (first < 0xf0) {
        *value = first & 0x0f;
        *least = 0x800;
        return 2;
    }
    *value = first & 0x07;
    *least = 0x10000;
    return 3;
}

uint32_t ls_letter_next(const char **text)
{
    const unsigned char *p = (const unsigned char *)*text;
    if (*p == 0)
        return 0;
    *text += 1;
    if (*p < 0x80)
        return *p;
    uint32_t value, least;
    int n_more = sequence(*p, &value, &least);
    for (int i = 1; i <= n_more; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return REPLACEMENT;
        value = value << 6 | (p[i] & 0x3f);
    }
    if (n_more == 0 || value < least || value > 0x10ffff ||
        (value >= 0xd800 && value < 0xe000))
        return REPLACEMENT;
    *text += n_more;
    return value;
}

static bool invisible(uint32_t cp)
{
    return (cp >= 0x200b && cp <= 0x200f) || (cp >= 0x2028 && cp <= 0x202e) ||
           (cp >= 0x2060 && cp <= 0x206f) || cp == 0xfeff || cp == 0xad;
}

uint32_t ls_letter_next_shown(const char **text)
{
    for (;;) {
        uint32_t cp = ls_letter_next(text);
        if (cp == 0)
            return 0;
        if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
            return ' ';
        if (!invisible(cp))
            return cp;
    }
}

size_t ls_letter_put(char *out, uint32_t cp)
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xc0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3f));
        return 2;
    }
    if (cp < 0x10000) {
        out[0] = (char)(0xe0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
        out[2] = (char)(0x80 | (cp & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | cp >> 18);
    out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
    out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
    out[3] = (char)(0x80 | (cp & 0x3f));
    return 4;
}
