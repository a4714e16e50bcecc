/* SPDX-License-Identifier: MIT */
#include "measure.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 15, FLOOR_STEPS = 60000 };

static volatile uint64_t sink;

static uint64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

#if defined(__x86_64__)
#define FLOOR "cycle counter"
static uint64_t read_floor(void)
{
    return __builtin_ia32_rdtsc();
}
#else
#define FLOOR "clock_gettime"
static uint64_t read_floor(void)
{
    return now_ns();
}
#endif

static void floor_steps(size_t n)
{
    while (n-- > 0)
        sink = read_floor();
}

static double once(void (*steps)(size_t n), size_t n)
{
    uint64_t begin = now_ns();

    steps(n);
    return (double)(now_ns() - begin) / (double)n;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *rounds)
{
    qsort(rounds, ROUNDS, sizeof(*rounds), compare);
    return rounds[ROUNDS / 2];
}

void measure_row(const char *name, const struct measure *measure)
{
    double rounds[ROUNDS], floors[ROUNDS];

    once(measure->steps, measure->n);
    for (int i = 0; i < ROUNDS; i++) {
        floors[i] = once(floor_steps, FLOOR_STEPS);
        rounds[i] = once(measure->steps, measure->n);
    }
    double ns = median(rounds) / measure->events;
    printf("%s\t%.1f\tns\t%.2f\t%s\n", name, ns, ns / median(floors), FLOOR);
}
