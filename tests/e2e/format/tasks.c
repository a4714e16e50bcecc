/* SPDX-License-Identifier: MIT */
/*
 * tasks.c - the life of each task: start, then await and resume in turn, then
 * finish; on a lane of its own, with an id that is never used again.
 */
#include "format.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_LANE 1000000001

struct task {
    char *id;
    char *kind;
    char *what; /* NULL: it does not await */
    int64_t pid, lane;
    bool finished;
};

struct format_tasks {
    struct task *items;
    size_t n;
};

struct format_tasks *format_tasks_new(void)
{
    return format_grow(NULL, 0, sizeof(struct format_tasks));
}

static struct task *task_find(const struct format_check *check, const char *id)
{
    for (size_t i = check->tasks->n; i-- > 0;)
        if (strcmp(check->tasks->items[i].id, id) == 0)
            return &check->tasks->items[i];
    return NULL;
}

const char *format_tasks_kind(const struct format_check *check, const char *id)
{
    const struct task *task = task_find(check, id);

    return task ? task->kind : NULL;
}

static void start(struct format_check *check, struct task *task,
                  const struct format_event *event)
{
    struct format_tasks *tasks = check->tasks;

    if (task != NULL) {
        format_complain(check, "the id %s was used before", event->id);
        return;
    }
    for (size_t i = 0; i < tasks->n; i++)
        if (!tasks->items[i].finished && tasks->items[i].pid == event->pid &&
            tasks->items[i].lane == event->tid)
            format_complain(check, "task %s lives on this lane",
                            tasks->items[i].id);
    tasks->items = format_grow(tasks->items, tasks->n, sizeof(*task));
    tasks->items[tasks->n++] = (struct task){
        .id = strdup(event->id),
        .kind = strdup(event->name),
        .pid = event->pid,
        .lane = event->tid,
    };
}

static void await(struct format_check *check, struct task *task,
                  const struct format_event *event)
{
    if (task->what != NULL)
        format_complain(check, "it awaits %s already", task->what);
    free(task->what);
    task->what = strdup(event->name);
}

static void resume(struct format_check *check, struct task *task,
                   const struct format_event *event)
{
    if (task->what == NULL)
        format_complain(check, "it resumes without an await");
    else if (strcmp(task->what, event->name) != 0)
        format_complain(check, "it resumes from %s, but awaits %s", event->name,
                        task->what);
    free(task->what);
    task->what = NULL;
}

static bool is_outcome(const char *outcome)
{
    return outcome != NULL &&
           (strcmp(outcome, "ok") == 0 || strcmp(outcome, "failed") == 0 ||
            strcmp(outcome, "cancelled") == 0);
}

static void finish(struct format_check *check, struct task *task,
                   const struct format_event *event)
{
    if (task->what != NULL)
        format_complain(check, "it finishes inside its await of %s",
                        task->what);
    if (strcmp(task->kind, event->name) != 0)
        format_complain(check, "it finishes as a %s, but started as a %s",
                        event->name, task->kind);
    if (!is_outcome(format_string(event->args, "outcome")) &&
        !format_is_recovered(event))
        format_complain(check, "finish without an outcome");
    task->finished = true;
}

static const struct step {
    const char *event;
    char ph;
    void (*take)(struct format_check *, struct task *,
                 const struct format_event *);
} steps[] = {
    {"start", 'b', start},   {"await", 'b', await},   {"ready", 'n', NULL},
    {"resume", 'e', resume}, {"finish", 'e', finish}, {"detach", 'n', NULL},
};

static const struct step *step_find(const char *event)
{
    for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
        if (strcmp(steps[i].event, event) == 0)
            return &steps[i];
    return NULL;
}

/* The args that refer to other tasks and to threads. */
static void check_args(struct format_check *check,
                       const struct format_event *event)
{
    const cJSON *by = format_arg(event->args, "by");
    const cJSON *on = format_arg(event->args, "on");
    const cJSON *label = format_arg(event->args, "label");
    const cJSON *due = format_arg(event->args, "due_us");
    const cJSON *item;

    if (format_integer(event->args, "loop") < 1)
        format_complain(check, "args.loop is no thread");
    if (label != NULL && !cJSON_IsString(label))
        format_complain(check, "args.label is no string");
    if (due != NULL && !cJSON_IsNumber(due))
        format_complain(check, "args.due_us is no number");
    item = format_arg(event->args, "auto");
    if (item != NULL && !cJSON_IsTrue(item))
        format_complain(check, "args.auto is not true");
    item = format_arg(event->args, "operation");
    if (item != NULL && format_integer(event->args, "operation") < 0)
        format_complain(check, "args.operation is no number");
    if (by != NULL && !format_is_id(by))
        format_complain(check, "args.by is no task's id");
    if (on != NULL && !cJSON_IsArray(on))
        format_complain(check, "args.on is no array");
    cJSON_ArrayForEach(item, on)
    {
        if (!format_is_id(item))
            format_complain(check, "args.on has what is no task's id");
    }
}

/* The event belongs to a living task, on the lane it began on. */
static bool check_place(struct format_check *check, const struct task *task,
                        const struct format_event *event)
{
    if (task == NULL || task->finished) {
        format_complain(check, "task %s %s", event->id,
                        task ? "is finished" : "has not started");
        return false;
    }
    if (task->pid != event->pid || task->lane != event->tid)
        format_complain(check, "task %s began on lane %lld", event->id,
                        (long long)task->lane);
    return true;
}

void format_tasks_event(struct format_check *check,
                        const struct format_event *event)
{
    const char *said = format_string(event->args, "event");
    const struct step *step = step_find(said ? said : "");
    bool stray = cJSON_IsTrue(format_arg(event->args, "stray")) != 0;
    struct task *task = task_find(check, event->id);

    if (event->ph != 'b' && event->ph != 'e' && event->ph != 'n')
        return;
    if (strcmp(event->cat, "task") != 0 || step == NULL) {
        format_complain(check, "%c with cat %s and args.event %s", event->ph,
                        event->cat, said ? said : "(none)");
        return;
    }
    if (event->tid < FIRST_LANE)
        format_complain(check, "a task on tid %lld, which is no lane",
                        (long long)event->tid);
    if (event->ph != (stray ? 'n' : step->ph))
        format_complain(check, "%s with ph %c", said, event->ph);
    check_args(check, event);
    if (stray)
        return;
    if (step->take == start || check_place(check, task, event))
        if (step->take != NULL)
            step->take(check, task, event);
}

void format_tasks_free(struct format_tasks *tasks)
{
    for (size_t i = 0; i < tasks->n; i++) {
        free(tasks->items[i].id);
        free(tasks->items[i].kind);
        free(tasks->items[i].what);
    }
    free(tasks->items);
    free(tasks);
}
