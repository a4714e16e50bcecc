/* SPDX-License-Identifier: MIT */
#include "model.h"

#include "ids.h"
#include "strings.h"
#include "tracer/vocabulary.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ls_health_note(struct ls_health *health, enum ls_trouble_kind kind,
                    uint64_t line, uint64_t byte, const char *text)
{
    struct ls_trouble *trouble = &health->troubles[kind];
    if (trouble->n++)
        return;
    trouble->line = line;
    trouble->byte = byte;
    snprintf(trouble->text, sizeof(trouble->text), "%s", text);
}

struct ls_model *ls_model_new(void)
{
    struct ls_model *m = calloc(1, sizeof(*m));
    if (!m)
        return NULL;
    m->trace = calloc(1, sizeof(*m->trace));
    m->process_ids = ls_ids_new();
    m->thread_ids = ls_ids_new();
    m->stack_ids = ls_ids_new();
    m->counter_ids = ls_ids_new();
    m->lane_ids = ls_ids_new();
    m->last_thread = LS_NONE;
    if (m->trace) {
        m->trace->begin_ns = LS_UNKNOWN;
        m->trace->health.limit_ns = LS_UNKNOWN;
        m->trace->strings = ls_strings_new();
        m->trace->task_ids = ls_ids_new();
    }
    if (!m->trace || !m->trace->strings || !m->trace->task_ids ||
        !m->process_ids || !m->thread_ids || !m->stack_ids || !m->counter_ids ||
        !m->lane_ids) {
        ls_model_free(m);
        return NULL;
    }
    return m;
}

void ls_model_free(struct ls_model *m)
{
    if (!m)
        return;
    for (uint32_t i = 0; m->trace && i < m->trace->n_threads; i++)
        free(m->thread_states[i].cuts);
    ls_lanes_free(m);
    ls_ids_free(m->process_ids);
    ls_ids_free(m->thread_ids);
    ls_ids_free(m->stack_ids);
    ls_ids_free(m->counter_ids);
    ls_ids_free(m->lane_ids);
    free(m->thread_states);
    free(m->task_states);
    free(m->stretch_owners);
    free(m->awaited_ids);
    free(m->counter_caps);
    ls_trace_free(m->trace);
    free(m);
}

bool ls_model_grow(struct ls_model *m, void *items, uint32_t n, uint32_t *cap,
                   size_t size)
{
    if (n < *cap)
        return true;
    void *old;
    memcpy(&old, items, sizeof(old));
    uint64_t more = *cap ? *cap * 2ull : 16;
    void *grown = more < LS_NONE ? realloc(old, more * size) : NULL;
    if (!grown) {
        m->failed = true;
        return false;
    }
    memcpy(items, &grown, sizeof(grown));
    *cap = (uint32_t)more;
    return true;
}

ls_string ls_model_string(struct ls_model *m, struct ls_text text)
{
    ls_string string = ls_strings_add(m->trace->strings, text.at, text.n);
    m->failed |= m->trace->strings->failed;
    return string;
}

uint32_t ls_model_process(struct ls_model *m, int64_t pid)
{
    struct ls_trace *t = m->trace;
    uint32_t *index = ls_ids_put(m->process_ids, (uint64_t)pid);
    if (!index || (*index == LS_NONE &&
                   !ls_model_grow(m, &t->processes, t->n_processes,
                                  &m->cap_processes, sizeof(*t->processes)))) {
        m->failed = true;
        return LS_NONE;
    }
    if (*index == LS_NONE) {
        t->processes[t->n_processes] = (struct ls_process){.pid = pid};
        *index = t->n_processes++;
    }
    return *index;
}

