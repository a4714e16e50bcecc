/* SPDX-License-Identifier: MIT */
/*
 * slices.c - the B and E of each thread nest, and each kind says what it must.
 */
#include "format.h"

#include <stdlib.h>
#include <string.h>

#define MAX_DEPTH 256

struct open_slice {
    char *name;
    char *cat;
    int64_t ns;
    size_t line;
};

struct thread {
    int64_t pid, tid;
    struct open_slice open[MAX_DEPTH];
    size_t n_open;
};

struct format_slices {
    struct thread **threads;
    size_t n_threads;
};

struct format_slices *format_slices_new(void)
{
    return format_grow(NULL, 0, sizeof(struct format_slices));
}

static struct thread *thread_get(struct format_slices *slices,
                                 const struct format_event *event)
{
    for (size_t i = 0; i < slices->n_threads; i++)
        if (slices->threads[i]->pid == event->pid &&
            slices->threads[i]->tid == event->tid)
            return slices->threads[i];

    struct thread *thread = format_grow(NULL, 0, sizeof(*thread));
    thread->pid = event->pid;
    thread->tid = event->tid;
    slices->threads = format_grow(slices->threads, slices->n_threads,
                                  sizeof(struct thread *));
    slices->threads[slices->n_threads++] = thread;
    return thread;
}

static bool is_open(const struct thread *thread, const char *cat)
{
    for (size_t i = 0; i < thread->n_open; i++)
        if (strcmp(thread->open[i].cat, cat) == 0)
            return true;
    return false;
}

static void begin(struct format_check *check, struct thread *thread,
                  const struct format_event *event)
{
    bool turn = is_open(thread, "turn");

    if (strcmp(event->cat, "turn") == 0 && turn)
        format_complain(check, "a turn inside a turn");
    if (strcmp(event->cat, "turn") == 0 && strcmp(event->name, "turn") != 0)
        format_complain(check, "a turn with the name %s", event->name);
    if ((strcmp(event->cat, "callback") == 0 ||
         strcmp(event->cat, "blocking") == 0) &&
        !turn)
        format_complain(check, "%s %s is not inside a turn", event->cat,
                        event->name);
    if (strcmp(event->cat, "pool") == 0 && turn)
        format_complain(check, "work of the pool inside a turn");
    if (thread->n_open == MAX_DEPTH) {
        format_complain(check, "more than %d open slices", MAX_DEPTH);
        return;
    }
    thread->open[thread->n_open++] = (struct open_slice){
        strdup(event->name), strdup(event->cat), event->ns, check->line};
}

/* The three parts of a slice's time, where they were measured, are the whole
 * of it. */
static void check_cause(struct format_check *check,
                        const struct format_event *event, int64_t length_ns)
{
    int64_t cpu = format_integer(event->args, "cpu_ns");
    int64_t blocked = format_integer(event->args, "blocked_ns");
    int64_t descheduled = format_integer(event->args, "descheduled_ns");

    if (!format_arg(event->args, "cpu_ns") &&
        !format_arg(event->args, "blocked_ns") &&
        !format_arg(event->args, "descheduled_ns"))
        return;
    if (cpu < 0 || blocked < 0 || descheduled < 0)
        format_complain(check, "cause without one of its three parts");
    else if (cpu + blocked + descheduled != length_ns)
        format_complain(check, "the parts of the cause make %lld ns, not %lld",
                        (long long)(cpu + blocked + descheduled),
                        (long long)length_ns);
}

static void check_task_end(struct format_check *check,
                           const struct format_event *event)
{
    const cJSON *task = format_arg(event->args, "task");
    const char *kind = NULL;

    if (!format_is_id(task)) {
        format_complain(check, "a task's slice without its task");
        return;
    }
    kind = format_tasks_kind(check, task->valuestring);
    if (kind == NULL)
        format_complain(check, "task %s has not started", task->valuestring);
    else if (strcmp(kind, event->name) != 0)
        format_complain(check, "the slice is a %s, its task a %s", event->name,
                        kind);
}

static void end(struct format_check *check, struct thread *thread,
                const struct format_event *event)
{
    if (thread->n_open == 0) {
        format_complain(check, "E %s without a B", event->name);
        return;
    }
    struct open_slice *top = &thread->open[--thread->n_open];
    if (strcmp(top->name, event->name) != 0 ||
        strcmp(top->cat, event->cat) != 0)
        format_complain(check, "E %s (%s) ends the B %s (%s) of line %zu",
                        event->name, event->cat, top->name, top->cat,
                        top->line);
    if (event->ns <= top->ns)
        format_complain(check, "E %s is not later than its B of line %zu",
                        event->name, top->line);
    if (!format_arg(event->args, "true_us"))
        check_cause(check, event, event->ns - top->ns);
    if (strcmp(event->cat, "task") == 0 && !format_is_recovered(event))
        check_task_end(check, event);
    free(top->name);
    free(top->cat);
}

/* A look at a thread that was in a turn then. */
static void check_sample(struct format_check *check,
                         const struct format_event *event)
{
    if (!format_arg(event->args, "true_us") &&
        !is_open(thread_get(check->slices, event), "turn"))
        format_complain(check, "a sample outside of turns");
}

void format_slices_event(struct format_check *check,
                         const struct format_event *event)
{
    struct thread *thread = NULL;

    if (strcmp(event->cat, "sample") == 0) {
        check_sample(check, event);
        return;
    }
    if (event->ph != 'B' && event->ph != 'E')
        return;
    thread = thread_get(check->slices, event);
    if (event->ph == 'B')
        begin(check, thread, event);
    else
        end(check, thread, event);
}

void format_slices_end(struct format_check *check)
{
    for (size_t i = 0; i < check->slices->n_threads; i++) {
        struct thread *thread = check->slices->threads[i];
        if (thread->n_open > 0 && !format_facts_may_be_open(check, thread->pid))
            format_complain(check, "B %s of line %zu is never ended",
                            thread->open[0].name, thread->open[0].line);
    }
}

void format_slices_free(struct format_slices *slices)
{
    for (size_t i = 0; i < slices->n_threads; i++) {
        struct thread *thread = slices->threads[i];
        while (thread->n_open > 0) {
            free(thread->open[--thread->n_open].name);
            free(thread->open[thread->n_open].cat);
        }
        free(thread);
    }
    free(slices->threads);
    free(slices);
}
