#ifndef LS_VIEWER_TURN_H
#define LS_VIEWER_TURN_H
/* SPDX-License-Identifier: MIT */
/*
 * turn.h - a turn of a loop by the phases of libuv's cycle.
 *
 * Costs a walk over what is in the turn: made when one is selected. Not for
 * how it looks (draw_turn.c).
 *
 *     struct ls_turn turn;
 *     if (ls_turn_look(&turn, trace, thread, slice))
 *         printf("%u callbacks\n", turn.phases[0].n);
 *
 * Units: nanoseconds. Ownership: none. Errors: none. Threads: any.
 */
#include "analysis/trace.h"

/* In the order in which they come after a poll. */
enum ls_phase {
    LS_PHASE_IO,
    LS_PHASE_CHECK,
    LS_PHASE_CLOSING,
    LS_PHASE_TIMERS,
    LS_PHASE_PENDING, /* of few traces: most count it as I/O */
    LS_PHASE_IDLE,
    LS_PHASE_PREPARE,
    LS_PHASE_OTHER, /* callbacks of which the phase is not known */
    LS_PHASES
};

const char *ls_phase_name(enum ls_phase phase);

struct ls_turn {
    int64_t waited_ns; /* before it, in the poll; LS_UNKNOWN for the first */
    int64_t took_ns;
    struct {
        int64_t ns;
        uint32_t n; /* callbacks */
    } phases[LS_PHASES];
    int64_t outside_ns; /* in no callback */
    uint32_t n;         /* callbacks */
    int64_t tasks_ns;   /* in which tasks ran */
    uint32_t n_tasks;   /* how often one did */
};

/* False if SLICE is no turn of a loop. */
bool ls_turn_look(struct ls_turn *turn, const struct ls_trace *trace,
                  uint32_t thread, uint32_t slice);

#endif
