/* SPDX-License-Identifier: MIT */
/*
 * stalling COUNT HOW [MS]: a loop with a tick each 5 ms, that stalls once: spin
 * (50 ms, or MS, of CPU time), sleep (so long), mixed (half of each), or clean
 * (does not).
 * Prints what it took: nanoseconds of CPU time in that turn, and of sleep.
 * Another thread does nothing, so that the process has several.
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ticking.h"

enum { PERIOD_US = 5000, N_TICKS = 40, STALLED_TICK = 20 };

static volatile uint64_t sink;

static int64_t now_ns(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void spin_us(int64_t us)
{
    int64_t end = now_ns(CLOCK_THREAD_CPUTIME_ID) + us * 1000;
    while (now_ns(CLOCK_THREAD_CPUTIME_ID) < end)
        for (int i = 0; i < 2000; i++)
            sink += (uint64_t)i * i;
}

static void sleep_ms(long ms)
{
    struct timespec left = {.tv_nsec = ms * 1000000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        ;
}

static void stall(const char *how, int ms)
{
    int64_t begin = now_ns(CLOCK_THREAD_CPUTIME_ID);
    int slept_ms = 0;
    if (strcmp(how, "spin") == 0) {
        spin_us(ms * 1000);
    } else if (strcmp(how, "sleep") == 0) {
        sleep_ms(slept_ms = ms);
    } else if (strcmp(how, "mixed") == 0) {
        spin_us(ms * 500);
        sleep_ms(slept_ms = ms / 2);
    }
    printf("%" PRId64 " %d\n", now_ns(CLOCK_THREAD_CPUTIME_ID) - begin,
           slept_ms * 1000000);
}

static void *rest(void *unused)
{
    for (;;)
        pause();
    return unused;
}

int main(int argc, char **argv)
{
    struct ticking ticking;
    pthread_t other;
    if (argc < 3 || ticking_open(&ticking, argv[1], PERIOD_US) != 0 ||
        pthread_create(&other, NULL, rest, NULL) != 0) {
        perror("stalling");
        return 1;
    }
    for (int i = 0; i < N_TICKS && ticking_wait(&ticking); i++) {
        spin_us(300);
        if (i == STALLED_TICK)
            stall(argv[2], argc > 3 ? atoi(argv[3]) : 50);
    }
    return 0;
}
