/* SPDX-License-Identifier: MIT */
/*
 * facts.c - metadata: who writes, which processes, which stacks, and the end.
 */
#include "format.h"

#include <stdlib.h>
#include <string.h>

struct stack {
    int64_t pid;
    double id;
    size_t line;
};

struct process {
    int64_t pid;
    bool described; /* there is a loopscope_process for it */
    bool open;      /* the end says that it never closed, or goes on */
};

struct format_facts {
    struct stack *defined, *used;
    size_t n_defined, n_used;
    struct process *processes;
    size_t n_processes;
    bool ended;
    bool recovered; /* stacks that came late may be missing */
};

struct format_facts *format_facts_new(void)
{
    return format_grow(NULL, 0, sizeof(struct format_facts));
}

static struct process *process_get(struct format_facts *facts, int64_t pid)
{
    for (size_t i = 0; i < facts->n_processes; i++)
        if (facts->processes[i].pid == pid)
            return &facts->processes[i];
    facts->processes = format_grow(facts->processes, facts->n_processes,
                                   sizeof(struct process));
    facts->processes[facts->n_processes].pid = pid;
    return &facts->processes[facts->n_processes++];
}

static void need_string(struct format_check *check,
                        const struct format_event *event, const char *key)
{
    if (format_string(event->args, key) == NULL)
        format_complain(check, "%s without args.%s", event->name, key);
}

static void need_count(struct format_check *check,
                       const struct format_event *event, const char *key)
{
    if (format_integer(event->args, key) < 0)
        format_complain(check, "%s without args.%s", event->name, key);
}

/* 2026-11-20T11:05:29.123456789Z */
static bool is_utc(const char *text)
{
    static const char form[] = "0000-00-00T00:00:00.000000000Z";

    if (text == NULL || strlen(text) != strlen(form))
        return false;
    for (size_t i = 0; form[i] != '\0'; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        if (form[i] == '0' ? !digit : text[i] != form[i])
            return false;
    }
    return true;
}

static void take_trace(struct format_check *check,
                       const struct format_event *event)
{
    static const char *const clocks[] = {"tsc", "cntvct", "monotonic",
                                         "external"};
    const char *clock = format_string(event->args, "clock");
    size_t i = 0;

    if (check->n_events != 0)
        format_complain(check, "loopscope_trace is not the first event");
    if (format_integer(event->args, "format") != 1)
        format_complain(check, "args.format is not 1");
    need_string(check, event, "writer");
    need_count(check, event, "threshold_ns");
    if (!is_utc(format_string(event->args, "start")))
        format_complain(check, "args.start is no UTC time in nanoseconds");
    while (i < 4 && (clock == NULL || strcmp(clocks[i], clock) != 0))
        i++;
    if (i == 4)
        format_complain(check, "no such clock: %s", clock ? clock : "(none)");
}

static void take_name(struct format_check *check,
                      const struct format_event *event)
{
    need_string(check, event, "name");
}

static void take_process(struct format_check *check,
                         const struct format_event *event)
{
    if (!cJSON_IsArray(format_arg(event->args, "command")))
        format_complain(check, "%s without args.command", event->name);
    need_string(check, event, "exe");
    need_count(check, event, "parent");
    process_get(check->facts, event->pid)->described = true;
}

static void take_loop(struct format_check *check,
                      const struct format_event *event)
{
    const char *kind = format_string(event->args, "kind");

    if (format_arg(event->args, "name"))
        need_string(check, event, "name");
    if (kind == NULL || !format_has_word("libuv epoll poll select", kind))
        format_complain(check, "no such kind of loop: %s",
                        kind ? kind : "(none)");
}

static void take_synopsis(struct format_check *check,
                          const struct format_event *event)
{
    static const char *const counts[] = {"loops", "turns", "callbacks", "calls",
                                         "samples"};
    const cJSON *unseen = format_arg(event->args, "unseen"), *item;

    for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++)
        need_count(check, event, counts[i]);
    if (!process_get(check->facts, event->pid)->described)
        format_complain(check, "a synopsis of a process that is not there");
    if (unseen != NULL && !cJSON_IsArray(unseen))
        format_complain(check, "args.unseen is no array");
    cJSON_ArrayForEach(item, unseen)
    {
        const char *what = format_string(item, "what");
        if (what == NULL || format_string(item, "why") == NULL ||
            !format_has_word("callbacks calls stacks samples cause", what))
            format_complain(check, "what was not seen is not said");
    }
}

static void check_frame(struct format_check *check, const cJSON *frame)
{
    static const char *const keys[] = {
        "function", "file", "line", "module", "offset", "inlined", "build_id"};
    const size_t n_keys = sizeof(keys) / sizeof(*keys);
    const char *offset = format_string(frame, "offset");
    const cJSON *item;

    cJSON_ArrayForEach(item, frame)
    {
        size_t i = 0;
        while (i < n_keys && strcmp(keys[i], item->string) != 0)
            i++;
        if (i == n_keys)
            format_complain(check, "a frame has no key %s", item->string);
    }
    if (offset != NULL && (offset[0] != '0' || offset[1] != 'x' ||
                           offset[2 + strspn(offset + 2, "0123456789abcdef")]))
        format_complain(check, "offset %s is no hexadecimal number", offset);
    if (format_arg(frame, "line") && format_integer(frame, "line") < 1)
        format_complain(check, "a frame's line is no line");
}

