/* SPDX-License-Identifier: MIT */
/*
 * Tasks: a small state machine for each (runs, awaits, over), fed with the
 * async events that carry args.event. Stretches are appended as they begin,
 * whoever's they are, and brought together at the end.
 *
 *     start      await      resume     await ...   finish
 *       |---run---|--await---|---run----|--await-...--|
 */
#include "model.h"

#include "ids.h"
#include "tracer/vocabulary.h"

#include <stdlib.h>
#include <string.h>

#define TIMER_STEP_NS 1000000u

struct step {
    struct ls_model *m;
    const struct ls_event *event;
    uint32_t task;
    uint32_t thread; /* where it happened, or LS_NONE */
    int64_t at_ns;
};

static struct ls_task *task_of(const struct step *s)
{
    return &s->m->trace->tasks[s->task];
}

static struct ls_task_build *state_of(const struct step *s)
{
    return &s->m->task_states[s->task];
}

static struct ls_stretch *last_of(const struct step *s)
{
    uint32_t last = state_of(s)->last;
    return last == LS_NONE ? NULL : &s->m->trace->stretches[last];
}

static bool is_over(const struct step *s)
{
    return task_of(s)->state != LS_TASK_OPEN;
}

/* Whether its last stretch is one of KIND that has not ended. */
static bool is_in(const struct step *s, enum ls_stretch_kind kind)
{
    const struct ls_stretch *last = last_of(s);
    return last && last->kind == kind && last->open;
}

/* A task that runs inside another gives the thread back to it. Two overlap
 * when the one that began first stops first, after a positive time of both. */
static void stop_running(const struct step *s, const struct ls_stretch *run)
{
    struct ls_model *m = s->m;
    if (run->thread == LS_NONE)
        return;
    struct ls_thread_build *state = &m->thread_states[run->thread];
    uint8_t kept = 0;
    bool inside = true; /* what began before it goes on around it */
    for (uint8_t i = 0; i < state->n_running; i++) {
        uint32_t other = state->running[i];
        if (other == s->task) {
            inside = false;
            continue;
        }
        state->running[kept++] = other;
        if (!inside && s->at_ns > run->begin_ns &&
            s->at_ns >
                m->trace->stretches[m->task_states[other].last].begin_ns) {
            m->trace->tasks[other].flags |= LS_TASK_OVERLAP;
            task_of(s)->flags |= LS_TASK_OVERLAP;
        }
    }
    state->n_running = kept;
}

static void start_running(const struct step *s)
{
    if (s->thread == LS_NONE)
        return;
    struct ls_thread_build *state = &s->m->thread_states[s->thread];
    if (state->n_running == LS_RUNNING_MAX) {
        memmove(state->running, state->running + 1,
                (LS_RUNNING_MAX - 1) * sizeof(state->running[0]));
        state->n_running--;
    }
    state->running[state->n_running++] = s->task;
}

static struct ls_stretch *push(const struct step *s, enum ls_stretch_kind kind)
{
    struct ls_model *m = s->m;
    struct ls_trace *t = m->trace;
    if (!ls_model_grow(m, &t->stretches, t->n_stretches, &m->cap_stretches,
                       sizeof(*t->stretches)) ||
        !ls_model_grow(m, &m->stretch_owners, t->n_stretches, &m->cap_owners,
                       sizeof(*m->stretch_owners)))
        return NULL;
    struct ls_stretch *stretch = &t->stretches[t->n_stretches];
    *stretch = (struct ls_stretch){.begin_ns = s->at_ns,
                                   .end_ns = s->at_ns,
                                   .ready_ns = LS_UNKNOWN,
                                   .thread = kind == LS_STRETCH_RUN ? s->thread
                                                                    : LS_NONE,
                                   .kind = (uint8_t)kind,
                                   .open = 1};
    m->stretch_owners[t->n_stretches] = s->task;
    state_of(s)->last = t->n_stretches++;
    task_of(s)->n_stretches++;
    if (kind == LS_STRETCH_RUN)
        start_running(s);
    return stretch;
}

