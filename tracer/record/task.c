/* SPDX-License-Identifier: MIT */
/* Tasks: one record an event, and the thread's current task. */
#include "ring.h"
#include "session.h"

/* The slow half of enter(): the current task is left in the middle. */
static __attribute__((noinline, cold)) void keep_outer(struct ls_recorder *r)
{
    if (r->n_outer == LS_OUTER_TASKS) /* the outermost is forgotten */
        memmove(r->outer, r->outer + 1, --r->n_outer * sizeof r->outer[0]);
    r->outer[r->n_outer++] = r->current;
}

/* The slow half of leave(): back to the task around it, or TASK was one of
 * those around the current. */
static __attribute__((noinline, cold)) void leave_outer(struct ls_recorder *r,
                                                        ls_task_id task)
{
    unsigned kept = 0;
    if (r->current == task) {
        r->current = r->n_outer ? r->outer[--r->n_outer] : 0;
        return;
    }
    for (unsigned i = 0; i < r->n_outer; i++)
        if (r->outer[i] != task)
            r->outer[kept++] = r->outer[i];
    r->n_outer = kept;
}

/* TASK runs from here on, perhaps in the middle of another: a callback that
 * starts one, a promise that is resolved. That one runs on after it. */
static inline void enter(struct ls_recorder *r, ls_task_id task)
{
    if (__builtin_expect(r->current && r->current != task, 0))
        keep_outer(r);
    r->current = task;
}

/* TASK runs no more. */
static inline void leave(struct ls_recorder *r, ls_task_id task)
{
    if (__builtin_expect(r->n_outer > 0, 0))
        leave_outer(r, task);
    else if (r->current == task)
        r->current = 0;
}

static ls_task_id take_ids(struct ls_recorder *r)
{
    struct ls_shared *shared = ls_session_shared();
    if (!shared)
        return 0;
    r->next_task =
        atomic_fetch_add(&shared->header.next_task_id, LS_TASK_ID_BLOCK);
    r->end_task = r->next_task + LS_TASK_ID_BLOCK;
    return r->next_task++;
}

static ls_task_id begin_task(ls_name_id kind, const char *label, uint16_t type)
{
    size_t n_bytes = ls_ring_text_length(label);
    unsigned n_more = ls_ring_more(n_bytes);
    struct ls_record *record = ls_ring_reserve(n_more);
    if (!record)
        return 0;
    struct ls_recorder *r = &ls_recorder;
    ls_task_id task = r->next_task < r->end_task ? r->next_task++ : take_ids(r);
    record->ticks = ls_clock_ticks();
    record->type = type;
    record->n_more = (uint16_t)n_more;
    record->name = kind;
    record->task = task;
    record->value = r->current;
    ls_ring_fill(record, label, n_bytes);
    ls_ring_publish(n_more);
    return task;
}

ls_task_id ls_task_start(ls_name_id kind, const char *label)
{
    ls_task_id task = begin_task(kind, label, LS_RECORD_TASK_START);
    if (task)
        enter(&ls_recorder, task);
    return task;
}

ls_task_id ls_task_make(ls_name_id kind, const char *label)
{
    return begin_task(kind, label, LS_RECORD_TASK_MADE);
}

/* One record without continuations. */
static inline void record_event(uint16_t type, uint32_t name, ls_task_id task,
                                uint64_t value)
{
    struct ls_record *record = ls_ring_reserve(0);
    if (!record)
        return;
    record->ticks = ls_clock_ticks();
    record->type = type;
    record->n_more = 0;
    record->name = name;
    record->task = task;
    record->value = value;
    ls_ring_publish(0);
}

/* The ids that an await waits for, before the await itself. */
static void record_awaited(ls_task_id task, const ls_task_id *ids, size_t n)
{
    enum { PER_RECORD = 1000, MOST = 65535 };
    if (n > MOST)
        n = MOST;
    while (n > 0) {
        size_t part = n < PER_RECORD ? n : PER_RECORD;
        unsigned n_more = ls_ring_more(part * sizeof *ids);
        struct ls_record *record = ls_ring_reserve(n_more);
        if (!record)
            return;
        record->ticks = ls_clock_ticks();
        record->type = LS_RECORD_TASK_ON;
        record->n_more = (uint16_t)n_more;
        record->name = 0;
        record->task = task;
        record->value = part;
        ls_ring_fill(record, ids, part * sizeof *ids);
        ls_ring_publish(n_more);
        ids += part;
        n -= part;
    }
}

void ls_task_await(ls_task_id task, const struct ls_await *what)
{
    static const struct ls_await nothing;
    if (!task)
        return;
    if (!what)
        what = &nothing;
    if (what->n_tasks && what->tasks)
        record_awaited(task, what->tasks, what->n_tasks);
    record_event(LS_RECORD_TASK_AWAIT, what->kind, task,
                 (uint64_t)what->due_ns);
    leave(&ls_recorder, task);
}

void ls_task_ready(ls_task_id task)
{
    if (task)
        record_event(LS_RECORD_TASK_READY, 0, task, ls_task_current());
}

void ls_task_detach(ls_task_id task)
{
    if (task)
        record_event(LS_RECORD_TASK_DETACH, 0, task, 0);
}

void ls_task_resume(ls_task_id task)
{
    if (!task)
        return;
    record_event(LS_RECORD_TASK_RESUME, 0, task, 0);
    enter(&ls_recorder, task); /* after: the first record sets it to none */
}

void ls_task_finish(ls_task_id task, enum ls_outcome outcome,
                    const char *reason)
{
    if (!task)
        return;
    size_t n_bytes = ls_ring_text_length(reason);
    unsigned n_more = ls_ring_more(n_bytes);
    struct ls_record *record = ls_ring_reserve(n_more);
    if (record) {
        record->ticks = ls_clock_ticks();
        record->type = LS_RECORD_TASK_FINISH;
        record->n_more = (uint16_t)n_more;
        record->name = 0;
        record->task = task;
        record->value = (uint64_t)outcome;
        ls_ring_fill(record, reason, n_bytes);
        ls_ring_publish(n_more);
    }
    leave(&ls_recorder, task);
}

ls_task_id ls_task_current(void)
{
    const struct ls_recorder *r = &ls_recorder;
    bool is_ours =
        r->epoch == atomic_load_explicit(&ls_epoch, memory_order_relaxed);
    return is_ours ? r->current : 0;
}
