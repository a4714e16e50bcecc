/* SPDX-License-Identifier: MIT */
/*
 * A thread's slices, appended as they begin: so the array is in pre-order, and
 * the parents of the innermost open slice are the stack.
 */
#include "model.h"

#include "ids.h"
#include "strings.h"
#include "tracer/vocabulary.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = UINT16_MAX - LS_CUT_MAX - 1, MAX_SEARCH = 64 };

static const struct {
    const char *cat;
    enum ls_slice_kind kind;
} kinds[] = {{LS_CAT_TURN, LS_SLICE_TURN}, {LS_CAT_CALLBACK, LS_SLICE_CALLBACK},
             {LS_CAT_TASK, LS_SLICE_TASK}, {LS_CAT_BLOCKING, LS_SLICE_BLOCKING},
             {LS_CAT_SPAN, LS_SLICE_SPAN}, {LS_CAT_POOL, LS_SLICE_POOL}};

static enum ls_slice_kind kind_of(struct ls_text cat)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (ls_text_is(cat, kinds[i].cat))
            return kinds[i].kind;
    return LS_SLICE_OTHER;
}

static struct ls_slice *top_of(struct ls_model *m, uint32_t thread)
{
    uint32_t top = m->thread_states[thread].top;
    return top == LS_NONE ? NULL : &m->trace->threads[thread].slices[top];
}

/* Take the slices off that have ended by themselves. */
static void drop_timed(struct ls_model *m, uint32_t thread, int64_t at_ns)
{
    struct ls_slice *top;
    while ((top = top_of(m, thread)) && top->flags & LS_SLICE_TIMED &&
           top->end_ns <= at_ns)
        m->thread_states[thread].top = top->parent;
}

static struct ls_slice *push(struct ls_model *m, uint32_t thread, int64_t at_ns,
                             const struct ls_event *event)
{
    struct ls_thread *t = &m->trace->threads[thread];
    struct ls_thread_build *state = &m->thread_states[thread];
    struct ls_slice *top = top_of(m, thread);
    uint32_t depth = top ? top->depth + 1u : 0;
    if (depth > MAX_DEPTH) {
        state->n_ignored++;
        ls_health_note(&m->trace->health, LS_TROUBLE_DEPTH, m->line, m->byte,
                       "more slices inside each other than can be told");
        return NULL;
    }
    if (!ls_model_grow(m, &t->slices, t->n_slices, &state->cap,
                       sizeof(*t->slices)))
        return NULL;
    struct ls_slice *slice = &t->slices[t->n_slices];
    *slice = (struct ls_slice){.begin_ns = at_ns,
                               .end_ns = at_ns,
                               .name = ls_model_string(m, event->name),
                               .parent = state->top,
                               .detail = LS_NONE,
                               .depth = (uint16_t)depth,
                               .kind = (uint8_t)kind_of(event->cat)};
    state->top = t->n_slices++;
    if (depth >= t->n_depths)
        t->n_depths = (uint16_t)(depth + 1);
    state->is_loop |= slice->kind == LS_SLICE_TURN;
    return slice;
}

/* The detail of a slice, made when it has none. */
static struct ls_detail *detail_of(struct ls_model *m, struct ls_slice *slice)
{
    struct ls_trace *t = m->trace;
    if (slice->detail != LS_NONE)
        return &t->details[slice->detail];
    if (!ls_model_grow(m, &t->details, t->n_details, &m->cap_details,
                       sizeof(*t->details)))
        return NULL;
    struct ls_detail *detail = &t->details[t->n_details];
    *detail = (struct ls_detail){.cause = {LS_UNKNOWN, LS_UNKNOWN, LS_UNKNOWN},
                                 .stack = LS_NONE,
                                 .fd = -1};
    slice->detail = t->n_details++;
    return detail;
}

static bool has_any(const struct ls_event *event, uint64_t args)
{
    return event->has & args;
}

/* A duration that a sum of many can hold. */
static bool is_sane(int64_t ns)
{
    return ns >= 0 && ns < INT64_MAX / 8;
}

void ls_slices_take_cause(struct ls_cause *cause, const struct ls_event *event)
{
    if (!ls_event_has(event, LS_ARG_CPU) ||
        !ls_event_has(event, LS_ARG_BLOCKED))
        return;
    int64_t cpu = event->arg[LS_ARG_CPU].integer;
    int64_t blocked = event->arg[LS_ARG_BLOCKED].integer;
    int64_t descheduled = ls_event_has(event, LS_ARG_DESCHEDULED)
                              ? event->arg[LS_ARG_DESCHEDULED].integer
                              : 0;
    if (is_sane(cpu) && is_sane(blocked) && is_sane(descheduled))
        *cause = (struct ls_cause){cpu, blocked, descheduled};
}

