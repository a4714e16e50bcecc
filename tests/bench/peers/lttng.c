/* SPDX-License-Identifier: MIT */
/* lttng.c - one LTTng-UST tracepoint with one integer. Says nothing of the
 * tracer's when no session has enabled it: then it exits 1. */
#define LTTNG_UST_TRACEPOINT_CREATE_PROBES
#define LTTNG_UST_TRACEPOINT_DEFINE
#include "tests/bench/peers/lttng_events.h"

#include <stdio.h>

#include "measure.h"

static void events(size_t n)
{
    for (size_t i = 0; i < n; i++)
        lttng_ust_tracepoint(loopscope_bench, event, (int)i);
}

int main(void)
{
    if (!lttng_ust_tracepoint_enabled(loopscope_bench, event)) {
        fprintf(stderr, "no LTTng session records this tracepoint\n");
        return 1;
    }
    measure_row("LTTng-UST, a tracepoint of one integer",
                &(struct measure){events, 60000, 1});
    return 0;
}
