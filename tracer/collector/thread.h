#ifndef LS_COLLECTOR_THREAD_H
#define LS_COLLECTOR_THREAD_H
/* SPDX-License-Identifier: MIT */
/*
 * thread.h - one thread's open slices, kept well nested.
 *
 * A slice that ends below others closes them first and opens them again after:
 * a turn under a running task, a task under a span. Slices that wait out a
 * poll, or their task's await, are parked.
 *
 * Units: ns since the trace began.
 * Ownership: the collector owns threads; strings are names.h's.
 * Errors: without memory a slice is left out.
 * Threads: one.
 */
#include "cursor.h"
#include "emit.h"

/* Above so many open slices others are left out. */
enum { LS_MOST_OPEN = 256 };

enum ls_open_kind {
    LS_OPEN_TURN,
    LS_OPEN_TASK,
    LS_OPEN_SPAN,
    LS_OPEN_CALL,
    LS_OPEN_CALLBACK,
    LS_OPEN_POOL,
    LS_OPEN_KINDS
};

/* What the begin of a callback or of work in the pool says. */
struct ls_callback_args {
    struct ls_json kind; /* none: work in the pool */
    const char *phase;
    const char *status;   /* libuv's name of an error, or NULL */
    uint64_t operation;   /* 0: not known */
    uint64_t registered;  /* a stack's number, or 0 */
    int64_t submitted_ns; /* below 0: not known */
    uint32_t threads;     /* of the pool; 0: not known, or no work of it */
};

struct ls_open {
    enum ls_open_kind kind;
    struct ls_json name;
    uint64_t task; /* TASK: itself; SPAN, CALLBACK, POOL: whose; else 0 */
    int64_t begin_ns;
    bool left_out; /* it began when only turns were written: limit.h */
    struct ls_callback_args callback;
};

/* A row of slices, outermost first. */
struct ls_open_list {
    struct ls_open *items;
    size_t n, capacity;
};

/* A callback of libuv that runs; callback.h. */
struct ls_frame {
    uint64_t operation;
    struct ls_chain *chain; /* whose turn it is, or NULL */
    const char *status;
    uint64_t accepted; /* in it: a chain that awaits nothing yet, or 0 */
    bool is_open;      /* its slice is in the trace */
};

struct ls_thread {
    struct ls_cursor cursor;
    struct ls_emit *emit;
    uint32_t process; /* slot */
    int32_t pid, tid;
    bool ended; /* seen; finished when it is drained */
    bool muted; /* limit.h: its open slices are not in the trace */
    struct ls_open_list open;
    struct ls_open_list parked; /* while the loop polls */
    int64_t turn_begin_ns;
    struct {
        uint64_t begin, end; /* ticks; 0: none */
    } turn, last_turn;       /* the open one; the last that was long */
    uint32_t poll, n_events; /* of the open one: as its begin's record has it */
    uint64_t sample_stack;   /* of the last sample */
    char *python;            /* what Python ran in the call that began at */
    uint64_t python_call;    /* these ticks; NULL: not known */
    uint64_t last_key;       /* ticks: keys never go back */

    /* the blocking call that it is in, if its begin was written */
    uint64_t call_begin; /* ticks; 0: none */
    int64_t call_begin_ns;
    uint64_t last_call; /* ticks: the begin of the last one, over or not */

    /* the same of a callback that one record tells */
    uint64_t callback_begin, last_callback;

    /* for the synopsis */
    bool polls; /* it has said so */
    enum ls_loop_kind loop_kind;
    uint64_t n_begun[LS_OPEN_KINDS]; /* slices, ever */
    uint64_t n_samples;

    uint64_t n_told;     /* records that it has said it lost */
    uint64_t n_left_out; /* slices, because too many were open */

    /* outermost first */
    struct ls_frame *frames;
    size_t n_frames, frames_capacity;

    /* ids that the next await waits for */
    uint64_t *awaited;
    size_t n_awaited, awaited_capacity;
};

bool ls_open_list_push(struct ls_open_list *list, const struct ls_open *open);

/* Open a slice on top; its begin is written. */
int64_t ls_thread_push(struct ls_thread *thread, enum ls_open_kind kind,
                       struct ls_json name, uint64_t task, int64_t ns);

/* The same for a callback or work in the pool. */
void ls_thread_push_callback(struct ls_thread *thread, enum ls_open_kind kind,
                             struct ls_json name, uint64_t task,
                             const struct ls_callback_args *args, int64_t ns);

/* End the innermost callback, which may be parked: then nothing is written. */
void ls_thread_close_callback(struct ls_thread *thread, int64_t ns);

/* Index of the innermost open slice of this kind (and task, if not 0), or the
 * number of open slices if there is none. */
size_t ls_thread_find(const struct ls_thread *thread, enum ls_open_kind kind,
                      uint64_t task);

/*
 * End the slice at INDEX: those above are closed, and opened again after it.
 * Spans of TASK (if not 0) among them go to PARKED instead. The end is left
 * open for arguments: ADD writes them (or NULL).
 */
void ls_thread_close(struct ls_thread *thread, size_t index, int64_t ns,
                     uint64_t task, struct ls_open_list *parked,
                     void (*add)(struct ls_emit *emit, void *arg), void *arg);

/* The turn begins: it, and what was parked during the poll. */
void ls_thread_turn_begin(struct ls_thread *thread, int64_t ns);

/* The turn ends: everything is closed; what is above it is parked. */
void ls_thread_turn_end(struct ls_thread *thread, int64_t ns,
                        void (*add)(struct ls_emit *emit, void *arg),
                        void *arg);

/* End every open slice. */
void ls_thread_close_all(struct ls_thread *thread, int64_t ns);

void ls_thread_destroy(struct ls_thread *thread);

#endif