static void take_fd(struct ls_model *m, struct ls_detail *detail,
                    const struct ls_event *event)
{
    int64_t fd = event->arg[LS_ARG_FD].integer;
    if (ls_event_has(event, LS_ARG_FD) && fd >= 0 && fd <= INT32_MAX)
        detail->fd = (int32_t)fd;
    if (ls_event_has(event, LS_ARG_FD_KIND))
        detail->fd_kind = ls_model_string(m, event->arg[LS_ARG_FD_KIND].text);
}

static bool is_callback(const struct ls_slice *slice)
{
    return slice->kind == LS_SLICE_CALLBACK || slice->kind == LS_SLICE_POOL;
}

/* An id of the trace that fits an index; NONE where it does not. */
static uint32_t small_id(const struct ls_event *event, enum ls_arg arg,
                         uint32_t none)
{
    int64_t id = event->arg[arg].integer;
    return ls_event_has(event, arg) && id >= 0 && id < LS_NONE ? (uint32_t)id
                                                               : none;
}

/* What the begin of a callback says of it. */
static void take_callback(struct ls_model *m, struct ls_slice *slice,
                          const struct ls_event *event)
{
    struct ls_trace *t = m->trace;
    const uint64_t any =
        LS_ARG_BIT(LS_ARG_KIND) | LS_ARG_BIT(LS_ARG_PHASE) |
        LS_ARG_BIT(LS_ARG_TASK) | LS_ARG_BIT(LS_ARG_OPERATION) |
        LS_ARG_BIT(LS_ARG_STATUS) | LS_ARG_BIT(LS_ARG_REGISTERED) |
        LS_ARG_BIT(LS_ARG_SUBMITTED);
    if (slice->detail != LS_NONE || !has_any(event, any) ||
        !ls_model_grow(m, &t->callbacks, t->n_callbacks, &m->cap_callbacks,
                       sizeof(*t->callbacks)))
        return;
    t->callbacks[t->n_callbacks] = (struct ls_callback){
        .kind = ls_model_string(m, ls_event_text(event, LS_ARG_KIND)),
        .phase = ls_model_string(m, ls_event_text(event, LS_ARG_PHASE)),
        .status = ls_model_string(m, ls_event_text(event, LS_ARG_STATUS)),
        .task = ls_event_has(event, LS_ARG_TASK)
                    ? ls_trace_find_task(t, event->arg[LS_ARG_TASK].id)
                    : LS_NONE,
        .registered = small_id(event, LS_ARG_REGISTERED, LS_NONE),
        .operation = small_id(event, LS_ARG_OPERATION, 0),
        .threads = small_id(event, LS_ARG_THREADS, 0),
        .submitted_ns = ls_event_has(event, LS_ARG_SUBMITTED)
                            ? event->arg[LS_ARG_SUBMITTED].integer
                            : LS_UNKNOWN};
    slice->detail = t->n_callbacks++;
}

/* What the end of a turn says of the poll before it. */
static void take_poll(struct ls_slice *slice, const struct ls_event *event)
{
    if (slice->kind != LS_SLICE_TURN || !ls_event_has(event, LS_ARG_NOWAIT))
        return;
    slice->flags |= LS_SLICE_NOWAIT;
    if (!ls_event_has(event, LS_ARG_EVENTS) ||
        event->arg[LS_ARG_EVENTS].integer <= 0)
        slice->flags |= LS_SLICE_EMPTY;
}

