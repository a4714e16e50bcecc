/* SPDX-License-Identifier: MIT */
#include "callback.h"

#include <stdlib.h>
#include <string.h>

#include "asking.h"
#include "collector.h"
#include "kind.h"

static struct ls_frame *push_frame(struct ls_thread *t)
{
    if (t->n_frames == t->frames_capacity) {
        size_t capacity = t->frames_capacity ? 2 * t->frames_capacity : 4;
        struct ls_frame *frames =
            capacity <= LS_MOST_OPEN
                ? realloc(t->frames, capacity * sizeof *frames)
                : NULL;
        if (!frames)
            return NULL;
        t->frames = frames;
        t->frames_capacity = capacity;
    }
    return &t->frames[t->n_frames++];
}

static bool is_in_turn(const struct ls_thread *t)
{
    return ls_thread_find(t, LS_OPEN_TURN, 0) < t->open.n;
}

/* The name of the function at ADDRESS, of the image that is there now. */
static struct ls_json name_at(struct ls_collector *c, const struct ls_thread *t,
                              uint64_t address)
{
    ls_functions_look(c->functions, t->process,
                      c->processes[t->process].generation, t->pid);
    return ls_functions_name(c->functions, t->process, address);
}

/* Who woke an async, if that is known. */
static void write_sender(struct ls_collector *c, struct ls_thread *t,
                         const struct ls_chain *chain, int64_t most_ns)
{
    struct ls_sent_more sent;
    if (ls_cursor_more(&t->cursor, &sent, sizeof sent) < sizeof sent)
        return;
    const struct ls_operation *by =
        ls_operations_find(c->operations, t->process, sent.operation);
    struct ls_record ready = {.type = LS_RECORD_TASK_READY,
                              .task = chain->id,
                              .value =
                                  by && by->chain ? by->chain->id : sent.task};
    int64_t ns = ls_timeline_ns(&c->timeline, sent.ticks);
    ls_tasks_ready(c->tasks, t, &ready, ns < most_ns ? ns : most_ns);
}

static void begin_frame(struct ls_collector *c, struct ls_thread *t,
                        const struct ls_record *record, int64_t ns)
{
    enum ls_operation_kind kind = record->name & 0xff;
    struct ls_operation *op =
        ls_operations_find(c->operations, t->process, record->task);
    struct ls_frame *frame = push_frame(t);
    if (!frame)
        return;
    if (kind >= LS_N_OPERATIONS)
        kind = LS_OPERATION_idle;
    *frame = (struct ls_frame){.operation = record->task,
                               .chain = op ? op->chain : NULL,
                               .status = ls_kind_error(record->name),
                               .is_open = is_in_turn(t)};
    if (op)
        op->again = false;
    if (frame->chain) {
        if (record->n_more)
            write_sender(c, t, frame->chain, ns);
        ls_chain_enter(frame->chain, c->tasks, t, ns);
    }
    if (!frame->is_open)
        return;
    struct ls_callback_args args = {.kind = ls_kind_name(kind),
                                    .phase = ls_kind_phase(kind, frame->status),
                                    .status = frame->status,
                                    .operation = record->task,
                                    .registered = op ? op->place : 0,
                                    .submitted_ns = -1};
    uint64_t task = frame->chain ? frame->chain->id : op ? op->named : 0;
    ls_thread_push_callback(t, LS_OPEN_CALLBACK, name_at(c, t, record->value),
                            task, &args, ns);
}

void ls_callback_begin(struct ls_collector *c, struct ls_thread *t,
                       const struct ls_record *record, int64_t ns)
{
    bool told = record->ticks && t->callback_begin == record->ticks;
    t->callback_begin = 0;
    t->last_callback = record->ticks;
    if (!told) /* by the ring's words */
        begin_frame(c, t, record, ns);
}

void ls_callback_open(struct ls_collector *c, struct ls_thread *t,
                      const struct ls_record *record)
{
    struct ls_record begin = *record;
    begin.n_more = 0;
    if (record->type == LS_RECORD_CALLBACK) {
        const struct ls_operation *op =
            ls_operations_find(c->operations, t->process, record->task);
        begin.value = op ? op->callback : 0;
    }
    t->callback_begin = t->last_callback = record->ticks;
    begin_frame(c, t, &begin, ls_timeline_ns(&c->timeline, record->ticks));
}

