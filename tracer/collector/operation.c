/* SPDX-License-Identifier: MIT */
/*
 * Operations by their id, handles by their address, chains by their task's id.
 *
 *   handle -> chain <- operation (read)   what is asked about a handle belongs
 *                   <- operation (write)  to the handle's chain
 *   chain <- operation (fs_open)          everything else to that of the
 *                                         callback which asks, or a new one
 */
#include "operation.h"

#include <stdlib.h>
#include <string.h>

#include "chain.h"
#include "collector.h"
#include "map.h"

/* Beyond so many at one time the program is broken. */
enum { MOST_OPERATIONS = 1 << 20 };

struct operation {
    struct ls_asked asked; /* first: what its chain awaits */
    uint32_t process;
    enum ls_operation_kind kind;
    enum ls_variant variant;
    bool again; /* asked again in its callback */
    uint64_t callback, handle;
    uint64_t named; /* the program's task that asked */
    uint64_t place; /* a stack's number */
    int64_t asked_ns;
    struct ls_chain *chain; /* or NULL */
};

struct handle {
    uint64_t key;
    uint32_t process;
    uint64_t operation; /* that goes on, or 0 */
    struct ls_chain *chain;
};

struct ls_operations {
    struct ls_map by_id;   /* struct operation */
    struct ls_map handles; /* by key_of() */
    struct ls_map chains;  /* by the task's id */
    uint64_t next_task, end_task;
};

/* ---- kinds -------------------------------------------------------------- */

enum phase { TIMERS, IDLE, PREPARE, IO, CHECK, CLOSING };

static const char *const phases[] = {
    [TIMERS] = "timers", [IDLE] = "idle",   [PREPARE] = "prepare",
    [IO] = "io",         [CHECK] = "check", [CLOSING] = "closing",
};

