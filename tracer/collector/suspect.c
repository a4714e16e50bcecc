/* SPDX-License-Identifier: MIT */
#include "suspect.h"

#define MS INT64_C(1000000)

/* Between looks: a tenth of the age, within these. */
#define LOOK_LEAST_NS (2 * MS)
#define LOOK_MOST_NS (10000 * MS)

/* So many samples of a running thread, and the period doubles. */
enum { SAMPLES_AT_PERIOD = 4 };

static int64_t between(int64_t least, int64_t value, int64_t most)
{
    return value < least ? least : value > most ? most : value;
}

void ls_suspect_begin(struct ls_suspect *s, uint64_t turn)
{
    *s = (struct ls_suspect){.turn = turn};
}

enum ls_suspect_due ls_suspect_due(struct ls_suspect *s, int64_t age_ns,
                                   int64_t threshold_ns, int64_t *wait_ns)
{
    int64_t half = threshold_ns / 2;
    if (age_ns < half) {
        *wait_ns = half - age_ns;
        return LS_SUSPECT_WAIT;
    }
    *wait_ns = 0;
    if (!s->armed) {
        s->armed = true;
        s->looked_ns = s->told_ns = age_ns;
        s->due_ns = threshold_ns;
        s->period_ns = between(MS, threshold_ns / 16, 100 * MS);
        return LS_SUSPECT_ARM;
    }
    if (age_ns < s->due_ns) {
        *wait_ns = s->due_ns - age_ns;
        return LS_SUSPECT_WATCH;
    }
    int64_t pause = between(LOOK_LEAST_NS, age_ns / 10, LOOK_MOST_NS);
    s->due_ns = age_ns + pause;
    *wait_ns = pause;
    return LS_SUSPECT_LOOK;
}

bool ls_suspect_same(const struct ls_suspect *s, const struct ls_sight *sight)
{
    const struct ls_sight *last = &s->last;
    return s->seen && last->state == sight->state &&
           last->syscall == sight->syscall && last->sp == sight->sp &&
           last->pc == sight->pc;
}

/* At ages that double. */
int64_t ls_suspect_stays(struct ls_suspect *s, int64_t age_ns)
{
    s->owed_ns += age_ns - s->looked_ns;
    s->looked_ns = age_ns;
    if (age_ns < 2 * s->told_ns)
        return 0;
    s->told_ns = age_ns;
    return ls_suspect_owes(s);
}

int64_t ls_suspect_owes(struct ls_suspect *s)
{
    int64_t owed = s->owed_ns;
    s->owed_ns = 0;
    return owed;
}

int64_t ls_suspect_moves(struct ls_suspect *s, const struct ls_sight *sight,
                         int64_t age_ns)
{
    int64_t since = age_ns - s->looked_ns;
    s->seen = true;
    s->last = *sight;
    s->owed_ns = 0;
    s->looked_ns = s->told_ns = age_ns;
    return since;
}

bool ls_suspect_sampled(struct ls_suspect *s)
{
    if (++s->n_at_period < SAMPLES_AT_PERIOD)
        return false;
    s->n_at_period = 0;
    s->period_ns *= 2;
    return true;
}

uint32_t ls_suspect_weight(int64_t ns)
{
    return (uint32_t)between(1, (ns + MS / 2) / MS, UINT32_MAX);
}
