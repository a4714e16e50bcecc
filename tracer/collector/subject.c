/* SPDX-License-Identifier: MIT */
#include "subject.h"

#include <stdlib.h>

#include "tracer/record/clock.h"

int64_t ls_watch_ns_between(const struct ls_watch *w, uint64_t from,
                            uint64_t to)
{
    return (int64_t)((double)(int64_t)(to - from) * w->ns_per_tick);
}

int64_t ls_watch_ns_since(const struct ls_watch *w, uint64_t ticks)
{
    return ls_watch_ns_between(w, ticks, w->now.ticks);
}

uint64_t ls_subject_turn_of(const struct ls_ring *ring)
{
    if (atomic_load(&ring->state) != LS_RING_LIVE)
        return 0;
    return atomic_load_explicit(&ring->turn_begin, memory_order_acquire);
}

bool ls_subject_is_denied(const struct ls_subject *s, enum ls_denial denial)
{
    return s->process->denied[denial];
}

void ls_subject_note_denial(struct ls_subject *s, enum ls_denial denial,
                            int error)
{
    struct ls_guarded *p = s->process;
    if (!ls_denial_lasts(-error) || p->denied[denial])
        return;
    p->denied[denial] = true;
    ls_denial_explain(denial, -error, s->pid, p->why[denial],
                      sizeof p->why[denial]);
}

struct ls_sample *ls_subject_sample(const struct ls_subject *s, uint64_t ticks)
{
    struct ls_sample *sample = calloc(1, sizeof *sample);
    if (!sample)
        return NULL;
    sample->ticks = ticks;
    sample->turn = s->suspect.turn;
    sample->ring = s->ring;
    sample->process = s->slot;
    sample->generation = s->generation;
    sample->syscall = -1;
    sample->fd = -1;
    sample->weight = 1;
    return sample;
}

/* A thread that runs has its CPU time told only at the scheduler's ticks. */
void ls_subject_add_usage(const struct ls_subject *s, struct ls_sample *sample)
{
    if (!s->usage_known || s->used_ns <= s->base_ns)
        return;
    sample->measured = true;
    sample->wall_ns = (int64_t)(s->used_ns - s->base_ns);
    sample->cpu_ns = (int64_t)(s->used.cpu_ns - s->base.cpu_ns);
    sample->delay_ns = (int64_t)(s->used.delay_ns - s->base.delay_ns);
    int64_t rest = sample->wall_ns - sample->cpu_ns - sample->delay_ns;
    if (sample->state == LS_SIGHT_RUNNING && rest > 0 && rest < 5 * LS_MS)
        sample->cpu_ns += rest;
}

void ls_subject_read_usage(struct ls_subject *s)
{
    struct ls_usage usage;
    if (ls_sight_usage(s->pid, s->tid, &usage) < 0)
        return;
    s->used = usage;
    s->used_ns = ls_clock_monotonic();
    if (!s->usage_known) {
        s->base = s->used;
        s->base_ns = s->used_ns;
    }
    s->usage_known = true;
}
