#ifndef LS_COLLECTOR_SUBJECT_H
#define LS_COLLECTOR_SUBJECT_H
/* SPDX-License-Identifier: MIT */
/*
 * subject.h - one thread that the watchdog looks at, and what it shares with
 * the others.
 *
 * Not for deciding when to look (suspect.h), nor for looking (look.h,
 * profile.h).
 *
 *     if (!ls_subject_is_denied(subject, LS_DENIAL_STACK))
 *         sample = ls_subject_sample(subject, ticks);
 *
 * Units: ticks; ns.
 * Ownership: a subject owns the samples that are not given away yet.
 * Errors: what the machine forbids is remembered of the process.
 * Threads: the watchdog's, or another under its lock.
 */
#include "denial.h"
#include "perf.h"
#include "python.h"
#include "sample.h"
#include "suspect.h"
#include "timeline.h"

#define LS_MS INT64_C(1000000)

enum { LS_WATCH_STACK_BYTES = 64 * 1024 };

/* What all of them share. */
struct ls_watch {
    double ns_per_tick;
    struct ls_instant now;        /* of the scan */
    int n_perfs;                  /* open */
    unsigned char *scratch;       /* LS_WATCH_STACK_BYTES */
    struct ls_sample_queue queue; /* to the thread that drains */
};

/* A process. */
struct ls_guarded {
    bool known; /* it is looked at */
    int pid;
    uint32_t generation;
    bool denied[LS_N_DENIALS];
    char why[LS_N_DENIALS][200];
    bool python_known;
    struct ls_python python;
};

/* One ring's thread. */
struct ls_subject {
    struct ls_suspect suspect;
    uint32_t ring;
    uint32_t slot, generation;
    struct ls_guarded *process; /* in that slot */
    int pid, tid;
    bool passed;                 /* its turn is over the threshold */
    bool in_call;                /* hooked, and not for very long, since */
    uint64_t call_begin;         /* ticks; 0: in none */
    struct ls_sample_list early; /* samples from before the threshold */
    struct ls_sample_list kept;  /* what was seen in that call */
    uint64_t looked_ticks;       /* the last look */
    struct ls_perf perf;
    bool sampling;
    uint64_t sampled_ms; /* when it last was, monotonic */
    bool usage_known;
    struct ls_usage base, used; /* when it was first, and last looked at */
    uint64_t base_ns, used_ns;  /* monotonic */
};

int64_t ls_watch_ns_between(const struct ls_watch *watch, uint64_t from,
                            uint64_t to);

/* Until the scan. */
int64_t ls_watch_ns_since(const struct ls_watch *watch, uint64_t ticks);

/* The turn that the ring's thread is in, in ticks; 0: none. */
uint64_t ls_subject_turn_of(const struct ls_ring *ring);

bool ls_subject_is_denied(const struct ls_subject *subject,
                          enum ls_denial denial);

/* ERROR is -errno; what will pass is not noted. */
void ls_subject_note_denial(struct ls_subject *subject, enum ls_denial denial,
                            int error);

/* An empty sample of it; NULL without memory. */
struct ls_sample *ls_subject_sample(const struct ls_subject *subject,
                                    uint64_t ticks);

/* Say in SAMPLE how the turn's time was spent so far, as far as it was seen. */
void ls_subject_add_usage(const struct ls_subject *subject,
                          struct ls_sample *sample);

/* See how it is spent. */
void ls_subject_read_usage(struct ls_subject *subject);

#endif
