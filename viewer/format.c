/* SPDX-License-Identifier: MIT */
#include "viewer/format.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

struct unit {
    double ns;
    const char *name;
};

static const struct unit units[] = {
    {1e9, "s"}, {1e6, "ms"}, {1e3, "\u00b5s"}, {1, "ns"}};

#define N_UNITS (sizeof(units) / sizeof(units[0]))

/* The largest unit in which NS, rounded as shown, is at least 1. */
static const struct unit *unit_of(double ns)
{
    for (size_t i = 0; i < N_UNITS; i++)
        if (ns >= units[i].ns * 0.9995)
            return &units[i];
    return &units[N_UNITS - 1];
}

char *ls_format_duration(char *text, int64_t ns)
{
    double size = fabs((double)ns);
    if (size == 0) {
        snprintf(text, LS_FORMAT_MAX, "0 s");
        return text;
    }
    const struct unit *unit = unit_of(size);
    double value = (double)ns / unit->ns, shown = fabs(value);
    int decimals = unit->ns == 1 || shown >= 99.95 ? 0 : shown >= 9.995 ? 1 : 2;
    int n = snprintf(text, LS_FORMAT_MAX, "%.*f", decimals, value);
    /* Seconds keep their zeros, so that they stand under each other. */
    if (unit != units && decimals > 0) {
        while (text[n - 1] == '0')
            n--;
        n -= text[n - 1] == '.';
    }
    snprintf(text + n, LS_FORMAT_MAX - (size_t)n, " %s", unit->name);
    return text;
}

char *ls_format_time(char *text, int64_t at_ns, int64_t step_ns,
                     int64_t span_ns)
{
    const struct unit *unit = unit_of(fabs((double)span_ns));
    int decimals = 0;
    for (double step = (double)step_ns / unit->ns;
         step < 0.9995 && decimals < 9; step *= 10)
        decimals++;
    double value = (double)at_ns / unit->ns;
    if (fabs(value) < 0.5 * pow(10, -decimals))
        value = 0;
    snprintf(text, LS_FORMAT_MAX, "%.*f %s", decimals, value, unit->name);
    return text;
}

char *ls_format_count(char *text, uint64_t n)
{
    char plain[24];
    int length = snprintf(plain, sizeof(plain), "%" PRIu64, n);
    char *out = text;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0 && length > 4)
            *out++ = ' ';
        *out++ = plain[i];
    }
    *out = 0;
    return text;
}

int64_t ls_round_step_ns(int64_t least_ns)
{
    int64_t power = 1;
    while (power < INT64_C(100000000000000000)) {
        static const int factors[] = {1, 2, 5};
        for (int i = 0; i < 3; i++)
            if (power * factors[i] >= least_ns)
                return power * factors[i];
        power *= 10;
    }
    return power;
}

const char *ls_plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}