static void take_stack(struct format_check *check,
                       const struct format_event *event)
{
    struct format_facts *facts = check->facts;
    const cJSON *frames = format_arg(event->args, "frames"), *frame;
    int64_t id = format_integer(event->args, "id");

    if (id < 0)
        format_complain(check, "a stack without its id");
    for (size_t i = 0; i < facts->n_defined; i++)
        if (facts->defined[i].id == (double)id)
            format_complain(check, "stack %lld is defined on line %zu",
                            (long long)id, facts->defined[i].line);
    if (!cJSON_IsArray(frames) || cJSON_GetArraySize(frames) == 0)
        format_complain(check, "a stack without frames");
    cJSON_ArrayForEach(frame, frames)
    {
        check_frame(check, frame);
    }
    facts->defined =
        format_grow(facts->defined, facts->n_defined, sizeof(struct stack));
    facts->defined[facts->n_defined++] =
        (struct stack){event->pid, (double)id, check->line};
}

static void take_lost(struct format_check *check,
                      const struct format_event *event)
{
    const cJSON *from = format_arg(event->args, "from_us");
    const cJSON *to = format_arg(event->args, "to_us");

    if (format_integer(event->args, "records") < 1)
        format_complain(check, "loopscope_lost without args.records");
    if (!cJSON_IsNumber(from) || !cJSON_IsNumber(to) ||
        from->valuedouble > to->valuedouble)
        format_complain(check, "loopscope_lost without the time of its loss");
}

static void take_limit(struct format_check *check,
                       const struct format_event *event)
{
    need_count(check, event, "max_bytes");
    need_count(check, event, "turn_ns");
    if (!cJSON_IsNumber(format_arg(event->args, "from_us")))
        format_complain(check, "loopscope_limit without args.from_us");
}

/* The end says that they ended in what is open, or are in it still. */
static void allow_open(struct format_check *check,
                       const struct format_event *event, const char *key)
{
    const cJSON *pid;

    cJSON_ArrayForEach(pid, format_arg(event->args, key))
    {
        if (cJSON_IsNumber(pid))
            process_get(check->facts, (int64_t)pid->valuedouble)->open = true;
    }
}

static void take_end(struct format_check *check,
                     const struct format_event *event)
{
    const cJSON *end_us = format_arg(event->args, "end_us");
    if (end_us != NULL && (!cJSON_IsNumber(end_us) ||
                           end_us->valuedouble * 1000 < check->last_ns - 0.5))
        format_complain(check, "end_us is before the last event");
    check->facts->ended = true;
    check->facts->recovered = format_is_recovered(event);
    need_count(check, event, "lost");
    need_count(check, event, "late");
    if (format_integer(event->args, "events") != (int64_t)check->n_events + 1)
        format_complain(check, "loopscope_end counts %lld events, here are %zu",
                        (long long)format_integer(event->args, "events"),
                        check->n_events + 1);
    allow_open(check, event, "exit");
    allow_open(check, event, "alive");
}

static const struct {
    const char *name;
    void (*take)(struct format_check *, const struct format_event *);
} facts_known[] = {
    {"loopscope_trace", take_trace},     {"process_name", take_name},
    {"loopscope_process", take_process}, {"thread_name", take_name},
    {"loopscope_loop", take_loop},       {"loopscope_stack", take_stack},
    {"loopscope_lost", take_lost},       {"loopscope_synopsis", take_synopsis},
    {"loopscope_limit", take_limit},     {"loopscope_end", take_end},
};

void format_facts_event(struct format_check *check,
                        const struct format_event *event)
{
    size_t n = sizeof(facts_known) / sizeof(*facts_known), i = 0;

    if (check->n_events == 0 && strcmp(event->name, "loopscope_trace") != 0)
        format_complain(check, "the first event is not loopscope_trace");
    if (check->facts->ended)
        format_complain(check, "an event after loopscope_end");
    if (event->ph != 'M') {
        if (!process_get(check->facts, event->pid)->described)
            format_complain(check, "pid %lld has no loopscope_process yet",
                            (long long)event->pid);
        return;
    }
    while (i < n && strcmp(facts_known[i].name, event->name) != 0)
        i++;
    if (i == n)
        format_complain(check, "no such metadata: %s", event->name);
    else
        facts_known[i].take(check, event);
}

void format_facts_stack_used(struct format_check *check, int64_t pid, double id)
{
    struct format_facts *facts = check->facts;

    facts->used = format_grow(facts->used, facts->n_used, sizeof(struct stack));
    facts->used[facts->n_used++] = (struct stack){pid, id, check->line};
}

bool format_facts_may_be_open(const struct format_check *check, int64_t pid)
{
    return process_get(check->facts, pid)->open;
}

void format_facts_end(struct format_check *check)
{
    const struct format_facts *facts = check->facts;

    if (!facts->ended)
        format_complain(check, "there is no loopscope_end");
    for (size_t i = 0; i < facts->n_used; i++) {
        size_t k = 0;
        while (k < facts->n_defined &&
               (facts->defined[k].id != facts->used[i].id ||
                facts->defined[k].pid != facts->used[i].pid))
            k++;
        if (k == facts->n_defined && !facts->recovered)
            format_complain(check,
                            "line %zu refers to stack %.0f, which is "
                            "defined nowhere",
                            facts->used[i].line, facts->used[i].id);
    }
}

void format_facts_free(struct format_facts *facts)
{
    free(facts->defined);
    free(facts->used);
    free(facts->processes);
    free(facts);
}
