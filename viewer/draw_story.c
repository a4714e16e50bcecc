/* SPDX-License-Identifier: MIT */
#include "viewer/story.h"

#include <stdio.h>
#include <string.h>

#include "viewer/explain.h"
#include "viewer/format.h"

/* So many stretches are told; the rest is counted. */
#define MAX_STRETCHES 120
#define STEP_PX 20

static void total(const struct ls_trace *trace, const struct ls_task *task,
                  int64_t *ran_ns, int64_t *awaited_ns, int64_t *held_ns)
{
    *ran_ns = *awaited_ns = *held_ns = 0;
    for (uint32_t i = 0; i < task->n_stretches; i++) {
        const struct ls_stretch *s = &trace->stretches[task->first_stretch + i];
        *(s->kind == LS_STRETCH_RUN ? ran_ns : awaited_ns) +=
            s->end_ns - s->begin_ns;
        *held_ns += ls_stretch_held_up_ns(s);
    }
}

static void step(struct ls_column *c, int64_t at_ns, const char *event,
                 const char *more, enum ls_colour_role role, bool selected)
{
    struct ls_view *view = c->view;
    struct ls_rect row = ls_column_box(c, STEP_PX);
    char at[LS_FORMAT_MAX];
    const struct ls_trace *trace = view->document->trace;
    int64_t length_ns = trace->end_ns - trace->begin_ns;
    ls_view_time(view, at, at_ns, ls_round_step_ns(length_ns / 20000 + 1));
    if (selected)
        ls_draw_rect(&view->list, row, ls_view_colour(view, LS_COLOUR_RAISED));
    ls_draw_shape(&view->list, LS_DRAW_DISC,
                  (struct ls_rect){row.x + 2, row.y + 6, 9, 9},
                  ls_view_colour(view, role));
    struct ls_rect cell = {row.x + 18, row.y, 78, row.h};
    ls_draw_text(&view->list, LS_FONT_MONO, ls_view_colour(view, LS_COLOUR_DIM),
                 cell, LS_ALIGN_LEFT, at);
    cell.x += 82;
    cell.w = 58;
    ls_draw_text(&view->list, LS_FONT_BOLD,
                 ls_view_colour(view, LS_COLOUR_TEXT), cell, LS_ALIGN_LEFT,
                 event);
    cell.x += 62;
    cell.w = row.x + row.w - cell.x;
    ls_draw_text(
        &view->list, LS_FONT_TEXT,
        ls_view_colour(view, role == LS_COLOUR_AWAIT || role == LS_COLOUR_RUN
                                 ? LS_COLOUR_TEXT
                                 : role),
        cell, LS_ALIGN_LEFT, more);
}

static void tell_await(struct ls_column *c, const struct ls_stretch *s,
                       bool selected)
{
    const struct ls_trace *trace = c->view->document->trace;
    char text[200], took[LS_FORMAT_MAX];
    bool at_most;
    int64_t from_ns = ls_index_held_from(c->view->document->index, s, &at_most);
    int64_t held_ns = from_ns == LS_UNKNOWN ? 0 : s->end_ns - from_ns;
    bool late = held_ns >= c->view->document->judged.warn_ns;
    ls_explain_await(trace, s, text, sizeof(text));
    step(c, s->begin_ns, "await", text, LS_COLOUR_AWAIT, selected);
    if (s->ready_ns != LS_UNKNOWN && s->ready_ns <= s->end_ns)
        step(c, s->ready_ns, "ready", late ? "but the loop was busy" : "",
             late ? LS_COLOUR_HELD : LS_COLOUR_AWAIT, false);
    if (s->open)
        return;
    snprintf(text, sizeof(text), late ? "%s late" : "on time",
             ls_format_duration(took, held_ns));
    if (s->ready_ns == LS_UNKNOWN && late)
        snprintf(text, sizeof(text), "at most %s late", took);
    else if (s->ready_ns == LS_UNKNOWN)
        snprintf(text, sizeof(text), "after %s",
                 ls_format_duration(took, s->end_ns - s->begin_ns));
    step(c, s->end_ns, "resume", text, late ? LS_COLOUR_HELD : LS_COLOUR_RUN,
         false);
}

