/* SPDX-License-Identifier: MIT */
/* Blocking calls: their begin, and what their record says at the end. */
#include <string.h>

#include "cause.h"
#include "collector.h"

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
    struct ls_cause cause = {
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
    ls_thread_close(t, index, ns, 0, NULL, ls_cause_add, &cause);
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
