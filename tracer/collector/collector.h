#ifndef LS_COLLECTOR_COLLECTOR_H
#define LS_COLLECTOR_COLLECTOR_H
/* SPDX-License-Identifier: MIT */
/*
 * collector.h - one recording, from the first record to the end of the trace.
 *
 * Split by what happens: collector.c keeps time; watched.c knows the processes;
 * drain.c merges the rings; record.c writes what each record says,
 * record_call.c calls, record_sample.c what the watchdog saw; stack.c numbers
 * stacks. Not for the files' format (emit.h, thread.h, task.h).
 *
 *     ls_collector_open(collector, shared);
 *     while (ls_collector_tick(collector))
 *         ls_collector_wait(collector);
 *     ls_collector_close(collector);
 *
 * Units: ticks in rings, ns since the trace began in the trace.
 * Ownership: the collector owns all but the shared memory.
 * Errors: told to the program through the shared header.
 * Threads: one, beside the unwinder's, the provision's and the watchdog's.
 */
#include "emit.h"
#include "functions.h"
#include "names.h"
#include "operation.h"
#include "provision.h"
#include "synopsis.h"
#include "task.h"
#include "thread.h"
#include "timeline.h"
#include "unwinder.h"
#include "watchdog.h"
#include "watched.h"

/* Places of calls that have a number already: a hash table. */
struct ls_place {
    uint64_t pc;
    uint32_t process, generation;
    uint64_t id; /* 0: empty */
};

/* Stacks that were given a number lately. */
enum { LS_RECENT_STACKS = 64 };
struct ls_recent_stack {
    uint64_t hash, id;
    uint32_t generation;
};

struct ls_collector {
    struct ls_shared *shared;
    struct ls_writer writer;
    struct ls_emit emit;
    struct ls_timeline timeline;
    struct ls_names names;
    struct ls_tasks *tasks;
    struct ls_operations *operations;
    struct ls_functions *functions;
    struct ls_unwinder *unwinder;
    struct ls_provision *provision;
    struct ls_watchdog *watchdog; /* NULL: the clock is the program's */
    struct ls_sample *samples;    /* of it, by time, not yet written */
    struct ls_recent_stack recent[LS_RECENT_STACKS];
    size_t next_recent;
    struct ls_thread *threads[LS_N_RINGS]; /* by ring; NULL: not seen */
    struct ls_watched processes[LS_N_PROCESSES];
    uint32_t n_rings;      /* the most that were ever seen in use */
    uint32_t n_slots;      /* of processes, the same */
    int first_pid;         /* kept here: the program may overwrite its own */
    uint64_t ticks_per_ms; /* the same */
    bool is_ready;         /* the same, for collector_state */
    uint32_t generation;   /* of the last process */
    uint64_t watermark;    /* ticks: all before is written */
    uint64_t latest;       /* ticks: the present, when it was last looked at */
    char trace[4096];      /* its path */
    bool external;         /* the clock is the program's and has not begun */
    bool launched;         /* under `loopscope run`: it is over when finished */
    bool first_reaped;     /* the first process is over, its parent knows ... */
    bool first_exited;     /* ... that it was by itself */
    bool finished;         /* set by the caller between ticks */
    struct ls_instant corrected; /* when the timeline last was */
    uint64_t last_end; /* ticks: when the last process was seen dead */
    uint64_t n_lost;
    struct ls_synopsis synopsis;
    uint64_t max_bytes;  /* of the file: limit.h */
    uint64_t last_stack; /* number given last */
    struct ls_place *places;
    size_t n_places, places_capacity;
    struct ls_pids died;  /* ended without closing, by force */
    struct ls_pids alive; /* went on when the recording was over */
    uint64_t n_drained;   /* records, ever: whether a tick did anything */
    uint32_t doorbell;    /* as last seen */
    uint64_t looked_ms;   /* when processes were last looked at, monotonic */
    int idle_ms;          /* how long the next wait is */
    char *scratch;        /* for continuations */
};

