/* SPDX-License-Identifier: MIT */
#include "utf8.h"

#include <stdint.h>
#include <string.h>

/* What the first byte says of the sequence: its length, and what the second
 * byte may be (this is where overlong forms and surrogates show). */
struct lead {
    unsigned char from, to, n, second_from, second_to;
};

static const struct lead leads[] = {
    {0x01, 0x7f, 1, 0, 0},       {0xc2, 0xdf, 2, 0x80, 0xbf},
    {0xe0, 0xe0, 3, 0xa0, 0xbf}, {0xe1, 0xec, 3, 0x80, 0xbf},
    {0xed, 0xed, 3, 0x80, 0x9f}, {0xee, 0xef, 3, 0x80, 0xbf},
    {0xf0, 0xf0, 4, 0x90, 0xbf}, {0xf1, 0xf3, 4, 0x80, 0xbf},
    {0xf4, 0xf4, 4, 0x80, 0x8f}};

/* The length of the good sequence that P begins with, or 0. */
static size_t sequence(const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++) {
        const struct lead *lead = &leads[i];
        if (p[0] < lead->from || p[0] > lead->to)
            continue;
        if (lead->n > n)
            return 0;
        if (lead->n > 1 && (p[1] < lead->second_from || p[1] > lead->second_to))
            return 0;
        for (size_t k = 2; k < lead->n; k++)
            if ((p[k] & 0xc0) != 0x80)
                return 0;
        return lead->n;
    }
    return 0;
}

/* How many of the next bytes are ASCII without NUL, by eights. */
static size_t plain(const unsigned char *p, size_t n)
{
    const uint64_t high = 0x8080808080808080u, ones = 0x0101010101010101u;
    size_t i = 0;
    for (uint64_t v; i + 8 <= n; i += 8) {
        memcpy(&v, p + i, sizeof(v));
        if ((v | (v - ones)) & high)
            break;
    }
    return i;
}

bool ls_utf8_is_valid(const char *text, size_t n)
{
    const unsigned char *p = (const unsigned char *)text;
    for (size_t i = plain(p, n), k; i < n; i += k) {
        k = sequence(p + i, n - i);
        if (!k)
            return false;
    }
    return true;
}

size_t ls_utf8_fit(const char *text, size_t n, size_t most)
{
    if (n <= most)
        return n;
    while (most && ((unsigned char)text[most] & 0xc0) == 0x80)
        most--;
    return most;
}

size_t ls_utf8_clean(const char *text, size_t n, char *out)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t written = 0;
    for (size_t i = 0, k; i < n; i += k ? k : 1) {
        k = sequence(p + i, n - i);
        memcpy(out + written, k ? text + i : "\xef\xbf\xbd", k ? k : 3);
        written += k ? k : 3;
    }
    return written;
}