uint32_t ls_model_new_thread(struct ls_model *m, int64_t pid, int64_t tid)
{
    struct ls_trace *t = m->trace;
    uint32_t process = ls_model_process(m, pid), i = t->n_threads;
    if (process == LS_NONE ||
        !ls_model_grow(m, &t->threads, i, &m->cap_threads,
                       sizeof(*t->threads)) ||
        !ls_model_grow(m, &m->thread_states, i, &m->cap_thread_states,
                       sizeof(*m->thread_states)))
        return LS_NONE;
    t->threads[i] =
        (struct ls_thread){.process = process, .loop = LS_NONE, .tid = tid};
    m->thread_states[i] = (struct ls_thread_build){
        .first_ns = LS_UNKNOWN, .last_ns = LS_UNKNOWN, .top = LS_NONE};
    t->n_threads++;
    return i;
}

/* One number for both: exact for what Linux gives out, mixed beyond. */
static uint64_t thread_key(int64_t pid, int64_t tid)
{
    if ((uint64_t)pid <= UINT32_MAX && (uint64_t)tid <= UINT32_MAX)
        return (uint64_t)pid << 32 | (uint64_t)tid;
    return ((uint64_t)pid * 0x9e3779b97f4a7c15u) ^
           ((uint64_t)tid * 0xc2b2ae3d27d4eb4fu);
}

uint32_t ls_model_thread(struct ls_model *m, int64_t pid, int64_t tid)
{
    uint64_t key = thread_key(pid, tid);
    if (m->last_thread != LS_NONE && m->last_thread_key == key)
        return m->last_thread;
    uint32_t *index = ls_ids_put(m->thread_ids, key);
    if (!index) {
        m->failed = true;
        return LS_NONE;
    }
    if (*index == LS_NONE)
        *index = ls_model_new_thread(m, pid, tid);
    m->last_thread_key = key;
    m->last_thread = *index;
    return *index;
}

bool ls_model_tick(struct ls_model *m, uint32_t thread, int64_t at_ns)
{
    struct ls_thread_build *state = &m->thread_states[thread];
    if (at_ns < state->last_ns) {
        m->unsorted = true;
        return false;
    }
    if (state->first_ns == LS_UNKNOWN)
        state->first_ns = at_ns;
    state->last_ns = at_ns;
    return true;
}

static void add_mark(struct ls_model *m, int64_t at_ns,
                     const struct ls_event *event)
{
    struct ls_trace *t = m->trace;
    uint32_t thread = ls_model_thread(m, event->pid, event->tid);
    if (thread == LS_NONE || !ls_model_grow(m, &t->marks, t->n_marks,
                                            &m->cap_marks, sizeof(*t->marks)))
        return;
    t->marks[t->n_marks++] = (struct ls_mark){
        .at_ns = at_ns,
        .thread = thread,
        .name = ls_model_string(m, event->name),
        .text = ls_model_string(m, ls_event_text(event, LS_ARG_TEXT))};
}

static uint32_t find_counter(struct ls_model *m, uint32_t process,
                             ls_string name)
{
    struct ls_trace *t = m->trace;
    uint32_t *index =
        ls_ids_put(m->counter_ids, (uint64_t)process << 32 | name);
    if (!index) {
        m->failed = true;
        return LS_NONE;
    }
    if (*index != LS_NONE)
        return *index;
    if (!ls_model_grow(m, &t->counters, t->n_counters, &m->cap_counters,
                       sizeof(*t->counters)) ||
        !ls_model_grow(m, &m->counter_caps, t->n_counters, &m->cap_counter_caps,
                       sizeof(*m->counter_caps)))
        return LS_NONE;
    t->counters[t->n_counters] =
        (struct ls_counter){.process = process, .name = name};
    m->counter_caps[t->n_counters] = 0;
    return *index = t->n_counters++;
}

static void add_point(struct ls_model *m, int64_t at_ns, int64_t pid,
                      struct ls_text name, double value)
{
    uint32_t process = ls_model_process(m, pid);
    uint32_t i = process == LS_NONE
                     ? LS_NONE
                     : find_counter(m, process, ls_model_string(m, name));
    if (i == LS_NONE)
        return;
    struct ls_counter *c = &m->trace->counters[i];
    if (!ls_model_grow(m, &c->points, c->n_points, &m->counter_caps[i],
                       sizeof(*c->points)))
        return;
    c->points[c->n_points++] = (struct ls_counter_point){at_ns, value};
}

