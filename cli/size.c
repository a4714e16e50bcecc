/* SPDX-License-Identifier: MIT */
#include "size.h"

#include <string.h>

bool ls_size_parse(const char *text, uint64_t *n_bytes)
{
    static const char units[] = "KMG";
    size_t n = strspn(text, "0123456789");
    uint64_t value = 0;
    if (n == 0)
        return false;
    for (size_t i = 0; i < n; i++)
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(text[i] - '0'), &value))
            return false;
    const char *unit = text[n] ? strchr(units, text[n]) : NULL;
    if (text[n] && (!unit || text[n + 1]))
        return false;
    unsigned shift = unit ? 10 * (unsigned)(unit - units + 1) : 0;
    if (value > UINT64_MAX >> shift)
        return false;
    *n_bytes = value << shift;
    return true;
}
