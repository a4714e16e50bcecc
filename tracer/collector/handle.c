/* SPDX-License-Identifier: MIT */
#include "handle.h"

#include <string.h>

#include "collector.h"
#include "functions.h"
#include "tracer/vocabulary.h"

/* libuv's types, in the order of its uv_handle_type: that is its ABI. */
static const struct ls_json types[] = {
    LS_JSON("\"unknown\""),  LS_JSON("\"async\""),   LS_JSON("\"check\""),
    LS_JSON("\"fs_event\""), LS_JSON("\"fs_poll\""), LS_JSON("\"handle\""),
    LS_JSON("\"idle\""),     LS_JSON("\"pipe\""),    LS_JSON("\"poll\""),
    LS_JSON("\"prepare\""),  LS_JSON("\"process\""), LS_JSON("\"stream\""),
    LS_JSON("\"tcp\""),      LS_JSON("\"timer\""),   LS_JSON("\"tty\""),
    LS_JSON("\"udp\""),      LS_JSON("\"signal\""),
};

static void begin(struct ls_collector *c, const struct ls_thread *t,
                  struct ls_json name, int64_t ns)
{
    struct ls_event event = {.ph = 'i',
                             .ns = ns,
                             .pid = t->pid,
                             .tid = t->tid,
                             .name = name,
                             .cat = LS_CAT_HANDLE};
    ls_emit_begin(&c->emit, &event);
}

void ls_handle_loop_closed(struct ls_collector *c, struct ls_thread *t,
                           const struct ls_record *record, int64_t ns)
{
    begin(c, t, LS_JSON("\"loop_close\""), ns);
    ls_text_add_hex(ls_emit_arg(&c->emit, "uv_loop"), record->task);
    if (record->value)
        ls_text_add_int(ls_emit_arg(&c->emit, "open"), (int64_t)record->value);
    ls_emit_end(&c->emit);
}

void ls_handle_left_open(struct ls_collector *c, struct ls_thread *t,
                         const struct ls_record *record, int64_t ns)
{
    size_t n_types = sizeof types / sizeof *types;
    uint64_t place = record->task ? ls_stack_place(c, t, record->task) : 0;
    ls_functions_look(c->functions, t->process,
                      c->processes[t->process].generation, t->pid);
    struct ls_json callback = {NULL, 0};
    if (record->value)
        callback = ls_functions_name(c->functions, t->process, record->value);
    begin(c, t, types[record->name < n_types ? record->name : 0], ns);
    if (callback.n)
        ls_text_add_bytes(ls_emit_arg(&c->emit, "callback"), callback.text,
                          callback.n);
    if (place)
        ls_text_add_int(ls_emit_arg(&c->emit, "registered"), (int64_t)place);
    ls_emit_end(&c->emit);
}
