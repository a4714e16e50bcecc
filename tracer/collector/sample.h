#ifndef LS_COLLECTOR_SAMPLE_H
#define LS_COLLECTOR_SAMPLE_H
/* SPDX-License-Identifier: MIT */
/*
 * sample.h - what the watchdog saw, on its way to the trace.
 *
 * Not for seeing (watchdog.h) or writing (record_sample.c).
 *
 *     ls_sample_queue_give(&queue, sample);
 *     while ((sample = ls_sample_queue_take(&queue)))
 *         ...
 *
 * Units: ticks of the session's clock; ns.
 * Ownership: a sample owns its stack; lists and queues own what is in them.
 * Errors: a sample for which the queue has no room is dropped and counted.
 * Threads: samples are handed over; a queue is for any two threads.
 */
#include <pthread.h>

#include "sight.h"
#include "tracer/record/shared.h"

/* What of the registers is known: from where the stack is unwound. */
enum ls_stack_kind {
    LS_STACK_CALL,     /* the callee-saved ones, in a hook after its call */
    LS_STACK_PLACE,    /* only pc and sp, after a system call's instruction */
    LS_STACK_REGISTERS /* the callee-saved ones, anywhere */
};

struct ls_sample {
    struct ls_sample *next;
    uint64_t ticks;
    uint64_t turn; /* ticks of its begin */
    uint32_t ring;
    uint32_t process, generation; /* slot, and which in it */
    enum ls_sight_state state;
    int64_t syscall;              /* number; -1: none, or not known */
    int fd;                       /* that it is about; -1: none */
    char target[LS_TARGET_BYTES]; /* or "" */
    uint32_t weight;              /* ms */
    bool same;     /* the stack is that of the sample before it in this turn */
    bool measured; /* the turn's time as seen from outside, since it was */
    int64_t cpu_ns, delay_ns, wall_ns; /* first looked at */
    enum ls_stack_kind kind;
    struct ls_registers registers;
    unsigned char *bytes; /* from registers.sp upwards; NULL: none */
    size_t n_bytes;
    char *python;  /* what CPython ran there (python.h), its own; or NULL */
    uint64_t call; /* not 0: no sample, but what Python runs in that call, */
};                 /* by the ticks of its begin */

/* NULL is none. */
void ls_sample_free(struct ls_sample *sample);

/* First in, first out. */
struct ls_sample_list {
    struct ls_sample *first, **end;
    size_t n;
};

void ls_sample_list_init(struct ls_sample_list *list);
void ls_sample_list_add(struct ls_sample_list *list, struct ls_sample *sample);

/* The first, or NULL. */
struct ls_sample *ls_sample_list_take(struct ls_sample_list *list);

/* Free all that are in it. */
void ls_sample_list_clear(struct ls_sample_list *list);

struct ls_sample_queue {
    pthread_mutex_t lock; /* of all below */
    struct ls_sample_list list;
    uint64_t n_dropped[LS_N_PROCESSES]; /* by slot */
};

void ls_sample_queue_init(struct ls_sample_queue *queue);
void ls_sample_queue_give(struct ls_sample_queue *queue,
                          struct ls_sample *sample);
void ls_sample_queue_give_all(struct ls_sample_queue *queue,
                              struct ls_sample_list *list);

/* The first, or NULL. */
struct ls_sample *ls_sample_queue_take(struct ls_sample_queue *queue);

/* How many of the process in SLOT found no room, since this was last asked. */
uint64_t ls_sample_queue_dropped(struct ls_sample_queue *queue, uint32_t slot);

void ls_sample_queue_destroy(struct ls_sample_queue *queue);

#endif
