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

#include "callback.h"
#include "collector.h"
#include "limit.h"
#include "process.h"
#include "tracer/record/clock.h"
#include "tracer/vocabulary.h"

#define NO_KEY UINT64_MAX

/* A long backlog is written in one go: so often that is told. */
enum { PROGRESS_RECORDS = 4096 };

/* What a thread would write next. */
enum offer {
    OFFER_NOTHING,
    OFFER_RECORD,
    OFFER_CALL_BEGIN,
    OFFER_CALL_END,
    OFFER_CALLBACK_BEGIN,
    OFFER_CALLBACK_END
};

/* ---- threads ------------------------------------------------------------ */

/* What the process was before, and had nothing to say: the last name that
 * stands in the trace is the one that it has. */
static void describe_earlier(struct ls_collector *c, const struct ls_watched *p)
{
    for (uint32_t i = 0; i < LS_N_PROCESSES; i++) {
        const struct ls_watched *other = &c->processes[i];
        if (other->known && !other->described && other->pid == p->pid &&
            other->image < p->image)
            ls_drain_describe(c, i);
    }
}

void ls_drain_describe(struct ls_collector *c, uint32_t slot)
{
    struct ls_watched *p = &c->processes[slot];
    if (p->described)
        return;
    p->described = true;
    describe_earlier(c, p);
    ls_process_describe(p->pid, p->image, &c->shared->processes[slot],
                        &c->emit);
}

static void describe_thread(struct ls_collector *c, struct ls_thread *t)
{
    const struct ls_ring *ring = t->cursor.ring;
    ls_drain_describe(c, t->process);
    struct ls_event event = {.ph = 'M',
                             .pid = t->pid,
                             .tid = t->tid,
                             .name = LS_JSON("\"thread_name\"")};
    ls_emit_begin(&c->emit, &event);
    char name[sizeof ring->name];
    memcpy(name, ring->name, sizeof name);
    ls_text_add_string_n(ls_emit_arg(&c->emit, "name"), name,
                         strnlen(name, sizeof name));
    ls_emit_end(&c->emit);
}

/* A ring that is new: a thread's first record. NULL: of a process that is not
 * known (yet), or no memory. */
static struct ls_thread *meet_thread(struct ls_collector *c, uint32_t i)
{
    struct ls_ring *ring = &c->shared->rings[i];
    uint32_t process = ls_ring_process(ring);
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
        ls_record_lost(c, t->pid, t->tid, n, c->emit.last_ns, c->emit.last_ns);
    t->cursor.n_unread = 0;
}

/* What was dropped after the last record that found room, and what was left
 * out. */
static void count_untold(struct ls_collector *c, struct ls_thread *t)
{
    uint64_t n = atomic_load(&t->cursor.ring->dropped);
    n = n > t->n_told && !t->cursor.broken ? n - t->n_told : 0;
    n = ls_record_believe(n) + t->n_left_out;
    if (n > 0)
        ls_record_lost(c, t->pid, t->tid, n, c->emit.last_ns, c->emit.last_ns);
}

static void leave_thread(struct ls_collector *c, uint32_t i)
{
    struct ls_thread *t = c->threads[i];
    count_untold(c, t);
    ls_callback_forget_thread(t);
    ls_synopsis_count(c, t);
    ls_tasks_forget_thread(c->tasks, t);
    ls_cursor_finish(&t->cursor);
    ls_thread_destroy(t);
    free(t);
    c->threads[i] = NULL;
    atomic_store(&c->shared->rings[i].state, LS_RING_FREE);
}

/* ---- merging ------------------------------------------------------------ */

/* What the ring says of things in progress, read before the records. */
struct in_call {
    uint64_t begin, pc;
    uint32_t call;
};

/* The same of a callback that has begun, as a record would say it. It is not
 * taken back at the callback's end: the record of that is there before the
 * words are another's. TICKS 0: none. */
static struct ls_record look_at_callback(const struct ls_ring *ring)
{
    struct ls_record begin = {.ticks = atomic_load_explicit(
                                  &ring->callback_begin, memory_order_acquire),
                              .type = LS_RECORD_CALLBACK_BEGIN};
    begin.name = (uint32_t)atomic_load_explicit(&ring->callback_name,
                                                memory_order_acquire);
    begin.task =
        atomic_load_explicit(&ring->callback_operation, memory_order_acquire);
    begin.value =
        atomic_load_explicit(&ring->callback_pc, memory_order_acquire);
    if (atomic_load_explicit(&ring->callback_begin, memory_order_relaxed) !=
        begin.ticks)
        begin.ticks = 0;
    return begin;
}

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

struct in_progress {
    struct in_call call;
    struct ls_record callback;
};

/* Nothing that was recorded is of the future: only a broken program says so,
 * and it would hold up its ring, or make a trace of a hundred years. */
