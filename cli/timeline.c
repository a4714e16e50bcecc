/* SPDX-License-Identifier: MIT */
/*
 * A group of moments (moment.h) becomes one line or more: events of the same
 * verb share a line, so that "Start A", "A hits await", "Start B", "B hits
 * await" within a millisecond read as "Start A, B" and "A hits await, B hits
 * await". An event may join a line further up only if nothing that it depends
 * on stands below that line: assign() decides it.
 */
#include "timeline.h"

#include "label.h"
#include "moment.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ITEMS 8   /* named in one line; where there are more, ... */
#define FEW_ITEMS 3   /* ... so many, as examples */
#define MAX_AWAITED 4 /* named in one await */

#define MS INT64_C(1000000)

struct telling {
    const struct ls_timeline *timeline;
    const struct ls_trace *trace;
    struct ls_moments moments;
    struct ls_moment_limits limits;
    int time_columns;

    /* Lines are numbered through all groups; a number below the current
     * group's first means "not in this group". */
    uint64_t first_line, next_line;
    uint64_t *line_of;   /* by moment */
    uint64_t *last_line; /* by task */
    uint64_t latest[LS_VERBS];

    uint32_t *n_lines; /* by group */
    uint64_t n_total;
};

/* What a person can tell apart: the shorter the trace, the finer. */
static int64_t pick_unit(const struct ls_trace *trace)
{
    int64_t span = trace->end_ns - trace->begin_ns;
    if (span < 20 * MS)
        return MS / 100;
    return span < 600000 * MS ? MS : 10 * MS;
}

static void format_time(const struct telling *t, char *text, size_t n_text,
                        int64_t at_ns)
{
    int64_t shown = ls_moment_shown(&t->limits, at_ns);
    if (t->limits.unit_ns == MS)
        snprintf(text, n_text, "%" PRId64 "ms", shown);
    else
        snprintf(text, n_text, "%.2f%s", (double)shown / 100,
                 t->limits.unit_ns < MS ? "ms" : "s");
}

/* As short as it can be said: "100ms", "2.5ms", "0.03ms". */
static void add_length(struct ls_text *text, int64_t ns)
{
    double ms = (double)ns / 1e6;
    if (ms >= 100000)
        ls_text_addf(text, "%.1fs", ms / 1e3);
    else if (ms >= 9.95 || ns % MS == 0)
        ls_text_addf(text, "%.0fms", ms);
    else
        ls_text_addf(text, ms < 0.095 ? "%.3fms" : "%.1fms", ms);
}

/* Timers of event loops count whole milliseconds from the turn's beginning, so
 * that a sleep of 100 ms is due some 0.x ms less after its await. */
static int64_t asked_for(int64_t ns)
{
    return ns < 10 * MS ? ns : (ns + MS - MS / 20) / MS * MS;
}

/* ---- which line an event stands in ---- */

static uint64_t last_line(const struct telling *t, uint32_t task)
{
    uint64_t line = t->last_line[task];
    return line < t->first_line ? t->first_line : line;
}

/* The first line in which the moment may stand. */
static uint64_t earliest_line(const struct telling *t,
                              const struct ls_moment *moment)
{
    if (moment->verb >= LS_VERB_BLOCK) /* keeps its place */
        return t->next_line - (t->next_line > t->first_line);
    uint64_t line = last_line(t, moment->subject);
    if (moment->verb != LS_VERB_RESUME)
        return line;
    const struct ls_stretch *await = &t->trace->stretches[moment->stretch];
    for (uint32_t i = 0; i < await->n_on; i++) {
        uint32_t on = t->trace->awaited[await->first_on + i];
        uint64_t after = on == LS_NONE ? line : last_line(t, on);
        line = after > line ? after : line;
    }
    return line;
}

/* Give every moment of a group its line; returns how many lines there are. */
static uint32_t assign(struct telling *t, size_t group)
{
    t->first_line = t->next_line;
    for (size_t i = t->moments.groups[group]; i < t->moments.groups[group + 1];
         i++) {
        const struct ls_moment *moment = &t->moments.items[i];
        uint64_t *latest = &t->latest[moment->verb];
        if (*latest < t->first_line || *latest < earliest_line(t, moment))
            *latest = t->next_line++;
        t->line_of[i] = *latest;
        if (moment->verb < LS_VERB_BLOCK)
            t->last_line[moment->subject] = *latest;
    }
    return (uint32_t)(t->next_line - t->first_line);
}

/* ---- what is said of it ---- */

