/* SPDX-License-Identifier: MIT */
/* What each kind of record becomes in the trace. */
#include <stdlib.h>
#include <string.h>

#include "collector.h"
#include "tracer/vocabulary.h"

/* More at once is not to be believed: hours of the fastest thread. */
#define MOST_LOST (UINT64_C(1) << 40)

/* By one task; more are left out. */
enum { MOST_AWAITED = 1 << 16 };

/* ---- calls -------------------------------------------------------------- */

static const char *const call_names[] = {
#define X(id, name) "\"" name "\"",
    LS_CALLS(X)
#undef X
};

/* Functions of libuv that were given no callback. */
static const bool is_sync[LS_N_CALLS] = {
#define X(id, name) [LS_CALL_##id] = true,
    LS_CALLS_SYNC(X)
#undef X
};

static const char *const fd_kinds[] = {
#define X(id, name) "\"" name "\"",
    LS_FD_KINDS(X)
#undef X
};

static struct ls_json call_name(uint32_t call)
{
    const char *name = call < LS_N_CALLS ? call_names[call] : "\"call\"";
    return (struct ls_json){name, strlen(name)};
}

void ls_record_begin_call(struct ls_collector *c, struct ls_thread *t,
                          uint32_t call, uint64_t pc, uint64_t begin)
{
    int64_t ns = ls_timeline_ns(&c->timeline, begin);
    if (t->call_begin) /* its end was lost */
        ls_thread_close(t, ls_thread_find(t, LS_OPEN_CALL, 0), ns, 0, NULL,
                        NULL, NULL);
    t->call_begin_ns =
        ls_thread_push(t, LS_OPEN_CALL, call_name(call & 0xffff), 0, ns);
    uint64_t stack = ls_stack_place(c, t, pc);
    if (stack)
        ls_text_add_int(ls_emit_arg(&c->emit, "stack"), (int64_t)stack);
    if ((call & 0xffff) < LS_N_CALLS && is_sync[call & 0xffff])
        ls_text_add(ls_emit_arg(&c->emit, "sync"), "true");
    ls_emit_end(&c->emit);
    t->call_begin = t->last_call = begin;
}

/* What the end of a turn or call says of its time. */
struct cause {
    int64_t wall_ns;
    uint64_t cpu_ns, delay_ns, faults;
    bool measured; /* only if wall_ns > 0: what is late may have none */
    bool exits;    /* the process ended by itself in this turn */
    const struct ls_call_more *call; /* or NULL */
    const char *target;              /* what the call was about */
    size_t n_target;
    uint64_t stack;
};

/* No more than what is left of the whole. */
static int64_t at_most(uint64_t ns, int64_t most)
{
    return ns < (uint64_t)most ? (int64_t)ns : most;
}

static void add_cause(struct ls_emit *emit, void *arg)
{
    const struct cause *cause = arg;
    if (cause->measured) {
        int64_t cpu = at_most(cause->cpu_ns, cause->wall_ns);
        int64_t delay = at_most(cause->delay_ns, cause->wall_ns - cpu);
        ls_text_add_int(ls_emit_arg(emit, "cpu_ns"), cpu);
        ls_text_add_int(ls_emit_arg(emit, "blocked_ns"),
                        cause->wall_ns - cpu - delay);
        ls_text_add_int(ls_emit_arg(emit, "descheduled_ns"), delay);
    }
    if (cause->faults)
        ls_text_add_int(ls_emit_arg(emit, "faults"), (int64_t)cause->faults);
    if (cause->exits)
        ls_text_add(ls_emit_arg(emit, "exit"), "true");
    if (cause->call && cause->call->fd >= 0) {
        ls_text_add_int(ls_emit_arg(emit, "fd"), cause->call->fd);
        uint8_t kind = cause->call->fd_kind;
        if (kind > LS_FD_NONE && kind < LS_N_FD_KINDS)
            ls_text_add(ls_emit_arg(emit, "fd_kind"), fd_kinds[kind]);
    }
    if (cause->n_target > 0)
        ls_text_add_string_n(ls_emit_arg(emit, "target"), cause->target,
                             cause->n_target);
    if (cause->stack)
        ls_text_add_int(ls_emit_arg(emit, "stack"), (int64_t)cause->stack);
}

