#ifndef LS_RECORD_SHARED_H
#define LS_RECORD_SHARED_H
/* SPDX-License-Identifier: MIT */
/*
 * shared.h - the memory that the traced processes and the collector share.
 *
 * One memfd a session, mapped at the start and never grown:
 *
 *     +--------+-------+-------+-----------+----------------------------+
 *     | header | names | rings | processes | arena: chunks of 64 KiB    |
 *     +--------+-------+-------+-----------+----------------------------+
 *
 * A thread appends to its ring: a list of chunks, filled one after another.
 * The collector reads behind it and gives empty chunks back. Only the
 * collector makes the arena's pages real, ahead of need, so that the traced
 * program neither allocates nor is killed for want of memory.
 *
 * Not for private state of either side.
 *
 * Units: ticks are those of the session's clock (clock.h).
 * Ownership: each field says who writes it; everybody may read.
 * Errors: the traced side may be broken: the collector checks every index.
 * Threads: atomics as said; plain fields are published by one of them.
 */
#include <stdatomic.h>
#include <stdint.h>

#include "tracer/record/calls.h"

#define LS_SHARED_MAGIC                                                        \
    UINT64_C(0x33706f63736c6f70) /* and the layout's version: first byte */

enum {
    LS_CHUNK_BYTES = 64 * 1024,
    LS_N_CHUNKS = 4096,    /* 256 MiB at most */
    LS_N_RINGS = 1024,     /* threads that record at one time */
    LS_N_PROCESSES = 1024, /* processes that record at one time */
    LS_N_NAMES = 65536,
    LS_NAME_BYTES = 1 << 20,
    LS_NAME_FULL = 1,        /* the name that stands for too many */
    LS_TASK_ID_BLOCK = 256,  /* ids that a thread takes at one time */
    LS_LABEL_BYTES = 4000,   /* of a label or another text that is kept */
    LS_EXE_BYTES = 256,      /* of a program's path */
    LS_COMMAND_BYTES = 1024, /* of its arguments */
    LS_TARGET_BYTES = 160,   /* of what a call was about: a path, an address */
    LS_HOOK_WORDS = 8        /* of bits, one for each hook */
};

/* How a session is found by a program that `loopscope run` starts, and by what
 * that starts: LS_SESSION_VARIABLE=PID:FD:ID, the collector's descriptor of
 * the memory (/proc/PID/fd/FD) and session_id as 32 hex digits. */
#define LS_SESSION_VARIABLE "LOOPSCOPE_SESSION"

/* What a record says. Fields as used: name, task, value, then what follows in
 * the record's `n_more` continuations, which hold bytes and no header. */
enum ls_record_type {
    LS_RECORD_NONE,
    LS_RECORD_LOST,       /* value: dropped before this one; task: since when
                             (ticks) */
    LS_RECORD_LOOP,       /* the thread polls, from here on; task: the key (the
                             descriptor, or the call's place); value: enum
                             ls_loop_kind; text: name, if it was attached */
    LS_RECORD_LOOP_END,   /* detached */
    LS_RECORD_TURN_BEGIN, /* after a poll, name: enum ls_poll_flag, value: how
                             many events it gave */
    LS_RECORD_TURN_END,   /* value: enum ls_turn_end; more: struct
                             ls_measure, if it was measured */
    LS_RECORD_CALL,       /* name: enum ls_call, and from bit 16 on how many
                             continuations hold the target; value: how long,
                             ticks; more: struct ls_call_more [target: text]
                             [struct ls_registers, stack] */
    LS_RECORD_TASK_START, /* name: kind; value: started by; text: label */
    LS_RECORD_TASK_MADE,  /* the same, but it does not run yet */
    LS_RECORD_TASK_ON,    /* more: ids of tasks that the next await awaits */
    LS_RECORD_TASK_AWAIT, /* name: kind; value: due, CLOCK_MONOTONIC ns or 0 */
    LS_RECORD_TASK_READY, /* value: the task that says so, or 0 */
    LS_RECORD_TASK_RESUME,
    LS_RECORD_TASK_FINISH, /* value: enum ls_outcome; text: reason */
    LS_RECORD_SPAN_BEGIN,  /* task: current */
    LS_RECORD_SPAN_END,
    LS_RECORD_MARK,    /* text */
    LS_RECORD_COUNTER, /* value: a double's bits */

