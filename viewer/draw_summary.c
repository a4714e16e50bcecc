/* SPDX-License-Identifier: MIT */
/* Details of what is no slice, task or finding, and of the whole trace. */
#include <stdio.h>

#include "viewer/details.h"
#include "viewer/explain.h"
#include "viewer/format.h"

#define MAX_KINDS 10
#define GAP_PX 14

void ls_details_small(struct ls_column *c, const struct ls_thing *thing)
{
    const struct ls_trace *trace = c->view->document->trace;
    char text[96], at[LS_FORMAT_MAX];
    if (thing->kind == LS_THING_MARK) {
        const struct ls_mark *mark = &trace->marks[thing->index];
        ls_view_time(c->view, at, mark->at_ns, 1000);
        ls_column_title(c, ls_trace_string(trace, mark->name), at);
        ls_column_text(c, LS_COLOUR_TEXT, ls_trace_string(trace, mark->text));
        return;
    }
    if (thing->kind == LS_THING_NOTE) {
        const struct ls_note *note = &c->view->notes.items[thing->index];
        ls_view_time(c->view, at, note->at_ns, 1000);
        ls_column_title(c, "Note", at);
        ls_column_text(c, LS_COLOUR_TEXT, note->text);
        ls_column_text(c, LS_COLOUR_DIM, "Ctrl+N changes it.");
        return;
    }
    const struct ls_counter *counter = &trace->counters[thing->index];
    const struct ls_counter_point *point = &counter->points[thing->sub];
    ls_view_time(c->view, at, point->at_ns, 1000);
    ls_column_title(c, ls_trace_string(trace, counter->name), at);
    snprintf(text, sizeof(text), "%.9g", point->value);
    ls_column_row(c, LS_FONT_TEXT, LS_COLOUR_DIM, "value", LS_FONT_MONO,
                  LS_COLOUR_TEXT, text);
}

void ls_details_sample(struct ls_column *c, const struct ls_sample *sample)
{
    const struct ls_trace *trace = c->view->document->trace;
    char text[256], at[LS_FORMAT_MAX];
    ls_view_time(c->view, at, sample->at_ns, 1000);
    ls_column_title(c, "sample", at);
    ls_explain_sample(trace, sample, text, sizeof(text));
    ls_column_text(c, LS_COLOUR_TEXT, text);
    snprintf(text, sizeof(text), "%u ms", sample->weight);
    ls_details_fact(c, "stands for", text);
    ls_details_fact(
        c, "thread",
        ls_trace_string(trace, trace->threads[sample->thread].name));
    if (sample->cause.cpu_ns != LS_UNKNOWN) {
        ls_column_gap(c, 6);
        ls_column_text(c, LS_COLOUR_DIM, "The turn until then:");
        ls_details_cause(c, &sample->cause);
    }
    ls_details_stack(c, sample->stack, LS_NONE);
}

static void draw_loop_row(struct ls_column *c, const struct ls_loop_row *row)
{
    const struct ls_trace *trace = c->view->document->trace;
    char title[128], a[LS_FORMAT_MAX], b[LS_FORMAT_MAX], text[200];
    snprintf(title, sizeof(title), "Loop %.80s",
             ls_trace_string(trace, trace->loops[row->loop].name));
    snprintf(text, sizeof(text), "busy %.*f %%", row->utilisation < 0.1 ? 2 : 0,
             100 * row->utilisation);
    ls_column_title(c, title, text);
    snprintf(text, sizeof(text), "%llu", (unsigned long long)row->turns.count);
    ls_column_row(c, LS_FONT_TEXT, LS_COLOUR_DIM, "turns", LS_FONT_MONO,
                  LS_COLOUR_TEXT, text);
    snprintf(text, sizeof(text), "%s, %s",
             ls_format_duration(a, row->turns.p50_ns),
             ls_format_duration(b, row->turns.p99_ns));
    ls_column_row(c, LS_FONT_TEXT, LS_COLOUR_DIM, "own time: median, p99",
                  LS_FONT_MONO, LS_COLOUR_TEXT, text);
    ls_column_row(c, LS_FONT_TEXT, LS_COLOUR_DIM, "longest turn", LS_FONT_MONO,
                  LS_COLOUR_TEXT, ls_format_duration(a, row->turns.max_ns));
    ls_column_gap(c, GAP_PX);
}

