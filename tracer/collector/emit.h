#ifndef LS_COLLECTOR_EMIT_H
#define LS_COLLECTOR_EMIT_H
/* SPDX-License-Identifier: MIT */
/*
 * emit.h - one event of the trace at a time, as traces/FORMAT.md says.
 *
 * Keeps the file sorted: what comes late is written now, with its true time.
 * Not for knowing what happened (thread.h, task.h).
 *
 *     ls_emit_begin(emit, &(struct ls_event){'B', ns, pid, tid, ...});
 *     ls_text_add_int(ls_emit_arg(emit, "fd"), 3);
 *     ls_emit_end(emit);
 *
 * Units: ns since the trace began.
 * Ownership: names are JSON strings with their quotes, borrowed for the call.
 * Errors: the writer's.
 * Threads: one.
 */
#include "names.h"
#include "writer.h"

/* The text of a line's `pid` and `tid`. */
struct ls_emit_ids {
    int64_t pid, tid;
    size_t n; /* 0: none yet */
    char text[64];
};

enum { LS_EMIT_IDS = 16 };

struct ls_emit {
    struct ls_writer *writer;
    int64_t last_ns; /* what was written last: nothing goes before it */
    int64_t true_ns; /* of the event being written, if late; else -1 */
    uint64_t n_late;
    bool in_args;
    struct ls_emit_ids ids[LS_EMIT_IDS]; /* by tid: few are at work at a time */

    /* limit.h: metadata is written in any case */
    bool full;           /* no events of tasks any more */
    bool muted;          /* no events of this thread, for now */
    bool only_turns;     /* nothing of what is in them, either */
    bool dropped;        /* the event being written */
    uint64_t n_left_out; /* because of ONLY_TURNS */
};

struct ls_event {
    char ph;
    int64_t ns; /* ignored for M */
    int64_t pid, tid;
    uint64_t id; /* 0: none */
    struct ls_json name;
    const char *cat;  /* NULL: none */
    int64_t after_ns; /* an end's begin: it is written later than that */
    bool left_out;    /* its slice began when only turns were written */
    bool past; /* it tells of what was before: not late, though it seems so */
};

/* Returns the time it was given in the file. */
int64_t ls_emit_begin(struct ls_emit *emit, const struct ls_event *event);

/* Where the value of the argument KEY goes. Inline, because of keys compilers
 * know the length. */
static inline struct ls_text *ls_emit_arg(struct ls_emit *emit, const char *key)
{
    static const char first[] = ",\"args\":{\"";
    struct ls_text *text = &emit->writer->buffer;
    size_t n_key = strlen(key);
    char *to = ls_text_reserve(text, sizeof first + n_key + 2), *begin = to;
    if (!to)
        return text;
    if (emit->in_args)
        to = ls_text_put(to, ",\"", 2);
    else
        to = ls_text_put(to, first, sizeof first - 1);
    to = ls_text_put(to, key, n_key);
    to = ls_text_put(to, "\":", 2);
    text->n += (size_t)(to - begin);
    emit->in_args = true;
    return text;
}

void ls_emit_end(struct ls_emit *emit);

#endif