    /* libuv. name: enum ls_operation_kind, from bit 8 on enum ls_variant, from
     * bit 16 on the error, as a positive number; task: the operation */
    LS_RECORD_ASKED,          /* value: the callback's address, or 0; more:
                                 struct ls_asked_more, text */
    LS_RECORD_ASKED_AGAIN,    /* the same once more; value: due, as below */
    LS_RECORD_OPERATION_OVER, /* without a callback: stopped, or none was given;
                                 value: 1 if it was stopped */
    LS_RECORD_CALLBACK_BEGIN, /* value: the callback's address; more: struct
                                 ls_sent_more, if another thread woke it */
    LS_RECORD_CALLBACK_END,   /* value: when a timer is due again, or 0 */
    LS_RECORD_CALLBACK,       /* a begin and its end, with nothing in between;
                                 ticks: the begin; value: LS_CALLBACK_... */
    LS_RECORD_POOL_BEGIN,     /* value: the work's address; name, from bit 16
                                 on: how many threads the pool has, or 0 */
    LS_RECORD_POOL_END,
    LS_RECORD_LOOP_CLOSE,  /* uv_loop_close(): name: the error, as a positive
                              number; task: the loop's address; value: how many
                              of its handles are open */
    LS_RECORD_HANDLE_OPEN, /* one of them; name: libuv's type of it; task: where
                              it was asked for (pc), or 0; value: the
                              callback's address, or 0 */

    LS_RECORD_TASK_DETACH,
    LS_RECORD_TYPES
};

/* What comes after a turn. */
enum ls_turn_end {
    LS_TURN_POLLS,   /* or nothing is known of it */
    LS_TURN_EXITS,   /* the process ends by itself in the turn */
    LS_TURN_RAN_OUT, /* uv_run() has returned: nothing was left to wait for */
};

#define LS_NS_PER_MS UINT64_C(1000000)

/* Of TURN_BEGIN. */
enum ls_poll_flag {
    LS_POLL_SEEN = 1,   /* a poll came before it */
    LS_POLL_NO_WAIT = 2, /* that was not to wait */
    LS_POLL_JUMPED = 4   /* none: the thread left uv_run, and the callbacks in
                            it, by a jump */
};

/* The value of CALLBACK: how long it took, and when a timer is due again
 * (CLOCK_MONOTONIC ms, or 0). What does not fit is told by two records. The
 * callback is the one that was given when the operation was asked for. */
enum { LS_CALLBACK_TICKS_BITS = 24, LS_CALLBACK_DUE_BITS = 40 };

static inline uint64_t ls_callback_value(uint64_t ticks, uint64_t due_ms)
{
    return due_ms << LS_CALLBACK_TICKS_BITS | ticks;
}

static inline uint64_t ls_callback_ticks(uint64_t value)
{
    return value & ((UINT64_C(1) << LS_CALLBACK_TICKS_BITS) - 1);
}

static inline uint64_t ls_callback_due_ms(uint64_t value)
{
    return value >> LS_CALLBACK_TICKS_BITS;
}

struct ls_record {
    uint64_t ticks;
    uint16_t type;
    uint16_t n_more; /* continuations that follow, of the same size */
    uint32_t name;
    uint64_t task;
    uint64_t value;
};

enum {
    LS_CHUNK_RECORDS = LS_CHUNK_BYTES / (int)sizeof(struct ls_record) - 1,
    LS_MORE_MAX = LS_CHUNK_RECORDS - 1
};

/* What a thread's polls are. poll and select are not to be trusted: analysis
 * wants them often and for long before it calls the thread a loop. */
enum ls_loop_kind {
    LS_LOOP_LIBUV,
    LS_LOOP_EPOLL,
    LS_LOOP_POLL,
    LS_LOOP_SELECT,
    LS_LOOP_KINDS
};

/* What a file descriptor was, seen after the call. */
#define LS_FD_KINDS(X)                                                         \
    X(NONE, "")                                                                \
    X(FILE, "file")                                                            \
    X(PIPE, "pipe")                                                            \
    X(SOCKET, "socket")                                                        \
    X(TTY, "tty")                                                              \
    X(DIR, "dir")                                                              \
    X(DEVICE, "device")                                                        \
    X(OTHER, "other")

enum ls_fd_kind {
#define X(id, name) LS_FD_##id,
    LS_FD_KINDS(X)
#undef X
        LS_N_FD_KINDS
};

/* How a turn's or a call's time was spent; one continuation. */
struct ls_measure {
    uint64_t cpu_ns;
    uint64_t delay_ns; /* on the run queue */
    uint64_t faults;   /* major */
    uint64_t unused;
};

struct ls_call_more {
    uint64_t pc; /* where it was called: the return address */
    uint64_t cpu_ns;
    uint64_t delay_ns;
    int32_t fd;            /* -1: none */
    uint8_t fd_kind;       /* enum ls_fd_kind */
    uint8_t flags;         /* enum ls_call_flag */
    uint16_t n_stack_more; /* continuations that hold registers and stack */
};

