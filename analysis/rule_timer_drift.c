/* SPDX-License-Identifier: MIT */
/*
 * timer-drift: a timer that was due, but the loop was in a turn of its own.
 *
 *              asked          due              fired
 *     timer      |--- period ---|----- late -----|
 *     turns   |##|       |##########| |##########|...|
 *                               ^^^^^^ ^^^^^^^^^^ what counts
 *
 * What counts is the own time of measured turns after the due time, less all in
 * which they were descheduled: rather too little than a false alarm.
 */
#include "judge.h"

#include "ids.h"
#include "shares.h"

#include <stdlib.h>
#include <string.h>

/* Later than this, and than half the period: late. */
#define LATE_NS 5000000
/* What is late by less than the threshold is told if it happens so often. */
enum { OFTEN = 3 };

/* Waits of one timer that ended in one turn. */
struct late {
    uint32_t task, stretch; /* of the longest */
    uint32_t loop;
    int64_t own_ns, told_ns, period_ns; /* of the longest */
    uint32_t count;
    int64_t total_ns;
};

/* What is told: a timer and what delayed it. */
struct drift {
    struct ls_finding finding;
    ls_string timer;
};

struct drifts {
    struct ls_judge *judge;
    struct late *late;
    struct drift *items;
    uint32_t n_late, cap_late, n, cap;
    struct ls_ids *late_by_key, *by_key;
};

/* What an auto task is about is in its label: the callback. */
static ls_string timer_name(const struct ls_task *task)
{
    return task->flags & LS_TASK_AUTO && task->label ? task->label : task->kind;
}

/* From the asking to the due time. A repeating timer is armed again before its
 * callback, so it counts from that one's begin. */
static int64_t period_of(const struct ls_trace *t, const struct ls_task *task,
                         uint32_t i)
{
    const struct ls_stretch *s = &t->stretches[i];
    int64_t from = s->begin_ns;
    if (task->flags & LS_TASK_AUTO && i >= task->first_stretch + 2 &&
        s[-2].timed)
        from = s[-1].begin_ns;
    return s->ready_ns - from;
}

static int64_t overlap(const struct ls_slice *slice,
                       const struct ls_stretch *wait)
{
    int64_t from =
        slice->begin_ns > wait->ready_ns ? slice->begin_ns : wait->ready_ns;
    int64_t to = slice->end_ns < wait->end_ns ? slice->end_ns : wait->end_ns;
    return to > from ? to - from : 0;
}

/* The part of WAIT after its due time in which the turn kept the loop. */
static int64_t own_overlap(const struct ls_trace *t,
                           const struct ls_slice *turn,
                           const struct ls_stretch *wait)
{
    const struct ls_detail *detail = ls_trace_detail(t, turn);
    if (!detail || detail->cause.cpu_ns == LS_UNKNOWN)
        return 0;
    int64_t own = overlap(turn, wait) - detail->cause.descheduled_ns;
    return own > 0 ? own : 0;
}

/* The outermost parts of a turn that lie in the wait. */
static void add_parts(struct ls_shares *shares, const struct ls_thread *thread,
                      uint32_t turn, const struct ls_stretch *wait)
{
    const struct ls_slice *all = thread->slices;
    uint32_t i = turn + 1;
    while (i < thread->n_slices && all[i].depth > all[turn].depth &&
           all[i].begin_ns < wait->end_ns) {
        const struct ls_slice *slice = &all[i++];
        int64_t ns = overlap(slice, wait);
        if (ns == 0 ||
            (slice->kind != LS_SLICE_CALLBACK && slice->kind != LS_SLICE_TASK))
            continue;
        ls_shares_add(shares, slice->name, ns);
        while (i < thread->n_slices && all[i].depth > slice->depth)
            i++;
    }
}

/* How long the loop was kept after the due time, and how much of that another
 * finding tells. Returns the last turn, as an index of the loop's. The first
 * turn is start-up. */
static uint32_t measure(const struct ls_judge *judge,
                        const struct ls_stretch *wait, struct late *late)
{
    const struct ls_trace *t = judge->trace;
    const struct ls_loop *loop = &t->loops[late->loop];
    const struct ls_thread *thread = &t->threads[loop->thread];
    uint32_t i = ls_loop_first_turn(t, loop, wait->ready_ns);
    for (i = i ? i : 1; i < loop->n_turns; i++) {
        const struct ls_slice *turn = &thread->slices[loop->turns[i]];
        if (turn->begin_ns >= wait->end_ns)
            break;
        int64_t own = own_overlap(t, turn, wait);
        late->own_ns += own;
        if (ls_judge_is_told(judge, loop->thread, loop->turns[i]))
            late->told_ns += own;
    }
    return i;
}

