/* SPDX-License-Identifier: MIT */
#include "image.h"

#include <time.h>

#include <uv.h>

#include "example.h"

#define N_PIXELS 64

static volatile unsigned char shown;

static int64_t cpu_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

/* Each pixel against the mean of its neighbours. */
static void sharpen(int *pixels, unsigned seed)
{
    pixels[seed % N_PIXELS] = (int)(seed * 2654435761u >> 24);
    for (int i = 1; i + 1 < N_PIXELS; i++) {
        int sharp = 2 * pixels[i] - (pixels[i - 1] + pixels[i + 1]) / 2;
        pixels[i] = sharp < 0 ? 0 : sharp > 255 ? 255 : sharp;
    }
}

void image_sharpen(double seconds)
{
    int pixels[N_PIXELS] = {0};
    unsigned seed = 1;
    uint64_t until = uv_hrtime() + (uint64_t)example_ns(seconds);
    int64_t least_ns = cpu_ns() + EXAMPLE_STALL_MIN_NS;
    while (uv_hrtime() < until)
        sharpen(pixels, seed++);
    while (cpu_ns() < least_ns) /* on a busy machine */
        sharpen(pixels, seed++);
    shown = (unsigned char)pixels[N_PIXELS / 2];
}
