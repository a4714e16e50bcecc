/* SPDX-License-Identifier: MIT */
#include "duration.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int64_t ns;
} units[] = {
    {"", 1000000}, {"ns", 1}, {"us", 1000}, {"ms", 1000000}, {"s", 1000000000},
};

static bool find_unit(const char *name, int64_t *ns)
{
    for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
        if (!strcmp(units[i].name, name)) {
            *ns = units[i].ns;
            return true;
        }
    }
    return false;
}

/* In whole numbers, so that "0.1ms" is 100,000 ns on every machine; digits
 * below a nanosecond are dropped. */
bool ls_duration_parse(const char *text, int64_t *ns)
{
    size_t n_whole = strspn(text, "0123456789");
    const char *fraction = text + n_whole;
    size_t n_fraction = 0;
    if (*fraction == '.') {
        fraction++;
        n_fraction = strspn(fraction, "0123456789");
    }
    int64_t unit;
    if (n_whole + n_fraction == 0 || !find_unit(fraction + n_fraction, &unit))
        return false;

    int64_t value = 0;
    for (size_t i = 0; i < n_whole; i++)
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, text[i] - '0', &value))
            return false;
    if (__builtin_mul_overflow(value, unit, &value))
        return false;
    for (size_t i = 0; i < n_fraction; i++) {
        unit /= 10;
        if (__builtin_add_overflow(value, unit * (fraction[i] - '0'), &value))
            return false;
    }
    *ns = value;
    return true;
}

bool ls_duration_take(const char *value, int64_t *ns, struct ls_text *error)
{
    if (ls_duration_parse(value, ns) && *ns > 0)
        return true;
    ls_text_add(error, "wants a time such as 50ms or 1.5s");
    return false;
}

const char *ls_duration_format(char text[LS_DURATION_TEXT], int64_t ns)
{
    double ms = (double)ns / 1e6;
    if (ns == 0)
        snprintf(text, LS_DURATION_TEXT, "0 ms");
    else if (ms < 0.1)
        snprintf(text, LS_DURATION_TEXT, "%.3f ms", ms);
    else if (ms < 9.95)
        snprintf(text, LS_DURATION_TEXT, "%.1f ms", ms);
    else if (ms < 9999.5)
        snprintf(text, LS_DURATION_TEXT, "%.0f ms", ms);
    else
        snprintf(text, LS_DURATION_TEXT, "%.1f s", ms / 1e3);
    return text;
}

const char *ls_duration_format_ms(char text[LS_DURATION_TEXT], int64_t ns)
{
    double ms = (double)ns / 1e6;
    bool tiny = ns != 0 && ms < 0.095;
    snprintf(text, LS_DURATION_TEXT, tiny ? "%.3f" : "%.1f", ms);
    return text;
}