static void say_start(const struct telling *t, const struct ls_moment *moment,
                      bool first, struct ls_text *line)
{
    if (first)
        ls_text_add(line, moment->verb == LS_VERB_MAKE ? "Make " : "Start ");
    ls_names_task_in_full(t->timeline->names, moment->subject, line);
}

static void say_run(const struct telling *t, const struct ls_moment *moment,
                    bool first, struct ls_text *line)
{
    const struct ls_stretch *wait = &t->trace->stretches[moment->stretch];
    ls_names_task(t->timeline->names, moment->subject, line);
    ls_text_add(line, " first runs (after ");
    add_length(line, wait->end_ns - wait->begin_ns);
    ls_text_add(line, ")");
}

static void add_awaited(const struct telling *t, const struct ls_stretch *await,
                        struct ls_text *line)
{
    for (uint32_t i = 0; i < await->n_on && i < MAX_AWAITED; i++) {
        uint32_t on = t->trace->awaited[await->first_on + i];
        ls_text_add(line, i ? ", " : " of ");
        if (on == LS_NONE)
            ls_text_add(line, "an unknown task");
        else
            ls_names_task(t->timeline->names, on, line);
    }
    if (await->n_on > MAX_AWAITED)
        ls_text_addf(line, " and %u more", await->n_on - MAX_AWAITED);
}

static const char *awaited_name(const struct telling *t,
                                const struct ls_stretch *await)
{
    const char *what = ls_trace_string(t->trace, await->what);
    return what[0] ? what : "await";
}

static void say_await(const struct telling *t, const struct ls_moment *moment,
                      bool first, struct ls_text *line)
{
    const struct ls_stretch *await = &t->trace->stretches[moment->stretch];
    ls_names_task(t->timeline->names, moment->subject, line);
    ls_text_addf(line, " hits await (%s", awaited_name(t, await));
    if (await->n_on) {
        add_awaited(t, await, line);
    } else if (await->ready_ns != LS_UNKNOWN &&
               await->ready_ns - await->begin_ns >= MS / 20) {
        ls_text_add(line, " ");
        add_length(line, asked_for(await->ready_ns - await->begin_ns));
    }
    ls_text_add(line, ")");
}

static void say_resume(const struct telling *t, const struct ls_moment *moment,
                       bool first, struct ls_text *line)
{
    const struct ls_stretch *await = &t->trace->stretches[moment->stretch];
    int64_t held_up = ls_stretch_held_up_ns(await);
    bool late = held_up >= t->timeline->warn_ns;
    ls_names_task(t->timeline->names, moment->subject, line);
    ls_text_addf(line, "'s %s complete%s", awaited_name(t, await),
                 late ? "d" : "s");
    if (late) {
        char time[32];
        format_time(t, time, sizeof(time), await->ready_ns);
        ls_text_addf(line, " at %s", time);
    }
    ls_text_add(line, ", resume ");
    ls_names_task(t->timeline->names, moment->subject, line);
    if (late) {
        ls_text_add(line, " (held up ");
        add_length(line, held_up);
        ls_text_add(line, ")");
    }
}

static void say_finish(const struct telling *t, const struct ls_moment *moment,
                       bool first, struct ls_text *line)
{
    static const char *const ends[] = {
        [LS_TASK_OPEN] = "",
        [LS_TASK_OK] = "finishes",
        [LS_TASK_FAILED] = "fails",
        [LS_TASK_CANCELLED] = "is cancelled",
    };
    const struct ls_task *task = &t->trace->tasks[moment->subject];
    ls_names_task(t->timeline->names, moment->subject, line);
    ls_text_addf(line, " %s", ends[task->state]);
    if (!task->reason)
        return;
    ls_text_add(line, " (");
    ls_names_said(t->timeline->names, task->reason, line);
    ls_text_add(line, ")");
}

static const struct ls_slice *slice_of(const struct telling *t,
                                       const struct ls_moment *moment)
{
    return &t->trace->threads[moment->thread].slices[moment->subject];
}

static void add_slice_length(const struct ls_slice *slice, struct ls_text *line)
{
    if (slice->flags & LS_SLICE_OPEN) {
        ls_text_add(line, " until the trace ends");
        return;
    }
    ls_text_add(line, " for ");
    add_length(line, slice->end_ns - slice->begin_ns);
}