static void close_run(const struct step *s)
{
    struct ls_stretch *run = last_of(s);
    run->end_ns = s->at_ns;
    run->open = 0;
    stop_running(s, run);
}

/* A due time that came counts as the time when it was ready. */
static void settle_due(struct ls_stretch *await, int64_t due_ns)
{
    if (await->ready_ns != LS_UNKNOWN || due_ns == LS_UNKNOWN ||
        due_ns > await->end_ns)
        return;
    await->ready_ns = due_ns > await->begin_ns ? due_ns : await->begin_ns;
    await->timed = 1;
}

/* Timers of loops count whole milliseconds from the turn's beginning, so they
 * may come that much before they were due. */
static int64_t due_of(const struct step *s)
{
    int64_t due = state_of(s)->due_ns;
    bool early =
        due > s->at_ns && (uint64_t)due - (uint64_t)s->at_ns < TIMER_STEP_NS;
    return early ? s->at_ns : due;
}

static void close_await(const struct step *s)
{
    struct ls_stretch *await = last_of(s);
    await->end_ns = s->at_ns;
    await->open = 0;
    await->thread = s->thread;
    if (ls_event_has(s->event, LS_ARG_DUE)) /* it was put off */
        state_of(s)->due_ns = s->event->arg[LS_ARG_DUE].integer;
    settle_due(await, due_of(s));
}

/* The ids for now: tasks that are awaited may begin later. */
static void take_awaited(const struct step *s, struct ls_stretch *await)
{
    struct ls_model *m = s->m;
    struct ls_trace *t = m->trace;
    if (!ls_event_has(s->event, LS_ARG_ON))
        return;
    await->first_on = t->n_awaited;
    size_t n = s->event->arg[LS_ARG_ON].ids.n;
    for (size_t i = 0; i < n; i++) {
        if (!ls_model_grow(m, &m->awaited_ids, t->n_awaited, &m->cap_awaited,
                           sizeof(*m->awaited_ids)))
            return;
        m->awaited_ids[t->n_awaited++] = s->event->arg[LS_ARG_ON].ids.at[i];
        await->n_on++;
    }
}

/* Made but not yet run: its first stretch, in which nothing ran, becomes the
 * await. */
static bool make_first_await(const struct step *s, struct ls_stretch *await)
{
    if (task_of(s)->n_stretches != 1 || await->begin_ns != s->at_ns ||
        !ls_text_is(s->event->name, LS_AWAIT_FIRST_RUN))
        return false;
    await->kind = LS_STRETCH_AWAIT;
    await->thread = LS_NONE;
    await->open = 1;
    task_of(s)->flags |= LS_TASK_MADE;
    return true;
}

static void on_start(const struct step *s)
{
    struct ls_task *task = task_of(s);
    if (task->n_stretches || is_over(s))
        return; /* of an id that is there already: no sense in it */
    task->flags &= (uint8_t)~LS_TASK_NO_START;
    task->kind = ls_model_string(s->m, s->event->name);
    if (ls_event_has(s->event, LS_ARG_AUTO))
        task->flags |= LS_TASK_AUTO;
    if (ls_event_has(s->event, LS_ARG_BY))
        task->by = ls_trace_find_task(s->m->trace, s->event->arg[LS_ARG_BY].id);
    push(s, LS_STRETCH_RUN);
}

static void on_await(const struct step *s)
{
    if (is_over(s) || is_in(s, LS_STRETCH_AWAIT)) {
        task_of(s)->flags |= LS_TASK_AWAIT_STRAY;
        return;
    }
    struct ls_stretch *await = NULL;
    if (is_in(s, LS_STRETCH_RUN)) {
        close_run(s);
        if (make_first_await(s, last_of(s)))
            await = last_of(s);
    }
    if (!await && !(await = push(s, LS_STRETCH_AWAIT)))
        return;
    await->what = ls_model_string(s->m, s->event->name);
    state_of(s)->due_ns = ls_event_has(s->event, LS_ARG_DUE)
                              ? s->event->arg[LS_ARG_DUE].integer
                              : LS_UNKNOWN;
    await->has_due = ls_event_has(s->event, LS_ARG_DUE);
    take_awaited(s, await);
}