static void add_turns(const struct ls_judge *judge, const struct late *late,
                      struct ls_shares *shares)
{
    const struct ls_trace *t = judge->trace;
    const struct ls_loop *loop = &t->loops[late->loop];
    const struct ls_thread *thread = &t->threads[loop->thread];
    const struct ls_stretch *wait = &t->stretches[late->stretch];
    uint32_t i = ls_loop_first_turn(t, loop, wait->ready_ns);
    for (i = i ? i : 1; i < loop->n_turns; i++) {
        const struct ls_slice *turn = &thread->slices[loop->turns[i]];
        if (turn->begin_ns >= wait->end_ns)
            return;
        if (own_overlap(t, turn, wait) > 0)
            add_parts(shares, thread, loop->turns[i], wait);
    }
}

static bool is_callback(const struct ls_judge *judge, uint32_t thread,
                        const struct ls_stretch *wait, ls_string name)
{
    const struct ls_thread *on = &judge->trace->threads[thread];
    for (uint32_t i = ls_thread_first_slice(on, wait->ready_ns);
         i < on->n_slices && on->slices[i].begin_ns < wait->end_ns; i++)
        if (on->slices[i].name == name &&
            on->slices[i].kind == LS_SLICE_CALLBACK)
            return true;
    return false;
}

static struct ls_finding finding_of(const struct ls_judge *judge,
                                    const struct late *late)
{
    const struct ls_trace *t = judge->trace;
    const struct ls_stretch *wait = &t->stretches[late->stretch];
    bool told = ls_share_decides(late->told_ns, late->own_ns);
    struct ls_shares shares = {.n = 0};
    struct ls_finding f = ls_judge_blank(
        LS_RULE_TIMER_DRIFT, told ? LS_SEVERITY_NOTE : LS_SEVERITY_WARNING);
    f.start_ns = wait->ready_ns;
    f.duration_ns = wait->end_ns - wait->ready_ns;
    f.own_ns = late->own_ns;
    f.total_own_ns = late->total_ns;
    f.count = late->count;
    f.period_ns = late->period_ns;
    f.process = t->tasks[late->task].process;
    f.thread = wait->thread;
    f.loop = late->loop;
    f.task = late->task;
    add_turns(judge, late, &shares);
    ls_shares_give(&shares, &f);
    if (f.n_shares && is_callback(judge, f.thread, wait, f.shares[0].name))
        f.callback = f.shares[0].name;
    return f;
}

/* The place of KEY in an array of things of SIZE bytes, with room for one more;
 * *IS_NEW: it is to be filled. NULL without memory. */
static void *place_of(struct ls_ids *ids, uint64_t key, void *items,
                      uint32_t *n, uint32_t *cap, size_t size, bool *is_new)
{
    void *array;
    uint32_t *index = ls_ids_put(ids, key);
    memcpy(&array, items, sizeof(array));
    if (!index)
        return NULL;
    *is_new = *index == LS_NONE;
    if (*is_new && *n == *cap) {
        uint32_t more = *cap ? *cap * 2 : 16;
        array = realloc(array, more * size);
        if (!array)
            return NULL;
        memcpy(items, &array, sizeof(array));
        *cap = more;
    }
    if (*is_new)
        *index = (*n)++;
    return (char *)array + *index * size;
}

static uint64_t key_of(uint64_t a, uint64_t b)
{
    return (a * UINT64_C(0x9e3779b97f4a7c15)) ^
           ((b + 1) * UINT64_C(0xc2b2ae3d27d4eb4f));
}

static void keep_late(struct drifts *d, ls_string timer, uint32_t turn,
                      const struct late *late)
{
    bool is_new;
    uint64_t key = key_of((uint64_t)late->loop << 32 | turn, timer);
    struct late *kept = place_of(d->late_by_key, key, &d->late, &d->n_late,
                                 &d->cap_late, sizeof(*kept), &is_new);
    if (!kept) {
        d->judge->failed = true;
        return;
    }
    struct late sum = is_new || late->own_ns > kept->own_ns ? *late : *kept;
    sum.count = is_new ? 1 : kept->count + 1;
    sum.total_ns = ls_sum(is_new ? 0 : kept->total_ns, late->own_ns);
    *kept = sum;
}

static bool is_worse(const struct ls_finding *a, const struct ls_finding *b)
{
    return a->severity != b->severity ? a->severity > b->severity
                                      : a->own_ns > b->own_ns;
}

static void keep_drift(struct drifts *d, ls_string timer,
                       const struct ls_finding *f)
{
    bool is_new;
    uint64_t key = key_of((uint64_t)f->process << 32 | timer, f->callback);
    struct drift *kept = place_of(d->by_key, key, &d->items, &d->n, &d->cap,
                                  sizeof(*kept), &is_new);
    if (!kept) {
        d->judge->failed = true;
        return;
    }
    struct drift sum = {*f, timer};
    if (!is_new) {
        sum.finding = is_worse(f, &kept->finding) ? *f : kept->finding;
        sum.finding.count = f->count + kept->finding.count;
        sum.finding.total_own_ns =
            ls_sum(f->total_own_ns, kept->finding.total_own_ns);
    }
    *kept = sum;
}

