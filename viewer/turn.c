/* SPDX-License-Identifier: MIT */
#include "viewer/turn.h"

#include <string.h>

static const char *const names[LS_PHASES] = {
    [LS_PHASE_IO] = "io",           [LS_PHASE_CHECK] = "check",
    [LS_PHASE_CLOSING] = "closing", [LS_PHASE_TIMERS] = "timers",
    [LS_PHASE_PENDING] = "pending", [LS_PHASE_IDLE] = "idle",
    [LS_PHASE_PREPARE] = "prepare", [LS_PHASE_OTHER] = "callbacks"};

const char *ls_phase_name(enum ls_phase phase)
{
    return names[phase];
}

static enum ls_phase phase_of(const struct ls_trace *trace,
                              const struct ls_slice *slice)
{
    const struct ls_callback *callback = ls_trace_callback(trace, slice);
    const char *name = callback ? ls_trace_string(trace, callback->phase) : "";
    int phase = 0;
    while (phase < LS_PHASE_OTHER && strcmp(name, names[phase]) != 0)
        phase++;
    return (enum ls_phase)phase;
}

/* The callbacks in the turn, but those inside another. */
static void add_callbacks(struct ls_turn *turn, const struct ls_trace *trace,
                          const struct ls_thread *thread, uint32_t first)
{
    int64_t until_ns = INT64_MIN;
    uint16_t depth = thread->slices[first].depth;
    for (uint32_t i = first + 1;
         i < thread->n_slices && thread->slices[i].depth > depth; i++) {
        const struct ls_slice *slice = &thread->slices[i];
        if (slice->kind != LS_SLICE_CALLBACK || slice->begin_ns < until_ns)
            continue;
        enum ls_phase phase = phase_of(trace, slice);
        turn->phases[phase].ns += slice->end_ns - slice->begin_ns;
        turn->phases[phase].n++;
        turn->outside_ns -= slice->end_ns - slice->begin_ns;
        turn->n++;
        until_ns = slice->end_ns;
    }
}

/* The stretches in which tasks ran: they are never in one another. */
static void add_tasks(struct ls_turn *turn, const struct ls_thread *thread,
                      uint32_t first)
{
    int64_t until_ns = INT64_MIN;
    uint16_t depth = thread->slices[first].depth;
    for (uint32_t i = first + 1;
         i < thread->n_slices && thread->slices[i].depth > depth; i++) {
        const struct ls_slice *slice = &thread->slices[i];
        if (slice->kind != LS_SLICE_TASK || slice->begin_ns < until_ns)
            continue;
        turn->tasks_ns += slice->end_ns - slice->begin_ns;
        turn->n_tasks++;
        until_ns = slice->end_ns;
    }
}

bool ls_turn_look(struct ls_turn *turn, const struct ls_trace *trace,
                  uint32_t t, uint32_t slice_idx)
{
    const struct ls_thread *thread = &trace->threads[t];
    memset(turn, 0, sizeof(*turn));
    if (thread->loop == LS_NONE || slice_idx >= thread->n_slices ||
        thread->slices[slice_idx].kind != LS_SLICE_TURN)
        return false;
    const struct ls_slice *slice = &thread->slices[slice_idx];
    const struct ls_loop *loop = &trace->loops[thread->loop];
    uint32_t i = ls_loop_first_turn(trace, loop, slice->begin_ns);
    turn->waited_ns = LS_UNKNOWN;
    if (i > 0 && i <= loop->n_turns)
        turn->waited_ns =
            slice->begin_ns - thread->slices[loop->turns[i - 1]].end_ns;
    turn->took_ns = turn->outside_ns = slice->end_ns - slice->begin_ns;
    add_callbacks(turn, trace, thread, slice_idx);
    add_tasks(turn, thread, slice_idx);
    return true;
}
