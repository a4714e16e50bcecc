#ifndef LS_ANALYSIS_TRACE_H
#define LS_ANALYSIS_TRACE_H
/* SPDX-License-Identifier: MIT */
/*
 * trace.h - a trace in memory: what the threads, loops and tasks did.
 *
 * Plain arrays to be read directly; load.h makes one, model.c builds it. Not
 * for findings (finding.h) or statistics (statistics.h).
 *
 *     struct ls_trace *trace;
 *     struct ls_load_result how;
 *     if (ls_trace_load("http.json", NULL, &trace, &how) == LS_LOAD_OK)
 *         for (size_t i = 0; i < trace->n_tasks; i++)
 *             puts(ls_trace_string(trace, trace->tasks[i].kind));
 *     ls_trace_free(trace);
 *
 * Units: times are int64 nanoseconds since the trace began (ts 0).
 * Ownership: the trace owns everything it points to.
 * Errors: none here.
 * Threads: a loaded trace is constant; any number may read it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "no such thing", for every index below */
#define LS_NONE UINT32_MAX

/* "not known", for times and durations that may be absent */
#define LS_UNKNOWN INT64_MIN

/* Index of a string in the trace; 0 is "". See ls_trace_string(). */
typedef uint32_t ls_string;

enum ls_slice_kind {
    LS_SLICE_TURN,
    LS_SLICE_CALLBACK,
    LS_SLICE_TASK, /* a stretch in which a task runs */
    LS_SLICE_BLOCKING,
    LS_SLICE_SPAN,
    LS_SLICE_POOL,
    LS_SLICE_OTHER /* anything in a trace of somebody else's */
};

enum ls_slice_flag {
    LS_SLICE_OPEN = 1, /* its end is not in the trace; end_ns is the trace's,
                          or that of the slice around it */
    LS_SLICE_CUT = 2,  /* its begin is not in the trace; begin_ns is made up */
    LS_SLICE_NOWAIT = 4, /* TURN: the poll before it was told not to wait */
    LS_SLICE_EMPTY = 8   /* and nothing came */
};

/* A stretch of time on one thread. A thread's slices are sorted by begin,
 * parents before children (pre-order). */
struct ls_slice {
    int64_t begin_ns;
    int64_t end_ns; /* >= begin_ns */
    ls_string name;
    uint32_t parent; /* in the same thread's slices, or LS_NONE */
    uint32_t detail; /* TASK: index of the task. CALLBACK, POOL: of the
                        callback. Others: of the detail. LS_NONE: there is
                        nothing more to say */
    uint16_t depth;  /* 0 is outermost */
    uint8_t kind;    /* enum ls_slice_kind */
    uint8_t flags;   /* enum ls_slice_flag */
};

/* How a stretch of time was spent. The three add up to its length. */
struct ls_cause {
    int64_t cpu_ns; /* LS_UNKNOWN: not measured, then all three */
    int64_t blocked_ns;
    int64_t descheduled_ns; /* runnable, but not run: the machine's doing */
};

/* What is known of a turn, call or span besides its time. */
struct ls_detail {
    struct ls_cause cause;
    uint32_t stack;  /* index, or LS_NONE */
    uint32_t faults; /* major page faults */
    int32_t fd;      /* -1: none */
    ls_string fd_kind;
    ls_string target; /* what the call was about: a path, an address; or 0 */
    bool sync;        /* a function of libuv, asked without a callback */
    bool exit;        /* the process ended by itself in this turn */
    bool ran_out;     /* uv_run() returned after this turn: the loop had nothing
                         left to wait for */
};

/* What is known of a callback, or of work in libuv's thread pool. */
struct ls_callback {
    ls_string kind;       /* what called it: "timer"; or 0 */
    ls_string phase;      /* of the loop: "io"; or 0 */
    ls_string status;     /* libuv's name of the error, or 0 */
    uint32_t task;        /* index of the task that asked for it, or LS_NONE */
    uint32_t registered;  /* stack: where it was asked for; or LS_NONE */
    uint32_t operation;   /* 0: not known */
    int64_t submitted_ns; /* POOL: when it was asked for, or LS_UNKNOWN */
    uint32_t threads;     /* POOL: how many the pool has; 0: not known */
};

