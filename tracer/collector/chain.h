#ifndef LS_COLLECTOR_CHAIN_H
#define LS_COLLECTOR_CHAIN_H
/* SPDX-License-Identifier: MIT */
/*
 * chain.h - tasks that arise by themselves, from what is asked of libuv.
 *
 * A chain of callbacks that belong together: those of one handle, or of
 * requests that lead to one another. It is a task of the trace. Not for knowing
 * what belongs to it (operation.h).
 *
 *     chain = ls_chain_start(tasks, thread, &what, ns);
 *     ls_chain_add(chain, &asked);
 *     ls_chain_await(chain, tasks, thread, ns);
 *     ls_chain_enter(chain, tasks, thread, ns);
 *     ls_chain_remove(chain, &asked);
 *     ls_chain_leave(chain, status, tasks, thread, ns);
 *     if (ls_chain_is_over(chain))
 *         ls_chain_finish(chain, tasks, thread, ns);
 *
 * Units: ns since the trace began.
 * Ownership: the caller frees a chain; what is asked stays the caller's.
 * Errors: NULL without memory.
 * Threads: one.
 */
#include "task.h"

/* What is outstanding, newest first. */
struct ls_asked {
    struct ls_asked *newer, *older;
    uint64_t operation;
    struct ls_json kind;
    int64_t due_ns; /* below 0: not known */
};

struct ls_chain {
    uint64_t id; /* of the task */
    uint32_t process;
    uint64_t handle;   /* key of the one it is about, or 0 */
    bool has_handle;   /* it lasts until that is closed */
    bool stopped;      /* what ended last was stopped, and did not come */
    unsigned n_frames; /* callbacks of it that run */
    struct ls_asked *newest;
    uint64_t awaited;   /* the operation that its await names */
    int64_t due_ns;     /* as its await says */
    const char *status; /* of the last callback, if that was an error */
};

struct ls_chain *ls_chain_start(struct ls_tasks *tasks,
                                struct ls_thread *thread,
                                const struct ls_auto_task *what, int64_t ns);

/* Begin to await the newest of what is outstanding. */
void ls_chain_await(struct ls_chain *chain, struct ls_tasks *tasks,
                    struct ls_thread *thread, int64_t ns);

void ls_chain_add(struct ls_chain *chain, struct ls_asked *asked);
void ls_chain_remove(struct ls_chain *chain, struct ls_asked *asked);

/* One of its callbacks begins, on THREAD. */
void ls_chain_enter(struct ls_chain *chain, struct ls_tasks *tasks,
                    struct ls_thread *thread, int64_t ns);

/* ... or ends, with what libuv calls its STATUS if it is an error: it awaits
 * again, unless it is over. */
void ls_chain_leave(struct ls_chain *chain, const char *status,
                    struct ls_tasks *tasks, struct ls_thread *thread,
                    int64_t ns);

/* Whether it is over: nothing runs and nothing is outstanding. */
bool ls_chain_is_over(const struct ls_chain *chain);

/* Write its finish. */
void ls_chain_finish(struct ls_chain *chain, struct ls_tasks *tasks,
                     struct ls_thread *thread, int64_t ns);

#endif
