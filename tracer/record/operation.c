/* SPDX-License-Identifier: MIT */
#include "operation.h"

#include "session.h"

uint64_t ls_operation_take_ids(void)
{
    struct ls_recorder *r = &ls_recorder;
    if (!ls_ring_open()) /* the ring of this epoch, with ids of it */
        return 0;
    if (r->next_operation == r->end_operation) {
        struct ls_shared *shared = ls_session_shared();
        if (!shared)
            return 0;
        r->next_operation = 1 + atomic_fetch_add(&shared->header.next_operation,
                                                 LS_TASK_ID_BLOCK);
        r->end_operation = r->next_operation + LS_TASK_ID_BLOCK;
    }
    return r->next_operation++;
}

void ls_operation_asked(const struct ls_operation *op, const void *handle,
                        uint64_t due_ms, uint64_t ticks, const char *text)
{
    size_t n_text = text ? strnlen(text, LS_TARGET_BYTES) : 0;
    unsigned n_more = 1 + ls_ring_more(n_text);
    struct ls_record *record = ls_ring_reserve(n_more);
    if (!record)
        return;
    struct ls_asked_more more = {.pc = (uint64_t)(uintptr_t)op->place,
                                 .handle = (uint64_t)(uintptr_t)handle,
                                 .task = op->task,
                                 .due = due_ms * LS_NS_PER_MS};
    *record = (struct ls_record){.ticks = ticks,
                                 .type = LS_RECORD_ASKED,
                                 .n_more = (uint16_t)n_more,
                                 .name = op->kind | (uint32_t)op->variant << 8,
                                 .task = op->id,
                                 .value = (uint64_t)(uintptr_t)op->callback};
    memcpy(record + 1, &more, sizeof more);
    if (n_text > 0) {
        memset(record + n_more, 0, sizeof *record);
        memcpy(record + 2, text, n_text);
    }
    ls_ring_publish(n_more);
}

static void record_plain(uint16_t type, const struct ls_operation *op,
                         int status, uint64_t value, uint64_t ticks)
{
    struct ls_record *record = ls_ring_reserve(0);
    if (!record)
        return;
    *record = (struct ls_record){.ticks = ticks,
                                 .type = type,
                                 .name = ls_operation_name(op->kind, status),
                                 .task = ls_operation_id(op),
                                 .value = value};
    ls_ring_publish(0);
}

/* Inside a callback the last stamp will do: what follows is after it anyway. */
void ls_operation_tell_again(const struct ls_operation *op, uint64_t due_ms)
{
    struct ls_recorder *r = &ls_recorder;
    r->n_again += op->id == r->operation;
    record_plain(LS_RECORD_ASKED_AGAIN, op, 0, due_ms * LS_NS_PER_MS,
                 r->operation ? r->callback_at : ls_clock_ticks());
}

void ls_operation_over(const struct ls_operation *op, int status, bool stopped)
{
    record_plain(LS_RECORD_OPERATION_OVER, op, status, stopped,
                 ls_clock_ticks());
}

void ls_operation_pool(uint16_t type, const struct ls_operation *op, void *work,
                       unsigned threads)
{
    record_plain(type, op, -(int)threads, (uint64_t)(uintptr_t)work,
                 ls_clock_ticks());
}

/* ---- the loop's end ------------------------------------------------------ */

static void record_end(uint16_t type, uint32_t name, uint64_t task,
                       uint64_t value)
{
    struct ls_record *record = ls_ring_reserve(0);
    if (!record)
        return;
    *record = (struct ls_record){.ticks = ls_clock_ticks(),
                                 .type = type,
                                 .name = name,
                                 .task = task,
                                 .value = value};
    ls_ring_publish(0);
}

void ls_operation_loop_closed(const void *loop, int error, uint64_t n_open)
{
    record_end(LS_RECORD_LOOP_CLOSE, (uint32_t)-error,
               (uint64_t)(uintptr_t)loop, n_open);
}

void ls_operation_left_open(unsigned type, const struct ls_operation *op)
{
    record_end(LS_RECORD_HANDLE_OPEN, type,
               op ? (uint64_t)(uintptr_t)op->place : 0,
               op ? (uint64_t)(uintptr_t)op->callback : 0);
}

/* ---- callbacks ---------------------------------------------------------- */

void ls_callback_tell_begin(struct ls_callback_scope *scope,
                            const struct ls_operation *op,
                            const struct ls_sent_more *sent)
{
    struct ls_record *record = ls_ring_reserve(sent != NULL);
    scope->head = 0;
    ls_recorder.n_again = 0;
    if (!record)
        return;
    *record = (struct ls_record){.ticks = scope->begin,
                                 .type = LS_RECORD_CALLBACK_BEGIN,
                                 .n_more = sent != NULL,
                                 .name = scope->name,
                                 .task = scope->operation,
                                 .value = (uint64_t)(uintptr_t)op->callback};
    if (sent)
        memcpy(record + 1, sent, sizeof *sent);
    ls_ring_publish(sent != NULL);
    scope->head = ls_recorder.head;
}

static void learn(const struct ls_callback_scope *scope)
{
    struct ls_recorder *r = &ls_recorder;
    uint64_t kind = UINT64_C(1) << (scope->name & 0x3f);
    if (scope->head + r->n_again == r->head)
        r->kinds_that_ask &= ~kind;
    else
        r->kinds_that_ask |= kind;
}

/* No record says that it has ended: the ring's word must not go on saying that
 * it has not. */
static void lose_end(const struct ls_callback_scope *scope)
{
    struct ls_ring *ring = ls_recorder.ring;
    if (ring && atomic_load_explicit(&ring->callback_begin,
                                     memory_order_relaxed) == scope->begin)
        atomic_store_explicit(&ring->callback_begin, 0, memory_order_release);
}

void ls_callback_tell_end(const struct ls_callback_scope *scope, uint64_t now,
                          uint64_t due_ms)
{
    learn(scope);
    struct ls_record *record = ls_ring_reserve(0);
    if (!record) {
        lose_end(scope);
        return;
    }
    *record = (struct ls_record){.ticks = now,
                                 .type = LS_RECORD_CALLBACK_END,
                                 .name = scope->name & 0xff,
                                 .task = scope->operation,
                                 .value = due_ms * LS_NS_PER_MS};
    ls_ring_publish(0);
}
