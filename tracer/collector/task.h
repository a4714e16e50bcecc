#ifndef LS_COLLECTOR_TASK_H
#define LS_COLLECTOR_TASK_H
/* SPDX-License-Identifier: MIT */
/*
 * task.h - the tasks that are alive, and the lanes they are drawn on.
 *
 * Writes a task's asynchronous slices and its run slices; what makes no sense
 * becomes a stray point, and a task whose start was lost gets one at the cut.
 *
 * Units: ns since the trace began.
 * Ownership: the table owns its tasks.
 * Errors: without memory an event is left out.
 * Threads: one.
 */
#include "thread.h"

/* The first lane; no Linux thread has such a number. */
#define LS_LANE_FIRST INT64_C(1000000001)

struct ls_task {
    uint64_t id;
    struct ls_json kind;
    struct ls_json label; /* its own */
    uint32_t process;     /* slot */
    uint32_t lane;        /* from 0 */
    bool automatic;       /* made up from what was asked of libuv */
    bool awaits;
    struct ls_json what;        /* awaited */
    int64_t begin_ns;           /* of what was opened last */
    struct ls_thread *runs_on;  /* where its run slice is open, or NULL */
    struct ls_open_list parked; /* its spans, while it awaits */
};

struct ls_tasks;

struct ls_tasks *ls_tasks_new(void);
void ls_tasks_free(struct ls_tasks *tasks);

/* One call for each record type; TEXT is a label or a reason. */
void ls_tasks_start(struct ls_tasks *tasks, struct ls_thread *thread,
                    const struct ls_record *record, struct ls_json kind,
                    const char *label, size_t n_label, int64_t ns);
void ls_tasks_await(struct ls_tasks *tasks, struct ls_thread *thread,
                    const struct ls_record *record, struct ls_json what,
                    int64_t due_ns, int64_t ns);
void ls_tasks_ready(struct ls_tasks *tasks, struct ls_thread *thread,
                    const struct ls_record *record, int64_t ns);
void ls_tasks_detach(struct ls_tasks *tasks, struct ls_thread *thread,
                     const struct ls_record *record, int64_t ns);
void ls_tasks_resume(struct ls_tasks *tasks, struct ls_thread *thread,
                     const struct ls_record *record, int64_t ns);
void ls_tasks_finish(struct ls_tasks *tasks, struct ls_thread *thread,
                     const struct ls_record *record, const char *reason,
                     size_t n_reason, int64_t ns);

/* Tasks that arise by themselves (asking.h). They end by ls_tasks_finish(),
 * and are ready by ls_tasks_ready(). */
struct ls_auto_task {
    uint64_t id, by;
    struct ls_json kind;
    const char *label;
    size_t n_label;
};
void ls_tasks_start_auto(struct ls_tasks *tasks, struct ls_thread *thread,
                         const struct ls_auto_task *what, int64_t ns);

/* DUE_NS below 0: not known. */
void ls_tasks_await_auto(struct ls_tasks *tasks, struct ls_thread *thread,
                         uint64_t id, struct ls_json what, int64_t due_ns,
                         uint64_t operation, int64_t ns);

/* DUE_NS: not what the await said, because it was put off; or below 0. */
void ls_tasks_resume_auto(struct ls_tasks *tasks, struct ls_thread *thread,
                          uint64_t id, int64_t due_ns, int64_t ns);

/* A thread is gone: no task runs on it any more. */
void ls_tasks_forget_thread(struct ls_tasks *tasks,
                            const struct ls_thread *thread);

/* A process is gone: so are its tasks. */
void ls_tasks_forget_process(struct ls_tasks *tasks, uint32_t process);

#endif