/* A counter of other tools: each number in args is a row of its own. */
static void add_points(struct ls_model *m, int64_t at_ns,
                       const struct ls_event *event)
{
    const cJSON *item;
    char name[512];
    cJSON_ArrayForEach(item, event->json)
    {
        if (!cJSON_IsNumber(item) || !isfinite(item->valuedouble) ||
            strcmp(item->string, "value") == 0)
            continue;
        int n = snprintf(name, sizeof(name), "%.*s.%s", (int)event->name.n,
                         event->name.at, item->string);
        if (n > 0 && (size_t)n < sizeof(name))
            add_point(m, at_ns, event->pid, (struct ls_text){name, (size_t)n},
                      item->valuedouble);
    }
}

static void add_counter(struct ls_model *m, int64_t at_ns,
                        const struct ls_event *event)
{
    if (ls_event_has(event, LS_ARG_VALUE))
        add_point(m, at_ns, event->pid, event->name,
                  event->arg[LS_ARG_VALUE].number);
    if (event->json)
        add_points(m, at_ns, event);
}

static void add_slice(struct ls_model *m, int64_t at_ns,
                      const struct ls_event *event)
{
    uint32_t thread = ls_model_thread(m, event->pid, event->tid);
    if (thread == LS_NONE || !ls_model_tick(m, thread, at_ns))
        return;
    if (event->ph == 'B')
        ls_slices_begin(m, thread, at_ns, event);
    else if (event->ph == 'E')
        ls_slices_end(m, thread, at_ns, event);
    else
        ls_slices_timed(m, thread, at_ns, event);
}

static void add_async(struct ls_model *m, int64_t at_ns,
                      const struct ls_event *event)
{
    bool nestable = event->ph == 'b' || event->ph == 'e' || event->ph == 'n';
    if (nestable && event->has_id && ls_event_has(event, LS_ARG_EVENT))
        ls_tasks_add(m, at_ns, event);
    else if (event->has_id)
        ls_lanes_add(m, at_ns, event);
}

static void extend(struct ls_trace *t, int64_t from_ns, int64_t to_ns)
{
    if (t->begin_ns == LS_UNKNOWN || from_ns < t->begin_ns)
        t->begin_ns = from_ns;
    if (to_ns > t->end_ns)
        t->end_ns = to_ns;
}

/* Events that no picture here needs (flows, samples, snapshots) are counted
 * and give the trace its length, no more. */
enum ls_model_status ls_model_add(struct ls_model *m,
                                  const struct ls_event *event)
{
    int64_t at = ls_event_has(event, LS_ARG_TRUE)
                     ? event->arg[LS_ARG_TRUE].integer
                     : event->ts_ns;
    m->trace->n_events++;
    if (event->ph == 'M') {
        ls_meta_add(m, event);
    } else {
        extend(m->trace, at, at + event->dur_ns);
        switch (event->ph) {
        case 'B':
        case 'E':
        case 'X':
            add_slice(m, at, event);
            break;
        case 'b':
        case 'e':
        case 'n':
        case 'S':
        case 'F':
            add_async(m, at, event);
            break;
        case 'i':
        case 'I':
        case 'R':
            if (ls_text_is(event->cat, LS_CAT_SAMPLE))
                ls_samples_add(m, at, event);
            else if (ls_text_is(event->cat, LS_CAT_HANDLE))
                ls_handles_add(m, at, event);
            else
                add_mark(m, at, event);
            break;
        case 'C':
            add_counter(m, at, event);
            break;
        }
    }
    return m->failed     ? LS_MODEL_NO_MEMORY
           : m->unsorted ? LS_MODEL_UNSORTED
                         : LS_MODEL_OK;
}
