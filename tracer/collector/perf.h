#ifndef LS_COLLECTOR_PERF_H
#define LS_COLLECTOR_PERF_H
/* SPDX-License-Identifier: MIT */
/*
 * perf.h - samples of a thread that runs: registers and stack, by the kernel.
 *
 * A software clock that counts the thread's CPU time, for which an ordinary
 * user needs no privilege up to perf_event_paranoid 2. In the thread itself
 * nothing happens but the clock's interrupt. Not for threads that wait
 * (sight.h).
 *
 *     error = ls_perf_open(&perf, tid);
 *     ls_perf_start(&perf, period_ns);
 *     while (ls_perf_next(&perf, &sample)) ...
 *     ls_perf_stop(&perf);
 *     ls_perf_close(&perf);
 *
 * Units: ns of CLOCK_MONOTONIC.
 * Ownership: a sample's stack is the perf's, until the next call.
 * Errors: -errno.
 * Threads: one at a time.
 */
#include <stdbool.h>
#include <stddef.h>

#include "tracer/record/shared.h"

struct ls_perf {
    int fd; /* -1: closed */
    int tid;
    void *map;
    size_t n_data;         /* bytes, a power of 2 */
    unsigned char *record; /* a copy of the one at hand */
};

struct ls_perf_sample {
    uint64_t monotonic_ns;
    struct ls_registers registers;
    const unsigned char *stack; /* from registers.sp upwards */
    size_t n_stack;
};

/* Open it, stopped. */
int ls_perf_open(struct ls_perf *perf, int tid);

/* One sample in so much of the thread's CPU time, from now on. */
void ls_perf_start(struct ls_perf *perf, int64_t period_ns);

/* Another period, while it goes on. */
void ls_perf_set_period(struct ls_perf *perf, int64_t period_ns);

void ls_perf_stop(struct ls_perf *perf);

/* The next sample; false: there is none. */
bool ls_perf_next(struct ls_perf *perf, struct ls_perf_sample *sample);

/* A closed one may be closed. */
void ls_perf_close(struct ls_perf *perf);

/* One record of the kernel's, header included. False: not a sample with
 * registers of a 64-bit thread. */
bool ls_perf_parse(const unsigned char *record, size_t n,
                   struct ls_perf_sample *sample);

#endif
