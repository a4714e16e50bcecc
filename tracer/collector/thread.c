/* SPDX-License-Identifier: MIT */
#include "thread.h"

#include <stdlib.h>
#include <string.h>

#include "tracer/vocabulary.h"

static const char *const category[] = {
    [LS_OPEN_TURN] = LS_CAT_TURN,         [LS_OPEN_TASK] = LS_CAT_TASK,
    [LS_OPEN_SPAN] = LS_CAT_SPAN,         [LS_OPEN_CALL] = LS_CAT_BLOCKING,
    [LS_OPEN_CALLBACK] = LS_CAT_CALLBACK, [LS_OPEN_POOL] = LS_CAT_POOL,
};

bool ls_open_list_push(struct ls_open_list *list, const struct ls_open *open)
{
    if (list->n == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 8;
        struct ls_open *items = realloc(list->items, capacity * sizeof *items);
        if (!items)
            return false;
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->n++] = *open;
    return true;
}

static void add_word(struct ls_emit *emit, const char *key, const char *word)
{
    struct ls_text *text = ls_emit_arg(emit, key);
    ls_text_add(text, "\"");
    ls_text_add(text, word);
    ls_text_add(text, "\"");
}

static void add_callback(struct ls_emit *emit, const struct ls_open *open)
{
    const struct ls_callback_args *args = &open->callback;
    if (args->kind.n > 0) {
        struct ls_text *text = ls_emit_arg(emit, "kind");
        ls_text_add_bytes(text, args->kind.text, args->kind.n);
    }
    if (args->phase)
        add_word(emit, "phase", args->phase);
    if (open->task)
        ls_text_add_hex(ls_emit_arg(emit, "task"), open->task);
    if (args->operation)
        ls_text_add_int(ls_emit_arg(emit, "operation"),
                        (int64_t)args->operation);
    if (args->status)
        add_word(emit, "status", args->status);
    if (args->registered)
        ls_text_add_int(ls_emit_arg(emit, "registered"),
                        (int64_t)args->registered);
    if (args->submitted_ns >= 0)
        ls_text_add_time(ls_emit_arg(emit, "submitted_us"), args->submitted_ns);
    if (args->threads)
        ls_text_add_int(ls_emit_arg(emit, "threads"), args->threads);
}

static void write_begin(struct ls_thread *thread, struct ls_open *open,
                        int64_t ns)
{
    struct ls_event event = {.ph = 'B',
                             .ns = ns,
                             .pid = thread->pid,
                             .tid = thread->tid,
                             .name = open->name,
                             .cat = category[open->kind],
                             .left_out = open->left_out};
    open->begin_ns = ls_emit_begin(thread->emit, &event);
    if (open->kind == LS_OPEN_CALLBACK || open->kind == LS_OPEN_POOL)
        add_callback(thread->emit, open);
}

static void write_end(struct ls_thread *thread, const struct ls_open *open,
                      int64_t ns, void (*add)(struct ls_emit *, void *),
                      void *arg)
{
    struct ls_event event = {.ph = 'E',
                             .ns = ns,
                             .pid = thread->pid,
                             .tid = thread->tid,
                             .name = open->name,
                             .cat = category[open->kind],
                             .after_ns = open->begin_ns,
                             .left_out = open->left_out};
    ls_emit_begin(thread->emit, &event);
    if (open->kind == LS_OPEN_TASK)
        ls_text_add_hex(ls_emit_arg(thread->emit, "task"), open->task);
    if (add)
        add(thread->emit, arg);
    ls_emit_end(thread->emit);
}

/* Each turn closes and opens again what is open: a program that forgets to end
 * things would make a trace of the square of their number. Turns and calls are
 * only one each. */
static bool has_room(struct ls_thread *thread, enum ls_open_kind kind)
{
    bool has = thread->open.n < LS_MOST_OPEN || kind == LS_OPEN_TURN ||
               kind == LS_OPEN_CALL;
    thread->n_left_out += !has;
    return has;
}

static bool is_left_out(const struct ls_thread *thread, enum ls_open_kind kind)
{
    return thread->emit->only_turns && kind != LS_OPEN_TURN;
}

int64_t ls_thread_push(struct ls_thread *thread, enum ls_open_kind kind,
                       struct ls_json name, uint64_t task, int64_t ns)
{
    if (!has_room(thread, kind))
        return ns;
    struct ls_open open = {.kind = kind, .name = name, .task = task};
    open.left_out = is_left_out(thread, kind);
    if (!ls_open_list_push(&thread->open, &open))
        return ns;
    struct ls_open *top = &thread->open.items[thread->open.n - 1];
    thread->n_begun[kind]++;
    write_begin(thread, top, ns);
    if (kind != LS_OPEN_CALL)
        ls_emit_end(thread->emit);
    return top->begin_ns;
}