static void on_detach(const struct step *s)
{
    task_of(s)->flags |= LS_TASK_DETACHED;
}

static void on_ready(const struct step *s)
{
    if (is_in(s, LS_STRETCH_AWAIT) && last_of(s)->ready_ns == LS_UNKNOWN)
        last_of(s)->ready_ns = s->at_ns;
}

static void on_resume(const struct step *s)
{
    bool knows = task_of(s)->n_stretches > 0;
    if (ls_event_has(s->event, LS_ARG_RECOVERED))
        return; /* recover closed it: it was open in truth */
    if (is_over(s) || (knows && !is_in(s, LS_STRETCH_AWAIT))) {
        task_of(s)->flags |= LS_TASK_RESUME_STRAY;
        return;
    }
    if (knows)
        close_await(s);
    push(s, LS_STRETCH_RUN);
}

static enum ls_task_state state_of_outcome(struct ls_text outcome)
{
    if (ls_text_is(outcome, LS_OUTCOME_FAILED))
        return LS_TASK_FAILED;
    if (ls_text_is(outcome, LS_OUTCOME_CANCELLED))
        return LS_TASK_CANCELLED;
    return LS_TASK_OK;
}

static void on_finish(const struct step *s)
{
    struct ls_task *task = task_of(s);
    if (ls_event_has(s->event, LS_ARG_RECOVERED))
        return;
    if (is_over(s)) {
        task->flags |= LS_TASK_FINISH_TWICE;
        return;
    }
    if (is_in(s, LS_STRETCH_RUN))
        close_run(s);
    else if (is_in(s, LS_STRETCH_AWAIT))
        close_await(s);
    if (!task->kind)
        task->kind = ls_model_string(s->m, s->event->name);
    task->state =
        (uint8_t)state_of_outcome(ls_event_text(s->event, LS_ARG_OUTCOME));
    task->reason =
        ls_model_string(s->m, ls_event_text(s->event, LS_ARG_REASON));
    task->end_ns = s->at_ns;
}

/* STRAY is the flag that an event with args.stray leaves. */
static const struct {
    const char *name;
    char ph;
    uint8_t stray;
    void (*act)(const struct step *s);
} actions[] = {
    {LS_EVENT_AWAIT, 'b', LS_TASK_AWAIT_STRAY, on_await},
    {LS_EVENT_RESUME, 'e', LS_TASK_RESUME_STRAY, on_resume},
    {LS_EVENT_START, 'b', 0, on_start},
    {LS_EVENT_FINISH, 'e', LS_TASK_FINISH_TWICE, on_finish},
    {LS_EVENT_READY, 'n', 0, on_ready},
    {LS_EVENT_DETACH, 'n', 0, on_detach},
};

static bool make_task(struct ls_model *m, const struct ls_event *event,
                      uint32_t thread, int64_t at_ns)
{
    struct ls_trace *t = m->trace;
    uint32_t process = ls_model_process(m, event->pid), i = t->n_tasks;
    if (process == LS_NONE ||
        !ls_model_grow(m, &t->tasks, i, &m->cap_tasks, sizeof(*t->tasks)) ||
        !ls_model_grow(m, &m->task_states, i, &m->cap_task_states,
                       sizeof(*m->task_states)))
        return false;
    if (i && t->tasks[i - 1].begin_ns > at_ns)
        m->unsorted = true;
    t->tasks[i] = (struct ls_task){.id = event->id,
                                   .process = process,
                                   .loop = LS_NONE,
                                   .thread = thread,
                                   .by = LS_NONE,
                                   .begin_ns = at_ns,
                                   .end_ns = at_ns,
                                   .flags = LS_TASK_NO_START};
    m->task_states[i] = (struct ls_task_build){
        .last_ns = at_ns, .due_ns = LS_UNKNOWN, .last = LS_NONE};
    t->n_tasks++;
    return true;
}

static uint32_t find_task(struct ls_model *m, const struct ls_event *event,
                          uint32_t thread, int64_t at_ns)
{
    uint32_t *index = ls_ids_put(m->trace->task_ids, event->id);
    if (!index) {
        m->failed = true;
        return LS_NONE;
    }
    if (*index == LS_NONE) {
        if (!make_task(m, event, thread, at_ns))
            return LS_NONE;
        *index = m->trace->n_tasks - 1;
    }
    return *index;
}