static const struct kind {
    struct ls_json name;
    enum phase phase;
} kinds[LS_N_OPERATIONS] = {
#define X(id, name, phase)                                                     \
    [LS_OPERATION_##id] = {LS_JSON("\"" name "\""), phase},
    LS_OPERATIONS(X)
#undef X
};

/* Goes on after a callback, and there is one of a handle at a time. */
static bool is_of_handle(enum ls_operation_kind kind)
{
    return kind <= LS_OPERATION_connection || kind == LS_OPERATION_read ||
           kind == LS_OPERATION_udp_recv;
}

/* Called in every turn, for whatever there is to do: they are no tasks. */
static bool is_in_every_turn(enum ls_operation_kind kind)
{
    return kind == LS_OPERATION_idle || kind == LS_OPERATION_prepare ||
           kind == LS_OPERATION_check;
}

/* What a chain that begins with it is called. */
static struct ls_json chain_name(const struct operation *op)
{
    static const struct ls_json streams[] = {
        [LS_VARIANT_CONNECTION] = LS_JSON("\"connection\""),
        [LS_VARIANT_PIPE] = LS_JSON("\"pipe\""),
        [LS_VARIANT_TTY] = LS_JSON("\"tty\""),
    };
    switch (op->kind) {
    case LS_OPERATION_connection:
        return LS_JSON("\"listener\"");
    case LS_OPERATION_udp_recv:
    case LS_OPERATION_udp_send:
        return LS_JSON("\"udp\"");
    case LS_OPERATION_accepted:
    case LS_OPERATION_connect:
        return streams[LS_VARIANT_CONNECTION];
    case LS_OPERATION_read:
    case LS_OPERATION_write:
    case LS_OPERATION_shutdown:
        return op->variant >= LS_VARIANT_CONNECTION &&
                       op->variant <= LS_VARIANT_TTY
                   ? streams[op->variant]
                   : LS_JSON("\"stream\"");
    default:
        return kinds[op->kind].name;
    }
}

/* Streams and sockets: they go on until they are closed. */
static bool lasts(enum ls_operation_kind kind)
{
    switch (kind) {
    case LS_OPERATION_connection:
    case LS_OPERATION_accepted:
    case LS_OPERATION_connect:
    case LS_OPERATION_read:
    case LS_OPERATION_write:
    case LS_OPERATION_shutdown:
    case LS_OPERATION_udp_recv:
    case LS_OPERATION_udp_send:
        return true;
    default:
        return false;
    }
}

/* What libuv calls an error that a record's name carries: those that are errno
 * are called as there. */
static const char *error_of(const struct ls_record *record)
{
    static const struct {
        int number;
        const char *name;
    } own[] = {
        {4095, "EOF"},          {4094, "UNKNOWN"},
        {4080, "ECHARSET"},     {3000, "EAI_ADDRFAMILY"},
        {3001, "EAI_AGAIN"},    {3002, "EAI_BADFLAGS"},
        {3003, "EAI_CANCELED"}, {3004, "EAI_FAIL"},
        {3005, "EAI_FAMILY"},   {3006, "EAI_MEMORY"},
        {3007, "EAI_NODATA"},   {3008, "EAI_NONAME"},
        {3009, "EAI_OVERFLOW"}, {3010, "EAI_SERVICE"},
        {3011, "EAI_SOCKTYPE"}, {3013, "EAI_BADHINTS"},
        {3014, "EAI_PROTOCOL"},
    };
    int number = (int)(record->name >> 16);
    if (number == 0)
        return NULL;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (own[i].number == number)
            return own[i].name;
    const char *name = strerrorname_np(number);
    return name ? name : "UNKNOWN";
}

/* ---- tables ------------------------------------------------------------- */

struct ls_operations *ls_operations_new(void)
{
    return calloc(1, sizeof(struct ls_operations));
}

struct sweep {
    uint32_t process;
    bool all;
};

static bool takes_operation(uint64_t key, void *value, void *arg)
{
    const struct sweep *sweep = arg;
    struct operation *op = value;
    bool taken = sweep->all || op->process == sweep->process;
    if (taken)
        free(op);
    return taken;
}

static bool takes_handle(uint64_t key, void *value, void *arg)
{
    const struct sweep *sweep = arg;
    struct handle *handle = value;
    bool taken = sweep->all || handle->process == sweep->process;
    if (taken)
        free(handle);
    return taken;
}

static bool takes_chain(uint64_t key, void *value, void *arg)
{
    const struct sweep *sweep = arg;
    struct ls_chain *chain = value;
    bool taken = sweep->all || chain->process == sweep->process;
    if (taken)
        free(chain);
    return taken;
}

static void sweep(struct ls_operations *o, struct sweep what)
{
    ls_map_sweep(&o->by_id, takes_operation, &what);
    ls_map_sweep(&o->handles, takes_handle, &what);
    ls_map_sweep(&o->chains, takes_chain, &what);
}

void ls_operations_free(struct ls_operations *o)
{
    if (!o)
        return;
    sweep(o, (struct sweep){.all = true});
    ls_map_destroy(&o->by_id);
    ls_map_destroy(&o->handles);
    ls_map_destroy(&o->chains);
    free(o);
}

void ls_operations_forget_process(struct ls_operations *o, uint32_t process)
{
    sweep(o, (struct sweep){.process = process});
}

/* Addresses have 48 bits or less where programs are. */
static uint64_t key_of(uint32_t process, uint64_t address)
{
    return (address & UINT64_C(0xffffffffffff)) | (uint64_t)process << 48;
}

static struct operation *find(const struct ls_operations *o,
                              const struct ls_thread *t, uint64_t id)
{
    struct operation *op = ls_map_get(&o->by_id, id);
    return op && op->process == t->process ? op : NULL;
}

static struct handle *get_handle(struct ls_operations *o, uint32_t process,
                                 uint64_t address, bool make)
{
    uint64_t key = key_of(process, address);
    struct handle *handle = ls_map_get(&o->handles, key);
    if (handle || !make || address == 0 || o->handles.n >= MOST_OPERATIONS)
        return handle;
    handle = calloc(1, sizeof *handle);
    if (!handle)
        return NULL;
    handle->key = key;
    handle->process = process;
    if (ls_map_put(&o->handles, key, handle))
        return handle;
    free(handle);
    return NULL;
}

/* ---- the end of things -------------------------------------------------- */

static void settle(struct ls_collector *c, struct ls_thread *t,
                   struct ls_chain *chain, int64_t ns)
{
    if (!chain || !ls_chain_is_over(chain))
        return;
    struct handle *handle = ls_map_get(&c->operations->handles, chain->handle);
    if (handle && handle->chain == chain)
        handle->chain = NULL;
    ls_chain_finish(chain, c->tasks, t, ns);
    ls_map_remove(&c->operations->chains, chain->id);
    free(chain);
}

/* The operation is no longer outstanding; its chain may be over. */
static void end_operation(struct ls_operations *o, struct operation *op)
{
    struct handle *handle = get_handle(o, op->process, op->handle, false);
    if (handle && handle->operation == op->asked.operation)
        handle->operation = 0;
    if (op->chain)
        ls_chain_remove(op->chain, &op->asked);
    ls_map_remove(&o->by_id, op->asked.operation);
    free(op);
}

static void end_handle(struct ls_operations *o, uint32_t process,
                       uint64_t address)
{
    struct handle *handle = get_handle(o, process, address, false);
    if (!handle)
        return;
    struct operation *op = ls_map_get(&o->by_id, handle->operation);
    if (op)
        end_operation(o, op);
    if (handle->chain)
        handle->chain->has_handle = false;
    ls_map_remove(&o->handles, handle->key);
    free(handle);
}

/* ---- asking ------------------------------------------------------------- */

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
                        const struct operation *op, const char *text,
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
                                    const struct operation *op,
                                    const char *text, size_t n_text, int64_t ns)
{
    if (c->operations->chains.n >= MOST_OPERATIONS)
        return NULL;
    const struct ls_chain *by = running_chain(t);
    struct ls_auto_task what = {
        .id = take_task_id(c), .by = by ? by->id : 0, .kind = chain_name(op)};
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

/* The chain that it belongs to, made if need be. */
static struct ls_chain *find_chain(struct ls_collector *c, struct ls_thread *t,
                                   const struct operation *op,
                                   struct handle *handle, const char *text,
                                   size_t n_text, int64_t ns)
{
    if (is_in_every_turn(op->kind) || names_tasks(c, t))
        return NULL;
    struct ls_chain *chain = handle ? handle->chain : running_chain(t);
    if (chain || op->kind == LS_OPERATION_close)
        return chain;
    chain = start_chain(c, t, op, text, n_text, ns);
    if (chain && handle) {
        handle->chain = chain;
        chain->handle = handle->key;
        chain->has_handle = lasts(op->kind);
    }
    return chain;
}

/* A connection of which nothing was asked in the callback that accepted it. */
static void settle_accepted(struct ls_collector *c, struct ls_thread *t,
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
                              const struct operation *op, const char *text,
                              size_t n_text, int64_t ns)
{
    struct handle *before =
        get_handle(c->operations, t->process, op->handle, false);
    struct ls_chain *old = before ? before->chain : NULL;
    end_handle(c->operations, t->process, op->handle);
    settle(c, t, old, ns);
    struct handle *handle =
        get_handle(c->operations, t->process, op->handle, true);
    if (!handle)
        return;
    struct ls_chain *chain = find_chain(c, t, op, handle, text, n_text, ns);
    if (!chain)
        return;
    settle_accepted(c, t, ns);
    if (t->n_frames)
        t->frames[t->n_frames - 1].accepted = chain->id;
    else
        ls_chain_await(chain, c->tasks, t, ns);
}

static void add_operation(struct ls_collector *c, struct ls_thread *t,
                          struct operation *op, const char *text, size_t n_text,
                          int64_t ns)
{
    struct ls_operations *o = c->operations;
    bool own = is_of_handle(op->kind) || op->kind == LS_OPERATION_close;
    struct handle *handle = get_handle(o, t->process, op->handle, true);
    if (handle && own) { /* libuv knows only the new one, or none */
        struct operation *old = ls_map_get(&o->by_id, handle->operation);
        if (old)
            end_operation(o, old);
        handle->operation = is_of_handle(op->kind) ? op->asked.operation : 0;
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

static int64_t due_ns(struct ls_collector *c, uint64_t due)
{
    if (due == 0)
        return -1;
    int64_t ns = ls_timeline_of_monotonic(&c->timeline, due);
    return ns > 0 ? ns : 0;
}

static void write_asked(struct ls_collector *c, struct ls_thread *t,
                        const struct ls_record *record, int64_t ns)
{
    struct ls_operations *o = c->operations;
    struct ls_asked_more more;
    size_t n = ls_cursor_more(&t->cursor, c->scratch, LS_CHUNK_BYTES);
    enum ls_operation_kind kind = record->name & 0xff;
    if (n < sizeof more || kind >= LS_N_OPERATIONS || !record->task ||
        ls_map_get(&o->by_id, record->task) || o->by_id.n >= MOST_OPERATIONS)
        return;
    memcpy(&more, c->scratch, sizeof more);
    const char *text = c->scratch + sizeof more;
    size_t n_text = strnlen(text, n - sizeof more);
    struct operation *op = calloc(1, sizeof *op);
    if (!op)
        return;
    *op = (struct operation){
        .asked = {.operation = record->task,
                  .kind = kinds[kind].name,
                  .due_ns = due_ns(c, more.due)},
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

/* A timer that was put off, or something that was asked for again. */
static void ask_again(struct ls_collector *c, struct ls_thread *t,
                      const struct ls_record *record)
{
    struct operation *op = find(c->operations, t, record->task);
    if (!op)
        return;
    op->asked.due_ns = due_ns(c, record->value);
    op->again = true;
}

static void end_without(struct ls_collector *c, struct ls_thread *t,
                        const struct ls_record *record, int64_t ns)
{
    struct ls_operations *o = c->operations;
    struct operation *op = find(o, t, record->task);
    if (!op)
        return;
    struct ls_chain *chain = op->chain;
    uint64_t address = op->handle;
    bool closed = op->kind == LS_OPERATION_close;
    end_operation(o, op);
    if (closed)
        end_handle(o, t->process, address);
    if (chain)
        chain->stopped = record->value != 0 && chain->n_frames == 0;
    settle(c, t, chain, ns);
}

/* ---- callbacks ---------------------------------------------------------- */

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

/* Who woke an async, if that is known. */
static void write_sender(struct ls_collector *c, struct ls_thread *t,
                         const struct ls_chain *chain, int64_t most_ns)
{
    struct ls_sent_more sent;
    if (ls_cursor_more(&t->cursor, &sent, sizeof sent) < sizeof sent)
        return;
    const struct operation *by = find(c->operations, t, sent.operation);
    struct ls_record ready = {.type = LS_RECORD_TASK_READY,
                              .task = chain->id,
                              .value =
                                  by && by->chain ? by->chain->id : sent.task};
    int64_t ns = ls_timeline_ns(&c->timeline, sent.ticks);
    ls_tasks_ready(c->tasks, t, &ready, ns < most_ns ? ns : most_ns);
}

/* What a stream had left to do when it was closed comes with its close. */
static enum phase phase_of(enum ls_operation_kind kind, const char *status)
{
    bool cancelled = status && strcmp(status, "ECANCELED") == 0;
    bool of_stream =
        kind == LS_OPERATION_write || kind == LS_OPERATION_connect ||
        kind == LS_OPERATION_shutdown || kind == LS_OPERATION_udp_send;
    return cancelled && of_stream ? CLOSING : kinds[kind].phase;
}

static void begin_callback(struct ls_collector *c, struct ls_thread *t,
                           const struct ls_record *record, int64_t ns)
{
    enum ls_operation_kind kind = record->name & 0xff;
    struct operation *op = find(c->operations, t, record->task);
    struct ls_frame *frame = push_frame(t);
    if (!frame)
        return;
    if (kind >= LS_N_OPERATIONS)
        kind = LS_OPERATION_idle;
    *frame = (struct ls_frame){.operation = record->task,
                               .chain = op ? op->chain : NULL,
                               .status = error_of(record),
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
    ls_functions_look(c->functions, t->process,
                      c->processes[t->process].generation, t->pid);
    struct ls_callback_args args = {.kind = kinds[kind].name,
                                    .phase =
                                        phases[phase_of(kind, frame->status)],
                                    .status = frame->status,
                                    .operation = record->task,
                                    .registered = op ? op->place : 0,
                                    .submitted_ns = -1};
    uint64_t task = frame->chain ? frame->chain->id : op ? op->named : 0;
    ls_thread_push_callback(
        t, LS_OPEN_CALLBACK,
        ls_functions_name(c->functions, t->process, record->value), task, &args,
        ns);
}

/* Whether nothing more will come of it, after a callback. */
static bool is_done(const struct operation *op, const struct ls_frame *frame,
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
        return !is_of_handle(op->kind);
    }
}

static void end_callback(struct ls_collector *c, struct ls_thread *t,
                         const struct ls_record *record, int64_t ns)
{
    struct ls_operations *o = c->operations;
    if (t->n_frames == 0)
        return;
    settle_accepted(c, t, ns);
    struct ls_frame frame = t->frames[--t->n_frames];
    struct operation *op = find(o, t, frame.operation);
    bool closed = op && op->kind == LS_OPERATION_close;
    if (frame.is_open)
        ls_thread_close_callback(t, ns);
    if (op) {
        uint64_t address = op->handle;
        if (record->value && !op->again)
            op->asked.due_ns = due_ns(c, record->value);
        if (is_done(op, &frame, record->value))
            end_operation(o, op);
        if (closed)
            end_handle(o, t->process, address);
    }
    if (!frame.chain)
        return;
    /* The close of what has failed changes nothing about that. */
    const char *status = closed ? frame.chain->status : frame.status;
    ls_chain_leave(frame.chain, status, c->tasks, t, ns);
    settle(c, t, frame.chain, ns);
}

/* The frames of a callback that is left by a jump or whose end was lost are
 * those above the one that ends now. */
static void unwind(struct ls_collector *c, struct ls_thread *t,
                   const struct ls_record *record, int64_t ns)
{
    size_t n = t->n_frames;
    while (n > 0 && t->frames[n - 1].operation != record->task)
        n--;
    if (n == 0)
        return;
    struct ls_record lost = {.type = LS_RECORD_CALLBACK_END};
    while (t->n_frames > n)
        end_callback(c, t, &lost, ns);
    end_callback(c, t, record, ns);
}

/* ---- the pool ----------------------------------------------------------- */

static void begin_work(struct ls_collector *c, struct ls_thread *t,
                       const struct ls_record *record, int64_t ns)
{
    const struct operation *op = find(c->operations, t, record->task);
    struct ls_callback_args args = {.operation = record->task,
                                    .submitted_ns = op ? op->asked_ns : -1};
    ls_functions_look(c->functions, t->process,
                      c->processes[t->process].generation, t->pid);
    ls_thread_push_callback(
        t, LS_OPEN_POOL,
        ls_functions_name(c->functions, t->process, record->value),
        op && op->chain ? op->chain->id
        : op            ? op->named
                        : 0,
        &args, ns);
}

static void end_work(struct ls_collector *c, struct ls_thread *t,
                     const struct ls_record *record, int64_t ns)
{
    const struct operation *op = find(c->operations, t, record->task);
    ls_thread_close(t, ls_thread_find(t, LS_OPEN_POOL, 0), ns, 0, NULL, NULL,
                    NULL);
    if (!op || !op->chain)
        return;
    struct ls_record ready = {.type = LS_RECORD_TASK_READY,
                              .task = op->chain->id};
    ls_tasks_ready(c->tasks, t, &ready, ns);
}

/* ---- records ------------------------------------------------------------ */

void ls_operations_write(struct ls_collector *c, struct ls_thread *t,
                         const struct ls_record *record, int64_t ns)
{
    switch ((enum ls_record_type)record->type) {
    case LS_RECORD_ASKED:
        write_asked(c, t, record, ns);
        break;
    case LS_RECORD_ASKED_AGAIN:
        ask_again(c, t, record);
        break;
    case LS_RECORD_OPERATION_OVER:
        end_without(c, t, record, ns);
        break;
    case LS_RECORD_CALLBACK_BEGIN:
        begin_callback(c, t, record, ns);
        break;
    case LS_RECORD_CALLBACK_END:
        unwind(c, t, record, ns);
        break;
    case LS_RECORD_POOL_BEGIN:
        begin_work(c, t, record, ns);
        break;
    case LS_RECORD_POOL_END:
        end_work(c, t, record, ns);
        break;
    default:
        break;
    }
}

void ls_operations_forget_thread(struct ls_thread *t)
{
    for (size_t i = 0; i < t->n_frames; i++)
        if (t->frames[i].chain)
            t->frames[i].chain->n_frames--;
    t->n_frames = 0;
}
