/* SPDX-License-Identifier: MIT */
#include "clock.h"

#include <string.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

enum ls_clock_kind ls_clock_kind = LS_CLOCK_MONOTONIC;

uint64_t ls_clock_slow_ticks(void)
{
    return ls_clock_monotonic();
}

/* Invariant TSC: Intel SDM vol. 3B 18.17.1, CPUID.80000007H:EDX[8]. */
static int has_invariant_counter(void)
{
#if defined(__x86_64__)
    unsigned a, b, c, d;
    return __get_cpuid(0x80000007, &a, &b, &c, &d) && (d & 1u << 8);
#elif defined(__aarch64__)
    return 1;
#else
    return 0;
#endif
}

enum ls_clock_kind ls_clock_choose(const char *wish)
{
    if (wish && strcmp(wish, "external") == 0)
        return LS_CLOCK_EXTERNAL;
    if ((wish && strcmp(wish, "monotonic") == 0) || !has_invariant_counter())
        return LS_CLOCK_MONOTONIC;
#if defined(__aarch64__)
    return LS_CLOCK_CNTVCT;
#else
    return LS_CLOCK_TSC;
#endif
}

const char *ls_clock_name(enum ls_clock_kind kind)
{
    switch (kind) {
    case LS_CLOCK_TSC:
        return "tsc";
    case LS_CLOCK_CNTVCT:
        return "cntvct";
    case LS_CLOCK_MONOTONIC:
        return "monotonic";
    case LS_CLOCK_EXTERNAL:
        return "external";
    }
    return "unknown";
}
