/* SPDX-License-Identifier: MIT */
/*
 * Merging the rings by time.
 *
 * Each thread offers a key, the ticks of what it would write next; the least
 * key of all threads goes first, up to the watermark. A blocking call offers
 * twice: its begin and its end. Before its record is there, the ring's word
 * says that it is in progress, so that its begin is in the trace in time.
 */
#include <stdlib.h>
#include <string.h>

#include "collector.h"
#include "process.h"
#include "tracer/vocabulary.h"

#define NO_KEY UINT64_MAX

/* What a thread would write next. */
enum offer { OFFER_NOTHING, OFFER_RECORD, OFFER_CALL_BEGIN, OFFER_CALL_END };

/* ---- calls -------------------------------------------------------------- */

static const char *const call_names[] = {
#define X(id, name) "\"" name "\"",
    LS_CALLS(X)
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

static void begin_call(struct ls_collector *c, struct ls_thread *t,
                       uint32_t call, uint64_t pc, uint64_t begin)
{
    int64_t ns = ls_timeline_ns(&c->timeline, begin);
    if (t->call_begin) /* its end was lost */
        ls_thread_close(t, ls_thread_find(t, LS_OPEN_CALL, 0), ns, 0, NULL,
                        NULL, NULL);
    t->call_begin_ns = ls_thread_push(t, LS_OPEN_CALL, call_name(call), 0, ns);
    uint64_t stack = ls_stack_place(c, t, pc);
    if (stack)
        ls_text_add_int(ls_emit_arg(&c->emit, "stack"), (int64_t)stack);
    ls_emit_end(&c->emit);
    t->call_begin = t->last_call = begin;
}

/* What the end of a turn or call says of its time. */
struct cause {
    int64_t wall_ns;
    uint64_t cpu_ns, delay_ns, faults;
    bool measured; /* only if wall_ns > 0: what is late may have none */
    const struct ls_call_more *call; /* or NULL */
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
    if (cause->call && cause->call->fd >= 0) {
        ls_text_add_int(ls_emit_arg(emit, "fd"), cause->call->fd);
        uint8_t kind = cause->call->fd_kind;
        if (kind > LS_FD_NONE && kind < LS_N_FD_KINDS)
            ls_text_add(ls_emit_arg(emit, "fd_kind"), fd_kinds[kind]);
    }
    if (cause->stack)
        ls_text_add_int(ls_emit_arg(emit, "stack"), (int64_t)cause->stack);
}

static void end_call(struct ls_collector *c, struct ls_thread *t,
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
    if (more.n_stack_more > 0 && n > sizeof more)
        cause.stack = ls_stack_copied(c, t, more.pc, c->scratch + sizeof more,
                                      n - sizeof more);
    size_t index = ls_thread_find(t, LS_OPEN_CALL, 0);
    ls_thread_close(t, index, ns, 0, NULL, add_cause, &cause);
    t->call_begin = 0;
}

/* The first half of a call's record. */
static void open_call(struct ls_collector *c, struct ls_thread *t,
                      const struct ls_record *record)
{
    struct ls_call_more more;
    memset(&more, 0, sizeof more);
    ls_cursor_more(&t->cursor, &more, sizeof more);
    t->last_call = record->ticks;
    if (more.flags & LS_CALL_NONBLOCKING)
        ls_cursor_advance(&t->cursor); /* nothing of it is in the trace */
    else
        begin_call(c, t, record->name, more.pc, record->ticks);
}

/* ---- other records ------------------------------------------------------ */

static void write_loop(struct ls_collector *c, struct ls_thread *t,
                       const char *name, size_t n_name)
{
    struct ls_event event = {.ph = 'M',
                             .pid = t->pid,
                             .tid = t->tid,
                             .name = LS_JSON("\"" LS_META_LOOP "\"")};
    ls_emit_begin(&c->emit, &event);
    ls_text_add_string_n(ls_emit_arg(&c->emit, "name"), name, n_name);
    ls_text_add(ls_emit_arg(&c->emit, "kind"), "\"libuv\"");
    ls_emit_end(&c->emit);
}

static void write_lost(struct ls_collector *c, int pid, int tid, uint64_t n,
                       int64_t from_ns, int64_t to_ns)
{
    struct ls_event event = {.ph = 'M',
                             .pid = pid,
                             .tid = tid,
                             .name = LS_JSON("\"" LS_META_LOST "\"")};
    c->n_lost += n;
    ls_emit_begin(&c->emit, &event);
    ls_text_add_int(ls_emit_arg(&c->emit, "records"), (int64_t)n);
    ls_text_add_time(ls_emit_arg(&c->emit, "from_us"), from_ns);
    ls_text_add_time(ls_emit_arg(&c->emit, "to_us"), to_ns);
    ls_emit_end(&c->emit);
}

static void end_turn(struct ls_collector *c, struct ls_thread *t,
                     const struct ls_record *record, int64_t ns)
{
    struct ls_measure m;
    struct cause cause = {.wall_ns = ns - t->turn_begin_ns};
    if (ls_cursor_more(&t->cursor, &m, sizeof m) == sizeof m) {
        cause.cpu_ns = m.cpu_ns;
        cause.delay_ns = m.delay_ns;
        cause.faults = m.faults;
        cause.measured = cause.wall_ns > 0;
    }
    ls_thread_turn_end(t, ns, add_cause, &cause);
}

static void write_mark(struct ls_collector *c, struct ls_thread *t,
                       const struct ls_record *record, size_t n_text,
                       int64_t ns)
{
    struct ls_event event = {'i',        ns,
                             t->pid,     t->tid,
                             0,          ls_names_get(&c->names, record->name),
                             LS_CAT_SPAN};
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
    struct ls_event event = {'C',        ns,
                             t->pid,     t->tid,
                             0,          ls_names_get(&c->names, record->name),
                             LS_CAT_SPAN};
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
    if (n == 0)
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

static void write_record(struct ls_collector *c, struct ls_thread *t,
                         const struct ls_record *record)
{
    int64_t ns = ls_timeline_ns(&c->timeline, record->ticks);
    struct ls_json name = ls_names_get(&c->names, record->name);
    size_t n = 0;
    if (record->n_more && record->type != LS_RECORD_TURN_END)
        n = strnlen(c->scratch,
                    ls_cursor_more(&t->cursor, c->scratch, LS_CHUNK_BYTES));
    switch ((enum ls_record_type)record->type) {
    case LS_RECORD_LOST:
        t->n_told += record->value;
        write_lost(c, t->pid, t->tid, record->value,
                   ls_timeline_ns(&c->timeline, record->task), ns);
        break;
    case LS_RECORD_LOOP:
        write_loop(c, t, c->scratch, n);
        break;
    case LS_RECORD_TURN_BEGIN:
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
    case LS_RECORD_NONE:
    case LS_RECORD_LOOP_END:
    case LS_RECORD_CALL:
    case LS_RECORD_TYPES:
        break;
    }
}

/* ---- threads ------------------------------------------------------------ */

static void describe_thread(struct ls_collector *c, struct ls_thread *t)
{
    const struct ls_ring *ring = t->cursor.ring;
    struct ls_watched *process = &c->processes[t->process];
    if (!process->described) {
        process->described = true;
        ls_process_describe(t->pid, &c->shared->processes[t->process],
                            &c->emit);
    }
    struct ls_event event = {.ph = 'M',
                             .pid = t->pid,
                             .tid = t->tid,
                             .name = LS_JSON("\"thread_name\"")};
    ls_emit_begin(&c->emit, &event);
    ls_text_add_string_n(ls_emit_arg(&c->emit, "name"), ring->name,
                         strnlen(ring->name, sizeof ring->name));
    ls_emit_end(&c->emit);
}

/* A ring that is new: a thread's first record. NULL: of a process that is not
 * known (yet), or no memory. */
static struct ls_thread *meet_thread(struct ls_collector *c, uint32_t i)
{
    struct ls_ring *ring = &c->shared->rings[i];
    uint32_t process = ring->process;
    if (process >= LS_N_PROCESSES || !c->processes[process].known)
        return NULL;
    struct ls_thread *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->emit = &c->emit;
    t->process = process;
    t->pid = c->processes[process].pid;
    t->tid = ring->tid > 0 ? ring->tid : t->pid;
    ls_cursor_init(&t->cursor, c->shared, ring);
    c->threads[i] = t;
    describe_thread(c, t);
    return t;
}

/* Records that could not be told by the thread itself. */
static void count_unread(struct ls_collector *c, struct ls_thread *t)
{
    uint64_t n = t->cursor.n_unread;
    if (n > 0)
        write_lost(c, t->pid, t->tid, n, c->emit.last_ns, c->emit.last_ns);
    t->cursor.n_unread = 0;
}

/* What was dropped after the last record that found room. */
static void count_untold(struct ls_collector *c, struct ls_thread *t)
{
    uint64_t n = atomic_load(&t->cursor.ring->dropped);
    if (n > t->n_told && !t->cursor.broken)
        write_lost(c, t->pid, t->tid, n - t->n_told, c->emit.last_ns,
                   c->emit.last_ns);
}

static void leave_thread(struct ls_collector *c, uint32_t i)
{
    struct ls_thread *t = c->threads[i];
    count_untold(c, t);
    ls_tasks_forget_thread(c->tasks, t);
    ls_cursor_finish(&t->cursor);
    ls_thread_destroy(t);
    free(t);
    c->threads[i] = NULL;
    atomic_store(&c->shared->rings[i].state, LS_RING_FREE);
}

/* ---- merging ------------------------------------------------------------ */

/* What the ring says of a call in progress, read before the records. */
struct in_call {
    uint64_t begin, pc;
    uint32_t call;
};

static struct in_call look_at_call(const struct ls_ring *ring)
{
    struct in_call in = {
        .begin = atomic_load_explicit(&ring->call_begin, memory_order_acquire)};
    in.pc = atomic_load_explicit(&ring->call_pc, memory_order_acquire);
    in.call = atomic_load_explicit(&ring->call_id, memory_order_acquire);
    if (atomic_load_explicit(&ring->call_begin, memory_order_relaxed) !=
        in.begin)
        in.begin = 0;
    return in;
}

static enum offer offer_of(struct ls_thread *t, const struct in_call *in,
                           uint64_t *key)
{
    const struct ls_record *record;
    enum offer offer = OFFER_NOTHING;
    *key = NO_KEY;
    if (ls_cursor_peek(&t->cursor, &record)) {
        offer = OFFER_RECORD;
        *key = record->ticks;
        if (record->type == LS_RECORD_CALL && t->call_begin == record->ticks) {
            offer = OFFER_CALL_END;
            *key += record->value;
        }
    } else if (in->begin && t->last_call != in->begin) {
        offer = OFFER_CALL_BEGIN;
        *key = in->begin;
    }
    if (offer != OFFER_NOTHING && *key < t->last_key)
        *key = t->last_key;
    return offer;
}

static void take_offer(struct ls_collector *c, struct ls_thread *t,
                       enum offer offer, const struct in_call *in, uint64_t key)
{
    struct ls_record record = t->cursor.record;
    t->last_key = key;
    if (offer == OFFER_CALL_BEGIN) {
        begin_call(c, t, in->call, in->pc, in->begin);
        return;
    }
    if (offer == OFFER_RECORD && record.type == LS_RECORD_CALL) {
        open_call(c, t, &record);
        return;
    }
    if (offer == OFFER_CALL_END)
        end_call(c, t, &record);
    else
        write_record(c, t, &record);
    ls_cursor_advance(&t->cursor);
    c->n_drained++;
}

struct entry {
    uint64_t key;
    uint32_t ring;
    enum offer offer;
};

static void sift_down(struct entry *heap, size_t n, size_t i)
{
    for (;;) {
        size_t least = i;
        for (size_t k = 2 * i + 1; k <= 2 * i + 2 && k < n; k++)
            if (heap[k].key < heap[least].key)
                least = k;
        if (least == i)
            return;
        struct entry e = heap[i];
        heap[i] = heap[least];
        heap[least] = e;
        i = least;
    }
}

/* All rings that have something, looked at once, in the order that matters:
 * first the word of the call, then the records. */
static size_t gather(struct ls_collector *c, struct entry *heap,
                     struct in_call *in)
{
    uint32_t n_rings = atomic_load(&c->shared->header.n_rings);
    size_t n = 0;
    for (uint32_t i = 0; i < n_rings && i < LS_N_RINGS; i++) {
        struct ls_ring *ring = &c->shared->rings[i];
        uint32_t state = atomic_load(&ring->state);
        if (state != LS_RING_LIVE && state != LS_RING_ENDED)
            continue;
        struct ls_thread *t = c->threads[i];
        if (!t && !(t = meet_thread(c, i)))
            continue;
        t->ended = state == LS_RING_ENDED;
        in[i] = look_at_call(ring);
        ls_cursor_refresh(&t->cursor);
        struct entry e = {.ring = i};
        e.offer = offer_of(t, &in[i], &e.key);
        if (e.offer != OFFER_NOTHING)
            heap[n++] = e;
    }
    for (size_t i = n / 2; i-- > 0;)
        sift_down(heap, n, i);
    return n;
}

static void finish_ended(struct ls_collector *c)
{
    for (uint32_t i = 0; i < LS_N_RINGS; i++) {
        struct ls_thread *t = c->threads[i];
        if (!t)
            continue;
        count_unread(c, t);
        if (t->ended &&
            (t->cursor.broken || t->cursor.tail == t->cursor.head)) {
            ls_thread_close_all(t, c->emit.last_ns + 1);
            leave_thread(c, i);
        }
    }
}

/* An external clock is the program's: its first record is where ts begins. */
static void begin_external(struct ls_collector *c, uint64_t ticks)
{
    struct ls_instant first = {ticks, ticks}, second = {ticks + 1, ticks + 1};
    ls_timeline_begin(&c->timeline, first, second);
    c->external = false;
}

void ls_drain(struct ls_collector *c, uint64_t watermark)
{
    static struct entry heap[LS_N_RINGS];
    static struct in_call in[LS_N_RINGS];
    size_t n = gather(c, heap, in);
    if (c->external && n > 0 && watermark == NO_KEY)
        begin_external(c, heap[0].key);
    while (n > 0 && heap[0].key <= watermark) {
        struct ls_thread *t = c->threads[heap[0].ring];
        take_offer(c, t, heap[0].offer, &in[heap[0].ring], heap[0].key);
        heap[0].offer = offer_of(t, &in[heap[0].ring], &heap[0].key);
        if (heap[0].offer == OFFER_NOTHING)
            heap[0] = heap[--n];
        sift_down(heap, n, 0);
    }
    finish_ended(c);
    if (watermark != NO_KEY)
        c->watermark = watermark;
}

void ls_drain_end_process(struct ls_collector *c, uint32_t slot, bool closed)
{
    for (uint32_t i = 0; i < LS_N_RINGS; i++) {
        struct ls_thread *t = c->threads[i];
        if (!t || t->process != slot)
            continue;
        count_unread(c, t);
        if (closed)
            ls_thread_close_all(t, c->emit.last_ns + 1);
        leave_thread(c, i);
    }
    ls_tasks_forget_process(c->tasks, slot);
}
