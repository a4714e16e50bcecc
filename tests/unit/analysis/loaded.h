#ifndef LS_TESTS_LOADED_H
#define LS_TESTS_LOADED_H
/* SPDX-License-Identifier: MIT */
/*
 * loaded.h - traces from text, for the unit tests of analysis.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/load.h"
#include "tests/fuzz/trace_dump.h"

/* Events of a trace of our own, short: the thread is pid 1, tid 1. */
#define OURS                                                                   \
    "[\n{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"loopscope_trace\","       \
    "\"args\":{\"format\":1,\"writer\":\"0.1.0\"}}\n"
#define LOOP                                                                   \
    ",{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"loopscope_loop\","          \
    "\"args\":{\"name\":\"main\",\"kind\":\"libuv\"}}\n"
#define END                                                                    \
    ",{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"loopscope_end\","           \
    "\"args\":{\"events\":9,\"lost\":0,\"late\":0}}\n]\n"
#define SLICE(ph, ts, name, cat, more)                                         \
    ",{\"ph\":\"" ph "\",\"ts\":" ts ",\"pid\":1,\"tid\":1,\"name\":\"" name   \
    "\",\"cat\":\"" cat "\"" more "}\n"
#define TASK(ph, ts, id, name, event, more)                                    \
    ",{\"ph\":\"" ph "\",\"ts\":" ts                                           \
    ",\"pid\":1,\"tid\":1000000001,\"id\":\"" id "\",\"name\":\"" name         \
    "\",\"cat\":\"task\",\"args\":{\"event\":\"" event                         \
    "\",\"label\":\"L\",\"loop\":1" more "}}\n"
#define MEASURED(cpu, blocked, descheduled)                                    \
    ",\"args\":{\"cpu_ns\":" cpu ",\"blocked_ns\":" blocked                    \
    ",\"descheduled_ns\":" descheduled "}"

/* The trace of N bytes of TEXT, which both paths must agree on. */
static inline struct ls_trace *load_bytes(const char *text, size_t n)
{
    struct ls_load_result result;
    struct ls_trace *trace;
    char *fast, *slow;
    if (!trace_paths_agree(text, n, &fast, &slow))
        fail_msg("the paths differ\n%s\n%s", fast, slow);
    free(fast);
    free(slow);
    assert_int_equal(ls_trace_parse(text, n, NULL, &trace, &result),
                     LS_LOAD_OK);
    return trace;
}

static inline struct ls_trace *load_text(const char *text)
{
    return load_bytes(text, strlen(text));
}

static inline struct ls_trace *load_sample(const char *name)
{
    char path[512];
    struct ls_load_result result;
    struct ls_trace *trace;
    snprintf(path, sizeof(path), "%s/tests/data/%s", LS_SOURCE_DIR, name);
    assert_int_equal(ls_trace_load(path, NULL, &trace, &result), LS_LOAD_OK);
    return trace;
}

static inline const char *name_of(const struct ls_trace *trace,
                                  ls_string string)
{
    return ls_trace_string(trace, string);
}

static inline uint64_t n_troubles(const struct ls_trace *trace)
{
    uint64_t n = 0;
    for (int i = 0; i < LS_TROUBLE_KINDS; i++)
        n += trace->health.troubles[i].n;
    return n;
}

#endif