/* Map the trace, the clock and memory; 0 or enum ls_error, told already. */
int ls_collector_open(struct ls_collector *c, struct ls_shared *shared);

/* Do what there is to do; false: the recording is over. */
bool ls_collector_tick(struct ls_collector *c);

/* Wait for the next tick's time, or for the doorbell. */
void ls_collector_wait(struct ls_collector *c);

void ls_collector_close(struct ls_collector *c);

/* Wake whoever waits for WORD, a futex in the shared memory. */
void ls_collector_wake(_Atomic uint32_t *word);

/* drain.c */

/* Write all records up to WATERMARK (ticks). */
void ls_drain(struct ls_collector *c, uint64_t watermark);

/* Count what is in rings that made no sense, so that nothing of it was read. At
 * the end. */
void ls_drain_count_rest(struct ls_collector *c);

/* Write what a process is, once: at its first thread's first record, or when
 * it is over. */
void ls_drain_describe(struct ls_collector *c, uint32_t slot);

/* How a program's part in this is over. */
enum ls_leaving {
    LS_LEAVING_CLOSED,   /* it has said so */
    LS_LEAVING_REPLACED, /* it has executed another */
    LS_LEAVING_EXITED,   /* it has ended by itself */
    LS_LEAVING_DIED,     /* by a signal; or nobody knows */
    LS_LEAVING_ALIVE     /* it goes on, but the recording is over */
};

/* End what its threads have left open; but of what died or goes on leave it
 * open: it says where that was. */
void ls_drain_end_process(struct ls_collector *c, uint32_t slot,
                          enum ls_leaving how);

/* record.c */

/* Write what the thread's peeked RECORD says; not for calls. */
void ls_record_write(struct ls_collector *c, struct ls_thread *t,
                     const struct ls_record *record);

/* The process has ended by itself, and its turn with it. */
void ls_record_exit(struct ls_thread *t, int64_t ns);

/* A count that the program may have overwritten. */
uint64_t ls_record_believe(uint64_t n);

/* N records were dropped, or could not be read: counted, without a line. More
 * than can be makes one. Returns what was counted. */
uint64_t ls_record_count_lost(struct ls_collector *c, uint64_t n);

/* The same, and told. */
void ls_record_lost(struct ls_collector *c, int pid, int tid, uint64_t n,
                    int64_t from_ns, int64_t to_ns);

/* record_call.c */

/* A call in progress: its begin. BEGIN in ticks. */
void ls_record_begin_call(struct ls_collector *c, struct ls_thread *t,
                          uint32_t call, uint64_t pc, uint64_t begin);

/* A call's record: its begin (and past it, if it is not to be told), and its
 * end. */
void ls_record_open_call(struct ls_collector *c, struct ls_thread *t,
                         const struct ls_record *record);
void ls_record_end_call(struct ls_collector *c, struct ls_thread *t,
                        const struct ls_record *record);

/* record_sample.c */

/* Take what the watchdog has seen. */
void ls_samples_take(struct ls_collector *c);

/* Write the samples up to MOST (ticks). */
void ls_samples_write(struct ls_collector *c, uint64_t most);

/* Free those that were not written. */
void ls_samples_forget(struct ls_collector *c);

/* stack.c */

/* The number of a sample's stack; 0: it has none. Takes its bytes. */
uint64_t ls_stack_sampled(struct ls_collector *c,
                          const struct ls_thread *thread,
                          struct ls_sample *sample);

/* The number of the stack of one frame that is a call's place. */
uint64_t ls_stack_place(struct ls_collector *c, const struct ls_thread *thread,
                        uint64_t pc);

/* The number of a copied stack: MORE is what follows struct ls_call_more. */
uint64_t ls_stack_copied(struct ls_collector *c, const struct ls_thread *thread,
                         uint64_t call_pc, const char *more, size_t n_more);

/* Write the stacks that have got their frames. */
void ls_stack_write(struct ls_collector *c);

#endif