/* A run is the time between two steps: it is only said when it was long. */
static void tell_run(struct ls_column *c, const struct ls_stretch *s,
                     bool selected)
{
    int64_t took_ns = s->end_ns - s->begin_ns;
    if (took_ns < c->view->document->judged.warn_ns && !selected)
        return;
    char text[80], took[LS_FORMAT_MAX];
    bool long_run = took_ns >= c->view->document->judged.warn_ns;
    snprintf(text, sizeof(text),
             long_run ? "for %s, nobody else could" : "for %s",
             ls_format_duration(took, took_ns));
    step(c, s->begin_ns, "ran", text,
         long_run ? LS_COLOUR_ERROR : LS_COLOUR_RUN, selected);
}

static void tell_end(struct ls_column *c, const struct ls_task *task)
{
    static const struct {
        const char *word;
        enum ls_colour_role role;
    } ends[] = {[LS_TASK_OPEN] = {"", LS_COLOUR_WARNING},
                [LS_TASK_OK] = {"ok", LS_COLOUR_GOOD},
                [LS_TASK_FAILED] = {"failed", LS_COLOUR_ERROR},
                [LS_TASK_CANCELLED] = {"cancelled", LS_COLOUR_WARNING}};
    const char *reason =
        ls_trace_string(c->view->document->trace, task->reason);
    char text[200];
    if (task->state > LS_TASK_CANCELLED)
        return;
    if (task->state == LS_TASK_OPEN) {
        step(c, task->end_ns, "open", "the trace ends first", LS_COLOUR_WARNING,
             false);
        return;
    }
    snprintf(text, sizeof(text), *reason ? "%s: %.150s" : "%s",
             ends[task->state].word, reason);
    step(c, task->end_ns, "finish", text, ends[task->state].role, false);
}

static void count_row(struct ls_column *c, uint32_t n, const char *what)
{
    char text[64];
    snprintf(text, sizeof(text), "%u %s", n, what);
    if (n > 0)
        ls_column_row(c, LS_FONT_SMALL, LS_COLOUR_DIM, text, LS_FONT_SMALL,
                      LS_COLOUR_DIM, "");
}

static void tell_head(struct ls_column *c, uint32_t task)
{
    const struct ls_trace *trace = c->view->document->trace;
    const struct ls_task *t = &trace->tasks[task];
    char name[180], took[LS_FORMAT_MAX], a[LS_FORMAT_MAX], b[LS_FORMAT_MAX],
        d[LS_FORMAT_MAX], text[200];
    ls_explain_task(trace, task, name, sizeof(name) - 16);
    size_t n = strlen(name);
    snprintf(name + n, sizeof(name) - n, " #%u",
             ls_trace_task_number(trace, task));
    ls_column_title(c, name, ls_format_duration(took, t->end_ns - t->begin_ns));
    int64_t ran, awaited, held;
    total(trace, t, &ran, &awaited, &held);
    snprintf(text, sizeof(text), "ran %s   awaited %s",
             ls_format_duration(a, ran), ls_format_duration(b, awaited));
    ls_column_text(c, LS_COLOUR_DIM, text);
    if (held >= c->view->document->judged.warn_ns) {
        snprintf(text, sizeof(text), "of that held up %s",
                 ls_format_duration(d, held));
        ls_column_text(c, LS_COLOUR_HELD, text);
    }
    ls_column_gap(c, 8);
}

void ls_draw_story(struct ls_column *c, uint32_t task, uint32_t stretch)
{
    const struct ls_trace *trace = c->view->document->trace;
    const struct ls_task *t = &trace->tasks[task];
    tell_head(c, task);
    uint32_t first = 0, end = t->n_stretches;
    if (stretch != LS_NONE && stretch - t->first_stretch > MAX_STRETCHES / 2)
        first = stretch - t->first_stretch - MAX_STRETCHES / 2;
    if (end - first > MAX_STRETCHES)
        end = first + MAX_STRETCHES;
    char by[160] = "";
    if (t->by < trace->n_tasks) {
        snprintf(by, sizeof(by), "by ");
        ls_explain_task(trace, t->by, by + 3, sizeof(by) - 3);
    }
    if (first == 0)
        step(c, t->begin_ns, "start", by, LS_COLOUR_RUN, false);
    count_row(c, first, "stretches before");
    for (uint32_t i = first; i < end; i++) {
        uint32_t item = t->first_stretch + i;
        const struct ls_stretch *s = &trace->stretches[item];
        if (s->kind == LS_STRETCH_AWAIT)
            tell_await(c, s, item == stretch);
        else
            tell_run(c, s, item == stretch);
    }
    count_row(c, t->n_stretches - end, "stretches more");
    tell_end(c, t);
}
