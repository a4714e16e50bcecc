/* SPDX-License-Identifier: MIT */
#include "input.h"

#include "output.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Shorter than this, and a line that comes and goes would only flicker. */
#define QUIET_NS INT64_C(300000000)

struct progress {
    int64_t begin_ns;
    bool shown;
};

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static bool show(void *arg, uint64_t done_bytes, uint64_t total_bytes)
{
    struct progress *progress = arg;
    if (now_ns() - progress->begin_ns < QUIET_NS)
        return true;
    double mib = (double)done_bytes / (1 << 20);
    if (total_bytes)
        fprintf(stderr, "\rreading: %.0f MiB, %.0f %%", mib,
                100.0 * (double)done_bytes / (double)total_bytes);
    else
        fprintf(stderr, "\rreading: %.0f MiB", mib);
    fflush(stderr);
    progress->shown = true;
    return true;
}

static const struct {
    enum ls_load_status status;
    const char *remedy;
} remedies[] = {
    {LS_LOAD_UNREADABLE, "name a trace file that you may read"},
    {LS_LOAD_NO_TRACE, "name a trace: JSON events, as in traces/FORMAT.md"},
    {LS_LOAD_NO_MEMORY, "free some memory, or record a shorter trace"},
};

static const char *remedy(enum ls_load_status status)
{
    for (size_t i = 0; i < sizeof(remedies) / sizeof(*remedies); i++)
        if (remedies[i].status == status)
            return remedies[i].remedy;
    return "try again";
}

struct ls_trace *ls_input_load(const char *path, struct ls_text *why)
{
    struct progress progress = {.begin_ns = now_ns()};
    struct ls_load_options options = {.arg = &progress};
    if (isatty(STDERR_FILENO))
        options.progress = show;
    struct ls_trace *trace = NULL;
    struct ls_load_result result = {0};
    enum ls_load_status status = ls_trace_load(path, &options, &trace, &result);
    if (progress.shown)
        fputs("\r\033[K", stderr);
    if (status == LS_LOAD_OK)
        return trace;
    ls_text_addf(why, "%s; %s", result.text, remedy(status));
    return NULL;
}

void ls_input_say_trouble(const char *path, const struct ls_trace *trace)
{
    char trouble[256];
    if (trace->health.being_written)
        ls_output_say("%s: is still being written; this is what is there so "
                      "far",
                      path);
    else if (ls_trace_trouble(trace, trouble, sizeof(trouble))[0])
        ls_output_say("%s: %s", path, trouble);
}