enum ls_sample_state {
    LS_SAMPLE_RUNNING,
    LS_SAMPLE_BLOCKED,
    LS_SAMPLE_FAULT /* it waits for a page of memory */
};

/* A look at a thread whose turn had lasted too long. */
struct ls_sample {
    int64_t at_ns;
    struct ls_cause cause; /* of the turn until then; LS_UNKNOWN: not known */
    uint32_t thread;
    uint32_t stack;    /* or LS_NONE */
    uint32_t weight;   /* milliseconds that it stands for; >= 1 */
    int32_t fd;        /* -1: none */
    ls_string syscall; /* the system call that it is in, or 0 */
    ls_string target;  /* or 0 */
    ls_string fd_kind;
    uint8_t state; /* enum ls_sample_state */
};

struct ls_frame {
    ls_string function; /* each 0 if not known */
    ls_string file;     /* as the debug information has it */
    ls_string module;   /* path, or "[jit]": made while the program ran */
    ls_string build_id; /* of the module, in hex, where no function is known */
    uint32_t line;      /* 0: not known */
    uint64_t offset;    /* in the module; 0: not known */
    bool inlined;
};

struct ls_stack {
    uint32_t first_frame; /* in trace->frames, innermost first */
    uint32_t n_frames;
};

struct ls_process {
    int64_t pid;
    int64_t parent; /* pid, 0: not known */
    ls_string name;
    ls_string exe;
    ls_string command; /* the arguments, joined by spaces */
    ls_string libuv;   /* version, or 0 */
    ls_string build_id;
    ls_string hooks_missing; /* joined by ", "; 0: none */
    ls_string images;        /* names of the programs that it was, one after the
                                other, "sh -> make"; 0: only one */
    bool killed;             /* it ended without closing its recording */
    bool alive;              /* it went on when the recording was over */
};

/* A program that a process ran; another one after each exec. */
struct ls_image {
    uint32_t process;
    ls_string exe;
};

/* What could not be seen of a process, by the recorder's own account. */
struct ls_unseen {
    uint32_t process;
    ls_string what; /* "callbacks" */
    ls_string why;  /* "libuv is linked statically" */
};

struct ls_thread {
    uint32_t process;
    uint32_t loop; /* index, or LS_NONE: not a loop */
    int64_t tid;
    ls_string name; /* 0: not named */
    struct ls_slice *slices;
    uint32_t n_slices;
    uint16_t n_depths; /* 0 when there are no slices */
    bool lane;         /* not a thread but a lane of asynchronous slices */
    ls_string polled;  /* it polled, by "poll" or "select", but not as a loop
                          does: its turns are none; else 0 */
};

#define LS_SLOW_NS INT64_C(1000000)

struct ls_loop {
    uint32_t thread;
    ls_string name;
    ls_string kind;  /* "epoll", or 0 */
    uint32_t *turns; /* indices into the thread's slices, by time */
    uint32_t n_turns;
    uint32_t *slow; /* turns of at least LS_SLOW_NS: indices into turns */
    uint32_t n_slow;
};

enum ls_task_state {
    LS_TASK_OPEN, /* not finished in this trace */
    LS_TASK_OK,
    LS_TASK_FAILED,
    LS_TASK_CANCELLED
};

enum ls_task_flag {
    LS_TASK_RESUME_STRAY = 1, /* resumed without an await */
    LS_TASK_AWAIT_STRAY = 2,  /* awaited while it awaited */
    LS_TASK_FINISH_TWICE = 4,
    LS_TASK_NO_START = 8,  /* its start is not in the trace */
    LS_TASK_OVERLAP = 16,  /* ran while another ran on the same loop */
    LS_TASK_MADE = 32,     /* made before it ran (awaits "first run") */
    LS_TASK_AUTO = 64,     /* nobody named it: an operation of libuv's */
    LS_TASK_DETACHED = 128 /* nobody is going to wait for it: declared so */
};

