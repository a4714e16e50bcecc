/* SPDX-License-Identifier: MIT */
#include "xml.h"

#include "analysis/utf8.h"

#include <stdlib.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"

static const char *const entities[128] = {
    ['&'] = "&amp;",  ['<'] = "&lt;",    ['>'] = "&gt;",
    ['"'] = "&quot;", ['\''] = "&apos;",
};

static const char *const references[128] = {
    ['\t'] = "&#9;",
    ['\n'] = "&#10;",
    ['\r'] = "&#13;",
};

/* U+FFFE or U+FFFF: good UTF-8, but no XML. */
static bool is_no_character(const unsigned char *c)
{
    return c[0] == 0xef && c[1] == 0xbf && c[2] >= 0xbe;
}

/* Adds what stands at C, which is good UTF-8; its length. */
static size_t add_one(struct ls_text *text, const unsigned char *c,
                      bool attribute)
{
    if (is_no_character(c)) {
        ls_text_add(text, REPLACEMENT);
        return 3;
    }
    const char *special = *c < 128 ? entities[*c] : NULL;
    if (!special && *c < 0x20) {
        special = references[*c] ? references[*c] : REPLACEMENT;
        if (!attribute && (*c == '\t' || *c == '\n'))
            special = NULL;
    }
    if (special)
        ls_text_add(text, special);
    else
        ls_text_add_bytes(text, (const char *)c, 1);
    return 1;
}

static void add(struct ls_text *text, const char *string, bool attribute)
{
    const size_t n = strlen(string);
    char *clean = malloc(3 * n + 3);
    if (!clean) {
        text->failed = true;
        return;
    }
    const size_t n_clean = ls_utf8_clean(string, n, clean);
    memset(clean + n_clean, 0, 3); /* for a look at three */
    for (size_t i = 0; i < n_clean;)
        i += add_one(text, (const unsigned char *)clean + i, attribute);
    free(clean);
}

void ls_xml_attribute(struct ls_text *text, const char *string)
{
    add(text, string, true);
}

void ls_xml_content(struct ls_text *text, const char *string)
{
    add(text, string, false);
}
