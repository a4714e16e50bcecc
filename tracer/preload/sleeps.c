/* SPDX-License-Identifier: MIT */
/* The sleep family: on a loop's thread, every one of them blocks the loop. */
#include <time.h>
#include <unistd.h>

#include "hooks.h"
#include "tracer/record/call.h"

#define SLEEP(type, id, expression)                                            \
    do {                                                                       \
        struct ls_call_scope scope_;                                           \
        ls_call_begin(&scope_, id, -1, LS_CALLER);                             \
        type result_ = (expression);                                           \
        ls_call_end(&scope_);                                                  \
        return result_;                                                        \
    } while (0)

LS_HOOK unsigned sleep(unsigned seconds)
{
    SLEEP(unsigned, LS_CALL_SLEEP, LS_REAL(sleep)(seconds));
}

LS_HOOK int usleep(useconds_t us)
{
    SLEEP(int, LS_CALL_USLEEP, LS_REAL(usleep)(us));
}

LS_HOOK int nanosleep(const struct timespec *how_long, struct timespec *left)
{
    SLEEP(int, LS_CALL_NANOSLEEP, LS_REAL(nanosleep)(how_long, left));
}

LS_HOOK int clock_nanosleep(clockid_t clock, int flags,
                            const struct timespec *until, struct timespec *left)
{
    SLEEP(int, LS_CALL_CLOCK_NANOSLEEP,
          LS_REAL(clock_nanosleep)(clock, flags, until, left));
}
