/* SPDX-License-Identifier: MIT */
/*
 * What the watchdog saw, into the trace: in the order of time among all that
 * is drained, and only what lies inside the turn it was taken for. That the
 * watchdog cannot know: the turn may have ended while it looked.
 */
#include <stdlib.h>
#include <string.h>

#include "collector.h"
#include "limit.h"
#include "syscalls.h"
#include "tracer/vocabulary.h"

static const char *const states[LS_SIGHT_STATES] = {
    [LS_SIGHT_RUNNING] = "\"running\"",
    [LS_SIGHT_BLOCKED] = "\"blocked\"",
    [LS_SIGHT_FAULT] = "\"fault\"",
};

void ls_samples_take(struct ls_collector *c)
{
    struct ls_sample *sample;
    while ((sample = ls_watchdog_take(c->watchdog))) {
        struct ls_sample **at = &c->samples;
        while (*at && (*at)->ticks <= sample->ticks)
            at = &(*at)->next;
        sample->next = *at;
        *at = sample;
    }
}

static bool is_inside(const struct ls_collector *c, const struct ls_thread *t,
                      const struct ls_sample *sample)
{
    if (!t || t->process != sample->process ||
        c->processes[t->process].generation != sample->generation)
        return false;
    if (t->turn.begin == sample->turn)
        return true;
    return t->last_turn.begin == sample->turn &&
           sample->ticks <= t->last_turn.end;
}

static void add_syscall(struct ls_emit *emit, const struct ls_sample *sample)
{
    const char *name = ls_syscall_name(sample->syscall);
    struct ls_text *text;
    if (sample->syscall < 0)
        return;
    text = ls_emit_arg(emit, "syscall");
    if (name) {
        ls_text_add_string(text, name);
    } else {
        ls_text_add(text, "\"");
        ls_text_add_int(text, sample->syscall);
        ls_text_add(text, "\"");
    }
}

static void add_usage(struct ls_emit *emit, const struct ls_sample *sample)
{
    int64_t wall = sample->wall_ns, cpu = sample->cpu_ns;
    cpu = cpu < 0 ? 0 : cpu < wall ? cpu : wall;
    int64_t delay = sample->delay_ns;
    delay = delay < 0 ? 0 : delay < wall - cpu ? delay : wall - cpu;
    ls_text_add_int(ls_emit_arg(emit, "cpu_ns"), cpu);
    ls_text_add_int(ls_emit_arg(emit, "blocked_ns"), wall - cpu - delay);
    ls_text_add_int(ls_emit_arg(emit, "descheduled_ns"), delay);
}

static void write_sample(struct ls_collector *c, struct ls_thread *t,
                         struct ls_sample *sample)
{
    struct ls_event event = {.ph = 'i',
                             .ns = ls_timeline_ns(&c->timeline, sample->ticks),
                             .pid = t->pid,
                             .tid = t->tid,
                             .name = LS_JSON("\"sample\""),
                             .cat = LS_CAT_SAMPLE};
    ls_limit_listen(c, t, NULL);
    t->n_samples++;
    if (!sample->same)
        t->sample_stack = ls_stack_sampled(c, t, sample);
    ls_emit_begin(&c->emit, &event);
    ls_text_add(ls_emit_arg(&c->emit, "state"), states[sample->state]);
    if (t->sample_stack)
        ls_text_add_int(ls_emit_arg(&c->emit, "stack"),
                        (int64_t)t->sample_stack);
    add_syscall(&c->emit, sample);
    if (sample->fd >= 0)
        ls_text_add_int(ls_emit_arg(&c->emit, "fd"), sample->fd);
    if (sample->target[0])
        ls_text_add_string(ls_emit_arg(&c->emit, "target"), sample->target);
    if (sample->weight > 1)
        ls_text_add_int(ls_emit_arg(&c->emit, "weight"), sample->weight);
    if (sample->measured)
        add_usage(&c->emit, sample);
    ls_emit_end(&c->emit);
    ls_limit_pause(c);
}

static void keep_python(struct ls_thread *t, struct ls_sample *sample)
{
    free(t->python);
    t->python = sample->python;
    t->python_call = sample->call;
    sample->python = NULL;
}

void ls_samples_write(struct ls_collector *c, uint64_t most)
{
    while (c->samples && c->samples->ticks <= most) {
        struct ls_sample *sample = c->samples;
        c->samples = sample->next;
        struct ls_thread *t = c->threads[sample->ring];
        if (is_inside(c, t, sample) && sample->call)
            keep_python(t, sample);
        else if (is_inside(c, t, sample))
            write_sample(c, t, sample);
        ls_sample_free(sample);
    }
}

void ls_samples_forget(struct ls_collector *c)
{
    ls_samples_take(c);
    while (c->samples) {
        struct ls_sample *sample = c->samples;
        c->samples = sample->next;
        ls_sample_free(sample);
    }
}
