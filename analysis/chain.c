/* SPDX-License-Identifier: MIT */
/*
 * What a finding about tasks says of other tasks: its ring, those that wait
 * behind it, those that it awaited.
 */
#include "judge.h"

#include <stdlib.h>

/* All that a row of awaits was for, in order. */
static uint32_t *awaited_in(const struct ls_trace *t,
                            const struct ls_finding *f, uint32_t *n)
{
    uint32_t size = 0;
    for (uint32_t i = 0; i < f->n_awaits; i++)
        size += t->stretches[f->first_await + 2 * i].n_on;
    uint32_t *tasks = malloc((size + 1ul) * sizeof(*tasks));
    *n = 0;
    for (uint32_t i = 0; tasks && i < f->n_awaits; i++) {
        const struct ls_stretch *await = &t->stretches[f->first_await + 2 * i];
        for (uint32_t k = 0; k < await->n_on; k++)
            tasks[(*n)++] = t->awaited[await->first_on + k];
    }
    return tasks;
}

bool ls_chain_set(const struct ls_judge *judge, struct ls_finding *f)
{
    switch (f->rule) {
    case LS_RULE_AWAIT_CYCLE:
        f->chain = ls_waits_ring(judge->waits, f->task, &f->n_chain);
        return f->chain;
    case LS_RULE_SEQUENTIAL_AWAITS:
        f->chain = awaited_in(judge->trace, f, &f->n_chain);
        return f->chain;
    case LS_RULE_LOST_WAKE:
    case LS_RULE_NEVER_AWAITED:
        return ls_waits_behind(judge->waits, f->task, &f->chain, &f->n_chain);
    default:
        return true;
    }
}