struct ls_task {
    uint64_t id;
    ls_string kind;  /* "brew" */
    ls_string label; /* "Masala", or 0 */
    uint32_t process;
    uint32_t loop;   /* where it started; LS_NONE: on no loop */
    uint32_t thread; /* where it started */
    uint32_t by;     /* index of the task that started it, or LS_NONE */
    int64_t begin_ns;
    int64_t end_ns;         /* of the trace, if still open */
    uint32_t first_stretch; /* in trace->stretches, contiguous, by time */
    uint32_t n_stretches;
    ls_string reason; /* why it failed, or 0 */
    uint8_t state;    /* enum ls_task_state */
    uint8_t flags;    /* enum ls_task_flag */
};

enum ls_stretch_kind { LS_STRETCH_RUN, LS_STRETCH_AWAIT };

/* A task's life is a row of stretches, without gaps: it runs, or it awaits. */
struct ls_stretch {
    int64_t begin_ns;
    int64_t end_ns;    /* of the trace, if still open */
    int64_t ready_ns;  /* AWAIT: when the awaited had come: what `ready`
                          said, or the due time if that came (or its end, if
                          due within 1 ms of it); else LS_UNKNOWN */
    ls_string what;    /* AWAIT: "sleep" */
    uint32_t thread;   /* RUN: where. AWAIT: where it was resumed, or LS_NONE */
    uint32_t first_on; /* AWAIT: in trace->awaited, indices of tasks */
    uint16_t n_on;
    uint8_t kind;          /* enum ls_stretch_kind */
    uint8_t open : 1;      /* 1: the trace ends before it does */
    uint8_t timed : 1;     /* AWAIT: 1: ready_ns is when it was due */
    uint8_t has_due : 1;   /* AWAIT: when it is due was said */
    uint8_t on_others : 1; /* AWAIT: on tasks, too, that are not in the trace */
};

/* uv_loop_close() was called. */
struct ls_loop_close {
    int64_t at_ns;
    uint64_t uv_loop; /* the loop's address: tells several of a process apart */
    uint32_t thread;
    uint32_t n_open; /* handles that it found open; 0: the loop was closed */
};

/* A handle that was open then. */
struct ls_left_open {
    uint32_t close; /* index in trace->loop_closes */
    ls_string kind; /* "timer" */
    ls_string callback;
    uint32_t registered; /* stack: where it was asked for last; or LS_NONE */
};

struct ls_mark {
    int64_t at_ns;
    uint32_t thread;
    ls_string name;
    ls_string text; /* or 0 */
};

struct ls_counter_point {
    int64_t at_ns;
    double value;
};

struct ls_counter {
    uint32_t process;
    ls_string name;
    struct ls_counter_point *points; /* by time */
    uint32_t n_points;
};

/* What was wrong with the file; the first of each kind is kept whole. */
enum ls_trouble_kind {
    LS_TROUBLE_CUT,    /* the file ends inside an event, or without `]` */
    LS_TROUBLE_SYNTAX, /* a line that is no JSON; it was left out */
    LS_TROUBLE_EVENT,  /* JSON, but no event: a key missing, a wrong type */
    LS_TROUBLE_ORDER,  /* an event earlier than the one before; sorted in */
    LS_TROUBLE_NUMBER, /* a number out of range; the event was left out */
    LS_TROUBLE_TEXT,   /* invalid UTF-8; replaced by U+FFFD */
    LS_TROUBLE_DEPTH,  /* nested too deeply; left out */
    LS_TROUBLE_PAIR,   /* an end without a begin */
    LS_TROUBLE_KINDS
};

struct ls_trouble {
    uint64_t n;    /* how often; 0: never, and the rest is empty */
    uint64_t line; /* of the first: counted from 1 */
    uint64_t byte; /* of the first: offset in the (unpacked) file */
    char text[96]; /* of the first, one line: "ts is no number" */
};

