#ifndef LS_CLI_TIMELINE_H
#define LS_CLI_TIMELINE_H
/* SPDX-License-Identifier: MIT */
/*
 * timeline.h - the trace told in the order of time:
 *
 *     EVENT LOOP TIMELINE:
 *     Time 0ms:   Start coroutine A, coroutine B
 *     Time 10ms:  A hits await (sleep 100ms), B hits await (sleep 50ms)
 *     Time 60ms:  B's sleep completes, resume B
 *
 * Units: times since the trace's first event.
 * Ownership: borrows what it is given.
 * Errors: as in text.h.
 * Threads: any.
 */
#include "names.h"
#include "style.h"

struct ls_timeline {
    const struct ls_trace *trace;
    const struct ls_names *names;
    int64_t warn_ns;     /* own time from which blocking calls are told, and
                            how long a task is held up before it is said */
    int64_t late_ns;     /* the same for turns without a blocking call, and for
                            a task's first run */
    uint32_t head_lines; /* of a long trace, the first ... */
    uint32_t tail_lines; /* ... and the last; what is between is counted */
};

void ls_timeline_render(const struct ls_timeline *timeline,
                        struct ls_text *text, const struct ls_style *style);

#endif