/* How much of what follows a call's record is its target. */
static size_t target_bytes(const struct ls_record *record)
{
    size_t n = (record->name >> 16) * sizeof *record;
    return n < LS_TARGET_BYTES ? n : LS_TARGET_BYTES;
}

void ls_record_end_call(struct ls_collector *c, struct ls_thread *t,
                        const struct ls_record *record)
{
    struct ls_call_more more;
    size_t n = ls_cursor_more(&t->cursor, c->scratch, LS_CHUNK_BYTES);
    memset(&more, 0, sizeof more);
    memcpy(&more, c->scratch, n < sizeof more ? n : sizeof more);
    int64_t ns = ls_timeline_ns(&c->timeline, record->ticks + record->value);
    struct cause cause = {
        .wall_ns = ns - t->call_begin_ns,
        .cpu_ns = more.cpu_ns,
        .delay_ns = more.delay_ns,
        .measured = more.flags & LS_CALL_MEASURED && ns > t->call_begin_ns,
        .call = &more,
    };
    size_t at = n < sizeof more ? n : sizeof more;
    size_t n_target = target_bytes(record);
    n_target = n_target < n - at ? n_target : n - at;
    cause.target = c->scratch + at;
    cause.n_target = strnlen(cause.target, n_target);
    at += n_target;
    if (more.n_stack_more > 0 && n > at)
        cause.stack = ls_stack_copied(c, t, more.pc, c->scratch + at, n - at);
    size_t index = ls_thread_find(t, LS_OPEN_CALL, 0);
    ls_thread_close(t, index, ns, 0, NULL, add_cause, &cause);
    t->call_begin = 0;
}

/* The first half of a call's record. */
void ls_record_open_call(struct ls_collector *c, struct ls_thread *t,
                         const struct ls_record *record)
{
    struct ls_call_more more;
    memset(&more, 0, sizeof more);
    ls_cursor_more(&t->cursor, &more, sizeof more);
    t->last_call = record->ticks;
    if (more.flags & LS_CALL_NONBLOCKING)
        ls_cursor_advance(&t->cursor); /* nothing of it is in the trace */
    else
        ls_record_begin_call(c, t, record->name, more.pc, record->ticks);
}

/* ---- other records ------------------------------------------------------ */

static const char *const loop_kinds[LS_LOOP_KINDS] = {
    [LS_LOOP_LIBUV] = "\"libuv\"",
    [LS_LOOP_EPOLL] = "\"epoll\"",
    [LS_LOOP_POLL] = "\"poll\"",
    [LS_LOOP_SELECT] = "\"select\"",
};

static void write_loop(struct ls_collector *c, struct ls_thread *t,
                       uint64_t kind, const char *name, size_t n_name)
{
    struct ls_event event = {.ph = 'M',
                             .pid = t->pid,
                             .tid = t->tid,
                             .name = LS_JSON("\"" LS_META_LOOP "\"")};
    bool is_known = t->polls && t->loop_kind == (enum ls_loop_kind)kind;
    t->polls = true;
    t->loop_kind = (enum ls_loop_kind)kind;
    if (is_known && c->emit.full)
        return;
    ls_emit_begin(&c->emit, &event);
    ls_text_add_string_n(ls_emit_arg(&c->emit, "name"), name, n_name);
    if (kind < LS_LOOP_KINDS)
        ls_text_add(ls_emit_arg(&c->emit, "kind"), loop_kinds[kind]);
    ls_emit_end(&c->emit);
}

uint64_t ls_record_believe(uint64_t n)
{
    return n > MOST_LOST ? 1 : n;
}

uint64_t ls_record_count_lost(struct ls_collector *c, uint64_t n)
{
    n = ls_record_believe(n);
    c->n_lost += n;
    return n;
}

