/* SPDX-License-Identifier: MIT */
/* What each kind of record becomes in the trace. */
#include <stdlib.h>
#include <string.h>

#include "asking.h"
#include "callback.h"
#include "cause.h"
#include "collector.h"
#include "handle.h"
#include "tracer/vocabulary.h"

/* More at once is not to be believed: hours of the fastest thread. */
#define MOST_LOST (UINT64_C(1) << 40)

/* By one task; more are left out. */
enum { MOST_AWAITED = 1 << 16 };

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

/* Whether the watchdog may have samples of the turn that ends. It may tell them
 * when others, shorter ones, are over too. */
static bool is_watched(const struct ls_collector *c, const struct ls_thread *t,
                       uint64_t end)
{
    uint64_t threshold_ms =
        (uint64_t)c->shared->header.threshold_ns / LS_NS_PER_MS;
    return end - t->turn.begin >= threshold_ms / 2 * c->ticks_per_ms;
}

static void end_turn(struct ls_collector *c, struct ls_thread *t,
                     const struct ls_record *record, int64_t ns)
{
    struct ls_measure m;
    struct ls_cause cause = {.wall_ns = ns - t->turn_begin_ns,
                             .end = record->value <= LS_TURN_RAN_OUT
                                        ? (enum ls_turn_end)record->value
                                        : LS_TURN_POLLS,
                             .no_wait = t->poll & LS_POLL_NO_WAIT,
                             .n_events = t->n_events};
    if (ls_cursor_more(&t->cursor, &m, sizeof m) == sizeof m) {
        cause.cpu_ns = m.cpu_ns;
        cause.delay_ns = m.delay_ns;
        cause.faults = m.faults;
        cause.measured = cause.wall_ns > 0;
    }
    if (cause.measured && cause.end != LS_TURN_EXITS)
        ls_synopsis_take_turn(c, t->pid,
                              cause.wall_ns -
                                  ls_cause_part(cause.delay_ns, cause.wall_ns));
    ls_thread_turn_end(t, ns, ls_cause_add, &cause);
    if (is_watched(c, t, record->ticks)) {
        t->last_turn = t->turn;
        t->last_turn.end = record->ticks;
    }
    t->turn.begin = 0;
}

void ls_record_exit(struct ls_thread *t, int64_t ns)
{
    struct ls_cause cause = {.end = LS_TURN_EXITS};
    ls_thread_turn_end(t, ns, ls_cause_add, &cause);
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

static struct ls_json name_of(struct ls_collector *c,
                              const struct ls_record *record)
{
    return ls_names_get(&c->names, record->name);
}

/* The text behind the peeked record, to the scratch; how long it is. */
static size_t read_text(struct ls_collector *c, const struct ls_thread *t)
{
    if (!t->cursor.record.n_more)
        return 0;
    return strnlen(c->scratch,
                   ls_cursor_more(&t->cursor, c->scratch, LS_LABEL_BYTES));
}

void ls_record_write(struct ls_collector *c, struct ls_thread *t,
                     const struct ls_record *record)
{
    int64_t ns = ls_timeline_ns(&c->timeline, record->ticks);
    switch ((enum ls_record_type)record->type) {
    case LS_RECORD_LOST:
        t->n_told += record->value;
        ls_record_lost(c, t->pid, t->tid, record->value,
                       ls_timeline_ns(&c->timeline, record->task), ns);
        break;
    case LS_RECORD_LOOP:
        write_loop(c, t, record->value, c->scratch, read_text(c, t));
        break;
    case LS_RECORD_TURN_BEGIN:
        if (record->name & LS_POLL_JUMPED)
            ls_callback_abandon(c, t, ns);
        t->turn.begin = record->ticks;
        t->poll = record->name;
        t->n_events = (uint32_t)record->value;
        t->sample_stack = 0;
        ls_thread_turn_begin(t, ns);
        break;
    case LS_RECORD_TURN_END:
        end_turn(c, t, record, ns);
        break;
    case LS_RECORD_TASK_START:
    case LS_RECORD_TASK_MADE:
        ls_tasks_start(c->tasks, t, record, name_of(c, record), c->scratch,
                       read_text(c, t), ns);
        break;
    case LS_RECORD_TASK_ON:
        add_awaited(c, t, record);
        break;
    case LS_RECORD_TASK_AWAIT:
        ls_tasks_await(c->tasks, t, record,
                       record->name ? name_of(c, record) : LS_JSON("\"await\""),
                       ls_timeline_due(&c->timeline, record->value), ns);
        break;
    case LS_RECORD_TASK_READY:
        ls_tasks_ready(c->tasks, t, record, ns);
        break;
    case LS_RECORD_TASK_RESUME:
        ls_tasks_resume(c->tasks, t, record, ns);
        break;
    case LS_RECORD_TASK_FINISH:
        ls_tasks_finish(c->tasks, t, record, c->scratch, read_text(c, t), ns);
        break;
    case LS_RECORD_TASK_DETACH:
        ls_tasks_detach(c->tasks, t, record, ns);
        break;
    case LS_RECORD_SPAN_BEGIN:
        ls_thread_push(t, LS_OPEN_SPAN, name_of(c, record), record->task, ns);
        break;
    case LS_RECORD_SPAN_END:
        end_span(c, t, record, ns);
        break;
    case LS_RECORD_MARK:
        write_mark(c, t, record, read_text(c, t), ns);
        break;
    case LS_RECORD_COUNTER:
        write_counter(c, t, record, ns);
        break;
    case LS_RECORD_ASKED:
        ls_asking_write(c, t, record, ns);
        break;
    case LS_RECORD_ASKED_AGAIN:
        ls_asking_repeat(c, t, record);
        break;
    case LS_RECORD_OPERATION_OVER:
        ls_asking_end(c, t, record, ns);
        break;
    case LS_RECORD_CALLBACK_BEGIN:
        ls_callback_begin(c, t, record, ns);
        break;
    case LS_RECORD_CALLBACK_END:
        ls_callback_end(c, t, record, ns);
        break;
    case LS_RECORD_POOL_BEGIN:
        ls_callback_begin_work(c, t, record, ns);
        break;
    case LS_RECORD_POOL_END:
        ls_callback_end_work(c, t, record, ns);
        break;
    case LS_RECORD_LOOP_CLOSE:
        ls_handle_loop_closed(c, t, record, ns);
        break;
    case LS_RECORD_HANDLE_OPEN:
        ls_handle_left_open(c, t, record, ns);
        break;
    case LS_RECORD_NONE:
    case LS_RECORD_LOOP_END:
    case LS_RECORD_CALL:
    case LS_RECORD_CALLBACK:
    case LS_RECORD_TYPES:
        break;
    }
}
