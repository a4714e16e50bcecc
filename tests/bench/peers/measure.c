/* SPDX-License-Identifier: MIT */
#include "measure.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define RUNS 9

static volatile uint64_t sink;

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double measure_ns(void (*steps)(size_t n), size_t n)
{
    double runs[RUNS];

    steps(n);
    for (int i = 0; i < RUNS; i++) {
        int64_t begin = now_ns();
        steps(n);
        runs[i] = (double)(now_ns() - begin) / (double)n;
    }
    qsort(runs, RUNS, sizeof(*runs), compare);
    return runs[RUNS / 2];
}

static void read_clock(size_t n)
{
    struct timespec now;

    while (n-- > 0) {
        clock_gettime(CLOCK_MONOTONIC, &now);
        sink = (uint64_t)now.tv_nsec;
    }
}

double measure_clock_ns(void)
{
    return measure_ns(read_clock, 1000000);
}

#if defined(__x86_64__)
static void read_tsc(size_t n)
{
    while (n-- > 0)
        sink = __builtin_ia32_rdtsc();
}

double measure_tsc_ns(void)
{
    return measure_ns(read_tsc, 1000000);
}
#else
double measure_tsc_ns(void)
{
    return 0;
}
#endif

void measure_row(const char *name, double ns)
{
    double tsc = measure_tsc_ns();
    double floor = tsc > 0 ? tsc : measure_clock_ns();

    printf("%s\t%.1f\tns\t%.2f\t%s\n", name, ns, ns / floor,
           tsc > 0 ? "cycle counter" : "clock_gettime");
}
