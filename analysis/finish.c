/* SPDX-License-Identifier: MIT */
/*
 * What can only be said when all events are there: loops, the stacks that
 * came after their use, what is open, what was lost.
 */
#include "model.h"

#include "ids.h"
#include "sort.h"
#include "strings.h"

#include <stdlib.h>
#include <string.h>

/* poll and select are used for single waits too: a thread that polls by them
 * is a loop when it goes on and on. */
enum { LEAST_TURNS = 10 };
#define LEAST_SPAN_NS INT64_C(2000000000)

static bool goes_on(const struct ls_thread *thread)
{
    int64_t from = 0, to = 0;
    uint32_t n = 0;
    for (uint32_t i = 0; i < thread->n_slices; i++) {
        const struct ls_slice *slice = &thread->slices[i];
        if (slice->kind != LS_SLICE_TURN)
            continue;
        from = n++ ? from : slice->begin_ns;
        to = slice->end_ns;
    }
    return n >= LEAST_TURNS && to - from >= LEAST_SPAN_NS;
}

/* Whether the thread is a loop; what polls but is none keeps a note of it. */
static bool is_loop(struct ls_model *m, uint32_t i)
{
    const struct ls_thread_build *state = &m->thread_states[i];
    struct ls_thread *thread = &m->trace->threads[i];
    const char *kind = ls_trace_string(m->trace, state->loop_kind);
    if (!state->is_loop)
        return false;
    if (strcmp(kind, "poll") != 0 && strcmp(kind, "select") != 0)
        return true;
    if (goes_on(thread))
        return true;
    thread->polled = state->loop_kind;
    return false;
}

static bool list_turns(struct ls_trace *t, struct ls_loop *loop)
{
    const struct ls_thread *thread = &t->threads[loop->thread];
    uint32_t n = 0;
    for (uint32_t i = 0; i < thread->n_slices; i++)
        n += thread->slices[i].kind == LS_SLICE_TURN;
    loop->turns = malloc((n + 1ul) * sizeof(*loop->turns));
    if (!loop->turns)
        return false;
    for (uint32_t i = 0; i < thread->n_slices; i++)
        if (thread->slices[i].kind == LS_SLICE_TURN)
            loop->turns[loop->n_turns++] = i;
    return true;
}

static bool list_slow_turns(struct ls_model *m, struct ls_loop *loop)
{
    const struct ls_slice *slices = m->trace->threads[loop->thread].slices;
    uint32_t cap = 0;
    for (uint32_t i = 0; i < loop->n_turns; i++) {
        const struct ls_slice *turn = &slices[loop->turns[i]];
        if (turn->end_ns - turn->begin_ns < LS_SLOW_NS)
            continue;
        if (!ls_model_grow(m, &loop->slow, loop->n_slow, &cap,
                           sizeof(*loop->slow)))
            return false;
        loop->slow[loop->n_slow++] = i;
    }
    return true;
}

static bool make_loops(struct ls_model *m)
{
    struct ls_trace *t = m->trace;
    uint32_t cap = 0;
    for (uint32_t i = 0; i < t->n_threads; i++) {
        if (!is_loop(m, i))
            continue;
        if (!ls_model_grow(m, &t->loops, t->n_loops, &cap, sizeof(*t->loops)))
            return false;
        t->threads[i].loop = t->n_loops;
        t->loops[t->n_loops] =
            (struct ls_loop){.thread = i,
                             .name = m->thread_states[i].loop_name,
                             .kind = m->thread_states[i].loop_kind};
        struct ls_loop *loop = &t->loops[t->n_loops++];
        if (!list_turns(t, loop) || !list_slow_turns(m, loop))
            return false;
    }
    for (uint32_t i = 0; i < t->n_tasks; i++)
        if (t->tasks[i].thread != LS_NONE)
            t->tasks[i].loop = t->threads[t->tasks[i].thread].loop;
    return true;
}

static void resolve(const struct ls_model *m, uint32_t *stack)
{
    if (*stack != LS_NONE)
        *stack = ls_ids_find(m->stack_ids, *stack);
}

static void resolve_stacks(struct ls_model *m)
{
    struct ls_trace *t = m->trace;
    for (uint32_t i = 0; i < t->n_details; i++)
        resolve(m, &t->details[i].stack);
    for (uint32_t i = 0; i < t->n_callbacks; i++)
        resolve(m, &t->callbacks[i].registered);
    for (uint32_t i = 0; i < t->n_samples; i++)
        resolve(m, &t->samples[i].stack);
    for (uint32_t i = 0; i < t->n_left_open; i++)
        resolve(m, &t->left_open[i].registered);
}

/* Give back what the doubling took too much. */
static void shrink(void *items, uint32_t n, size_t size)
{
    void *old, *less;
    memcpy(&old, items, sizeof(old));
    less = n ? realloc(old, n * size) : NULL;
    if (less)
        memcpy(items, &less, sizeof(less));
}

static bool finish_threads(struct ls_model *m)
{
    struct ls_trace *t = m->trace;
    for (uint32_t i = 0; i < t->n_threads; i++) {
        if (!ls_slices_finish(m, i))
            return false;
        shrink(&t->threads[i].slices, t->threads[i].n_slices,
               sizeof(*t->threads[i].slices));
    }
    return true;
}

static bool sort_points(struct ls_trace *t)
{
    for (uint32_t i = 0; i < t->n_counters; i++)
        if (!ls_sort_by_time(t->counters[i].points, t->counters[i].n_points,
                             sizeof(*t->counters[i].points)))
            return false;
    return ls_sort_by_time(t->marks, t->n_marks, sizeof(*t->marks)) &&
           ls_sort_by_time(t->samples, t->n_samples, sizeof(*t->samples));
}

static void finish_health(struct ls_model *m)
{
    struct ls_health *health = &m->trace->health;
    health->complete = !health->ours || m->has_end;
    if (m->n_lost_said > health->n_lost)
        health->n_lost = m->n_lost_said;
}

struct ls_trace *ls_model_finish(struct ls_model *m)
{
    struct ls_trace *t = m->trace;
    if (t->begin_ns == LS_UNKNOWN)
        t->begin_ns = 0;
    bool good = !m->failed && finish_threads(m) && make_loops(m) &&
                ls_tasks_finish(m) && sort_points(t);
    if (good) {
        resolve_stacks(m);
        finish_health(m);
        shrink(&t->stretches, t->n_stretches, sizeof(*t->stretches));
        shrink(&t->tasks, t->n_tasks, sizeof(*t->tasks));
        shrink(&t->details, t->n_details, sizeof(*t->details));
        shrink(&t->callbacks, t->n_callbacks, sizeof(*t->callbacks));
        ls_strings_freeze(t->strings);
        for (uint32_t i = 0; i < t->n_threads; i++)
            free(m->thread_states[i].cuts);
        free(m->thread_states);
        m->thread_states = NULL;
        m->trace = NULL;
    }
    ls_model_free(m);
    return good ? t : NULL;
}
