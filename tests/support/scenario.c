/* SPDX-License-Identifier: MIT */
#include "scenario.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "analysis/load.h"

void scenario_run(struct scenario *s, enum scenario_time time,
                  const char *example, const char *extra)
{
    scenario_run_saying(s, time, example, extra, "");
}

void scenario_run_saying(struct scenario *s, enum scenario_time time,
                         const char *example, const char *extra,
                         const char *said)
{
    static const char *const virtual_env[] = {
        "LS_EXAMPLE_SPEED=1", "LD_PRELOAD=" LS_VCLOCK,
        "LOOPSCOPE_COLLECTOR=" LS_COLLECTOR, NULL};
    static const char *const real_env[] = {
        "LS_EXAMPLE_SPEED=10", "LOOPSCOPE_COLLECTOR=" LS_COLLECTOR, NULL};
    char program[512];
    struct ls_load_result how;

    *s = (struct scenario){0};
    temporary_folder(s->folder, sizeof s->folder);
    snprintf(program, sizeof program, "%s/%s", LS_EXAMPLES, example);
    snprintf(s->trace_path, sizeof s->trace_path, "%s/%s.json", s->folder,
             example);
    const char *argv[] = {program, extra, NULL};
    run_program(&s->run,
                &(struct run_how){
                    .argv = argv,
                    .env = time == VIRTUAL_TIME ? virtual_env : real_env,
                    .folder = s->folder,
                });
    assert_string_equal(s->run.err, said);
    assert_int_equal(s->run.exit_status, 0);
    if (ls_trace_load(s->trace_path, NULL, &s->trace, &how) != LS_LOAD_OK)
        fail_msg("%s: %s", s->trace_path, how.text);
}

void scenario_free(struct scenario *s)
{
    ls_trace_free(s->trace);
    run_free(&s->run);
    remove_folder(s->folder);
}

/* ---- what holds of every run ---- */

static void assert_healthy(const struct ls_trace *trace)
{
    char text[256];
    assert_true(trace->health.ours);
    assert_true(trace->health.complete);
    assert_int_equal(trace->health.n_lost, 0);
    assert_string_equal(ls_trace_trouble(trace, text, sizeof text), "");
    assert_int_equal(trace->n_processes, 1);
    assert_string_equal(
        ls_trace_string(trace, trace->processes[0].hooks_missing), "");
}

struct run_stretch {
    uint32_t thread;
    int64_t begin_ns, end_ns;
};

static int by_thread_and_time(const void *a, const void *b)
{
    const struct run_stretch *left = a, *right = b;
    if (left->thread != right->thread)
        return left->thread < right->thread ? -1 : 1;
    return left->begin_ns < right->begin_ns   ? -1
           : left->begin_ns > right->begin_ns ? 1
                                              : 0;
}

static void assert_one_at_a_time(const struct ls_trace *trace)
{
    size_t n = 0;
    struct run_stretch *runs = calloc(trace->n_stretches + 1, sizeof *runs);
    assert_non_null(runs);
    for (uint32_t i = 0; i < trace->n_stretches; i++) {
        const struct ls_stretch *stretch = &trace->stretches[i];
        if (stretch->kind == LS_STRETCH_RUN)
            runs[n++] = (struct run_stretch){stretch->thread, stretch->begin_ns,
                                             stretch->end_ns};
    }
    assert_true(n > 0);
    qsort(runs, n, sizeof *runs, by_thread_and_time);
    for (size_t i = 1; i < n; i++)
        if (runs[i].thread == runs[i - 1].thread)
            assert_true(runs[i].begin_ns >= runs[i - 1].end_ns);
    free(runs);
}

void scenario_assert_sound(const struct scenario *s)
{
    assert_healthy(s->trace);
    for (uint32_t i = 0; i < s->trace->n_tasks; i++) {
        const struct ls_task *task = &s->trace->tasks[i];
        assert_int_not_equal(task->state, LS_TASK_OPEN);
        assert_int_equal(task->flags & ~(LS_TASK_MADE | LS_TASK_DETACHED), 0);
        assert_int_not_equal(task->loop, LS_NONE);
    }
    assert_one_at_a_time(s->trace);
}

