/* SPDX-License-Identifier: MIT */
/*
 * A hash table by id (open addressing), a bit for every id that is finished
 * (ids are dense, so that they share pages of bits), and for each process the
 * lanes in use.
 */
#include "task.h"

#include <stdlib.h>
#include <string.h>

#include "lanes.h"
#include "tracer/loopscope.h"
#include "tracer/vocabulary.h"

/* Ids beyond this can only come from a broken program. */
#define MOST_IDS (UINT64_C(1) << 32)

/* Of the bits of finished tasks: 64 MiB at most, half a billion tasks. Those
 * beyond are not known as finished, that is all. */
enum { PAGE_WORDS = 512, PAGE_IDS = PAGE_WORDS * 64, MOST_PAGES = 16384 };
#define N_PAGES (MOST_IDS / PAGE_IDS)

/* So many live at one time, or the program never finishes any. */
enum { MOST_TASKS = 1 << 20 };

struct ls_tasks {
    struct ls_task **slots;
    size_t n, capacity;          /* capacity is a power of two */
    uint64_t *finished[N_PAGES]; /* a bit each; NULL: none of the page */
    size_t n_pages;
    struct ls_lanes lanes[LS_N_PROCESSES];
};

/* ---- table -------------------------------------------------------------- */

struct ls_tasks *ls_tasks_new(void)
{
    return calloc(1, sizeof(struct ls_tasks));
}

static void free_task(struct ls_task *task)
{
    free((char *)task->label.text);
    free(task->parked.items);
    free(task);
}

void ls_tasks_free(struct ls_tasks *tasks)
{
    if (!tasks)
        return;
    for (size_t i = 0; i < tasks->capacity; i++)
        if (tasks->slots[i])
            free_task(tasks->slots[i]);
    for (size_t i = 0; i < LS_N_PROCESSES; i++)
        ls_lanes_destroy(&tasks->lanes[i]);
    free(tasks->slots);
    for (size_t i = 0; i < N_PAGES; i++)
        free(tasks->finished[i]);
    free(tasks);
}

/* Fibonacci hashing: Knuth, The Art of Computer Programming 3, 6.4. */
static size_t slot_of(const struct ls_tasks *tasks, uint64_t id)
{
    return (size_t)((id * UINT64_C(0x9e3779b97f4a7c15)) >> 20) &
           (tasks->capacity - 1);
}

static struct ls_task *find(const struct ls_tasks *tasks, uint64_t id)
{
    if (tasks->capacity == 0)
        return NULL;
    size_t i = slot_of(tasks, id);
    while (tasks->slots[i] && tasks->slots[i]->id != id)
        i = (i + 1) & (tasks->capacity - 1);
    return tasks->slots[i];
}

static void put(struct ls_tasks *tasks, struct ls_task *task)
{
    size_t i = slot_of(tasks, task->id);
    while (tasks->slots[i])
        i = (i + 1) & (tasks->capacity - 1);
    tasks->slots[i] = task;
}

static bool grow(struct ls_tasks *tasks)
{
    size_t before = tasks->capacity;
    struct ls_task **old = tasks->slots;
    size_t capacity = before ? 2 * before : 64;
    struct ls_task **slots = calloc(capacity, sizeof *slots);
    if (!slots)
        return false;
    tasks->slots = slots;
    tasks->capacity = capacity;
    for (size_t i = 0; i < before; i++)
        if (old[i])
            put(tasks, old[i]);
    free(old);
    return true;
}

/* Take a slot's task out and close the gap that this leaves. */
static void take_out(struct ls_tasks *tasks, size_t i)
{
    size_t mask = tasks->capacity - 1;
    tasks->slots[i] = NULL;
    tasks->n--;
    for (size_t k = (i + 1) & mask; tasks->slots[k]; k = (k + 1) & mask) {
        struct ls_task *moved = tasks->slots[k];
        tasks->slots[k] = NULL;
        put(tasks, moved);
    }
}

static void remove_task(struct ls_tasks *tasks, struct ls_task *task)
{
    size_t i = slot_of(tasks, task->id);
    while (tasks->slots[i] != task)
        i = (i + 1) & (tasks->capacity - 1);
    take_out(tasks, i);
    ls_lanes_give(&tasks->lanes[task->process], task->lane);
    free_task(task);
}

static bool is_finished(const struct ls_tasks *tasks, uint64_t id)
{
    const uint64_t *page = tasks->finished[id / PAGE_IDS];
    return page && page[id % PAGE_IDS / 64] >> (id % 64) & 1;
}

