/* SPDX-License-Identifier: MIT */
/*
 * Which rows are shown is decided first (choose), then they are drawn loop by
 * loop, each loop's tasks in the order in which they began.
 */
#include "diagram.h"

#include "cells.h"
#include "label.h"
#include "left_out.h"

#include <inttypes.h>
#include <stdlib.h>

#define MAX_LOOPS 16
#define MAX_THREADS 24
#define MAX_AUTO 16   /* rows of tasks that nobody named */
#define MAX_WAITERS 6 /* of them, for each finding */

/* So many tasks of one name are a crowd, and so many of it have a row. */
#define CROWD 16
#define MAX_ALIKE 8

struct drawing {
    const struct ls_diagram *diagram;
    const struct ls_trace *trace;
    struct ls_text *text;
    const struct ls_style *style;
    int label_columns;
    struct ls_cells cells;
    uint8_t *chosen;     /* by task */
    uint32_t *n_rows_of; /* by name */
    uint32_t n_rows;     /* drawn so far */
};

/* Paint what of FROM..TO on a loop belongs to turns that blocked it. */
static void paint_blocking(struct drawing *d, uint32_t loop_idx,
                           int64_t from_ns, int64_t to_ns)
{
    const struct ls_loop *loop = &d->trace->loops[loop_idx];
    const struct ls_thread *thread = &d->trace->threads[loop->thread];
    uint32_t i = ls_loop_first_turn(d->trace, loop, from_ns);
    for (; i < loop->n_turns; i++) {
        const struct ls_slice *turn = &thread->slices[loop->turns[i]];
        if (turn->begin_ns >= to_ns)
            break;
        if (ls_slice_own_ns(d->trace, turn) < d->diagram->warn_ns)
            continue;
        int64_t begin = turn->begin_ns > from_ns ? turn->begin_ns : from_ns;
        int64_t end = turn->end_ns < to_ns ? turn->end_ns : to_ns;
        if (end - begin >= d->diagram->warn_ns)
            ls_cells_paint(&d->cells, begin, end, LS_CELL_BLOCKING);
    }
}

static void paint_stretch(struct drawing *d, const struct ls_stretch *stretch)
{
    bool runs = stretch->kind == LS_STRETCH_RUN;
    ls_cells_paint(&d->cells, stretch->begin_ns, stretch->end_ns,
                   runs ? LS_CELL_RUNNING : LS_CELL_AWAITING);
    if (!runs || stretch->thread == LS_NONE)
        return;
    uint32_t loop = d->trace->threads[stretch->thread].loop;
    if (loop != LS_NONE)
        paint_blocking(d, loop, stretch->begin_ns, stretch->end_ns);
}

/* The row that is in the cells, under NAME; clears both. */
static void finish_row(struct drawing *d, struct ls_text *name)
{
    ls_label_fit(d->text, d->style, ls_text_get(name), d->label_columns);
    ls_text_add(d->text, " |");
    ls_cells_render(&d->cells, d->text, d->style);
    ls_text_add(d->text, "|\n");
    ls_cells_clear(&d->cells);
    ls_text_destroy(name);
    d->n_rows++;
}

static void draw_task(struct drawing *d, uint32_t task_idx)
{
    const struct ls_task *task = &d->trace->tasks[task_idx];
    for (uint32_t i = 0; i < task->n_stretches; i++)
        paint_stretch(d, &d->trace->stretches[task->first_stretch + i]);
    struct ls_text name = {0};
    ls_names_task(d->diagram->names, task_idx, &name);
    finish_row(d, &name);
}

static void draw_loop(struct drawing *d, uint32_t loop_idx)
{
    const struct ls_loop *loop = &d->trace->loops[loop_idx];
    const struct ls_thread *thread = &d->trace->threads[loop->thread];
    for (uint32_t i = 0; i < loop->n_turns; i++) {
        const struct ls_slice *turn = &thread->slices[loop->turns[i]];
        ls_cells_paint(&d->cells, turn->begin_ns, turn->end_ns,
                       LS_CELL_RUNNING);
    }
    paint_blocking(d, loop_idx, d->trace->begin_ns, d->trace->end_ns);
    struct ls_text name = {0};
    ls_names_loop(d->diagram->names, loop_idx, &name);
    finish_row(d, &name);
}