static void draw_kind_row(struct ls_column *c, const struct ls_task_row *row)
{
    const struct ls_trace *trace = c->view->document->trace;
    char title[64], a[LS_FORMAT_MAX], count[LS_FORMAT_MAX];
    snprintf(title, sizeof(title), "%s task%s",
             ls_format_count(count, row->life.count),
             ls_plural(row->life.count));
    ls_column_row(c, LS_FONT_BOLD, LS_COLOUR_TEXT,
                  ls_trace_string(trace, row->kind), LS_FONT_MONO,
                  LS_COLOUR_DIM, title);
    const struct {
        const char *name;
        int64_t ns;
        enum ls_colour_role role;
    } lines[] = {{"life, median", row->life.p50_ns, LS_COLOUR_TEXT},
                 {"running, in all", row->running.total_ns, LS_COLOUR_TEXT},
                 {"awaiting, in all", row->awaiting.total_ns, LS_COLOUR_TEXT},
                 {"held up, in all", row->held_up.total_ns,
                  row->held_up.total_ns ? LS_COLOUR_HELD : LS_COLOUR_DIM}};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        ls_column_row(c, LS_FONT_TEXT, LS_COLOUR_DIM, lines[i].name,
                      LS_FONT_MONO, lines[i].role,
                      ls_format_duration(a, lines[i].ns));
    ls_column_gap(c, 8);
}

/* Kinds are looked for among the largest. */
#define MOST_LOOKED_AT 1000

void ls_details_crowd(struct ls_column *c, uint32_t index)
{
    const struct ls_document *document = c->view->document;
    const struct ls_crowd *crowd = &document->crowds->items[index];
    const struct ls_statistics *s = document->statistics;
    char count[LS_FORMAT_MAX], text[64], took[LS_FORMAT_MAX], name[160];
    snprintf(text, sizeof(text), "%s task%s", ls_format_count(count, crowd->n),
             ls_plural(crowd->n));
    ls_column_title(c,
                    crowd->mixed
                        ? "other kinds"
                        : ls_trace_string(document->trace, crowd->kind),
                    text);
    for (uint32_t i = 0; i < s->n_tasks && i < MOST_LOOKED_AT; i++)
        if (s->tasks[i].kind == crowd->kind && !crowd->mixed)
            draw_kind_row(c, &s->tasks[i]);
    if (crowd->n_top == 0) {
        ls_column_text(c, LS_COLOUR_DIM, "None of them had to wait for long.");
        return;
    }
    ls_column_gap(c, 6);
    ls_column_title(c, "Who waited longest, or held up others", "at most");
    for (uint32_t i = 0; i < crowd->n_top; i++) {
        uint32_t task = crowd->top[i];
        ls_explain_task(document->trace, task, name, sizeof(name));
        ls_view_add_hit(c->view, (struct ls_rect){c->x, c->y, c->w, 18},
                        (struct ls_thing){LS_THING_TASK, task, LS_NONE, 0});
        ls_column_row(
            c, LS_FONT_TEXT, LS_COLOUR_TEXT, name, LS_FONT_MONO, LS_COLOUR_HELD,
            ls_format_duration(took, document->crowds->weight_ns[task]));
    }
}

/* Nothing is selected: the trace as a whole. */
void ls_details_trace(struct ls_column *c)
{
    const struct ls_statistics *s = c->view->document->statistics;
    for (uint32_t i = 0; i < s->n_loops && i < MAX_KINDS; i++)
        draw_loop_row(c, &s->loops[i]);
    for (uint32_t i = 0; i < s->n_tasks && i < MAX_KINDS; i++)
        draw_kind_row(c, &s->tasks[i]);
    if (s->n_tasks > MAX_KINDS) {
        char more[64];
        snprintf(more, sizeof(more), "%u more kinds of tasks",
                 s->n_tasks - MAX_KINDS);
        ls_column_text(c, LS_COLOUR_DIM, more);
    }
    if (s->n_loops == 0 && s->n_tasks == 0)
        ls_column_text(c, LS_COLOUR_DIM, "Click something to see it here.");
}