enum ls_call_flag {
    LS_CALL_MEASURED = 1,
    LS_CALL_NONBLOCKING = 2 /* the descriptor was O_NONBLOCK: not a finding */
};

/* Callee-saved registers in the hook, from which unwinding starts, in the
 * order of DWARF numbers where the architecture has one. Two or more
 * continuations; then the stack's bytes from sp upwards. */
struct ls_registers {
    uint64_t pc, sp;
#if defined(__x86_64__)
    uint64_t rbx, rbp, r12, r13, r14, r15;
#else
    uint64_t x[14]; /* x19 to x30, and two unused */
#endif
};

enum ls_ring_state {
    LS_RING_FREE,
    LS_RING_CLAIMED, /* its fields are being filled */
    LS_RING_LIVE,
    LS_RING_ENDED /* the thread is gone; free once it is drained */
};

struct ls_ring {
    /* written by the thread */
    _Alignas(64) _Atomic uint64_t head; /* records published, ever */
    _Atomic uint64_t turn_begin;        /* ticks; 0: it polls, or is no loop */
    _Atomic uint64_t call_begin;        /* ticks; 0: in no call */
    _Atomic uint64_t call_pc; /* of that call, if call_begin is the same */
    _Atomic uint32_t call_id; /* before and after these are read */
    _Atomic uint32_t state;   /* FREE again: by the collector */
    _Atomic uint64_t dropped; /* records, ever */
    uint32_t first_chunk;
    uint32_t process; /* index */
    int32_t tid;
    char name[20];     /* the thread's, NUL-terminated */
    uint64_t ended_at; /* ticks; before ENDED */

    /* written by the thread: a callback that has begun, and of which no record
     * says so yet */
    _Alignas(64) _Atomic uint64_t callback_begin; /* ticks; 0: none. Before and
                                                     after the rest is read */
    _Atomic uint64_t callback_name, callback_operation, callback_pc; /* as the
                                                         begin's record has */
};

enum ls_process_state {
    LS_PROCESS_FREE,
    LS_PROCESS_CLAIMED,
    LS_PROCESS_LIVE,
    LS_PROCESS_CLOSING, /* asked to write what is there */
    LS_PROCESS_WRITTEN  /* the collector has; the next process may take it */
};

enum ls_process_flag {
    LS_PROCESS_PRELOADED = 1, /* by `loopscope run`: nobody called ls_open() */
    LS_PROCESS_NAMES_TASKS = 2, /* it has called ls_name() */
    LS_PROCESS_EXITED = 4       /* by exit(), of its own will */
};

struct ls_process {
    _Atomic uint32_t state; /* futex; the process sets all but WRITTEN */
    int32_t pid, parent;
    uint64_t registered_at; /* ticks. A newer slot of the same pid: this one's
                               program has executed another */
    _Atomic uint32_t flags; /* enum ls_process_flag */
    uint64_t hooks_missing[LS_HOOK_WORDS]; /* bit per hook of hooks.h */
    uint64_t hooks_begin, hooks_end;       /* where their code is */
    char libuv[16];                        /* version, or "" */
    uint64_t closed_at;                    /* ticks; before CLOSING, EXITED */
    char name[16];                  /* the program's as it was executed, not
                                       more than 15 bytes of it; or "" */
    char exe[LS_EXE_BYTES];         /* NUL-terminated; cut if it is longer */
    char command[LS_COMMAND_BYTES]; /* arguments, each with its NUL, as many as
                                       fit; none: nobody knew them */
    uint32_t n_command;             /* bytes */
};

enum ls_collector_state {
    LS_COLLECTOR_STARTING,
    LS_COLLECTOR_READY,
    LS_COLLECTOR_FAILED, /* error and text say why */
    LS_COLLECTOR_DONE
};

struct ls_header {
    uint64_t magic;
    /* written once by ls_open() before the collector starts */
    uint32_t clock_kind; /* enum ls_clock_kind */
    int32_t first_pid;
    int64_t threshold_ns;
    uint32_t n_chunks;      /* that may be made real */
    uint64_t session_id[2]; /* random; not 0 under `loopscope run` */
    uint64_t max_bytes;     /* of the trace; 0: the collector's default */
    int64_t inject_ns;      /* a stall to plant (inject.h); 0: none */
    char trace[4096];       /* path, relative to the folder at the time */