static bool is_future(struct ls_collector *c, uint64_t ticks)
{
    if (ticks <= c->latest || c->ticks_per_ms == 0 ||
        ls_clock_kind == LS_CLOCK_EXTERNAL)
        return false;
    c->latest = ls_clock_ticks() + c->ticks_per_ms;
    return ticks > c->latest;
}

static bool takes_time(const struct ls_record *record)
{
    return record->type == LS_RECORD_CALL || record->type == LS_RECORD_CALLBACK;
}

static uint64_t duration_of(const struct ls_record *record)
{
    return record->type == LS_RECORD_CALL ? record->value
                                          : ls_callback_ticks(record->value);
}

/* The peeked record's time, as far as it can be believed. */
static void mend_time(struct ls_collector *c, struct ls_thread *t)
{
    struct ls_record *record = &t->cursor.record;
    if (is_future(c, record->ticks))
        record->ticks = t->last_key > c->watermark ? t->last_key : c->watermark;
    if (!takes_time(record))
        return;
    uint64_t ticks = duration_of(record);
    if (record->ticks + ticks < record->ticks ||
        is_future(c, record->ticks + ticks))
        record->value = 0;
}

static enum offer offer_record(const struct ls_thread *t,
                               const struct ls_record *record, uint64_t *key)
{
    bool is_call =
        record->type == LS_RECORD_CALL && t->call_begin == record->ticks;
    bool is_callback = record->type == LS_RECORD_CALLBACK &&
                       t->callback_begin == record->ticks;
    *key = record->ticks;
    if (!is_call && !is_callback)
        return OFFER_RECORD;
    *key += duration_of(record);
    return is_call ? OFFER_CALL_END : OFFER_CALLBACK_END;
}

/* The words were read before the records, which may tell its end, or that of a
 * later one. A short call has no record. */
static bool is_still_in_call(const struct ls_thread *t, uint64_t begin)
{
    return atomic_load_explicit(&t->cursor.ring->call_begin,
                                memory_order_relaxed) == begin;
}

/* What has begun, and no record says so: the outer one first. */
static enum offer offer_progress(struct ls_collector *c,
                                 const struct ls_thread *t,
                                 const struct in_progress *in, uint64_t *key)
{
    uint64_t call = in->call.begin, callback = in->callback.ticks;
    bool has_call = call && t->last_call != call && !is_future(c, call) &&
                    is_still_in_call(t, call);
    bool has_callback = callback > t->last_callback && !is_future(c, callback);
    if (has_callback && (!has_call || callback <= call)) {
        *key = callback;
        return OFFER_CALLBACK_BEGIN;
    }
    *key = has_call ? call : NO_KEY;
    return has_call ? OFFER_CALL_BEGIN : OFFER_NOTHING;
}

static enum offer offer_of(struct ls_collector *c, struct ls_thread *t,
                           const struct in_progress *in, uint64_t *key)
{
    const struct ls_record *record;
    enum offer offer;
    if (ls_cursor_peek(&t->cursor, &record)) {
        mend_time(c, t);
        offer = offer_record(t, record, key);
    } else {
        offer = offer_progress(c, t, in, key);
    }
    if (offer != OFFER_NOTHING && *key < t->last_key)
        *key = t->last_key;
    return offer;
}

static void begin_call_in_progress(struct ls_collector *c, struct ls_thread *t,
                                   const struct in_call *in)
{
    ls_record_begin_call(c, t, in->call, in->pc, in->begin);
    ls_watched_look_at_maps(c, t->process);
}

/* The offers that leave the peeked record where it is. */
static bool take_begin(struct ls_collector *c, struct ls_thread *t,
                       enum offer offer, const struct in_progress *in,
                       const struct ls_record *record)
{
    if (offer == OFFER_CALL_BEGIN)
        begin_call_in_progress(c, t, &in->call);
    else if (offer == OFFER_CALLBACK_BEGIN)
        ls_callback_open(c, t, &in->callback);
    else if (offer == OFFER_RECORD && record->type == LS_RECORD_CALL)
        ls_record_open_call(c, t, record);
    else if (offer == OFFER_RECORD && record->type == LS_RECORD_CALLBACK)
        ls_callback_open(c, t, record);
    else
        return false;
    return true;
}