static void say_block(const struct telling *t, const struct ls_moment *moment,
                      bool first, struct ls_text *line)
{
    const struct ls_thread *thread = &t->trace->threads[moment->thread];
    const struct ls_slice *slice = slice_of(t, moment);
    ls_names_call(t->timeline->names, slice->name, false, line);
    ls_text_add(line, " blocks the ");
    ls_names_loop(t->timeline->names, thread->loop, line);
    add_slice_length(slice, line);
    uint32_t up = slice->parent;
    while (up != LS_NONE && thread->slices[up].kind != LS_SLICE_TASK)
        up = thread->slices[up].parent;
    if (up == LS_NONE || thread->slices[up].detail == LS_NONE)
        return;
    ls_text_add(line, " in ");
    ls_names_task(t->timeline->names, thread->slices[up].detail, line);
}

static void say_hold(const struct telling *t, const struct ls_moment *moment,
                     bool first, struct ls_text *line)
{
    ls_text_add(line, "a turn keeps the ");
    ls_names_loop(t->timeline->names, t->trace->threads[moment->thread].loop,
                  line);
    add_slice_length(slice_of(t, moment), line);
}

static void say_mark(const struct telling *t, const struct ls_moment *moment,
                     bool first, struct ls_text *line)
{
    const struct ls_mark *mark = &t->trace->marks[moment->subject];
    ls_text_addf(line, "mark %s", ls_trace_string(t->trace, mark->name));
    if (!mark->text)
        return;
    ls_text_add(line, ": ");
    ls_names_said(t->timeline->names, mark->text, line);
}

static void (*const say[LS_VERBS])(const struct telling *,
                                   const struct ls_moment *, bool,
                                   struct ls_text *) = {
    [LS_VERB_MAKE] = say_start,    [LS_VERB_START] = say_start,
    [LS_VERB_RUN] = say_run,       [LS_VERB_AWAIT] = say_await,
    [LS_VERB_RESUME] = say_resume, [LS_VERB_FINISH] = say_finish,
    [LS_VERB_BLOCK] = say_block,   [LS_VERB_HOLD] = say_hold,
    [LS_VERB_MARK] = say_mark,
};

/* ---- lines ---- */

static void add_time(const struct telling *t, struct ls_text *text,
                     const struct ls_style *style, int64_t at_ns)
{
    char time[32], head[48];
    format_time(t, time, sizeof(time), at_ns);
    snprintf(head, sizeof(head), "Time %s:", time);
    ls_style_ink(text, style, LS_INK_FAINT);
    ls_label_fit(text, style, head, t->time_columns);
    ls_style_ink(text, style, LS_INK_PLAIN);
    ls_text_add(text, " ");
}

static size_t count_items(const struct telling *t, size_t group, uint64_t line)
{
    size_t n = 0;
    for (size_t i = t->moments.groups[group]; i < t->moments.groups[group + 1];
         i++)
        n += t->line_of[i] == line;
    return n;
}

static void render_line(const struct telling *t, struct ls_text *text,
                        const struct ls_style *style, size_t group,
                        uint64_t line)
{
    struct ls_text words = {0};
    size_t n = 0, first = 0, n_items = count_items(t, group, line);
    size_t n_named = n_items > MAX_ITEMS ? FEW_ITEMS : n_items;
    for (size_t i = t->moments.groups[group]; i < t->moments.groups[group + 1];
         i++) {
        const struct ls_moment *moment = &t->moments.items[i];
        if (t->line_of[i] != line)
            continue;
        if (n == 0)
            first = i;
        else if (n < n_named)
            ls_text_add(&words, moment->verb == LS_VERB_RESUME ? "; " : ", ");
        if (n < n_named)
            say[moment->verb](t, moment, n == 0, &words);
        n++;
    }
    if (n > n_named)
        ls_text_addf(&words, ", and %zu more", n - n_named);
    add_time(t, text, style, t->moments.items[first].at_ns);
    ls_label_wrap(text, style, ls_text_get(&words), t->time_columns + 1);
    text->failed = text->failed || words.failed;
    ls_text_destroy(&words);
}

static void render_gap(const struct telling *t, struct ls_text *text,
                       const struct ls_style *style, size_t n_events)
{
    struct ls_text line = {0};
    ls_text_add_char(text, ' ', (size_t)t->time_columns + 1);
    ls_text_addf(&line, "(%zu event%s left out)", n_events,
                 n_events == 1 ? " is" : "s are");
    ls_label_wrap(text, style, ls_text_get(&line), t->time_columns + 1);
    ls_text_destroy(&line);
}

static void render_short(const struct telling *t, struct ls_text *text,
                         const struct ls_style *style)
{
    struct ls_text line = {0};
    size_t n = t->moments.n_short;
    ls_text_addf(&line, "(%zu await%s of less than ", n, n == 1 ? "" : "s");
    add_length(&line, t->limits.unit_ns);
    ls_text_addf(&line, " %s left out)", n == 1 ? "is" : "are");
    ls_label_wrap(text, style, ls_text_get(&line), 0);
    ls_text_destroy(&line);
}