void ls_thread_push_callback(struct ls_thread *thread, enum ls_open_kind kind,
                             struct ls_json name, uint64_t task,
                             const struct ls_callback_args *args, int64_t ns)
{
    if (!has_room(thread, kind))
        return;
    struct ls_open open = {
        .kind = kind, .name = name, .task = task, .callback = *args};
    open.left_out = is_left_out(thread, kind);
    if (!ls_open_list_push(&thread->open, &open))
        return;
    thread->n_begun[kind]++;
    write_begin(thread, &thread->open.items[thread->open.n - 1], ns);
    ls_emit_end(thread->emit);
}

void ls_thread_close_callback(struct ls_thread *thread, int64_t ns)
{
    size_t index = ls_thread_find(thread, LS_OPEN_CALLBACK, 0);
    if (index < thread->open.n) {
        ls_thread_close(thread, index, ns, 0, NULL, NULL, NULL);
        return;
    }
    struct ls_open_list *parked = &thread->parked;
    for (size_t i = parked->n; i > 0; i--) {
        if (parked->items[i - 1].kind != LS_OPEN_CALLBACK)
            continue;
        memmove(&parked->items[i - 1], &parked->items[i],
                (parked->n - i) * sizeof *parked->items);
        parked->n--;
        return;
    }
}

size_t ls_thread_find(const struct ls_thread *thread, enum ls_open_kind kind,
                      uint64_t task)
{
    const struct ls_open_list *open = &thread->open;
    for (size_t i = open->n; i > 0; i--)
        if (open->items[i - 1].kind == kind &&
            (task == 0 || open->items[i - 1].task == task))
            return i - 1;
    return open->n;
}

/* Write the begins of slices FROM and above again. A turn that goes on has its
 * cause counted from there: it has to add up. */
static void reopen(struct ls_thread *thread, size_t from, int64_t ns)
{
    for (size_t i = from; i < thread->open.n; i++) {
        struct ls_open *open = &thread->open.items[i];
        write_begin(thread, open, ns);
        ls_emit_end(thread->emit);
        if (open->kind == LS_OPEN_TURN)
            thread->turn_begin_ns = open->begin_ns;
    }
}

void ls_thread_close(struct ls_thread *thread, size_t index, int64_t ns,
                     uint64_t task, struct ls_open_list *parked,
                     void (*add)(struct ls_emit *, void *), void *arg)
{
    struct ls_open_list *open = &thread->open;
    if (index >= open->n)
        return;
    for (size_t i = open->n - 1; i > index; i--)
        write_end(thread, &open->items[i], ns, NULL, NULL);
    write_end(thread, &open->items[index], ns, add, arg);
    size_t kept = index;
    for (size_t i = index + 1; i < open->n; i++) {
        bool parks = parked && task && open->items[i].kind == LS_OPEN_SPAN &&
                     open->items[i].task == task;
        if (!parks)
            open->items[kept++] = open->items[i];
        else
            ls_open_list_push(parked, &open->items[i]);
    }
    open->n = kept;
    reopen(thread, index, ns);
}

void ls_thread_turn_begin(struct ls_thread *thread, int64_t ns)
{
    size_t turn = ls_thread_find(thread, LS_OPEN_TURN, 0);
    if (turn < thread->open.n) /* its end was lost */
        ls_thread_turn_end(thread, ns, NULL, NULL);
    thread->turn_begin_ns = ls_thread_push(
        thread, LS_OPEN_TURN, LS_JSON("\"" LS_NAME_TURN "\""), 0, ns);
    size_t from = thread->open.n;
    for (size_t i = 0; i < thread->parked.n; i++)
        ls_open_list_push(&thread->open, &thread->parked.items[i]);
    thread->parked.n = 0;
    reopen(thread, from, ns);
}

void ls_thread_turn_end(struct ls_thread *thread, int64_t ns,
                        void (*add)(struct ls_emit *, void *), void *arg)
{
    struct ls_open_list *open = &thread->open;
    size_t turn = ls_thread_find(thread, LS_OPEN_TURN, 0);
    if (turn == open->n)
        return;
    for (size_t i = open->n - 1; i > turn; i--)
        write_end(thread, &open->items[i], ns, NULL, NULL);
    write_end(thread, &open->items[turn], ns, add, arg);
    for (size_t i = turn + 1; i < open->n; i++)
        if (open->items[i].kind != LS_OPEN_CALL) /* its end was lost */
            ls_open_list_push(&thread->parked, &open->items[i]);
    thread->call_begin = 0;
    open->n = turn;
}

void ls_thread_close_all(struct ls_thread *thread, int64_t ns)
{
    while (thread->open.n > 0) {
        thread->open.n--;
        write_end(thread, &thread->open.items[thread->open.n], ns, NULL, NULL);
    }
    thread->parked.n = 0;
}

void ls_thread_destroy(struct ls_thread *thread)
{
    free(thread->open.items);
    free(thread->parked.items);
    free(thread->awaited);
    free(thread->frames);
    free(thread->python);
}