static void set_finished(struct ls_tasks *tasks, uint64_t id)
{
    uint64_t **page = &tasks->finished[id / PAGE_IDS];
    if (!*page && tasks->n_pages < MOST_PAGES) {
        *page = calloc(PAGE_WORDS, sizeof **page);
        tasks->n_pages += *page != NULL;
    }
    if (*page)
        (*page)[id % PAGE_IDS / 64] |= UINT64_C(1) << (id % 64);
}

/* ---- events ------------------------------------------------------------- */

static int64_t lane_of(const struct ls_task *task)
{
    return LS_LANE_FIRST + task->lane;
}

/* The head of a task event, up to the arguments that all of them have. */
static int64_t begin_event(struct ls_thread *thread, const struct ls_task *task,
                           char ph, struct ls_json name, const char *word,
                           int64_t ns)
{
    struct ls_emit *emit = thread->emit;
    struct ls_event event = {.ph = ph,
                             .ns = ns,
                             .pid = thread->pid,
                             .tid = lane_of(task),
                             .id = task->id,
                             .name = name,
                             .cat = LS_CAT_TASK,
                             .after_ns = task->begin_ns,
                             .past = task->automatic && ph == 'n'};
    int64_t at = ls_emit_begin(emit, &event);
    struct ls_text *text = ls_emit_arg(emit, "event");
    ls_text_add(text, "\"");
    ls_text_add(text, word);
    ls_text_add(text, "\"");
    text = ls_emit_arg(emit, "label");
    ls_text_add_bytes(text, task->label.text, task->label.n);
    ls_text_add_int(ls_emit_arg(emit, "loop"), thread->tid);
    return at;
}

static struct ls_json what_of(const struct ls_task *task)
{
    return task->awaits ? task->what : task->kind;
}

/* An event that makes no sense now. */
static void write_stray(struct ls_thread *thread, const struct ls_task *task,
                        const char *word, int64_t ns)
{
    begin_event(thread, task, 'n', what_of(task), word, ns);
    ls_text_add(ls_emit_arg(thread->emit, "stray"), "true");
    ls_emit_end(thread->emit);
}

/* Of a task that is finished, and of which only the id is left. */
static void write_finished_stray(struct ls_thread *thread, uint64_t id,
                                 const char *word, int64_t ns)
{
    struct ls_task ghost = {.id = id,
                            .kind = LS_JSON("\"finished task\""),
                            .label = LS_JSON("\"\"")};
    write_stray(thread, &ghost, word, ns);
}

static void begin_run(struct ls_thread *thread, struct ls_task *task,
                      int64_t ns)
{
    if (task->automatic)
        return; /* its callbacks say where it runs */
    ls_thread_push(thread, LS_OPEN_TASK, task->kind, task->id, ns);
    task->runs_on = thread;
    for (size_t i = 0; i < task->parked.n; i++)
        ls_thread_push(thread, LS_OPEN_SPAN, task->parked.items[i].name,
                       task->id, ns);
    task->parked.n = 0;
}

/* A run that is parked (the loop polls inside it) is forgotten there. */
static void drop_parked(struct ls_open_list *list, uint64_t id)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->n; i++)
        if (list->items[i].task != id)
            list->items[kept++] = list->items[i];
    list->n = kept;
}

static void end_run(struct ls_task *task, int64_t ns,
                    struct ls_open_list *parked)
{
    struct ls_thread *thread = task->runs_on;
    if (!thread)
        return;
    size_t index = ls_thread_find(thread, LS_OPEN_TASK, task->id);
    if (index < thread->open.n)
        ls_thread_close(thread, index, ns, task->id, parked, NULL, NULL);
    else
        drop_parked(&thread->parked, task->id);
    task->runs_on = NULL;
}

static void write_await(struct ls_thread *thread, struct ls_task *task,
                        struct ls_json what, int64_t due_ns, uint64_t operation,
                        int64_t ns)
{
    struct ls_emit *emit = thread->emit;
    int64_t at = begin_event(thread, task, 'b', what, LS_EVENT_AWAIT, ns);
    if (due_ns >= 0)
        ls_text_add_time(ls_emit_arg(emit, "due_us"), due_ns);
    if (operation)
        ls_text_add_int(ls_emit_arg(emit, "operation"), (int64_t)operation);
    if (thread->n_awaited > 0) {
        struct ls_text *text = ls_emit_arg(emit, "on");
        for (size_t i = 0; i < thread->n_awaited; i++) {
            ls_text_add(text, i ? "," : "[");
            ls_text_add_hex(text, thread->awaited[i]);
        }
        ls_text_add(text, "]");
    }
    ls_emit_end(emit);
    thread->n_awaited = 0;
    task->awaits = true;
    task->what = what;
    task->begin_ns = at;
}

