#ifndef LS_RECORD_RING_H
#define LS_RECORD_RING_H
/* SPDX-License-Identifier: MIT */
/*
 * ring.h - appending records to the calling thread's ring.
 *
 * The hot path: no lock, no allocation, no system call after a thread's first
 * record. Not for reading (collector/cursor.h).
 *
 *     struct ls_record *record = ls_ring_reserve(0);
 *     if (record) {
 *         *record = (struct ls_record){.ticks = ls_clock_ticks(), ...};
 *         ls_ring_publish(0);
 *     }
 *
 * Units: records of 32 bytes.
 * Ownership: a ring belongs to its thread; a child of fork takes a new one.
 * Errors: no memory: NULL, counted, and told by a LOST record before the next
 *     one that finds room.
 * Threads: each its own ring. A signal handler may record; what it records
 * while it interrupts the making of a record is dropped and counted. What was
 *     reserved is to be published.
 */
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/types.h>

#include "tracer/loopscope.h"
#include "tracer/record/choice.h"
#include "tracer/record/clock.h"
#include "tracer/record/shared.h"

/* How many tasks deep ls_task_current() knows its way back. */
enum { LS_OUTER_TASKS = 8 };

/* What the thread had used, ever, at a time. */
struct ls_reading {
    struct ls_measure used;
    uint64_t ticks; /* 0: never read */
};

/* Why a record cannot simply be appended. */
enum ls_busy {
    LS_BUSY_WRITING = 1, /* one is reserved and not yet published */
    LS_BUSY_CALLBACK = 2 /* the begin of a callback is in the ring's words only:
                            it goes first, if anything comes before the end */
};

/* What a thread knows of itself. Zero: it has no ring yet. */
struct ls_recorder {
    struct ls_record *next; /* where the next record goes */
    struct ls_record *end;  /* of the chunk; NEXT while a loss is not told */
    struct ls_record *chunk_end;
    struct ls_ring *ring; /* NULL: none yet, or recording is off */
    uint64_t head;        /* records published, ever */
    uint64_t epoch;       /* of the session that the ring belongs to */
    ls_task_id current;   /* the task that runs here */
    ls_task_id outer[LS_OUTER_TASKS]; /* those that it was called from */
    unsigned n_outer;
    ls_task_id next_task, end_task; /* ids taken in advance */
    uint32_t chunk;
    uint64_t n_lost;     /* dropped and not yet told */
    uint64_t lost_since; /* ticks */
    uint32_t n_denied;   /* since it looked for a ring and found none */
    uint32_t n_refused;  /* records inside the making of another, in a row */
    uint8_t busy;        /* enum ls_busy; 0: a record may be appended */

    /* turns: turn.h */
    struct ls_choice choice; /* what it polls, while the epoch is right */
    struct uv_loop_s *loop;  /* attached or run, or NULL; never looked into */
    uint32_t run_depth;      /* of its uv_run */
    uintptr_t run_frame;     /* where the outermost one's is on the stack */
    bool detached;           /* turns of CHOICE are not wanted */
    uintptr_t in_call;       /* the hooked call's scope: call.h; 0: none */
    uint64_t turn_begin;     /* ticks; 0: not in a turn */

    /* callbacks of libuv: operation.h */
    uint64_t operation; /* whose callback runs here, or 0 */
    ls_task_id context; /* the task that asked for it, or 0 */
    uint64_t next_operation, end_operation; /* ids taken in advance */
    uint64_t callback_at;    /* ticks: the last one's begin or end */
    uint32_t callback_kind;  /* of that one, if it has ended; else none */
    uint64_t kinds_that_ask; /* bits: in the last one of the kind something was
                                recorded */
    uint32_t n_again; /* records that need not have been, if the begin waited */
    uint64_t again_due_ms; /* LS_BUSY_CALLBACK: asked again, due then; or 0 */

    /* readings of the thread's clocks: measure.h */
    struct ls_reading base;      /* the last */
    uint64_t base_until;         /* ticks; then it is too old */
    struct ls_reading turn_base; /* as it was when the turn began */
    int schedstat_fd;            /* + 1; 0: not open, -1: it cannot be */
    dev_t schedstat_dev;         /* which file it is */
    ino_t schedstat_ino;
};

/* Initial-exec: one instruction instead of a call; costs static TLS space. */
extern __thread struct ls_recorder ls_recorder
    __attribute__((tls_model("initial-exec")));