static void take_offer(struct ls_collector *c, struct ls_thread *t,
                       enum offer offer, const struct in_progress *in,
                       uint64_t key)
{
    struct ls_record record = t->cursor.record;
    t->last_key = key;
    if (take_begin(c, t, offer, in, &record))
        return;
    if (offer == OFFER_CALL_END)
        ls_record_end_call(c, t, &record);
    else if (offer == OFFER_CALLBACK_END)
        ls_callback_close(c, t, &record);
    else
        ls_record_write(c, t, &record);
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

/* What has been in use stays so, whatever the program writes over it. */
static void look_for_rings(struct ls_collector *c)
{
    uint32_t n = atomic_load(&c->shared->header.n_rings);
    if (n > c->n_rings)
        c->n_rings = n < LS_N_RINGS ? n : LS_N_RINGS;
}

/* All rings that have something, looked at once, in the order that matters:
 * first the word of the call, then the records. */
static size_t gather(struct ls_collector *c, struct entry *heap,
                     struct in_progress *in)
{
    size_t n = 0;
    look_for_rings(c);
    for (uint32_t i = 0; i < c->n_rings; i++) {
        struct ls_ring *ring = &c->shared->rings[i];
        uint32_t state = atomic_load(&ring->state);
        struct ls_thread *t = c->threads[i];
        if (!t && state != LS_RING_LIVE && state != LS_RING_ENDED)
            continue;
        if (!t && !(t = meet_thread(c, i)))
            continue;
        t->ended = state == LS_RING_ENDED;
        in[i].call = look_at_call(ring);
        in[i].callback = look_at_callback(ring);
        ls_cursor_refresh(&t->cursor);
        struct entry e = {.ring = i};
        e.offer = offer_of(c, t, &in[i], &e.key);
        if (e.offer != OFFER_NOTHING)
            heap[n++] = e;
    }
    for (size_t i = n / 2; i-- > 0;)
        sift_down(heap, n, i);
    return n;
}

/* End what a thread has left open when it ended or its process closed, AT
 * (ticks): not before what is written, and not after MOST, up to which the
 * trace is written. */
static void close_thread(struct ls_collector *c, struct ls_thread *t,
                         uint64_t at, uint64_t most, bool exits)
{
    if (at > most || is_future(c, at))
        at = most < NO_KEY ? most : c->latest;
    int64_t ns = ls_timeline_ns(&c->timeline, at);
    if (ns <= c->emit.last_ns)
        ns = c->emit.last_ns + 1;
    ls_limit_listen(c, t, NULL);
    if (exits)
        ls_record_exit(t, ns);
    ls_thread_close_all(t, ns);
    ls_limit_pause(c);
}

static void finish_ended(struct ls_collector *c, uint64_t watermark)
{
    for (uint32_t i = 0; i < c->n_rings; i++) {
        struct ls_thread *t = c->threads[i];
        if (!t)
            continue;
        count_unread(c, t);
        if (t->ended &&
            (t->cursor.broken || t->cursor.tail == t->cursor.head)) {
            close_thread(c, t, t->cursor.ring->ended_at, watermark, false);
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
    static struct in_progress in[LS_N_RINGS];
    size_t n = gather(c, heap, in);
    if (c->external && n > 0 && watermark == NO_KEY)
        begin_external(c, heap[0].key);
    ls_samples_take(c);
    while (n > 0 && heap[0].key <= watermark) {
        if (c->samples)
            ls_samples_write(c, heap[0].key);
        struct ls_thread *t = c->threads[heap[0].ring];
        ls_limit_look(c);
        ls_limit_listen(
            c, t, heap[0].offer == OFFER_RECORD ? &t->cursor.record : NULL);
        take_offer(c, t, heap[0].offer, &in[heap[0].ring], heap[0].key);
        ls_limit_pause(c);
        heap[0].offer = offer_of(c, t, &in[heap[0].ring], &heap[0].key);
        if (heap[0].offer == OFFER_NOTHING)
            heap[0] = heap[--n];
        sift_down(heap, n, 0);
        if (c->n_drained % PROGRESS_RECORDS == 0)
            atomic_fetch_add(&c->shared->header.progress, 1);
    }
    ls_samples_write(c, watermark);
    finish_ended(c, watermark);
    if (watermark != NO_KEY)
        c->watermark = watermark;
}

void ls_drain_count_rest(struct ls_collector *c)
{
    for (uint32_t i = 0; i < LS_N_RINGS; i++) {
        const struct ls_ring *ring = &c->shared->rings[i];
        uint64_t n = atomic_load(&ring->head);
        bool used = n > 0 && atomic_load(&ring->state) != LS_RING_FREE;
        if (used && !c->threads[i])
            ls_record_count_lost(c, n);
    }
}

void ls_drain_end_process(struct ls_collector *c, uint32_t slot,
                          enum ls_leaving how)
{
    const struct ls_watched *p = &c->processes[slot];
    bool ends = how != LS_LEAVING_DIED && how != LS_LEAVING_ALIVE;
    uint64_t at = c->shared->processes[slot].closed_at;
    if (how == LS_LEAVING_REPLACED || at == 0)
        at = p->closing_ticks;
    for (uint32_t i = 0; i < c->n_rings; i++) {
        struct ls_thread *t = c->threads[i];
        if (!t || t->process != slot)
            continue;
        count_unread(c, t);
        if (ends)
            close_thread(c, t, at, p->closing_ticks, how == LS_LEAVING_EXITED);
        leave_thread(c, i);
    }
    ls_operations_forget_process(c->operations, slot);
    ls_tasks_forget_process(c->tasks, slot);
}
