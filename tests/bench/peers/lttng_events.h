/* SPDX-License-Identifier: MIT */
/* The one tracepoint of the benchmark; included again by LTTng's own headers,
 * hence the guard with a second way in. */
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER loopscope_bench

#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "tests/bench/peers/lttng_events.h"

#if !defined(LS_BENCH_LTTNG_EVENTS_H) ||                                       \
    defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#define LS_BENCH_LTTNG_EVENTS_H

#include <lttng/tracepoint.h>

LTTNG_UST_TRACEPOINT_EVENT(
    loopscope_bench, event, LTTNG_UST_TP_ARGS(int, value),
    LTTNG_UST_TP_FIELDS(lttng_ust_field_integer(int, value, value)))

#endif

#include <lttng/tracepoint-event.h>