    /* written by the collector */
    _Alignas(64) _Atomic uint32_t collector_state; /* futex */
    _Atomic int32_t collector_pid; /* written before it is executed, too */
    _Atomic uint64_t progress;     /* changes while it gets on */
    _Atomic uint64_t written;      /* ticks: all before is in the file */
    uint64_t ticks_per_ms;         /* about; before READY */
    int32_t error;                 /* enum ls_error */
    char text[512];

    /* written by the traced side */
    _Alignas(64) _Atomic uint32_t doorbell; /* futex: wakes the collector */
    _Atomic uint64_t next_task_id;
    _Atomic uint64_t next_operation;
    _Atomic uint32_t n_rings;      /* high-water mark */
    _Atomic uint32_t n_processes;  /* high-water mark */
    _Atomic uint64_t unringed;     /* records of threads that found no ring */
    _Atomic uint64_t unregistered; /* processes that found no slot */
    _Atomic uint32_t injected;     /* the stall was planted */

    /* names: text of name I begins at name_at[I] - 1, 0: not there yet */
    _Atomic uint32_t n_names;
    _Atomic uint32_t n_name_bytes;
    _Atomic uint32_t name_at[LS_N_NAMES];

    /* empty chunks: a stack by index. Low half: top + 1; high half: a tag
     * that changes with every operation, against ABA. */
    _Alignas(64) _Atomic uint64_t free_chunks;
    _Atomic uint32_t next_free[LS_N_CHUNKS];
};

/* A chunk begins with this instead of a record. */
struct ls_chunk_head {
    _Atomic uint32_t next; /* index + 1 of the chunk after it; 0: none yet */
    uint32_t unused[7];
};

struct ls_shared {
    struct ls_header header;
    char names[LS_NAME_BYTES];
    struct ls_ring rings[LS_N_RINGS];
    struct ls_process processes[LS_N_PROCESSES];
    /* to a page, because mmap() promises no more */
    _Alignas(4096) unsigned char arena[LS_N_CHUNKS][LS_CHUNK_BYTES];
};

_Static_assert(sizeof(struct ls_record) == 32, "records are 32 bytes");
_Static_assert(sizeof(struct ls_chunk_head) == 32, "a head is one record");
_Static_assert(sizeof(struct ls_measure) == 32, "one continuation");
_Static_assert(sizeof(struct ls_call_more) == 32, "one continuation");
_Static_assert(sizeof(struct ls_registers) % 32 == 0, "whole continuations");

/* Read once: who checks it does not want another one after that. */
static inline uint32_t ls_ring_process(const struct ls_ring *ring)
{
    return *(const volatile uint32_t *)&ring->process;
}

/* The records of a chunk; the first is number 0. */
static inline struct ls_record *ls_chunk_records(struct ls_shared *shared,
                                                 uint32_t chunk)
{
    return (struct ls_record *)shared->arena[chunk] + 1;
}

static inline struct ls_chunk_head *ls_chunk_head(struct ls_shared *shared,
                                                  uint32_t chunk)
{
    return (struct ls_chunk_head *)shared->arena[chunk];
}

/* Take an empty chunk; LS_N_CHUNKS if there is none. Any thread. */
static inline uint32_t ls_chunk_take(struct ls_shared *shared)
{
    struct ls_header *h = &shared->header;
    uint64_t top = atomic_load_explicit(&h->free_chunks, memory_order_acquire);
    for (;;) {
        uint32_t chunk = (uint32_t)top - 1;
        if ((uint32_t)top == 0 || chunk >= LS_N_CHUNKS)
            return LS_N_CHUNKS;
        uint64_t tag = (top >> 32) + 1;
        uint64_t after = tag << 32 | atomic_load_explicit(&h->next_free[chunk],
                                                          memory_order_relaxed);
        if (atomic_compare_exchange_weak_explicit(&h->free_chunks, &top, after,
                                                  memory_order_acquire,
                                                  memory_order_acquire))
            return chunk;
    }
}

/* Give a chunk back, or for the first time. Threads of the collector. */
static inline void ls_chunk_give(struct ls_shared *shared, uint32_t chunk)
{
    struct ls_header *h = &shared->header;
    uint64_t top = atomic_load_explicit(&h->free_chunks, memory_order_relaxed);
    atomic_store_explicit(&ls_chunk_head(shared, chunk)->next, 0,
                          memory_order_relaxed);
    for (;;) {
        atomic_store_explicit(&h->next_free[chunk], (uint32_t)top,
                              memory_order_relaxed);
        uint64_t after = ((top >> 32) + 1) << 32 | (chunk + 1);
        if (atomic_compare_exchange_weak_explicit(&h->free_chunks, &top, after,
                                                  memory_order_release,
                                                  memory_order_relaxed))
            return;
    }
}

#endif
