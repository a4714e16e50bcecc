#ifndef LS_COLLECTOR_UNWINDER_H
#define LS_COLLECTOR_UNWINDER_H
/* SPDX-License-Identifier: MIT */
/*
 * unwinder.h - a thread that turns stacks into frames, beside the one that
 * drains, which must not wait for it.
 *
 * Jobs go in with a number; texts come out with it. Not for symbols themselves
 * (symbols.h).
 *
 *     ls_unwinder_add(unwinder, job);
 *     while ((job = ls_unwinder_take(unwinder))) { ...; ls_job_free(job); }
 *
 * Units: none.
 * Ownership: jobs are handed over, both ways.
 * Errors: a job that could not be added is freed; its stack stays unknown.
 * Threads: one thread calls all of this.
 */
#include "sample.h"
#include "text.h"
#include "tracer/record/shared.h"

struct ls_job {
    struct ls_job *next;
    int pid;
    uint32_t process;    /* slot, and */
    uint32_t generation; /* which process in it */
    uint64_t id;         /* of the stack, in the trace */
    uint64_t call_pc;
    uint64_t hooks_begin, hooks_end; /* as in struct ls_stack_copy */
    enum ls_stack_kind kind;
    struct ls_registers registers;
    unsigned char *bytes; /* NULL: only the place of the call */
    size_t n_bytes;
    char *python;               /* as in struct ls_stack_copy, the job's own */
    struct ls_text frames;      /* the result */
    struct ls_symbols *symbols; /* of a process that has appeared; else NULL */
    bool look;                  /* nothing but that: ls_unwinder_look() */
};

struct ls_unwinder;

struct ls_unwinder *ls_unwinder_new(void);

/* Look at the maps of a process that has appeared: at once, since it may be
 * gone before the thread has done what there is to be done. */
void ls_unwinder_add_process(struct ls_unwinder *unwinder, uint32_t process,
                             uint32_t generation, int pid);

/* Look again at the maps of a process which is in a call that waits: it may end
 * right after, and then nothing would be known of what it has loaded. */
void ls_unwinder_look(struct ls_unwinder *unwinder, uint32_t process,
                      uint32_t generation, int pid);

void ls_unwinder_add(struct ls_unwinder *unwinder, struct ls_job *job);

/* A finished job, or NULL. */
struct ls_job *ls_unwinder_take(struct ls_unwinder *unwinder);

/* Whether there were more names of code that a process made than are read
 * (perfmap.h); of those of its jobs that are done. */
bool ls_unwinder_lacks_names(struct ls_unwinder *unwinder, uint32_t process,
                             uint32_t generation);

/* How many jobs are not yet taken. */
size_t ls_unwinder_pending(struct ls_unwinder *unwinder);

void ls_job_free(struct ls_job *job);

/* Stop after the current job and free everything. */
void ls_unwinder_free(struct ls_unwinder *unwinder);

#endif
