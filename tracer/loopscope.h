#ifndef LOOPSCOPE_H
#define LOOPSCOPE_H
/* SPDX-License-Identifier: MIT */
/*
 * loopscope.h - record what an event loop and its tasks did.
 *
 * Not for reading traces (that is the `loopscope` command and the viewer) and
 * not a logger: names are given once, and a record is 32 bytes.
 *
 *     ls_open(NULL);                               // trace: loopscope.json
 *     ls_loop_attach(loop, "main");
 *     ls_name_id brew = ls_name("brew"), sleep = ls_name("sleep");
 *
 *     ls_task_id t = ls_task_start(brew, "Masala");  // runs from here ...
 *     ls_task_await(t, &(struct ls_await){.kind = sleep, .due_ns = due});
 *     ...the loop serves others...
 *     ls_task_resume(t);                             // ...and again from here
 *     ls_task_finish(t, LS_FINISHED_OK, NULL);
 *     ls_close();                                  // waits until it is whole
 *
 * Units: times are int64 nanoseconds of CLOCK_MONOTONIC (as uv_hrtime()).
 * Ownership: every string and array is copied before a call returns.
 * Errors: ls_open, ls_close and ls_loop_attach return 0 or a negative
 *     enum ls_error. Recording calls return void: before ls_open, after
 *     ls_close and under LOOPSCOPE=off they do nothing; when memory for
 *     records runs out they drop and count, and the trace says so.
 * Threads: recording calls may come from any thread and take no lock; a
 *     thread's first one reserves its ring. Not from signal handlers.
 */
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LS_VERSION "0.1.0"

#if defined(__GNUC__)
#define LS_API __attribute__((visibility("default")))
#else
#define LS_API
#endif

struct uv_loop_s;

/* A task of one trace; 0 is no task and every call ignores it. */
typedef uint64_t ls_task_id;

/* A name that was given once with ls_name(); 0 is the empty name. */
typedef uint32_t ls_name_id;

enum ls_error {
    LS_OK = 0,
    LS_EINVAL = -1,       /* an argument makes no sense */
    LS_ENOMEM = -2,       /* no memory for the rings */
    LS_EALREADY = -3,     /* this process records already */
    LS_ENOCOLLECTOR = -4, /* loopscope-collector was not found or not run */
    LS_ETRACE = -5,       /* the trace could not be created or written */
    LS_EBUSY = -6,        /* another collector is writing that trace */
    LS_ETIMEDOUT = -7,    /* the collector made no progress for 2 s */
    LS_ENOHOOKS = -8,     /* the loop's polls do not pass through loopscope */
    LS_ENOTOPEN = -9      /* nothing is being recorded */
};

struct ls_options {
    const char *trace;     /* path; NULL: loopscope.json. *.gz is compressed */
    int64_t threshold_ns;  /* own time from which stacks are taken; 0: 10 ms */
    uint64_t memory_bytes; /* for records that are not written yet, of all
                              threads; 0: 256 MiB, which is the most */
};

/*
 * Start to record this process into a trace of its own, by a collector process
 * that is nobody's child. NULL: all defaults. The collector is looked for in
 * LOOPSCOPE_COLLECTOR, beside this library, in its prefix, and in PATH; these
 * variables and LOOPSCOPE are ignored in set-user-id programs.
 * Returns once the trace exists; on error ls_error_detail() has the story.
 * Under `loopscope run` the process is part of that trace instead, and OPTIONS
 * are ignored. Every thread that polls is recorded from then on.
 */
LS_API int ls_open(const struct ls_options *options);

/*
 * Stop recording in this process and wait until the trace is whole on disk; or,
 * while forked children still record, until this process's part is. Normal exit
 * does the same. LS_ETIMEDOUT after 2 s without progress.
 * Under `loopscope run`: wait until all so far is; the recording goes on.
 */
LS_API int ls_close(void);

/* One line for an enum ls_error; never NULL. */
LS_API const char *ls_strerror(int error);

/* What the last failed ls_open/ls_close/ls_loop_attach of this thread met:
 * "" if there is nothing to add. Valid until the thread's next such call. */
LS_API const char *ls_error_detail(void);

/*
 * Give a loop a name, and begin its first turn here; without this call turns
 * are recorded from uv_run() on. Call it on the thread that will run the loop,
 * before uv_run(). One loop a thread. NAME may be NULL.
 * A child of fork attaches its loop anew.
 */
LS_API int ls_loop_attach(struct uv_loop_s *loop, const char *name);

/* Stop recording the calling thread's loop: its open turn ends here. */
LS_API void ls_loop_detach(struct uv_loop_s *loop);

/*
 * The id of a name, for kinds of tasks, awaits, spans, marks and counters.
 * Few and static: give each once and keep the id (it takes a lock and some
 * 100 ns). Valid in this process and its forked children until ls_close().
 * Too many names (65,535, or 1 MiB in all): the id of "(too many names)".
 * Give the first before anything is asked of libuv: until then its handles and
 * requests are taken for tasks, which go on to their end.
 */
LS_API ls_name_id ls_name(const char *text);

/* Tasks: start, then await and resume in turn, then finish.
 * A task runs from start or resume to the next await or finish, on the thread
 * that says so. LABEL names the instance ("Masala"), NULL for none; at most
 * 4,000 bytes of it are kept. */

/* A task that runs from now on. Returns 0 when nothing is recorded. */
LS_API ls_task_id ls_task_start(ls_name_id kind, const char *label);

/* A task that is made now and runs later, from its first resume on; until
 * then it awaits "first run". */
LS_API ls_task_id ls_task_make(ls_name_id kind, const char *label);

struct ls_await {
    ls_name_id kind;         /* what it awaits: "sleep", "read", "gather" */
    int64_t due_ns;          /* when it will be due, if known; else 0 */
    const ls_task_id *tasks; /* the tasks awaited, or NULL */
    size_t n_tasks;          /* at most 65,535 are recorded */
};

/* Nobody is going to wait for the task's result: fire and forget. To be said
 * before it finishes, by whoever made it or by itself; without it the rule
 * never-awaited may ask. */
LS_API void ls_task_detach(ls_task_id task);

/* The task stops running and waits. WHAT may be NULL. */
LS_API void ls_task_await(ls_task_id task, const struct ls_await *what);

/* What the task awaits has come; it can run when the loop gets to it. From
 * any thread, any number of times (the first counts). */
LS_API void ls_task_ready(ls_task_id task);

/* The task runs again, on this thread. */
LS_API void ls_task_resume(ls_task_id task);

enum ls_outcome {
    LS_FINISHED_OK = 0,
    LS_FINISHED_FAILED = 1,
    LS_FINISHED_CANCELLED = 2
};

/* The task is over. REASON (why it failed) may be NULL. */
LS_API void ls_task_finish(ls_task_id task, enum ls_outcome outcome,
                           const char *reason);

/* The task that runs on this thread, or 0. A task that is started or resumed
 * while another runs is inside it; that one is current again after it. */
LS_API ls_task_id ls_task_current(void);

/* A stretch of code inside the running task (or inside the turn). Spans nest;
 * a span that is open when its task awaits is closed and opened again with
 * the resume. Above 256 open slices of a thread they are left out, and counted
 * as lost. */
LS_API void ls_span_begin(ls_name_id name);
LS_API void ls_span_end(ls_name_id name);

/* A point in time. TEXT may be NULL. */
LS_API void ls_mark(ls_name_id name, const char *text);

/* A value that changes over time. What is not finite is left out. */
LS_API void ls_counter(ls_name_id name, double value);

#ifdef __cplusplus
}
#endif

#endif
