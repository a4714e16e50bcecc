#ifndef LS_TESTS_UNIT_CLI_FOUND_H
#define LS_TESTS_UNIT_CLI_FOUND_H
/* SPDX-License-Identifier: MIT */
/*
 * found.h - findings made by hand over tests/data/bad_example.json, so that
 * what is rendered does not depend on how the rules judge.
 *
 *     struct found found;
 *     found_open(&found);          // one blocking-call error
 *     found.items[0].count = 3;
 *     found_close(&found);
 *
 * Units: as in finding.h.
 * Ownership: the caller's.
 * Errors: assertions.
 * Threads: one.
 */
#include "sample.h"

#include "cli/story.h"

#include "analysis/finding.h"

struct found {
    struct sample sample;
    struct ls_finding items[2];
    struct ls_waiter waiter;
    struct ls_findings findings;
    struct ls_story story;
};

static inline uint32_t found_task(const struct ls_trace *trace,
                                  const char *kind)
{
    for (uint32_t i = 0; i < trace->n_tasks; i++)
        if (!strcmp(ls_trace_string(trace, trace->tasks[i].kind), kind))
            return i;
    fail();
    return LS_NONE;
}

/* The name of the first blocking call: a string that is in the trace. */
static inline ls_string found_call(const struct ls_trace *trace)
{
    const struct ls_thread *thread = &trace->threads[trace->loops[0].thread];
    for (uint32_t i = 0; i < thread->n_slices; i++)
        if (thread->slices[i].kind == LS_SLICE_BLOCKING)
            return thread->slices[i].name;
    fail();
    return 0;
}

/* The stack with the most frames. */
static inline uint32_t found_stack(const struct ls_trace *trace)
{
    uint32_t deepest = 0;
    for (uint32_t i = 0; i < trace->n_stacks; i++)
        if (trace->stacks[i].n_frames > trace->stacks[deepest].n_frames)
            deepest = i;
    return deepest;
}

static inline void found_open(struct found *found)
{
    static char message[] = "sleep() blocked the loop for 2000 ms in "
                            "bad_example, bad_example.c:31";
    static char advice[] = "Use a timer.";
    *found = (struct found){0};
    sample_load(&found->sample, "bad_example");
    const struct ls_trace *trace = found->sample.trace;
    uint32_t stack = found_stack(trace);
    found->waiter = (struct ls_waiter){.task = found_task(trace, "tick"),
                                       .held_up_ns = 1501260000};
    found->items[0] = (struct ls_finding){
        .rule = LS_RULE_BLOCKING_CALL,
        .severity = LS_SEVERITY_ERROR,
        .start_ns = 1100000,
        .duration_ns = 2000100000,
        .own_ns = 2000020000,
        .cause = {30000, 1999990000, 80000},
        .class = LS_CLASS_BLOCKED,
        .process = 0,
        .thread = trace->loops[0].thread,
        .loop = 0,
        .task = found_task(trace, "bad_example"),
        .slice = LS_NONE,
        .call = found_call(trace),
        .stack = stack,
        .location = trace->stacks[stack].first_frame,
        .registered = LS_NONE,
        .count = 1,
        .waiters = &found->waiter,
        .n_waiters = 1,
        .waited_ns = 1501260000,
        .fingerprint = "0123456789abcdef",
        .message = message,
        .advice = advice,
    };
    found->findings =
        (struct ls_findings){.items = found->items, .n = 1, .n_errors = 1};
    found->story =
        (struct ls_story){trace, &found->sample.names, &found->findings,
                          "/tmp/here/bad_example.json"};
}

/* A finding of which nothing is known but its rule. */
static inline void found_add_bare(struct found *found)
{
    static char message[] = "3 records were lost";
    found->items[1] = (struct ls_finding){
        .rule = LS_RULE_TRACE_HEALTH,
        .severity = LS_SEVERITY_WARNING,
        .start_ns = LS_UNKNOWN,
        .cause = {LS_UNKNOWN, LS_UNKNOWN, LS_UNKNOWN},
        .class = LS_CLASS_UNKNOWN,
        .process = LS_NONE,
        .thread = LS_NONE,
        .loop = LS_NONE,
        .task = LS_NONE,
        .slice = LS_NONE,
        .stack = LS_NONE,
        .location = LS_NONE,
        .registered = LS_NONE,
        .count = 1,
        .message = message,
    };
    found->findings.n = 2;
    found->findings.n_warnings = 1;
}

static inline void found_close(struct found *found)
{
    sample_free(&found->sample);
}

#endif
