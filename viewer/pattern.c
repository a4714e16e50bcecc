/* SPDX-License-Identifier: MIT */
#include "viewer/pattern.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_BYTES 200   /* of a pattern */
#define MOST_COUNT 64    /* in {...} */
#define MOST_COUNTS 2    /* how many of those */
#define MOST_LOOKED 1024 /* bytes of a text */

static bool is_bounded(const char *text, char why[LS_PATTERN_WHY])
{
    int counts = 0;
    const char *trouble = NULL;
    if (strlen(text) > MOST_BYTES)
        trouble = "it is too long";
    for (const char *p = text; *p && !trouble; p++) {
        if (*p == '\\' && p[1]) {
            p++;
            if (isdigit((unsigned char)*p))
                trouble = "a reference back (\\1) is not taken";
        } else if (*p == '{') {
            const char *comma = p + 1 + strspn(p + 1, "0123456789");
            long high = *comma == ',' ? strtol(comma + 1, NULL, 10) : 0;
            if (strtol(p + 1, NULL, 10) > MOST_COUNT || high > MOST_COUNT ||
                ++counts > MOST_COUNTS)
                trouble = "a count ({...}) that large is not taken";
        }
    }
    if (trouble)
        snprintf(why, LS_PATTERN_WHY, "%s", trouble);
    return !trouble;
}

static bool has_capital(const char *text)
{
    for (; *text; text++) {
        if (*text == '\\' && text[1])
            text++;
        else if (*text >= 'A' && *text <= 'Z')
            return true;
    }
    return false;
}

bool ls_pattern_compile(struct ls_pattern *pattern, const char *text,
                        char why[LS_PATTERN_WHY])
{
    *pattern = (struct ls_pattern){0};
    if (!*text)
        return true;
    if (!is_bounded(text, why))
        return false;
    int flags = REG_EXTENDED | REG_NOSUB | (has_capital(text) ? 0 : REG_ICASE);
    int status = regcomp(&pattern->regex, text, flags);
    if (status != 0) {
        regerror(status, &pattern->regex, why, LS_PATTERN_WHY);
        return false;
    }
    return pattern->has = true;
}

bool ls_pattern_matches(const struct ls_pattern *pattern, const char *text)
{
    char start[MOST_LOOKED + 1];
    if (!pattern->has)
        return true;
    if (strnlen(text, MOST_LOOKED + 1) > MOST_LOOKED) {
        memcpy(start, text, MOST_LOOKED);
        start[MOST_LOOKED] = 0;
        text = start;
    }
    return regexec(&pattern->regex, text, 0, NULL, 0) == 0;
}

void ls_pattern_destroy(struct ls_pattern *pattern)
{
    if (pattern->has)
        regfree(&pattern->regex);
    pattern->has = false;
}