static bool is_candidate(const struct ls_trace *t, const struct ls_stretch *s)
{
    return s->kind == LS_STRETCH_AWAIT && s->timed && !s->open &&
           s->thread != LS_NONE && t->threads[s->thread].loop != LS_NONE;
}

static void judge_wait(struct drifts *d, uint32_t task_idx, uint32_t i)
{
    const struct ls_trace *t = d->judge->trace;
    const struct ls_task *task = &t->tasks[task_idx];
    const struct ls_stretch *wait = &t->stretches[i];
    int64_t period = period_of(t, task, i);
    int64_t most = period / 2 > LATE_NS ? period / 2 : LATE_NS;
    if (wait->end_ns - wait->ready_ns <= most)
        return;
    struct late late = {.task = task_idx,
                        .stretch = i,
                        .loop = t->threads[wait->thread].loop,
                        .period_ns = period};
    uint32_t turn = measure(d->judge, wait, &late);
    if (late.own_ns > most)
        keep_late(d, timer_name(task), turn, &late);
}

static void judge_task(struct drifts *d, uint32_t task_idx)
{
    const struct ls_trace *t = d->judge->trace;
    const struct ls_task *task = &t->tasks[task_idx];
    for (uint32_t i = task->first_stretch;
         i < task->first_stretch + task->n_stretches; i++)
        if (is_candidate(t, &t->stretches[i]))
            judge_wait(d, task_idx, i);
}

/* Timers of one kind that run out together delay each other: that is a burst,
 * and no drift. */
static bool is_of_its_like(const struct ls_finding *f, ls_string timer)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < f->n_shares; i++)
        sum = ls_sum(sum, f->shares[i].total_ns);
    return f->n_shares && f->shares[0].name == timer &&
           ls_share_decides(f->shares[0].total_ns, sum);
}

static void judge_all(struct drifts *d)
{
    const struct ls_trace *t = d->judge->trace;
    for (uint32_t i = 0; i < t->n_tasks; i++)
        judge_task(d, i);
    for (uint32_t i = 0; i < d->n_late; i++) {
        struct ls_finding f = finding_of(d->judge, &d->late[i]);
        ls_string timer = timer_name(&t->tasks[f.task]);
        if (!is_of_its_like(&f, timer))
            keep_drift(d, timer, &f);
    }
    for (uint32_t i = 0; i < d->n; i++) {
        const struct ls_finding *f = &d->items[i].finding;
        if (f->own_ns >= d->judge->options.warn_ns || f->count >= OFTEN)
            ls_judge_add(d->judge, f, ls_trace_string(t, d->items[i].timer));
    }
}

void ls_rule_timer_drift(struct ls_judge *judge)
{
    if (!ls_judge_has_all(judge))
        return;
    struct drifts d = {
        .judge = judge, .late_by_key = ls_ids_new(), .by_key = ls_ids_new()};
    if (d.late_by_key && d.by_key)
        judge_all(&d);
    else
        judge->failed = true;
    free(d.late);
    free(d.items);
    ls_ids_free(d.late_by_key);
    ls_ids_free(d.by_key);
}

/* the timer on_tick, due after 20.0 ms, */
static void say_timer(const struct ls_sentence *s)
{
    const struct ls_task *task = &s->trace->tasks[s->finding->task];
    if (task->flags & LS_TASK_AUTO)
        ls_say(s, "the timer %s", ls_say_text(s, timer_name(task)));
    else
        ls_say_task(s);
    if (s->finding->period_ns <= 0)
        return;
    ls_say(s, ", due after ");
    ls_say_time(s, s->finding->period_ns);
    ls_say(s, ",");
}

void ls_say_timer_drift(const struct ls_sentence *s)
{
    const struct ls_finding *f = s->finding;
    say_timer(s);
    ls_say(s, " came ");
    ls_say_time(s, f->duration_ns);
    ls_say(s, " late");
    if (!ls_share_decides(f->own_ns, f->duration_ns)) {
        ls_say(s, " (");
        ls_say_time(s, f->own_ns);
        ls_say(s, " of that through turns of the loop)");
    }
    if (f->n_shares) {
        ls_say(s, ": meanwhile the loop was in ");
        ls_say_shares(s);
    } else {
        ls_say(s, ": the loop was in turns of its own");
    }
    ls_say_count(s);
}

void ls_advise_timer_drift(const struct ls_sentence *s)
{
    const struct ls_finding *f = s->finding;
    const char *what = f->n_shares ? ls_say_text(s, f->shares[0].name) : "";
    if (f->severity == LS_SEVERITY_NOTE)
        ls_say(s, "What kept the loop has a finding of its own: begin there. ");
    else
        ls_say(s, "Have %s%sdo less in one turn, or move its work to %s. ",
               what, *what ? " " : "the loop ",
               ls_say_has_libuv(s) ? "uv_queue_work" : "another thread");
    ls_say(s,
           "What is to keep time counts it from the clock%s, not from how "
           "often a timer came.",
           ls_say_has_libuv(s) ? " (uv_now, uv_hrtime)" : "");
}