/* Whatever the event says of its slice; what is said at the end counts. */
static void take_detail(struct ls_model *m, struct ls_slice *slice,
                        const struct ls_event *event)
{
    const uint64_t any = LS_ARG_BIT(LS_ARG_CPU) | LS_ARG_BIT(LS_ARG_BLOCKED) |
                         LS_ARG_BIT(LS_ARG_STACK) | LS_ARG_BIT(LS_ARG_FAULTS) |
                         LS_ARG_BIT(LS_ARG_FD) | LS_ARG_BIT(LS_ARG_FD_KIND) |
                         LS_ARG_BIT(LS_ARG_TARGET) | LS_ARG_BIT(LS_ARG_SYNC) |
                         LS_ARG_BIT(LS_ARG_RAN_OUT);
    struct ls_detail *detail;
    if (is_callback(slice)) {
        take_callback(m, slice, event);
        return;
    }
    if (slice->kind == LS_SLICE_TASK || !has_any(event, any) ||
        !(detail = detail_of(m, slice)))
        return;
    ls_slices_take_cause(&detail->cause, event);
    int64_t stack = event->arg[LS_ARG_STACK].integer;
    if (ls_event_has(event, LS_ARG_STACK) && stack >= 0 && stack < LS_NONE)
        detail->stack = (uint32_t)stack; /* an id until finish */
    int64_t faults = event->arg[LS_ARG_FAULTS].integer;
    if (ls_event_has(event, LS_ARG_FAULTS) && faults >= 0 &&
        faults <= UINT32_MAX)
        detail->faults = (uint32_t)faults;
    take_fd(m, detail, event);
    if (ls_event_has(event, LS_ARG_TARGET))
        detail->target = ls_model_string(m, event->arg[LS_ARG_TARGET].text);
    detail->sync |= ls_event_has(event, LS_ARG_SYNC);
    detail->exit |= ls_event_has(event, LS_ARG_EXIT);
    detail->ran_out |= ls_event_has(event, LS_ARG_RAN_OUT);
}

/* The task that runs here now under this name, until the end names it. */
static uint32_t running_task(const struct ls_model *m, uint32_t thread,
                             ls_string name)
{
    const struct ls_thread_build *state = &m->thread_states[thread];
    for (uint8_t i = state->n_running; i-- > 0;)
        if (m->trace->tasks[state->running[i]].kind == name)
            return state->running[i];
    return LS_NONE;
}

void ls_slices_begin(struct ls_model *m, uint32_t thread, int64_t at_ns,
                     const struct ls_event *event)
{
    drop_timed(m, thread, at_ns);
    struct ls_slice *slice = push(m, thread, at_ns, event);
    if (!slice)
        return;
    if (slice->kind == LS_SLICE_TASK)
        slice->detail = running_task(m, thread, slice->name);
    take_detail(m, slice, event);
}

static bool matches(const struct ls_model *m, const struct ls_slice *slice,
                    const struct ls_event *event)
{
    const struct ls_strings *strings = m->trace->strings;
    uint32_t from = strings->starts[slice->name];
    size_t n = strings->starts[slice->name + 1] - from - 1;
    return event->name.n == 0 ||
           (n == event->name.n &&
            memcmp(strings->bytes + from, event->name.at, n) == 0);
}

/* Only the end is here: it must have begun before all that is known. */
static void add_cut(struct ls_model *m, uint32_t thread, int64_t at_ns,
                    const struct ls_event *event)
{
    struct ls_thread_build *state = &m->thread_states[thread];
    if (state->n_cuts == LS_CUT_MAX)
        return;
    if (!state->cuts)
        state->cuts = calloc(LS_CUT_MAX, sizeof(*state->cuts));
    if (!state->cuts) {
        m->failed = true;
        return;
    }
    struct ls_slice *slice = &state->cuts[state->n_cuts++];
    *slice = (struct ls_slice){.begin_ns = state->first_ns,
                               .end_ns = at_ns,
                               .name = ls_model_string(m, event->name),
                               .parent = LS_NONE,
                               .detail = LS_NONE,
                               .kind = (uint8_t)kind_of(event->cat),
                               .flags = LS_SLICE_CUT};
    state->is_loop |= slice->kind == LS_SLICE_TURN;
    if (slice->kind == LS_SLICE_TASK && ls_event_has(event, LS_ARG_TASK))
        slice->detail =
            ls_trace_find_task(m->trace, event->arg[LS_ARG_TASK].id);
    take_detail(m, slice, event);
}

/* The open slice that EVENT ends: the innermost, but for inner ones whose own
 * end is missing. */
static uint32_t find_open(struct ls_model *m, uint32_t thread,
                          const struct ls_event *event)
{
    const struct ls_slice *slices = m->trace->threads[thread].slices;
    uint32_t i = m->thread_states[thread].top;
    for (int n = 0; i != LS_NONE && n < MAX_SEARCH; n++) {
        if (!(slices[i].flags & LS_SLICE_TIMED) &&
            matches(m, &slices[i], event))
            return i;
        i = slices[i].parent;
    }
    return LS_NONE;
}