static void draw_thread(struct drawing *d, uint32_t thread_idx)
{
    const struct ls_thread *thread = &d->trace->threads[thread_idx];
    for (uint32_t i = 0; i < thread->n_slices; i++)
        if (thread->slices[i].depth == 0)
            ls_cells_paint(&d->cells, thread->slices[i].begin_ns,
                           thread->slices[i].end_ns, LS_CELL_RUNNING);
    struct ls_text name = {0};
    ls_names_thread(d->diagram->names, thread_idx, &name);
    finish_row(d, &name);
}

static void choose_task(struct drawing *d, uint32_t task, uint32_t *n_left)
{
    if (task < d->trace->n_tasks && !d->chosen[task] && *n_left) {
        d->chosen[task] = 1;
        --*n_left;
    }
}

static bool is_auto(const struct drawing *d, uint32_t task)
{
    return d->trace->tasks[task].flags & LS_TASK_AUTO;
}

/* The same, but of a crowd that all have one name only a few. */
static void choose_of_crowd(struct drawing *d, uint32_t task, uint32_t *n_left)
{
    const struct ls_names *names = d->diagram->names;
    ls_string name = ls_names_short(&d->trace->tasks[task]);
    if (d->chosen[task] || !*n_left)
        return;
    if (names->n_uses && names->n_uses[name] > CROWD &&
        d->n_rows_of[name]++ >= MAX_ALIKE)
        return;
    choose_task(d, task, n_left);
}

static int64_t held_up(const struct drawing *d, uint32_t task_idx)
{
    const struct ls_task *task = &d->trace->tasks[task_idx];
    int64_t sum = 0;
    for (uint32_t i = 0; i < task->n_stretches; i++) {
        int64_t part = ls_stretch_held_up_ns(
            &d->trace->stretches[task->first_stretch + i]);
        sum = part < INT64_MAX - sum ? sum + part : INT64_MAX;
    }
    return sum;
}

/* Of the tasks that nobody named and that are not chosen, the one that was
 * held up longest, else the one that lived longest; LS_NONE: there is none. */
static uint32_t most_interesting(const struct drawing *d)
{
    uint32_t best = LS_NONE;
    int64_t best_held = -1, best_life = -1;
    for (uint32_t i = 0; i < d->trace->n_tasks; i++) {
        if (d->chosen[i] || !is_auto(d, i))
            continue;
        int64_t held = held_up(d, i);
        int64_t life = d->trace->tasks[i].end_ns - d->trace->tasks[i].begin_ns;
        if (held < best_held || (held == best_held && life <= best_life))
            continue;
        best = i;
        best_held = held;
        best_life = life;
    }
    return best;
}

/* Those of a thousand connections that had to wait look all the same. */
static void choose_waiters(struct drawing *d, const struct ls_finding *finding,
                           uint32_t *n_left)
{
    uint32_t n_auto = 0;
    for (uint32_t i = 0; i < finding->n_waiters; i++) {
        uint32_t task = finding->waiters[i].task;
        if (!is_auto(d, task))
            choose_of_crowd(d, task, n_left);
        else if (n_auto++ < MAX_WAITERS)
            choose_task(d, task, n_left);
    }
}

/* Tasks that blocked, then those that had to wait for them, then the first;
 * of those that arose by themselves, the most interesting. */
static void choose(struct drawing *d)
{
    const struct ls_findings *findings = d->diagram->findings;
    size_t n_findings = findings ? findings->n : 0;
    uint32_t n_left = d->diagram->max_rows;
    for (size_t i = 0; i < n_findings; i++)
        choose_task(d, findings->items[i].task, &n_left);
    for (size_t i = 0; i < n_findings; i++)
        choose_waiters(d, &findings->items[i], &n_left);
    for (uint32_t i = 0; i < d->trace->n_tasks && n_left; i++)
        if (!is_auto(d, i))
            choose_of_crowd(d, i, &n_left);
    uint32_t n_auto = 0;
    for (uint32_t i = 0; i < d->trace->n_tasks; i++)
        n_auto += d->chosen[i] && is_auto(d, i);
    while (n_left && n_auto++ < MAX_AUTO)
        choose_task(d, most_interesting(d), &n_left);
}

/* The tasks of a loop (LS_NONE: of none) that were chosen. */
static void draw_tasks(struct drawing *d, uint32_t loop)
{
    for (uint32_t i = 0; i < d->trace->n_tasks; i++)
        if (d->chosen[i] && d->trace->tasks[i].loop == loop)
            draw_task(d, i);
}