void ls_record_lost(struct ls_collector *c, int pid, int tid, uint64_t n,
                    int64_t from_ns, int64_t to_ns)
{
    struct ls_event event = {.ph = 'M',
                             .pid = pid,
                             .tid = tid,
                             .name = LS_JSON("\"" LS_META_LOST "\"")};
    n = ls_record_count_lost(c, n);
    if (c->emit.full)
        return;
    to_ns = to_ns > 0 ? to_ns : 0;
    from_ns = from_ns > 0 ? from_ns : 0;
    ls_emit_begin(&c->emit, &event);
    ls_text_add_int(ls_emit_arg(&c->emit, "records"), (int64_t)n);
    ls_text_add_time(ls_emit_arg(&c->emit, "from_us"),
                     from_ns < to_ns ? from_ns : to_ns);
    ls_text_add_time(ls_emit_arg(&c->emit, "to_us"), to_ns);
    ls_emit_end(&c->emit);
}

static void end_turn(struct ls_collector *c, struct ls_thread *t,
                     const struct ls_record *record, int64_t ns)
{
    struct ls_measure m;
    struct cause cause = {.wall_ns = ns - t->turn_begin_ns,
                          .exits = record->value == 1};
    if (ls_cursor_more(&t->cursor, &m, sizeof m) == sizeof m) {
        cause.cpu_ns = m.cpu_ns;
        cause.delay_ns = m.delay_ns;
        cause.faults = m.faults;
        cause.measured = cause.wall_ns > 0;
    }
    if (cause.measured && !cause.exits)
        ls_synopsis_take_turn(
            c, t->pid, cause.wall_ns - at_most(cause.delay_ns, cause.wall_ns));
    ls_thread_turn_end(t, ns, add_cause, &cause);
    t->last_turn = t->turn;
    t->last_turn.end = record->ticks;
    t->turn.begin = 0;
}

void ls_record_exit(struct ls_thread *t, int64_t ns)
{
    struct cause cause = {.exits = true};
    ls_thread_turn_end(t, ns, add_cause, &cause);
}

static void write_mark(struct ls_collector *c, struct ls_thread *t,
                       const struct ls_record *record, size_t n_text,
                       int64_t ns)
{
    struct ls_event event = {.ph = 'i',
                             .ns = ns,
                             .pid = t->pid,
                             .tid = t->tid,
                             .name = ls_names_get(&c->names, record->name),
                             .cat = LS_CAT_SPAN};
    ls_emit_begin(&c->emit, &event);
    if (n_text > 0)
        ls_text_add_string_n(ls_emit_arg(&c->emit, "text"), c->scratch, n_text);
    ls_emit_end(&c->emit);
}

static void write_counter(struct ls_collector *c, struct ls_thread *t,
                          const struct ls_record *record, int64_t ns)
{
    double value;
    memcpy(&value, &record->value, sizeof value);
    if (value - value != 0)
        return; /* not finite: only a broken program writes that */
    struct ls_event event = {.ph = 'C',
                             .ns = ns,
                             .pid = t->pid,
                             .tid = t->tid,
                             .name = ls_names_get(&c->names, record->name),
                             .cat = LS_CAT_SPAN};
    ls_emit_begin(&c->emit, &event);
    ls_text_add_double(ls_emit_arg(&c->emit, "value"), value);
    ls_emit_end(&c->emit);
}

static void end_span(struct ls_collector *c, struct ls_thread *t,
                     const struct ls_record *record, int64_t ns)
{
    struct ls_json name = ls_names_get(&c->names, record->name);
    for (size_t i = t->open.n; i > 0; i--) {
        const struct ls_open *open = &t->open.items[i - 1];
        if (open->kind == LS_OPEN_SPAN && open->name.text == name.text) {
            ls_thread_close(t, i - 1, ns, 0, NULL, NULL, NULL);
            return;
        }
    }
}