void ls_tasks_add(struct ls_model *m, int64_t at_ns,
                  const struct ls_event *event)
{
    struct ls_text what = event->arg[LS_ARG_EVENT].text;
    const size_t n_actions = sizeof(actions) / sizeof(actions[0]);
    size_t i = 0;
    while (i < n_actions && !ls_text_is(what, actions[i].name))
        i++;
    if (i == n_actions)
        return;
    uint32_t thread = LS_NONE;
    if (ls_event_has(event, LS_ARG_LOOP))
        thread =
            ls_model_thread(m, event->pid, event->arg[LS_ARG_LOOP].integer);
    uint32_t index = find_task(m, event, thread, at_ns);
    if (index == LS_NONE)
        return;
    const struct step step = {m, event, index, thread, at_ns};
    struct ls_task *task = &m->trace->tasks[index];
    if (at_ns < m->task_states[index].last_ns)
        m->unsorted = true;
    m->task_states[index].last_ns = at_ns;
    if (!task->label)
        task->label = ls_model_string(m, ls_event_text(event, LS_ARG_LABEL));
    if (ls_event_has(event, LS_ARG_STRAY))
        task->flags |= actions[i].stray;
    else if (event->ph == actions[i].ph)
        actions[i].act(&step);
}

/* Awaited ids to indices; those of no task here are left out. */
static bool resolve_awaited(struct ls_model *m)
{
    struct ls_trace *t = m->trace;
    uint32_t n = 0;
    if (!t->n_awaited)
        return true;
    t->awaited = malloc(t->n_awaited * sizeof(*t->awaited));
    if (!t->awaited)
        return false;
    for (uint32_t i = 0; i < t->n_stretches; i++) {
        struct ls_stretch *s = &t->stretches[i];
        uint32_t first = n;
        for (uint32_t k = 0; k < s->n_on; k++) {
            uint32_t task =
                ls_trace_find_task(t, m->awaited_ids[s->first_on + k]);
            if (task != LS_NONE)
                t->awaited[n++] = task;
            else
                s->on_others = 1;
        }
        s->first_on = first;
        s->n_on = (uint16_t)(n - first);
    }
    t->n_awaited = n;
    return true;
}

/* What is open ends with the trace. */
static void close_open(struct ls_model *m)
{
    struct ls_trace *t = m->trace;
    for (uint32_t i = 0; i < t->n_tasks; i++) {
        struct ls_task *task = &t->tasks[i];
        uint32_t last = m->task_states[i].last;
        if (task->state == LS_TASK_OPEN)
            task->end_ns = t->end_ns;
        if (last == LS_NONE || !t->stretches[last].open)
            continue;
        t->stretches[last].end_ns = t->end_ns;
        if (t->stretches[last].kind == LS_STRETCH_AWAIT)
            settle_due(&t->stretches[last], m->task_states[i].due_ns);
    }
}

/* Bring each task's stretches together: every stretch goes to its task's next
 * free place. */
static bool gather_stretches(struct ls_model *m)
{
    struct ls_trace *t = m->trace;
    uint32_t *next = malloc((t->n_tasks + 1ul) * sizeof(*next));
    struct ls_stretch *gathered =
        malloc((t->n_stretches + 1ul) * sizeof(*gathered));
    uint32_t sum = 0;
    if (!next || !gathered) {
        free(next);
        free(gathered);
        return false;
    }
    for (uint32_t i = 0; i < t->n_tasks; i++) {
        t->tasks[i].first_stretch = next[i] = sum;
        sum += t->tasks[i].n_stretches;
    }
    for (uint32_t i = 0; i < t->n_stretches; i++)
        gathered[next[m->stretch_owners[i]]++] = t->stretches[i];
    free(next);
    free(t->stretches);
    t->stretches = gathered;
    return true;
}

bool ls_tasks_finish(struct ls_model *m)
{
    close_open(m);
    return resolve_awaited(m) && gather_stretches(m);
}