struct ls_health {
    bool ours;          /* loopscope wrote it */
    int64_t format;     /* its version, if ours */
    bool complete;      /* it has its loopscope_end; true if not ours */
    bool being_written; /* somebody holds the writer's lock on it */
    uint64_t n_lost;    /* records dropped for want of memory */
    uint64_t n_late;
    uint64_t n_unregistered; /* processes that were not traced */
    int64_t limit_ns; /* from here on there are only long turns, because the
                         trace was large enough; LS_UNKNOWN: it was not */
    struct ls_trouble troubles[LS_TROUBLE_KINDS];
};

struct ls_trace {
    int64_t begin_ns;     /* of the first event; >= 0 */
    int64_t end_ns;       /* of the last */
    uint64_t n_events;    /* lines read, metadata included */
    uint64_t n_bytes;     /* of the file, unpacked */
    int64_t threshold_ns; /* own time from which stacks were taken; or 0 */
    int64_t inject_ns;    /* of the stall that was to be planted; or 0 */
    ls_string start;      /* UTC of ts 0, or 0 */
    ls_string writer;     /* version of loopscope, or 0 */
    ls_string clock;

    struct ls_process *processes;
    struct ls_thread *threads;
    struct ls_loop *loops;
    struct ls_task *tasks; /* by begin */
    struct ls_stretch *stretches;
    uint32_t *awaited;
    struct ls_detail *details;
    struct ls_stack *stacks;
    struct ls_frame *frames;
    struct ls_callback *callbacks;
    struct ls_sample *samples; /* by time */
    struct ls_image *images;
    struct ls_unseen *unseen;
    struct ls_loop_close *loop_closes;
    struct ls_left_open *left_open;
    struct ls_mark *marks; /* by time */
    struct ls_counter *counters;
    uint32_t n_processes, n_threads, n_loops, n_tasks, n_stretches;
    uint32_t n_awaited, n_details, n_stacks, n_frames, n_marks, n_counters;
    uint32_t n_loop_closes, n_left_open;
    uint32_t n_callbacks, n_samples, n_images, n_unseen;

    struct ls_health health;
    struct ls_strings *strings; /* private: use ls_trace_string() */
    struct ls_ids *task_ids;    /* private: use ls_trace_find_task() */
};

/* The string of an index; "" for 0 and for anything out of range. */
const char *ls_trace_string(const struct ls_trace *trace, ls_string string);

/* The task with this id, or LS_NONE. O(log n) or better. */
uint32_t ls_trace_find_task(const struct ls_trace *trace, uint64_t id);

/* The task's number as reports show it ("#7"): its place by begin, from 1. */
uint32_t ls_trace_task_number(const struct ls_trace *trace, uint32_t task);

/* Whether this frame, the I-th of its stack, is the first that lacks the names
 * of its module: the one at which to tell the module's build-id. */
bool ls_stack_lacks_names(const struct ls_trace *trace,
                          const struct ls_stack *stack, uint32_t i);

/* The detail of a turn, call or span; NULL if there is none. */
const struct ls_detail *ls_trace_detail(const struct ls_trace *trace,
                                        const struct ls_slice *slice);

/* What is known of a CALLBACK's or POOL's slice; NULL if there is nothing. */
const struct ls_callback *ls_trace_callback(const struct ls_trace *trace,
                                            const struct ls_slice *slice);

/* The first sample at or after AT, of any thread; n_samples if none. */
uint32_t ls_trace_first_sample(const struct ls_trace *trace, int64_t at_ns);

/*
 * How long an await was held up: the awaited had come, but the loop was busy
 * with others. From ready_ns to the end, 0 if that is not known.
 */
int64_t ls_stretch_held_up_ns(const struct ls_stretch *stretch);

/* Own time of a slice: computing + blocked where measured, else its length. */
int64_t ls_slice_own_ns(const struct ls_trace *trace,
                        const struct ls_slice *slice);

/* The first of a thread's slices (or of a loop's turns) that ends after AT:
 * where drawing and searching of a window begin. n if there is none. */
uint32_t ls_thread_first_slice(const struct ls_thread *thread, int64_t at_ns);
uint32_t ls_loop_first_turn(const struct ls_trace *trace,
                            const struct ls_loop *loop, int64_t at_ns);

void ls_trace_free(struct ls_trace *trace);

#endif
