/* SPDX-License-Identifier: MIT */
#include "cause.h"

static const char *const fd_kinds[] = {
#define X(id, name) "\"" name "\"",
    LS_FD_KINDS(X)
#undef X
};

int64_t ls_cause_part(uint64_t ns, int64_t most)
{
    return ns < (uint64_t)most ? (int64_t)ns : most;
}

void ls_cause_add(struct ls_emit *emit, void *arg)
{
    const struct ls_cause *cause = arg;
    if (cause->measured) {
        int64_t cpu = ls_cause_part(cause->cpu_ns, cause->wall_ns);
        int64_t delay = ls_cause_part(cause->delay_ns, cause->wall_ns - cpu);
        ls_text_add_int(ls_emit_arg(emit, "cpu_ns"), cpu);
        ls_text_add_int(ls_emit_arg(emit, "blocked_ns"),
                        cause->wall_ns - cpu - delay);
        ls_text_add_int(ls_emit_arg(emit, "descheduled_ns"), delay);
    }
    if (cause->faults)
        ls_text_add_int(ls_emit_arg(emit, "faults"), (int64_t)cause->faults);
    if (cause->end == LS_TURN_EXITS)
        ls_text_add(ls_emit_arg(emit, "exit"), "true");
    if (cause->no_wait) {
        ls_text_add(ls_emit_arg(emit, "nowait"), "true");
        ls_text_add_int(ls_emit_arg(emit, "events"), (int64_t)cause->n_events);
    }
    if (cause->end == LS_TURN_RAN_OUT)
        ls_text_add(ls_emit_arg(emit, "ran_out"), "true");
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
