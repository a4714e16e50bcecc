#ifndef TESTS_E2E_TRACER_TRACED_H
#define TESTS_E2E_TRACER_TRACED_H
/* SPDX-License-Identifier: MIT */
/*
 * traced.h - run one of the programs beside this file, and load its trace.
 *
 * Units: those of trace.h.
 * Ownership: struct traced owns all of it until traced_free().
 * Errors: the running test fails.
 * Threads: tests have one.
 */
#include "analysis/trace.h"
#include "tests/support/run.h"

struct traced {
    char folder[256];
    char path[320];
    struct run run;
    struct ls_trace *trace;
};

/* An empty folder and the path of a trace in it. */
void traced_prepare(struct traced *t);

/* Run PROGRAM TRACE [EXTRA]; it has to exit with STATUS. ENV may be NULL. */
void traced_run(struct traced *t, const char *program, const char *extra,
                const char *const *env, int status);

/* Load what was recorded. */
void traced_load(struct traced *t);

void traced_free(struct traced *t);

/* The string of an index in its trace. */
const char *traced_string(const struct traced *t, ls_string string);

/* The counter of a name; the test fails without it. */
const struct ls_counter *traced_counter(const struct traced *t,
                                        const char *name);

#endif
