/* SPDX-License-Identifier: MIT */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>

#include "tracer/loopscope.h"

static __thread char story[1024];

int ls_error_set(int error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(story, sizeof story, format, args);
    va_end(args);
    return error;
}

const char *ls_error_detail(void)
{
    return story;
}

const char *ls_strerror(int error)
{
    static const char *const text[] = {
        [-LS_OK] = "no error",
        [-LS_EINVAL] = "invalid argument",
        [-LS_ENOMEM] = "no memory for recording",
        [-LS_EALREADY] = "this process records already",
        [-LS_ENOCOLLECTOR] = "loopscope-collector could not be started",
        [-LS_ETRACE] = "the trace could not be written",
        [-LS_EBUSY] = "another collector is writing that trace",
        [-LS_ETIMEDOUT] = "the collector makes no progress",
        [-LS_ENOHOOKS] = "the loop's polls do not pass through loopscope",
        [-LS_ENOTOPEN] = "nothing is being recorded",
    };
    int n = (int)(sizeof text / sizeof text[0]);
    if (error > 0 || error <= -n)
        return "unknown error";
    return text[-error];
}