static void render_auto(const struct telling *t, struct ls_text *text,
                        const struct ls_style *style)
{
    struct ls_text line = {0};
    size_t n = t->moments.n_auto;
    ls_text_addf(&line,
                 "(of %zu task%s that nobody named only what held %s up "
                 "is told)",
                 n, n == 1 ? "" : "s", n == 1 ? "it" : "them");
    ls_label_wrap(text, style, ls_text_get(&line), 0);
    ls_text_destroy(&line);
}

static bool is_shown(const struct telling *t, uint64_t nth)
{
    uint64_t head = t->timeline->head_lines, tail = t->timeline->tail_lines;
    return t->n_total <= head + tail || nth < head || nth >= t->n_total - tail;
}

/* The events of the group's lines FROM up to TO. */
static size_t count_events(const struct telling *t, size_t group, uint64_t from,
                           uint64_t to)
{
    size_t n = 0;
    for (size_t i = t->moments.groups[group]; i < t->moments.groups[group + 1];
         i++)
        n += t->line_of[i] - t->first_line >= from &&
             t->line_of[i] - t->first_line < to;
    return n;
}

/* A group whose first line is the NTH of all. N_HIDDEN events were left out
 * just before it; returns those left out at its end. */
static size_t render_group(struct telling *t, struct ls_text *text,
                           const struct ls_style *style, size_t group,
                           uint64_t nth, size_t n_hidden)
{
    uint32_t told = 0; /* lines of the group that are shown or counted */
    assign(t, group);
    for (uint32_t i = 0; i < t->n_lines[group]; i++) {
        if (!is_shown(t, nth + i))
            continue;
        n_hidden += count_events(t, group, told, i);
        if (n_hidden)
            render_gap(t, text, style, n_hidden);
        n_hidden = 0;
        render_line(t, text, style, group, t->first_line + i);
        told = i + 1;
    }
    return n_hidden + count_events(t, group, told, t->n_lines[group]);
}

static void render_lines(struct telling *t, struct ls_text *text,
                         const struct ls_style *style)
{
    uint64_t nth = 0;
    size_t n_hidden = 0;
    ls_style_ink(text, style, LS_INK_STRONG);
    ls_text_add(text, "EVENT LOOP TIMELINE:\n");
    ls_style_ink(text, style, LS_INK_PLAIN);
    for (size_t g = 0; g < t->moments.n_groups; g++) {
        uint64_t last = nth + t->n_lines[g] - 1;
        if (is_shown(t, nth) || is_shown(t, last))
            n_hidden = render_group(t, text, style, g, nth, n_hidden);
        else
            n_hidden += t->moments.groups[g + 1] - t->moments.groups[g];
        nth = last + 1;
    }
    if (t->moments.n_short)
        render_short(t, text, style);
    if (t->moments.n_auto)
        render_auto(t, text, style);
}

static void measure_times(struct telling *t)
{
    char time[32];
    format_time(t, time, sizeof(time), t->trace->end_ns);
    t->time_columns = (int)strlen("Time :") + (int)strlen(time);
}

static bool prepare(struct telling *t)
{
    if (!ls_moments_collect(&t->moments, t->trace, &t->limits))
        return false;
    t->line_of = calloc(t->moments.n + 1, sizeof(*t->line_of));
    t->last_line = calloc(t->trace->n_tasks + (size_t)1, sizeof(*t->last_line));
    t->n_lines = calloc(t->moments.n_groups + 1, sizeof(*t->n_lines));
    if (!t->line_of || !t->last_line || !t->n_lines)
        return false;
    t->next_line = 1;
    for (size_t g = 0; g < t->moments.n_groups; g++) {
        t->n_lines[g] = assign(t, g);
        t->n_total += t->n_lines[g];
    }
    return true;
}

void ls_timeline_render(const struct ls_timeline *timeline,
                        struct ls_text *text, const struct ls_style *style)
{
    struct telling t = {.timeline = timeline,
                        .trace = timeline->trace,
                        .limits = {.warn_ns = timeline->warn_ns,
                                   .late_ns = timeline->late_ns,
                                   .origin_ns = timeline->trace->begin_ns,
                                   .unit_ns = pick_unit(timeline->trace)}};
    measure_times(&t);
    if (!prepare(&t))
        text->failed = true;
    else if (t.moments.n)
        render_lines(&t, text, style);
    ls_moments_free(&t.moments);
    free(t.line_of);
    free(t.last_line);
    free(t.n_lines);
}