/* Whether nothing more will come of it, after a callback. */
static bool is_done(const struct ls_operation *op, const struct ls_frame *frame,
                    uint64_t due)
{
    switch (op->kind) {
    case LS_OPERATION_timer:
        return !due && !op->again;
    case LS_OPERATION_read:
    case LS_OPERATION_udp_recv:
        return frame->status && !op->again;
    case LS_OPERATION_signal:
        return op->variant == LS_VARIANT_ONCE && !op->again;
    case LS_OPERATION_process:
        return true;
    default:
        return !ls_kind_is_of_handle(op->kind);
    }
}

static void end_frame(struct ls_collector *c, struct ls_thread *t,
                      const struct ls_record *record, int64_t ns)
{
    struct ls_operations *o = c->operations;
    if (t->n_frames == 0)
        return;
    ls_asking_settle_accepted(c, t, ns);
    struct ls_frame frame = t->frames[--t->n_frames];
    struct ls_operation *op =
        ls_operations_find(o, t->process, frame.operation);
    bool closed = op && op->kind == LS_OPERATION_close;
    if (frame.is_open)
        ls_thread_close_callback(t, ns);
    if (op) {
        uint64_t address = op->handle;
        if (record->value && !op->again)
            op->asked.due_ns = ls_timeline_due(&c->timeline, record->value);
        if (is_done(op, &frame, record->value))
            ls_operations_end(o, op);
        if (closed)
            ls_operations_end_handle(o, t->process, address);
    }
    if (!frame.chain)
        return;
    /* The close of what has failed changes nothing about that. */
    const char *status = closed ? frame.chain->status : frame.status;
    ls_chain_leave(frame.chain, status, c->tasks, t, ns);
    ls_operations_settle(c->operations, c->tasks, t, frame.chain, ns);
}

/* No record says that they have ended. */
static void end_frames_above(struct ls_collector *c, struct ls_thread *t,
                             size_t n, int64_t ns)
{
    struct ls_record lost = {.type = LS_RECORD_CALLBACK_END};
    while (t->n_frames > n)
        end_frame(c, t, &lost, ns);
}

void ls_callback_abandon(struct ls_collector *c, struct ls_thread *t,
                         int64_t ns)
{
    t->callback_begin = 0;
    end_frames_above(c, t, 0, ns);
}

void ls_callback_end(struct ls_collector *c, struct ls_thread *t,
                     const struct ls_record *record, int64_t ns)
{
    size_t n = t->n_frames;
    while (n > 0 && t->frames[n - 1].operation != record->task)
        n--;
    if (n == 0)
        return;
    end_frames_above(c, t, n, ns);
    end_frame(c, t, record, ns);
}

void ls_callback_close(struct ls_collector *c, struct ls_thread *t,
                       const struct ls_record *record)
{
    struct ls_record end = {.type = LS_RECORD_CALLBACK_END,
                            .task = record->task,
                            .value = ls_callback_due_ms(record->value) *
                                     LS_NS_PER_MS};
    uint64_t ticks = record->ticks + ls_callback_ticks(record->value);
    t->callback_begin = 0;
    ls_callback_end(c, t, &end, ls_timeline_ns(&c->timeline, ticks));
}

void ls_callback_begin_work(struct ls_collector *c, struct ls_thread *t,
                            const struct ls_record *record, int64_t ns)
{
    const struct ls_operation *op =
        ls_operations_find(c->operations, t->process, record->task);
    struct ls_callback_args args = {.operation = record->task,
                                    .submitted_ns = op ? op->asked_ns : -1,
                                    .threads = record->name >> 16};
    ls_thread_push_callback(t, LS_OPEN_POOL, name_at(c, t, record->value),
                            op && op->chain ? op->chain->id
                            : op            ? op->named
                                            : 0,
                            &args, ns);
}

void ls_callback_end_work(struct ls_collector *c, struct ls_thread *t,
                          const struct ls_record *record, int64_t ns)
{
    const struct ls_operation *op =
        ls_operations_find(c->operations, t->process, record->task);
    ls_thread_close(t, ls_thread_find(t, LS_OPEN_POOL, 0), ns, 0, NULL, NULL,
                    NULL);
    if (!op || !op->chain)
        return;
    struct ls_record ready = {.type = LS_RECORD_TASK_READY,
                              .task = op->chain->id};
    ls_tasks_ready(c->tasks, t, &ready, ns);
}

void ls_callback_forget_thread(struct ls_thread *t)
{
    for (size_t i = 0; i < t->n_frames; i++)
        if (t->frames[i].chain)
            t->frames[i].chain->n_frames--;
    t->n_frames = 0;
}
