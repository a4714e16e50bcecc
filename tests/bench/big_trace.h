#ifndef LS_BENCH_BIG_TRACE_H
#define LS_BENCH_BIG_TRACE_H
/* SPDX-License-Identifier: MIT */
/*
 * big_trace.h - a trace of any size, as our own writer would have made it.
 *
 * A server on several loops: in each turn a callback resumes a task, which
 * runs and awaits again; tasks come and go. Now and then a call blocks, and
 * one turn stalls its loop. Always the same bytes for the same plan. Not a
 * recording: for measuring what reads traces.
 *
 *     struct big_plan plan = big_plan_usual(10000000);
 *     big_trace_write(out, &plan, &facts);
 *
 * Units: nanoseconds, bytes.
 * Ownership: OUT stays the caller's, open.
 * Errors: false: it could not be written.
 * Threads: any.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct big_plan {
    uint64_t n_events; /* about */
    unsigned n_loops;  /* >= 1 */
    uint64_t n_tasks;  /* about */
    int64_t length_ns; /* of the trace, about */
    int64_t stall_ns;  /* of the one stall, in the middle; 0: none */
};

struct big_facts {
    uint64_t n_lines; /* events, metadata included */
    uint64_t n_bytes;
    uint64_t n_tasks, n_turns, n_callbacks, n_calls;
    int64_t stall_at_ns;
};

/* 4 loops, a task for every 50 events, 20 us a turn, a stall of 60 ms. */
struct big_plan big_plan_usual(uint64_t n_events);

bool big_trace_write(FILE *out, const struct big_plan *plan,
                     struct big_facts *facts);

#endif
