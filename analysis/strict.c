/* SPDX-License-Identifier: MIT */
#include "strict.h"

#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *skip_digits(const char *p, const char *end)
{
    while (p < end && is_digit(*p))
        p++;
    return p;
}

/* Past a fraction or exponent that begins at P: at least one digit. NULL if
 * there is none. */
static const char *skip_part(const char *p, const char *end)
{
    const char *after = skip_digits(p, end);
    return after > p ? after : NULL;
}

/* Past the number at P, or NULL. */
static const char *skip_number(const char *p, const char *end)
{
    if (p < end && *p == '-')
        p++;
    if (p < end && *p == '0')
        p++;
    else if (!(p = skip_part(p, end)))
        return NULL;
    if (p < end && *p == '.' && !(p = skip_part(p + 1, end)))
        return NULL;
    if (p < end && (*p == 'e' || *p == 'E')) {
        p++;
        if (p < end && (*p == '+' || *p == '-'))
            p++;
        if (!(p = skip_part(p, end)))
            return NULL;
    }
    /* What cJSON would have read on with. */
    return p < end && (is_digit(*p) || strchr("+-.eE", *p)) ? NULL : p;
}

/* Past the string after whose quote P is, or NULL. */
static const char *skip_string(const char *p, const char *end)
{
    for (; p < end; p++) {
        if ((unsigned char)*p < 0x20)
            return NULL;
        if (*p == '"')
            return p + 1;
        if (*p == '\\')
            p++;
    }
    return NULL;
}

bool ls_strict_is_json(const char *text, size_t n)
{
    const char *p = text, *end = text + n;
    while (p && p < end) {
        if (*p == '"')
            p = skip_string(p + 1, end);
        else if (*p == '-' || *p == '+' || is_digit(*p))
            p = skip_number(p, end);
        else if ((unsigned char)*p < 0x20 && !strchr("\t\n\r", *p))
            p = NULL;
        else
            p++;
    }
    return p;
}