/* Changes with every ls_open(), ls_close() and fork: a recorder of another
 * epoch has no ring. 0: nothing is recorded. */
#define ls_epoch (ls_epoch_page.epoch)

/* Alone on its page, which a child gets empty if it was made behind the back
 * of pthread_atfork (_Fork, a bare clone): it would write into its parent's
 * rings. */
#if defined(__aarch64__)
enum { LS_PAGE_BYTES = 65536 };
#else
enum { LS_PAGE_BYTES = 4096 };
#endif
struct ls_epoch_page {
    _Alignas(LS_PAGE_BYTES) _Atomic uint64_t epoch;
};
extern struct ls_epoch_page ls_epoch_page;

/* Arrange for that. */
void ls_ring_guard(void);

/* Room for 1 + n_more records, or NULL (dropped and counted, or off). */
struct ls_record *ls_ring_grow(struct ls_recorder *r, unsigned n_more);

/* Whether the calling thread has a ring of this epoch, which it gets if there
 * is one to be had. */
bool ls_ring_open(void);

/* How many bytes are left; none: look more closely. */
static inline intptr_t ls_ring_room(const struct ls_recorder *r)
{
    return (intptr_t)((uintptr_t)r->end - (uintptr_t)r->next);
}

/* The same, when the chunk has room. The mark comes before the look at NEXT: a
 * signal handler has either recorded before, or sees it. */
static inline struct ls_record *ls_ring_reserve(unsigned n_more)
{
    struct ls_recorder *r = &ls_recorder;
    if (__builtin_expect(r->busy == 0, 1)) {
        r->busy = LS_BUSY_WRITING;
        atomic_signal_fence(memory_order_seq_cst);
        struct ls_record *next = r->next;
        intptr_t n_bytes = (intptr_t)(n_more * sizeof *next);
        if (__builtin_expect(
                ls_ring_room(r) > n_bytes &&
                    r->epoch ==
                        atomic_load_explicit(&ls_epoch, memory_order_relaxed),
                1)) {
            if (!next)
                __builtin_unreachable(); /* saves the caller's test for NULL */
            return next;
        }
        r->busy = 0;
    }
    return ls_ring_grow(r, n_more);
}

enum { LS_PREFETCH_RECORDS = 16 };

/* To be written: a line that is only read ahead would have to be asked for
 * again. Compilers make that of __builtin_prefetch() unless they are told that
 * the processor has this instruction; one without it does nothing. */
static inline void ls_ring_prefetch(struct ls_record *record)
{
#if defined(__x86_64__)
    __asm__ volatile("prefetchw %0" : : "m"(*record));
#else
    __builtin_prefetch(record, 1);
#endif
}

/* The collector may read the next 1 + n_more records. */
static inline void ls_ring_advance(unsigned n_more)
{
    struct ls_recorder *r = &ls_recorder;
    r->next += 1 + n_more;
    /* The collector has had these lines: ask for them back ahead of time. */
    ls_ring_prefetch(r->next + LS_PREFETCH_RECORDS);
    r->head += 1 + n_more;
    atomic_store_explicit(&r->ring->head, r->head, memory_order_release);
}

/* What was reserved is written. */
static inline void ls_ring_publish(unsigned n_more)
{
    ls_ring_advance(n_more);
    atomic_signal_fence(memory_order_seq_cst);
    ls_recorder.busy = 0;
}

/* How many continuations hold N bytes. */
static inline unsigned ls_ring_more(size_t n_bytes)
{
    return (unsigned)((n_bytes + sizeof(struct ls_record) - 1) /
                      sizeof(struct ls_record));
}

/* A text that goes into a record's continuations, and how long it is there:
 * cut to LS_LABEL_BYTES. NULL is "". */
static inline size_t ls_ring_text_length(const char *text)
{
    return text ? strnlen(text, LS_LABEL_BYTES) : 0;
}

/* Fill a record's continuations with N bytes and zeros. */
static inline void ls_ring_fill(struct ls_record *record, const void *bytes,
                                size_t n_bytes)
{
    unsigned n_more = ls_ring_more(n_bytes);
    if (n_more == 0)
        return;
    memset(record + n_more, 0, sizeof *record);
    memcpy(record + 1, bytes, n_bytes);
}

/* The calling thread is in a child of fork: forget the parent's ring, and
 * close the descriptor that came with it. */
void ls_ring_forget(void);

/* The calling thread ends: its ring may be freed once it is drained. */
void ls_ring_end(void);

#endif