/* ---- tasks and their story ---- */

static bool has_name(const struct ls_trace *trace, const struct ls_task *task,
                     const char *kind, const char *label)
{
    return strcmp(ls_trace_string(trace, task->kind), kind) == 0 &&
           strcmp(ls_trace_string(trace, task->label), label) == 0;
}

const struct ls_task *scenario_task(const struct scenario *s, const char *kind,
                                    const char *label)
{
    const struct ls_task *found = NULL;
    for (uint32_t i = 0; i < s->trace->n_tasks; i++) {
        if (!has_name(s->trace, &s->trace->tasks[i], kind, label))
            continue;
        if (found)
            fail_msg("%s %s: more than one", kind, label);
        found = &s->trace->tasks[i];
    }
    if (!found)
        fail_msg("%s %s: no such task", kind, label);
    return found;
}

int64_t scenario_ms(const struct scenario *s, int64_t at_ns)
{
    return (at_ns - s->trace->tasks[0].begin_ns + 500000) / 1000000;
}

struct line {
    int64_t at_ns;
    size_t order; /* of lines at the same time */
    char text[120];
};

struct story {
    struct line *lines;
    size_t n;
};

static void tell(struct story *story, const struct scenario *s,
                 const struct ls_task *task, int64_t at_ns, const char *what,
                 ls_string object)
{
    struct line *line = &story->lines[story->n];
    const char *label = ls_trace_string(s->trace, task->label);
    line->at_ns = at_ns;
    line->order = story->n++;
    snprintf(line->text, sizeof line->text, "%lld %s%s%s %s%s%s\n",
             (long long)scenario_ms(s, at_ns),
             ls_trace_string(s->trace, task->kind), *label ? " " : "", label,
             what, object ? " " : "", ls_trace_string(s->trace, object));
}

static const char *ending(uint8_t state)
{
    return state == LS_TASK_OK       ? "finishes"
           : state == LS_TASK_FAILED ? "fails:"
                                     : "is cancelled";
}

static void tell_task(struct story *story, const struct scenario *s,
                      const struct ls_task *task)
{
    bool made = task->flags & LS_TASK_MADE;
    if (made)
        tell(story, s, task, task->begin_ns, "is made", 0);
    for (uint32_t i = made; i < task->n_stretches; i++) {
        const struct ls_stretch *stretch =
            &s->trace->stretches[task->first_stretch + i];
        if (stretch->kind == LS_STRETCH_AWAIT)
            tell(story, s, task, stretch->begin_ns, "awaits", stretch->what);
        else
            tell(story, s, task, stretch->begin_ns,
                 i == made ? "starts" : "resumes", 0);
    }
    if (task->state != LS_TASK_OPEN)
        tell(story, s, task, task->end_ns, ending(task->state), task->reason);
}

static int by_time(const void *a, const void *b)
{
    const struct line *left = a, *right = b;
    if (left->at_ns != right->at_ns)
        return left->at_ns < right->at_ns ? -1 : 1;
    return left->order < right->order ? -1 : 1;
}

char *scenario_story(const struct scenario *s)
{
    size_t n_most = s->trace->n_stretches + 2 * (size_t)s->trace->n_tasks + 1;
    struct story story = {.lines = calloc(n_most, sizeof *story.lines)};
    char *text = calloc(n_most, sizeof story.lines->text);
    assert_true(story.lines && text);
    for (uint32_t i = 0; i < s->trace->n_tasks; i++)
        tell_task(&story, s, &s->trace->tasks[i]);
    qsort(story.lines, story.n, sizeof *story.lines, by_time);
    for (size_t i = 0; i < story.n; i++)
        strcat(text, story.lines[i].text);
    free(story.lines);
    return text;
}

void scenario_assert_story(const char *example, const char *extra,
                           const char *printed, const char *story)
{
    struct scenario s;
    scenario_run(&s, VIRTUAL_TIME, example, extra);
    assert_string_equal(s.run.out, printed);
    scenario_assert_sound(&s);
    char *told = scenario_story(&s);
    if (strcmp(told, story) != 0)
        print_error("%s happened like this:\n%s", example, told);
    assert_string_equal(told, story);
    free(told);
    scenario_free(&s);
}
