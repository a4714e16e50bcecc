/* SPDX-License-Identifier: MIT */
#include "limit.h"

#include <string.h>

#include "collector.h"
#include "tracer/vocabulary.h"

#define DEFAULT_BYTES (UINT64_C(1) << 30)

/* Beyond the largest size so much more: for what is in long turns. */
static uint64_t reserve_of(uint64_t max_bytes)
{
    return max_bytes / 4 + (1 << 16);
}

void ls_limit_look(struct ls_collector *c)
{
    uint64_t n = ls_writer_size(&c->writer);
    if (c->max_bytes == 0 || n <= c->max_bytes)
        return;
    if (c->emit.full) {
        if (n - c->max_bytes > reserve_of(c->max_bytes))
            c->emit.only_turns = true;
        return;
    }
    struct ls_event event = {.ph = 'M',
                             .pid = c->first_pid,
                             .tid = c->first_pid,
                             .name = LS_JSON("\"" LS_META_LIMIT "\"")};
    c->emit.full = true;
    ls_emit_begin(&c->emit, &event);
    ls_text_add_time(ls_emit_arg(&c->emit, "from_us"), c->emit.last_ns);
    ls_text_add_int(ls_emit_arg(&c->emit, "max_bytes"), (int64_t)c->max_bytes);
    ls_text_add_int(ls_emit_arg(&c->emit, "turn_ns"), LS_LIMIT_TURN_NS);
    ls_emit_end(&c->emit);
}

/* RECORD begins a turn. One whose end is not there is long already. */
static bool is_long(const struct ls_collector *c, const struct ls_thread *t,
                    const struct ls_record *record)
{
    struct ls_record end;
    struct ls_measure measure = {0};
    if (!ls_cursor_look_ahead(&t->cursor, LS_RECORD_TURN_END, &end, &measure,
                              sizeof measure))
        return true;
    int64_t wall = ls_timeline_ns(&c->timeline, end.ticks) -
                   ls_timeline_ns(&c->timeline, record->ticks);
    bool measured =
        end.n_more > 0 && wall > 0 && measure.delay_ns <= (uint64_t)wall;
    return wall - (measured ? (int64_t)measure.delay_ns : 0) >=
           LS_LIMIT_TURN_NS;
}

/* Slices that are open are ended, whoever began them. */
static bool is_muted(const struct ls_collector *c, const struct ls_thread *t,
                     const struct ls_record *record)
{
    if (t->open.n > 0)
        return t->muted;
    return !record || record->type != LS_RECORD_TURN_BEGIN ||
           !is_long(c, t, record);
}

void ls_limit_listen(struct ls_collector *c, struct ls_thread *t,
                     const struct ls_record *record)
{
    if (!c->emit.full)
        return;
    t->muted = is_muted(c, t, record);
    c->emit.muted = t->muted;
}

void ls_limit_pause(struct ls_collector *c)
{
    c->emit.muted = false;
}

int ls_limit_slack_ms(const struct ls_collector *c)
{
    return c->emit.full ? (int)(LS_LIMIT_TURN_NS / 1000000) : 0;
}

void ls_limit_begin(struct ls_collector *c)
{
    uint64_t said = c->shared->header.max_bytes;
    c->max_bytes = said > 0 ? said : DEFAULT_BYTES;
}
