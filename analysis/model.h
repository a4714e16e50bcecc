#ifndef LS_ANALYSIS_MODEL_H
#define LS_ANALYSIS_MODEL_H
/* SPDX-License-Identifier: MIT */
/*
 * model.h - builds a struct ls_trace from events, one after the other.
 *
 * Slices, tasks and lanes are built as the events come; no event is kept. That
 * takes events that are in order on each thread and in each task. When one is
 * not, ls_model_add says LS_MODEL_UNSORTED, and the loader begins
 * again with all events sorted (sorted.h). Private to analysis.
 *
 *     struct ls_model *model = ls_model_new();
 *     while (next(&event))
 *         if ((how = ls_model_add(model, &event)) != LS_MODEL_OK) ...
 *     trace = ls_model_finish(model);   // or ls_model_free(model)
 *
 * Units: int64 nanoseconds.
 * Ownership: finish hands over the trace and frees the model.
 * Errors: enum ls_model_status.
 * Threads: one.
 *
 *   model.c   the whole: order, strings, processes, threads, marks, counters
 *   slices.c  B, E and X: each thread's stack
 *   tasks.c   the async events with args.event: tasks and their stretches
 *   lanes.c   any other async events: slices on lanes
 *   handles.c the end of libuv's loops
 *   samples.c looks at a thread from outside
 *   meta.c    metadata: names, loops, stacks, losses, the end
 *   finish.c  what can only be said when all events are there
 */
#include "event.h"

enum ls_model_status { LS_MODEL_OK, LS_MODEL_UNSORTED, LS_MODEL_NO_MEMORY };

/* While building, in ls_slice.flags: the end is known already (X). */
enum { LS_SLICE_TIMED = 128 };

enum { LS_RUNNING_MAX = 8, LS_CUT_MAX = 64 };

/* What building keeps of a thread, beside its ls_thread. */
struct ls_thread_build {
    int64_t first_ns, last_ns; /* of its events; LS_UNKNOWN: none yet */
    uint32_t top;              /* the innermost open slice, or LS_NONE */
    uint32_t cap;              /* of the slices */
    uint64_t n_ignored;        /* open slices beyond the greatest depth */
    uint32_t running[LS_RUNNING_MAX]; /* tasks that run here now */
    uint8_t n_running;
    bool is_loop; /* metadata or a turn says so */
    ls_string loop_name, loop_kind;
    struct ls_slice *cuts; /* slices that only have an end, innermost first */
    uint8_t n_cuts;
};

/* What building keeps of a task, beside its ls_task. */
struct ls_task_build {
    int64_t last_ns; /* of its events */
    int64_t due_ns;  /* of its open await, or LS_UNKNOWN */
    uint32_t last;   /* its last stretch, or LS_NONE */
};

struct ls_lane;

struct ls_model {
    struct ls_trace *trace;
    bool failed; /* for want of memory */
    bool unsorted;

    struct ls_ids *process_ids, *thread_ids, *stack_ids, *counter_ids;
    uint64_t last_thread_key; /* a cache of one */
    uint32_t last_thread;
    struct ls_thread_build *thread_states;
    struct ls_task_build *task_states;
    uint32_t *stretch_owners; /* the task of each stretch */
    uint64_t *awaited_ids;
    uint32_t *counter_caps;
    uint32_t cap_processes, cap_threads, cap_tasks, cap_stretches, cap_details;
    uint32_t cap_stacks, cap_frames, cap_marks, cap_counters, cap_awaited;
    uint32_t cap_callbacks, cap_samples, cap_images, cap_unseen;
    uint32_t cap_loop_closes, cap_left_open;
    uint32_t cap_thread_states, cap_task_states, cap_owners, cap_counter_caps;

    struct ls_ids *lane_ids; /* open async slices */
    struct ls_lane *lanes;
    uint32_t n_lanes, cap_lanes;

    uint64_t n_lost_said; /* by loopscope_lost, record by record */
    bool has_end;
    /* Of the event being added, for troubles. */
    uint64_t line, byte;
};

struct ls_model *ls_model_new(void);

enum ls_model_status ls_model_add(struct ls_model *model,
                                  const struct ls_event *event);

/* NULL when there is no memory; the model is freed either way. */
struct ls_trace *ls_model_finish(struct ls_model *model);

void ls_model_free(struct ls_model *model);

/* Count a trouble; the first of its kind is kept whole. */
void ls_health_note(struct ls_health *health, enum ls_trouble_kind kind,
                    uint64_t line, uint64_t byte, const char *text);

/* The rest is for the model's own files. */

/* Room for one more of N items of SIZE bytes, by doubling; false and `failed`
 * when there is none. ITEMS is the address of the array. */
bool ls_model_grow(struct ls_model *model, void *items, uint32_t n,
                   uint32_t *cap, size_t size);

ls_string ls_model_string(struct ls_model *model, struct ls_text text);

/* Index of a process or thread, made when it is new; LS_NONE without memory.*/
uint32_t ls_model_process(struct ls_model *model, int64_t pid);
uint32_t ls_model_thread(struct ls_model *model, int64_t pid, int64_t tid);

/* One more thread, by any way of making one. */
uint32_t ls_model_new_thread(struct ls_model *model, int64_t pid, int64_t tid);

/* The event is at AT on this thread. False: the thread was later already. */
bool ls_model_tick(struct ls_model *model, uint32_t thread, int64_t at_ns);

void ls_slices_begin(struct ls_model *model, uint32_t thread, int64_t at_ns,
                     const struct ls_event *event);
void ls_slices_end(struct ls_model *model, uint32_t thread, int64_t at_ns,
                   const struct ls_event *event);
void ls_slices_timed(struct ls_model *model, uint32_t thread, int64_t at_ns,
                     const struct ls_event *event);
bool ls_slices_finish(struct ls_model *model, uint32_t thread);

/* The three parts of a time, if EVENT has them and they can be. */
void ls_slices_take_cause(struct ls_cause *cause, const struct ls_event *event);

void ls_samples_add(struct ls_model *model, int64_t at_ns,
                    const struct ls_event *event);

void ls_handles_add(struct ls_model *model, int64_t at_ns,
                    const struct ls_event *event);

void ls_tasks_add(struct ls_model *model, int64_t at_ns,
                  const struct ls_event *event);
bool ls_tasks_finish(struct ls_model *model);

void ls_lanes_add(struct ls_model *model, int64_t at_ns,
                  const struct ls_event *event);
void ls_lanes_free(struct ls_model *model);

void ls_meta_add(struct ls_model *model, const struct ls_event *event);

#endif
