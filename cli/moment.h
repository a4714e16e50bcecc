#ifndef LS_CLI_MOMENT_H
#define LS_CLI_MOMENT_H
/* SPDX-License-Identifier: MIT */
/*
 * moment.h - the events of a trace that a timeline tells, in the order of
 * time, and which of them are told in one breath.
 *
 *     struct ls_moments moments;
 *     ls_moments_collect(&moments, trace, &limits);
 *     for (size_t g = 0; g < moments.n_groups; g++) ...
 *     ls_moments_free(&moments);
 *
 * Units: nanoseconds since ts 0.
 * Ownership: the caller's, to be freed; borrows the trace.
 * Errors: false when there is no memory; nothing is to be freed then.
 * Threads: any.
 */
#include "analysis/trace.h"

enum ls_verb {
    LS_VERB_MAKE,  /* made, but never run */
    LS_VERB_START, /* begun to run, or made in order to */
    LS_VERB_RUN,   /* made, and run only much later */
    LS_VERB_AWAIT,
    LS_VERB_RESUME,
    LS_VERB_FINISH,
    LS_VERB_BLOCK, /* a blocking call in a turn */
    LS_VERB_HOLD,  /* a turn that took long without one */
    LS_VERB_MARK,
    LS_VERBS
};

struct ls_moment {
    int64_t at_ns;
    uint32_t thread;  /* where it happened, or LS_NONE */
    uint32_t subject; /* index of the task, slice (in thread) or mark */
    uint32_t stretch; /* the await that begins or ends; or LS_NONE */
    uint8_t verb;     /* enum ls_verb */
};

struct ls_moments {
    struct ls_moment *items;
    size_t n;
    /* Group g is items[groups[g]] up to items[groups[g + 1]]; those events
     * show the same time, or lie in one turn and less than a unit apart. */
    size_t *groups;
    size_t n_groups;
    size_t n_short; /* awaits left out: shorter than a unit */
    size_t n_auto;  /* tasks left out, but for what held them up: they arose by
                       themselves, and there are many */
};

struct ls_moment_limits {
    int64_t warn_ns; /* own time from which blocking calls are told */
    int64_t late_ns; /* the same for turns without one; and the wait from
                        which a late first run is an event of its own */
    int64_t origin_ns, unit_ns; /* times are shown in units since then */
};

bool ls_moments_collect(struct ls_moments *moments,
                        const struct ls_trace *trace,
                        const struct ls_moment_limits *limits);

/* AT in whole units since the origin, as it is shown. */
int64_t ls_moment_shown(const struct ls_moment_limits *limits, int64_t at_ns);

void ls_moments_free(struct ls_moments *moments);

#endif