static struct ls_task *make(struct ls_tasks *tasks, struct ls_thread *thread,
                            uint64_t id, struct ls_json kind, const char *label,
                            size_t n_label)
{
    if (tasks->n >= MOST_TASKS ||
        (2 * (tasks->n + 1) > tasks->capacity && !grow(tasks)))
        return NULL;
    struct ls_task *task = calloc(1, sizeof *task);
    struct ls_text text = {0};
    ls_text_add_string_n(&text, label, n_label);
    if (!task || text.failed) {
        free(task);
        ls_text_destroy(&text);
        return NULL;
    }
    task->id = id;
    task->kind = kind;
    task->label = (struct ls_json){text.bytes, text.n};
    task->process = thread->process;
    task->lane = ls_lanes_take(&tasks->lanes[thread->process]);
    put(tasks, task);
    tasks->n++;
    return task;
}

/* The task of a record, made up at the cut if its start was lost. NULL: it is
 * finished (then a stray was written), or makes no sense at all. */
static struct ls_task *get(struct ls_tasks *tasks, struct ls_thread *thread,
                           const struct ls_record *record, const char *word,
                           int64_t ns)
{
    struct ls_task *task = find(tasks, record->task);
    if (task || record->task == 0 || record->task >= MOST_IDS)
        return task;
    if (is_finished(tasks, record->task)) {
        write_finished_stray(thread, record->task, word, ns);
        return NULL;
    }
    task = make(tasks, thread, record->task, LS_JSON("\"task\""), "", 0);
    if (!task)
        return NULL;
    task->begin_ns =
        begin_event(thread, task, 'b', task->kind, LS_EVENT_START, ns);
    ls_text_add(ls_emit_arg(thread->emit, "cut"), "true");
    ls_emit_end(thread->emit);
    begin_run(thread, task, ns);
    return task;
}

void ls_tasks_start(struct ls_tasks *tasks, struct ls_thread *thread,
                    const struct ls_record *record, struct ls_json kind,
                    const char *label, size_t n_label, int64_t ns)
{
    if (record->task == 0 || record->task >= MOST_IDS ||
        find(tasks, record->task) || is_finished(tasks, record->task))
        return; /* ids are given once: only a broken program repeats one */
    struct ls_task *task =
        make(tasks, thread, record->task, kind, label, n_label);
    if (!task)
        return;
    task->begin_ns = begin_event(thread, task, 'b', kind, LS_EVENT_START, ns);
    if (record->value)
        ls_text_add_hex(ls_emit_arg(thread->emit, "by"), record->value);
    ls_emit_end(thread->emit);
    if (record->type == LS_RECORD_TASK_MADE)
        write_await(thread, task, LS_JSON("\"" LS_AWAIT_FIRST_RUN "\""), -1, 0,
                    ns);
    else
        begin_run(thread, task, ns);
}

void ls_tasks_await(struct ls_tasks *tasks, struct ls_thread *thread,
                    const struct ls_record *record, struct ls_json what,
                    int64_t due_ns, int64_t ns)
{
    struct ls_task *task = get(tasks, thread, record, LS_EVENT_AWAIT, ns);
    if (!task || task->awaits) {
        if (task)
            write_stray(thread, task, LS_EVENT_AWAIT, ns);
        thread->n_awaited = 0;
        return;
    }
    end_run(task, ns, &task->parked);
    write_await(thread, task, what, due_ns, 0, ns);
}

void ls_tasks_ready(struct ls_tasks *tasks, struct ls_thread *thread,
                    const struct ls_record *record, int64_t ns)
{
    struct ls_task *task = find(tasks, record->task);
    if (!task)
        return; /* it may well have finished meanwhile: no stray */
    begin_event(thread, task, 'n', what_of(task), LS_EVENT_READY, ns);
    if (record->value)
        ls_text_add_hex(ls_emit_arg(thread->emit, "by"), record->value);
    ls_emit_end(thread->emit);
}

void ls_tasks_detach(struct ls_tasks *tasks, struct ls_thread *thread,
                     const struct ls_record *record, int64_t ns)
{
    const struct ls_task *task = find(tasks, record->task);
    if (!task)
        return; /* it is over: nobody needs to know any more */
    begin_event(thread, task, 'n', task->kind, LS_EVENT_DETACH, ns);
    ls_emit_end(thread->emit);
}

