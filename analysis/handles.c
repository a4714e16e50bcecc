/* SPDX-License-Identifier: MIT */
/*
 * The end of libuv's loops: uv_loop_close(), and after it, on the same thread,
 * each handle that it found open.
 */
#include "model.h"

/* The name of the event that is the call itself; the others are handles. */
#define LOOP_CLOSE "loop_close"

static void add_close(struct ls_model *m, uint32_t thread, int64_t at_ns,
                      const struct ls_event *event)
{
    struct ls_trace *t = m->trace;
    int64_t n = event->arg[LS_ARG_OPEN].integer;
    if (!ls_model_grow(m, &t->loop_closes, t->n_loop_closes,
                       &m->cap_loop_closes, sizeof(*t->loop_closes)))
        return;
    t->loop_closes[t->n_loop_closes++] = (struct ls_loop_close){
        .at_ns = at_ns,
        .uv_loop = ls_event_has(event, LS_ARG_UV_LOOP)
                       ? event->arg[LS_ARG_UV_LOOP].id
                       : 0,
        .thread = thread,
        .n_open = ls_event_has(event, LS_ARG_OPEN) && n > 0 && n < LS_NONE
                      ? (uint32_t)n
                      : 0};
}

static uint32_t last_close(const struct ls_trace *t, uint32_t thread)
{
    for (uint32_t i = t->n_loop_closes; i-- > 0;)
        if (t->loop_closes[i].thread == thread)
            return i;
    return LS_NONE;
}

static void add_left(struct ls_model *m, uint32_t thread,
                     const struct ls_event *event)
{
    struct ls_trace *t = m->trace;
    uint32_t close = last_close(t, thread);
    int64_t stack = event->arg[LS_ARG_REGISTERED].integer;
    bool has_stack =
        ls_event_has(event, LS_ARG_REGISTERED) && stack >= 0 && stack < LS_NONE;
    if (close == LS_NONE ||
        !ls_model_grow(m, &t->left_open, t->n_left_open, &m->cap_left_open,
                       sizeof(*t->left_open)))
        return;
    t->left_open[t->n_left_open++] = (struct ls_left_open){
        .close = close,
        .kind = ls_model_string(m, event->name),
        .callback = ls_model_string(m, ls_event_text(event, LS_ARG_CALLBACK)),
        .registered = has_stack ? (uint32_t)stack : LS_NONE};
}

void ls_handles_add(struct ls_model *m, int64_t at_ns,
                    const struct ls_event *event)
{
    uint32_t thread = ls_model_thread(m, event->pid, event->tid);
    if (thread == LS_NONE)
        return;
    if (ls_text_is(event->name, LOOP_CLOSE))
        add_close(m, thread, at_ns, event);
    else
        add_left(m, thread, event);
}
