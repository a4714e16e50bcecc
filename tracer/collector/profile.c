/* SPDX-License-Identifier: MIT */
#include "profile.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST_KEPT = 16, /* samples before the threshold */
    MOST_PERFS = 32 /* threads sampled at one time */
};

void ls_profile_stop(struct ls_watch *w, struct ls_subject *s)
{
    if (s->sampling)
        ls_perf_stop(&s->perf);
    s->sampling = false;
    s->sampled_ms = w->now.monotonic_ns / (uint64_t)LS_MS;
}

void ls_profile_close(struct ls_watch *w, struct ls_subject *s)
{
    if (s->perf.fd < 0)
        return;
    ls_perf_close(&s->perf);
    w->n_perfs--;
}

void ls_profile_start(struct ls_watch *w, struct ls_subject *s)
{
    if (s->perf.fd >= 0 && s->perf.tid != s->tid)
        ls_profile_close(w, s);
    if (s->perf.fd < 0) {
        if (ls_subject_is_denied(s, LS_DENIAL_SAMPLES) ||
            w->n_perfs == MOST_PERFS)
            return;
        int error = ls_perf_open(&s->perf, s->tid);
        if (error) {
            ls_subject_note_denial(s, LS_DENIAL_SAMPLES, error);
            return;
        }
        w->n_perfs++;
    }
    ls_perf_start(&s->perf, s->suspect.period_ns);
    s->sampling = true;
}

static struct ls_sample *perf_sample(const struct ls_watch *w,
                                     const struct ls_subject *s,
                                     const struct ls_perf_sample *from,
                                     int64_t period_ns)
{
    int64_t ago_ns = (int64_t)(w->now.monotonic_ns - from->monotonic_ns);
    uint64_t ticks =
        w->now.ticks - (uint64_t)(int64_t)((double)ago_ns / w->ns_per_tick);
    struct ls_sample *sample = ls_subject_sample(s, ticks);
    if (!sample)
        return NULL;
    sample->state = LS_SIGHT_RUNNING;
    sample->weight = ls_suspect_weight(period_ns);
    ls_subject_add_usage(s, sample);
    sample->kind = LS_STACK_REGISTERS;
    sample->registers = from->registers;
    sample->bytes = from->n_stack ? malloc(from->n_stack) : NULL;
    if (sample->bytes) {
        memcpy(sample->bytes, from->stack, from->n_stack);
        sample->n_bytes = from->n_stack;
    }
    return sample;
}

void ls_profile_collect(struct ls_watch *w, struct ls_subject *s,
                        uint64_t until)
{
    struct ls_perf_sample from;
    int64_t period_ns = s->suspect.period_ns; /* of all that are there */
    bool first = true;
    while (s->sampling && ls_perf_next(&s->perf, &from)) {
        if (first)
            ls_subject_read_usage(s);
        first = false;
        struct ls_sample *sample = perf_sample(w, s, &from, period_ns);
        bool wanted = sample && sample->ticks >= s->suspect.turn &&
                      sample->ticks < until && s->early.n < MOST_KEPT;
        if (!wanted) {
            ls_sample_free(sample);
            continue;
        }
        ls_sample_list_add(&s->early, sample);
        if (ls_suspect_sampled(&s->suspect))
            ls_perf_set_period(&s->perf, s->suspect.period_ns);
        if (s->passed)
            ls_sample_queue_give_all(&w->queue, &s->early);
    }
}