static void end_await(struct ls_thread *thread, struct ls_task *task,
                      int64_t due_ns, int64_t ns)
{
    begin_event(thread, task, 'e', task->what, LS_EVENT_RESUME, ns);
    if (due_ns >= 0)
        ls_text_add_time(ls_emit_arg(thread->emit, "due_us"), due_ns);
    ls_emit_end(thread->emit);
    task->awaits = false;
}

void ls_tasks_resume(struct ls_tasks *tasks, struct ls_thread *thread,
                     const struct ls_record *record, int64_t ns)
{
    struct ls_task *task = get(tasks, thread, record, LS_EVENT_RESUME, ns);
    if (!task)
        return;
    if (!task->awaits) {
        write_stray(thread, task, LS_EVENT_RESUME, ns);
        return;
    }
    end_await(thread, task, -1, ns);
    begin_run(thread, task, ns);
}

void ls_tasks_finish(struct ls_tasks *tasks, struct ls_thread *thread,
                     const struct ls_record *record, const char *reason,
                     size_t n_reason, int64_t ns)
{
    static const char *const outcome[] = {
        [LS_FINISHED_OK] = "\"" LS_OUTCOME_OK "\"",
        [LS_FINISHED_FAILED] = "\"" LS_OUTCOME_FAILED "\"",
        [LS_FINISHED_CANCELLED] = "\"" LS_OUTCOME_CANCELLED "\"",
    };
    struct ls_task *task = get(tasks, thread, record, LS_EVENT_FINISH, ns);
    if (!task)
        return;
    end_run(task, ns, NULL);
    if (task->awaits) /* finished while it awaited: cancelled, most likely */
        end_await(thread, task, -1, ns);
    begin_event(thread, task, 'e', task->kind, LS_EVENT_FINISH, ns);
    uint64_t i = record->value <= LS_FINISHED_CANCELLED ? record->value : 0;
    ls_text_add(ls_emit_arg(thread->emit, "outcome"), outcome[i]);
    if (n_reason > 0)
        ls_text_add_string_n(ls_emit_arg(thread->emit, "reason"), reason,
                             n_reason);
    ls_emit_end(thread->emit);
    set_finished(tasks, task->id);
    remove_task(tasks, task);
}

void ls_tasks_start_auto(struct ls_tasks *tasks, struct ls_thread *thread,
                         const struct ls_auto_task *what, int64_t ns)
{
    if (what->id >= MOST_IDS || find(tasks, what->id) ||
        is_finished(tasks, what->id))
        return; /* the program has changed the counter */
    struct ls_task *task =
        make(tasks, thread, what->id, what->kind, what->label, what->n_label);
    if (!task)
        return;
    task->automatic = true;
    task->begin_ns =
        begin_event(thread, task, 'b', task->kind, LS_EVENT_START, ns);
    ls_text_add(ls_emit_arg(thread->emit, "auto"), "true");
    if (what->by)
        ls_text_add_hex(ls_emit_arg(thread->emit, "by"), what->by);
    ls_emit_end(thread->emit);
}

void ls_tasks_await_auto(struct ls_tasks *tasks, struct ls_thread *thread,
                         uint64_t id, struct ls_json what, int64_t due_ns,
                         uint64_t operation, int64_t ns)
{
    struct ls_task *task = find(tasks, id);
    if (task && task->automatic && !task->awaits)
        write_await(thread, task, what, due_ns, operation, ns);
}

void ls_tasks_resume_auto(struct ls_tasks *tasks, struct ls_thread *thread,
                          uint64_t id, int64_t due_ns, int64_t ns)
{
    struct ls_task *task = find(tasks, id);
    if (task && task->automatic && task->awaits)
        end_await(thread, task, due_ns, ns);
}

void ls_tasks_forget_thread(struct ls_tasks *tasks,
                            const struct ls_thread *thread)
{
    for (size_t i = 0; i < tasks->capacity; i++)
        if (tasks->slots[i] && tasks->slots[i]->runs_on == thread)
            tasks->slots[i]->runs_on = NULL;
}

/* The table is made anew without them: taking them out one by one would cost
 * the square of their number. */
void ls_tasks_forget_process(struct ls_tasks *tasks, uint32_t process)
{
    struct ls_task **old = tasks->slots;
    struct ls_task **slots = calloc(tasks->capacity + 1, sizeof *slots);
    if (!slots)
        return;
    tasks->slots = slots;
    tasks->n = 0;
    for (size_t i = 0; i < tasks->capacity; i++) {
        struct ls_task *task = old[i];
        if (!task)
            continue;
        if (task->process == process) {
            set_finished(tasks, task->id);
            free_task(task);
        } else {
            put(tasks, task);
            tasks->n++;
        }
    }
    free(old);
    ls_lanes_destroy(&tasks->lanes[process]);
}
