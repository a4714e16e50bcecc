/* SPDX-License-Identifier: MIT */
#include "viewer/whatif.h"

#include "viewer/explain.h"

static void add(struct ls_ghosts *ghosts, struct ls_ghost ghost)
{
    if (ghost.saved_ns <= 0)
        return;
    ghosts->saved_ns += ghost.saved_ns;
    ghosts->n_at_most += ghost.at_most;
    if (ghosts->n == LS_GHOSTS)
        ghosts->n_more++;
    else
        ghosts->items[ghosts->n++] = ghost;
}

/* When the await ended that lasted beyond END, where the stall did. */
static int64_t resumed_ns(const struct ls_trace *trace,
                          const struct ls_task *task, int64_t end_ns)
{
    for (uint32_t i = 0; i < task->n_stretches; i++) {
        const struct ls_stretch *s = &trace->stretches[task->first_stretch + i];
        if (s->kind == LS_STRETCH_AWAIT && s->end_ns >= end_ns)
            return s->end_ns;
    }
    return end_ns;
}

static void without_stall(struct ls_ghosts *ghosts,
                          const struct ls_trace *trace,
                          const struct ls_finding *f)
{
    int64_t stalled_until_ns = f->start_ns + f->duration_ns;
    for (uint32_t i = 0; i < f->n_waiters; i++) {
        const struct ls_waiter *w = &f->waiters[i];
        const struct ls_task *task = &trace->tasks[w->task];
        int64_t from_ns = resumed_ns(trace, task, stalled_until_ns);
        add(ghosts, (struct ls_ghost){w->task, from_ns - w->held_up_ns,
                                      task->end_ns - w->held_up_ns,
                                      w->held_up_ns, w->at_most});
    }
}

void ls_whatif_make(struct ls_ghosts *ghosts, const struct ls_trace *trace,
                    const struct ls_finding *f)
{
    ghosts->n = ghosts->n_more = ghosts->n_at_most = 0;
    ghosts->saved_ns = 0;
    ghosts->gathered = f->rule == LS_RULE_SEQUENTIAL_AWAITS;
    if (ls_explain_is_stall(f))
        without_stall(ghosts, trace, f);
    else if (ghosts->gathered && f->task < trace->n_tasks &&
             f->start_ns != LS_UNKNOWN)
        add(ghosts,
            (struct ls_ghost){f->task, f->start_ns,
                              trace->tasks[f->task].end_ns - f->saved_ns,
                              f->saved_ns, true});
}