static void add_awaited(struct ls_collector *c, struct ls_thread *t,
                        const struct ls_record *record)
{
    size_t n = ls_cursor_more(&t->cursor, c->scratch, LS_CHUNK_BYTES) /
               sizeof(uint64_t);
    if (n > record->value)
        n = record->value;
    if (n == 0 || t->n_awaited + n > MOST_AWAITED)
        return;
    if (t->n_awaited + n > t->awaited_capacity) {
        size_t capacity = 2 * (t->n_awaited + n);
        uint64_t *awaited = realloc(t->awaited, capacity * sizeof *awaited);
        if (!awaited)
            return;
        t->awaited = awaited;
        t->awaited_capacity = capacity;
    }
    memcpy(t->awaited + t->n_awaited, c->scratch, n * sizeof *t->awaited);
    t->n_awaited += n;
}

static int64_t due_ns(struct ls_collector *c, const struct ls_record *record)
{
    if (record->value == 0)
        return -1;
    int64_t due = ls_timeline_of_monotonic(&c->timeline, record->value);
    return due > 0 ? due : 0;
}

void ls_record_write(struct ls_collector *c, struct ls_thread *t,
                     const struct ls_record *record)
{
    int64_t ns = ls_timeline_ns(&c->timeline, record->ticks);
    struct ls_json name = ls_names_get(&c->names, record->name);
    size_t n = 0;
    if (record->n_more && record->type != LS_RECORD_TURN_END)
        n = strnlen(c->scratch,
                    ls_cursor_more(&t->cursor, c->scratch, LS_LABEL_BYTES));
    switch ((enum ls_record_type)record->type) {
    case LS_RECORD_LOST:
        t->n_told += record->value;
        ls_record_lost(c, t->pid, t->tid, record->value,
                       ls_timeline_ns(&c->timeline, record->task), ns);
        break;
    case LS_RECORD_LOOP:
        write_loop(c, t, record->value, c->scratch, n);
        break;
    case LS_RECORD_TURN_BEGIN:
        t->turn.begin = record->ticks;
        t->sample_stack = 0;
        ls_thread_turn_begin(t, ns);
        break;
    case LS_RECORD_TURN_END:
        end_turn(c, t, record, ns);
        break;
    case LS_RECORD_TASK_START:
    case LS_RECORD_TASK_MADE:
        ls_tasks_start(c->tasks, t, record, name, c->scratch, n, ns);
        break;
    case LS_RECORD_TASK_ON:
        add_awaited(c, t, record);
        break;
    case LS_RECORD_TASK_AWAIT:
        ls_tasks_await(c->tasks, t, record,
                       record->name ? name : LS_JSON("\"await\""),
                       due_ns(c, record), ns);
        break;
    case LS_RECORD_TASK_READY:
        ls_tasks_ready(c->tasks, t, record, ns);
        break;
    case LS_RECORD_TASK_RESUME:
        ls_tasks_resume(c->tasks, t, record, ns);
        break;
    case LS_RECORD_TASK_FINISH:
        ls_tasks_finish(c->tasks, t, record, c->scratch, n, ns);
        break;
    case LS_RECORD_SPAN_BEGIN:
        ls_thread_push(t, LS_OPEN_SPAN, name, record->task, ns);
        break;
    case LS_RECORD_SPAN_END:
        end_span(c, t, record, ns);
        break;
    case LS_RECORD_MARK:
        write_mark(c, t, record, n, ns);
        break;
    case LS_RECORD_COUNTER:
        write_counter(c, t, record, ns);
        break;
    case LS_RECORD_ASKED:
    case LS_RECORD_ASKED_AGAIN:
    case LS_RECORD_OPERATION_OVER:
    case LS_RECORD_CALLBACK_BEGIN:
    case LS_RECORD_CALLBACK_END:
    case LS_RECORD_POOL_BEGIN:
    case LS_RECORD_POOL_END:
        ls_operations_write(c, t, record, ns);
        break;
    case LS_RECORD_NONE:
    case LS_RECORD_LOOP_END:
    case LS_RECORD_CALL:
    case LS_RECORD_TYPES:
        break;
    }
}
