/* SPDX-License-Identifier: MIT */
#include "asking.h"

#include <stdlib.h>
#include <string.h>

#include "collector.h"
#include "kind.h"

static uint64_t take_task_id(struct ls_collector *c)
{
    struct ls_operations *o = c->operations;
    if (o->next_task == o->end_task) {
        o->next_task =
            atomic_fetch_add(&c->shared->header.next_task_id, LS_TASK_ID_BLOCK);
        o->end_task = o->next_task + LS_TASK_ID_BLOCK;
    }
    return o->next_task++;
}

static struct ls_chain *running_chain(const struct ls_thread *t)
{
    return t->n_frames ? t->frames[t->n_frames - 1].chain : NULL;
}

/* What a person knows it by: the text that came with it, or the function that
 * will be called. */
static void label_chain(struct ls_collector *c, const struct ls_thread *t,
                        const struct ls_operation *op, const char *text,
                        size_t n_text, struct ls_auto_task *what)
{
    const char *name = op->kind == LS_OPERATION_signal && n_text
                           ? sigabbrev_np(atoi(text))
                           : NULL;
    what->label = name ? name : text;
    what->n_label = name ? strlen(name) : n_text;
    if (n_text || !op->callback)
        return;
    struct ls_json function =
        ls_functions_name(c->functions, t->process, op->callback);
    what->label = function.text + 1; /* without its quotes */
    what->n_label = function.n - 2;
}

static struct ls_chain *start_chain(struct ls_collector *c, struct ls_thread *t,
                                    const struct ls_operation *op,
                                    const char *text, size_t n_text, int64_t ns)
{
    if (c->operations->chains.n >= LS_MOST_OPERATIONS)
        return NULL;
    const struct ls_chain *by = running_chain(t);
    struct ls_auto_task what = {.id = take_task_id(c),
                                .by = by ? by->id : 0,
                                .kind =
                                    ls_kind_of_chain(op->kind, op->variant)};
    label_chain(c, t, op, text, n_text, &what);
    struct ls_chain *chain = ls_chain_start(c->tasks, t, &what, ns);
    if (chain && ls_map_put(&c->operations->chains, chain->id, chain))
        return chain;
    free(chain);
    return NULL;
}

static bool names_tasks(const struct ls_collector *c, const struct ls_thread *t)
{
    return atomic_load_explicit(&c->shared->processes[t->process].flags,
                                memory_order_relaxed) &
           LS_PROCESS_NAMES_TASKS;
}

/* The chain that it belongs to, made if need be. Where tasks are named there is
 * none, but a handle's from before that: it ends with the handle. */
static struct ls_chain *find_chain(struct ls_collector *c, struct ls_thread *t,
                                   const struct ls_operation *op,
                                   struct ls_handle *handle, const char *text,
                                   size_t n_text, int64_t ns)
{
    if (op->kind == LS_OPERATION_close)
        return handle ? handle->chain : NULL;
    if (ls_kind_is_in_every_turn(op->kind) || names_tasks(c, t))
        return NULL;
    struct ls_chain *chain = handle ? handle->chain : running_chain(t);
    if (chain)
        return chain;
    chain = start_chain(c, t, op, text, n_text, ns);
    if (chain && handle) {
        handle->chain = chain;
        chain->handle = handle->key;
        chain->has_handle = ls_kind_lasts(op->kind);
    }
    return chain;
}

void ls_asking_settle_accepted(struct ls_collector *c, struct ls_thread *t,
                               int64_t ns)
{
    struct ls_frame *frame = t->n_frames ? &t->frames[t->n_frames - 1] : NULL;
    struct ls_chain *chain =
        frame ? ls_map_get(&c->operations->chains, frame->accepted) : NULL;
    if (chain && !chain->newest && chain->n_frames == 0)
        ls_chain_await(chain, c->tasks, t, ns);
    if (frame)
        frame->accepted = 0;
}

/* A connection that has come: there is nothing yet that it awaits. Its memory
 * may have been another's, which was never closed. */
