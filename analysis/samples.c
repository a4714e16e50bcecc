/* SPDX-License-Identifier: MIT */
/*
 * Looks at a thread from outside, while its turn lasted too long. Few of them,
 * so they are whole structs and are sorted at the end.
 */
#include "model.h"

static uint8_t state_of(struct ls_text text)
{
    return ls_text_is(text, "blocked") ? LS_SAMPLE_BLOCKED
           : ls_text_is(text, "fault") ? LS_SAMPLE_FAULT
                                       : LS_SAMPLE_RUNNING;
}

/* An integer of the event within 0 and MOST, else NONE. */
static int64_t within(const struct ls_event *event, enum ls_arg arg,
                      int64_t most, int64_t none)
{
    int64_t value = event->arg[arg].integer;
    return ls_event_has(event, arg) && value >= 0 && value <= most ? value
                                                                   : none;
}

void ls_samples_add(struct ls_model *m, int64_t at_ns,
                    const struct ls_event *event)
{
    struct ls_trace *t = m->trace;
    uint32_t thread = ls_model_thread(m, event->pid, event->tid);
    if (thread == LS_NONE ||
        !ls_model_grow(m, &t->samples, t->n_samples, &m->cap_samples,
                       sizeof(*t->samples)))
        return;
    struct ls_sample *sample = &t->samples[t->n_samples++];
    int64_t weight = within(event, LS_ARG_WEIGHT, INT32_MAX, 1);
    *sample = (struct ls_sample){
        .at_ns = at_ns,
        .cause = {LS_UNKNOWN, LS_UNKNOWN, LS_UNKNOWN},
        .thread = thread,
        .stack = (uint32_t)within(event, LS_ARG_STACK, LS_NONE, LS_NONE),
        .weight = weight ? (uint32_t)weight : 1,
        .fd = (int32_t)within(event, LS_ARG_FD, INT32_MAX, -1),
        .syscall = ls_model_string(m, ls_event_text(event, LS_ARG_SYSCALL)),
        .target = ls_model_string(m, ls_event_text(event, LS_ARG_TARGET)),
        .fd_kind = ls_model_string(m, ls_event_text(event, LS_ARG_FD_KIND)),
        .state = state_of(ls_event_text(event, LS_ARG_STATE))};
    ls_slices_take_cause(&sample->cause, event);
}
