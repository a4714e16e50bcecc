/* SPDX-License-Identifier: MIT */
/* The sleep family: on a loop's thread, every one of them blocks the loop. */
#include "blocks.h"

#include <threads.h>
#include <time.h>
#include <unistd.h>

#define SLEEPS(call, type, name, parameters, arguments)                        \
    LS_BLOCKS(call, ls_subject_none(about), type, name, parameters, arguments)

SLEEPS(SLEEP, unsigned, sleep, (unsigned seconds), (seconds))
SLEEPS(USLEEP, int, usleep, (useconds_t us), (us))
SLEEPS(NANOSLEEP, int, nanosleep,
       (const struct timespec *how_long, struct timespec *left),
       (how_long, left))
SLEEPS(CLOCK_NANOSLEEP, int, clock_nanosleep,
       (clockid_t clock, int flags, const struct timespec *until,
        struct timespec *left),
       (clock, flags, until, left))
SLEEPS(THRD_SLEEP, int, thrd_sleep,
       (const struct timespec *how_long, struct timespec *left),
       (how_long, left))
