#ifndef LS_TEST_TRACE_H
#define LS_TEST_TRACE_H
/* SPDX-License-Identifier: MIT */
/*
 * trace.h - a trace in a folder of its own, written by the test and read back
 * line by line.
 *
 *     test_trace_open(&trace, "t.json");
 *     ...write through trace.emit...
 *     test_trace_close(&trace);
 *     test_trace_expect(&trace, "{\"ph\":\"B\",...}");
 *     test_trace_expect_end(&trace);
 *     test_trace_destroy(&trace);
 *
 * Units: bytes.
 * Ownership: destroy removes the folder.
 * Errors: assertions.
 * Threads: one.
 */
#include <stddef.h>

#include "tracer/collector/emit.h"

struct test_trace {
    char folder[64];
    char path[128];
    struct ls_writer writer;
    struct ls_emit emit;
    char *text; /* the whole file, once it is closed */
    size_t n_text;
    char *next; /* what was not yet compared */
};

/* A folder of the test's own, for traces that something else opens. */
void test_trace_folder(struct test_trace *trace, const char *name);

/* The same, and the trace begun. */
void test_trace_open(struct test_trace *trace, const char *name);

/* End it and read it back. */
void test_trace_close(struct test_trace *trace);

/* Read the file; gzip is unpacked. */
void test_trace_read(struct test_trace *trace);

/* The next event; NULL: there is none. Its comma is taken off. */
const char *test_trace_next(struct test_trace *trace);

/* The next event is LINE. */
void test_trace_expect(struct test_trace *trace, const char *line);

/* There is no event left, and the file ends as it should. */
void test_trace_expect_end(struct test_trace *trace);

/* It is strict JSON: an array of objects; how many. */
int test_trace_count(const struct test_trace *trace);

void test_trace_destroy(struct test_trace *trace);

#endif