static void accept_connection(struct ls_collector *c, struct ls_thread *t,
                              const struct ls_operation *op, const char *text,
                              size_t n_text, int64_t ns)
{
    struct ls_handle *before =
        ls_operations_handle(c->operations, t->process, op->handle, false);
    struct ls_chain *old = before ? before->chain : NULL;
    ls_operations_end_handle(c->operations, t->process, op->handle);
    ls_operations_settle(c->operations, c->tasks, t, old, ns);
    struct ls_handle *handle =
        ls_operations_handle(c->operations, t->process, op->handle, true);
    if (!handle)
        return;
    struct ls_chain *chain = find_chain(c, t, op, handle, text, n_text, ns);
    if (!chain)
        return;
    ls_asking_settle_accepted(c, t, ns);
    if (t->n_frames)
        t->frames[t->n_frames - 1].accepted = chain->id;
    else
        ls_chain_await(chain, c->tasks, t, ns);
}

static void add_operation(struct ls_collector *c, struct ls_thread *t,
                          struct ls_operation *op, const char *text,
                          size_t n_text, int64_t ns)
{
    struct ls_operations *o = c->operations;
    bool own = ls_kind_is_of_handle(op->kind) || op->kind == LS_OPERATION_close;
    struct ls_handle *handle =
        ls_operations_handle(o, t->process, op->handle, true);
    if (handle && own) { /* libuv knows only the new one, or none */
        struct ls_operation *old = ls_map_get(&o->by_id, handle->operation);
        if (old)
            ls_operations_end(o, old);
        handle->operation =
            ls_kind_is_of_handle(op->kind) ? op->asked.operation : 0;
    }
    if (!ls_map_put(&o->by_id, op->asked.operation, op)) {
        free(op);
        return;
    }
    struct ls_chain *chain = find_chain(c, t, op, handle, text, n_text, ns);
    op->chain = chain;
    if (!chain)
        return;
    bool is_new = !chain->newest && !chain->awaited && chain->n_frames == 0;
    ls_chain_add(chain, &op->asked);
    if (is_new)
        ls_chain_await(chain, c->tasks, t, ns);
}

void ls_asking_write(struct ls_collector *c, struct ls_thread *t,
                     const struct ls_record *record, int64_t ns)
{
    struct ls_operations *o = c->operations;
    struct ls_asked_more more;
    size_t n = ls_cursor_more(&t->cursor, c->scratch, LS_CHUNK_BYTES);
    enum ls_operation_kind kind = record->name & 0xff;
    if (n < sizeof more || kind >= LS_N_OPERATIONS || !record->task ||
        ls_map_get(&o->by_id, record->task) || o->by_id.n >= LS_MOST_OPERATIONS)
        return;
    memcpy(&more, c->scratch, sizeof more);
    const char *text = c->scratch + sizeof more;
    size_t n_text = strnlen(text, n - sizeof more);
    struct ls_operation *op = calloc(1, sizeof *op);
    if (!op)
        return;
    *op = (struct ls_operation){
        .asked = {.operation = record->task,
                  .kind = ls_kind_name(kind),
                  .due_ns = ls_timeline_due(&c->timeline, more.due)},
        .process = t->process,
        .kind = kind,
        .variant = record->name >> 8 & 0xff,
        .callback = record->value,
        .handle = more.handle,
        .named = more.task,
        .asked_ns = ns,
    };
    ls_functions_look(c->functions, t->process,
                      c->processes[t->process].generation, t->pid);
    if (kind == LS_OPERATION_accepted) {
        accept_connection(c, t, op, text, n_text, ns);
        free(op);
        return;
    }
    op->place = more.pc ? ls_stack_place(c, t, more.pc) : 0;
    add_operation(c, t, op, text, n_text, ns);
}

void ls_asking_repeat(struct ls_collector *c, struct ls_thread *t,
                      const struct ls_record *record)
{
    struct ls_operation *op =
        ls_operations_find(c->operations, t->process, record->task);
    if (!op)
        return;
    op->asked.due_ns = ls_timeline_due(&c->timeline, record->value);
    op->again = true;
}

void ls_asking_end(struct ls_collector *c, struct ls_thread *t,
                   const struct ls_record *record, int64_t ns)
{
    struct ls_operations *o = c->operations;
    struct ls_operation *op = ls_operations_find(o, t->process, record->task);
    if (!op)
        return;
    struct ls_chain *chain = op->chain;
    uint64_t address = op->handle;
    bool closed = op->kind == LS_OPERATION_close;
    ls_operations_end(o, op);
    if (closed)
        ls_operations_end_handle(o, t->process, address);
    if (chain)
        chain->stopped = record->value != 0 && chain->n_frames == 0;
    ls_operations_settle(c->operations, c->tasks, t, chain, ns);
}