/* Take off what lies above SLICE, whose end is missing or known. */
static void close_above(struct ls_model *m, uint32_t thread, uint32_t slice,
                        int64_t at_ns)
{
    struct ls_thread_build *state = &m->thread_states[thread];
    while (state->top != slice) {
        struct ls_slice *top = top_of(m, thread);
        if (!(top->flags & LS_SLICE_TIMED))
            top->flags |= LS_SLICE_OPEN;
        top->end_ns = at_ns;
        state->top = top->parent;
    }
}

void ls_slices_end(struct ls_model *m, uint32_t thread, int64_t at_ns,
                   const struct ls_event *event)
{
    struct ls_thread_build *state = &m->thread_states[thread];
    if (state->n_ignored) {
        state->n_ignored--;
        return;
    }
    drop_timed(m, thread, at_ns);
    uint32_t open = find_open(m, thread, event);
    if (open == LS_NONE) {
        ls_health_note(&m->trace->health, LS_TROUBLE_PAIR, m->line, m->byte,
                       "an end without a begin");
        if (state->top == LS_NONE)
            add_cut(m, thread, at_ns, event);
        return;
    }
    close_above(m, thread, open, at_ns);
    struct ls_slice *slice = top_of(m, thread);
    slice->end_ns = at_ns;
    state->top = slice->parent;
    if (ls_event_has(event, LS_ARG_RECOVERED))
        slice->flags |= LS_SLICE_OPEN;
    if (slice->kind == LS_SLICE_TASK && ls_event_has(event, LS_ARG_TASK))
        slice->detail =
            ls_trace_find_task(m->trace, event->arg[LS_ARG_TASK].id);
    take_poll(slice, event);
    take_detail(m, slice, event);
}

/* X: its parent is the innermost that has not ended; where it would outlast
 * that one (times are cut to microseconds), it ends with it. */
void ls_slices_timed(struct ls_model *m, uint32_t thread, int64_t at_ns,
                     const struct ls_event *event)
{
    drop_timed(m, thread, at_ns);
    struct ls_slice *parent = top_of(m, thread);
    int64_t end = at_ns + event->dur_ns;
    if (parent && parent->flags & LS_SLICE_TIMED && end > parent->end_ns) {
        if (parent->begin_ns == at_ns)
            m->unsorted = true; /* the longer one should have come first */
        end = parent->end_ns;
    }
    struct ls_slice *slice = push(m, thread, at_ns, event);
    if (!slice)
        return;
    slice->end_ns = end;
    slice->flags = LS_SLICE_TIMED;
    take_detail(m, slice, event);
}

/* Put the slices that only have an end around the others. */
static bool place_cuts(struct ls_model *m, uint32_t thread)
{
    struct ls_thread *t = &m->trace->threads[thread];
    struct ls_thread_build *state = &m->thread_states[thread];
    uint32_t k = state->n_cuts, n = t->n_slices;
    struct ls_slice *all = malloc((n + (size_t)k) * sizeof(*all));
    if (!all)
        return false;
    for (uint32_t i = 0; i < k; i++) { /* the last to end is outermost */
        all[i] = state->cuts[k - 1 - i];
        all[i].depth = (uint16_t)i;
        all[i].parent = i ? i - 1 : LS_NONE;
    }
    uint32_t inside = k, n_depths = k; /* cuts that have not ended yet */
    for (uint32_t i = 0; i < n; i++) {
        struct ls_slice slice = t->slices[i];
        if (slice.parent == LS_NONE)
            while (inside && all[inside - 1].end_ns <= slice.begin_ns)
                inside--;
        slice.depth = (uint16_t)(slice.depth + inside);
        slice.parent = slice.parent != LS_NONE ? slice.parent + k
                       : inside                ? inside - 1
                                               : LS_NONE;
        if (slice.depth >= n_depths)
            n_depths = slice.depth + 1u;
        all[k + i] = slice;
    }
    free(t->slices);
    t->slices = all;
    t->n_slices = n + k;
    t->n_depths = (uint16_t)n_depths;
    return true;
}

bool ls_slices_finish(struct ls_model *m, uint32_t thread)
{
    struct ls_thread *t = &m->trace->threads[thread];
    struct ls_slice *slice;
    while ((slice = top_of(m, thread))) {
        if (!(slice->flags & LS_SLICE_TIMED)) {
            slice->flags |= LS_SLICE_OPEN;
            slice->end_ns = m->trace->end_ns;
        }
        m->thread_states[thread].top = slice->parent;
    }
    for (uint32_t i = 0; i < t->n_slices; i++)
        t->slices[i].flags &= (uint8_t)~LS_SLICE_TIMED;
    return !m->thread_states[thread].n_cuts || place_cuts(m, thread);
}