static void say_left_out(struct drawing *d, uint32_t n, const char *what)
{
    if (!n)
        return;
    struct ls_text line = {0};
    ls_text_addf(&line, "(and %" PRIu32 " more %s%s)", n, what,
                 n > 1 ? "s" : "");
    ls_label_wrap(d->text, d->style, ls_text_get(&line), 0);
    ls_text_destroy(&line);
}

static uint32_t more_than(uint32_t n, uint32_t limit)
{
    return n > limit ? n - limit : 0;
}

static void draw_loops(struct drawing *d)
{
    uint32_t n_loops = d->trace->n_loops;
    draw_tasks(d, LS_NONE);
    for (uint32_t i = 0; i < n_loops; i++) {
        draw_tasks(d, i);
        if (i < MAX_LOOPS)
            draw_loop(d, i);
    }
}

/* Traces of others have no loops: their threads, whatever they did. */
static uint32_t draw_threads(struct drawing *d)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < d->trace->n_threads; i++) {
        const struct ls_thread *thread = &d->trace->threads[i];
        if (!thread->n_slices || thread->lane)
            continue;
        if (n++ < MAX_THREADS)
            draw_thread(d, i);
    }
    return more_than(n, MAX_THREADS);
}

static void widen(struct drawing *d, struct ls_text *name)
{
    int columns = ls_label_columns(d->style, ls_text_get(name));
    if (columns > d->label_columns)
        d->label_columns = columns;
    ls_text_destroy(name);
}

/* Names get what they need, up to a quarter of the width. */
static void measure_names(struct drawing *d)
{
    struct ls_text name = {0};
    for (uint32_t i = 0; i < d->trace->n_tasks; i++) {
        if (d->chosen[i]) {
            ls_names_task(d->diagram->names, i, &name);
            widen(d, &name);
        }
    }
    for (uint32_t i = 0; i < d->trace->n_loops && i < MAX_LOOPS; i++) {
        ls_names_loop(d->diagram->names, i, &name);
        widen(d, &name);
    }
    for (uint32_t i = 0; !d->trace->n_loops && i < d->trace->n_threads; i++) {
        ls_names_thread(d->diagram->names, i, &name);
        widen(d, &name);
    }
    if (d->label_columns > d->style->width / 4)
        d->label_columns = d->style->width / 4;
}

static void draw_legend(struct drawing *d)
{
    static const struct {
        enum ls_glyph glyph;
        const char *meaning;
    } entries[] = {
        {LS_GLYPH_RUNNING, "running"},
        {LS_GLYPH_AWAITING, "awaiting"},
        {LS_GLYPH_BLOCKING, "blocking the loop"},
    };
    struct ls_text line = {0};
    for (size_t i = 0; i < 3; i++)
        ls_text_addf(&line, "%s %s ",
                     ls_style_glyph(d->style, entries[i].glyph),
                     entries[i].meaning);
    ls_label_wrap(d->text, d->style, ls_text_get(&line), 0);
    ls_text_destroy(&line);
}

static void draw_below(struct drawing *d, uint32_t n_threads_left)
{
    ls_text_add_char(d->text, ' ', (size_t)d->label_columns + 2);
    ls_cells_render_axis(&d->cells, d->text, d->cells.n + 1);
    draw_legend(d);
    ls_left_out_render(d->trace, d->chosen, d->text, d->style);
    say_left_out(d, more_than(d->trace->n_loops, MAX_LOOPS), "loop");
    say_left_out(d, n_threads_left, "thread");
}

static void draw(struct drawing *d)
{
    choose(d);
    measure_names(d);
    if (!ls_cells_init(&d->cells, d->trace->begin_ns, d->trace->end_ns,
                       d->style->width - d->label_columns - 3)) {
        d->text->failed = true;
        return;
    }
    draw_loops(d);
    uint32_t n_threads_left = d->trace->n_loops ? 0 : draw_threads(d);
    if (d->n_rows)
        draw_below(d, n_threads_left);
    ls_cells_destroy(&d->cells);
}

void ls_diagram_render(const struct ls_diagram *diagram, struct ls_text *text,
                       const struct ls_style *style)
{
    struct drawing d = {.diagram = diagram,
                        .trace = diagram->trace,
                        .text = text,
                        .style = style};
    d.chosen = calloc(d.trace->n_tasks + (size_t)1, 1);
    d.n_rows_of =
        calloc(diagram->names->n_strings + (size_t)1, sizeof(*d.n_rows_of));
    if (d.chosen && d.n_rows_of)
        draw(&d);
    else
        text->failed = true;
    free(d.chosen);
    free(d.n_rows_of);
}
