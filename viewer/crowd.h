#ifndef LS_VIEWER_CROWD_H
#define LS_VIEWER_CROWD_H
/* SPDX-License-Identifier: MIT */
/*
 * crowd.h - tasks by where they run and what kind they are, and who of them
 * had to wait.
 *
 * A server has a hundred thousand tasks of three kinds: what is drawn of a
 * crowd is how many of it are alive, and how many are held up, in a stretch of
 * time. Two binary searches tell that, however many there are. Not for which
 * tasks have a lane of their own (tracks.h).
 *
 *     struct ls_crowds *crowds = ls_crowds_make(index, findings);
 *     for (uint32_t c = crowds->first_at[loop]; ...)
 *         n = ls_crowd_alive(crowds, c, begin_ns, end_ns);
 *     ls_crowds_free(crowds);
 *
 * Units: nanoseconds.
 * Ownership: the caller's, to be freed before index and findings.
 * Errors: NULL without memory.
 * Threads: constant once made.
 */
#include "analysis/finding.h"
#include "viewer/index.h"

/* More kinds in one place than this, and the smallest become one crowd. */
#define LS_CROWD_KINDS 24
#define LS_CROWD_TOP 12

struct ls_crowd {
    uint32_t place; /* a loop, or n_loops + process: of tasks on no loop */
    ls_string kind;
    bool mixed;        /* of several kinds; `kind` is one of them */
    uint32_t first, n; /* its members */
    uint32_t first_held, n_held;
    uint32_t top[LS_CROWD_TOP]; /* members of the greatest weight, those first;
                                   none without */
    uint32_t n_top;
};

struct ls_crowds {
    const struct ls_trace *trace;
    struct ls_crowd *items; /* by place, the largest first, a mixed one last */
    uint32_t n;
    uint32_t n_places;
    uint32_t *first_at; /* per place, and one behind: in items */
    uint32_t *members;  /* tasks, each crowd's by begin */
    uint32_t *crowd_of; /* per task */
    /* Of members and of what held them up, each sorted for itself. */
    int64_t *begin_ns, *end_ns;
    int64_t *held_begin_ns, *held_end_ns;
    /* Per task: for how long it waited or made others wait, at most. */
    int64_t *weight_ns;
    /* Per task: how long others waited for it in its worst stalls. */
    int64_t *caused_ns;
};

/* Stretches in which a task was held up count from WARN on. */
struct ls_crowds *ls_crowds_make(const struct ls_index *index,
                                 const struct ls_findings *findings,
                                 int64_t warn_ns);
void ls_crowds_free(struct ls_crowds *crowds);

/* Where a task belongs: its loop, or its process. */
uint32_t ls_crowd_place(const struct ls_trace *trace,
                        const struct ls_task *task);

/* How many of a crowd were alive, or were held up how often, at some time
 * between BEGIN and END. */
uint32_t ls_crowd_alive(const struct ls_crowds *crowds, uint32_t crowd,
                        int64_t begin_ns, int64_t end_ns);
uint32_t ls_crowd_held(const struct ls_crowds *crowds, uint32_t crowd,
                       int64_t begin_ns, int64_t end_ns);

#endif
