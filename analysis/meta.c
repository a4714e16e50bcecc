/* SPDX-License-Identifier: MIT */
/*
 * Metadata: few events, so cJSON's objects are read as they are.
 */
#include "model.h"

#include "ids.h"
#include "tracer/vocabulary.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Loopscope's own lanes for tasks are no threads. */
enum { FIRST_LANE_TID = 1000000001 };

/* Looking one up walks over all of them. */
enum { MAX_UNSEEN = 4096 };

struct meta {
    struct ls_model *m;
    const struct ls_event *event;
    const cJSON *args;
};

static ls_string string_at(const struct meta *x, const cJSON *object,
                           const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    if (!cJSON_IsString(item))
        return 0;
    return ls_model_string(
        x->m, (struct ls_text){item->valuestring, strlen(item->valuestring)});
}

static int64_t integer_at(const cJSON *object, const char *key, int64_t none)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    double v = cJSON_IsNumber(item) ? item->valuedouble : -1;
    return v >= 0 && v <= 9007199254740992.0 ? (int64_t)v : none;
}

static size_t text_length(const cJSON *item)
{
    return cJSON_IsString(item) ? strlen(item->valuestring) : 0;
}

/* The strings of an array, as one. */
static ls_string joined_at(const struct meta *x, const char *key,
                           const char *glue)
{
    const cJSON *array = cJSON_GetObjectItemCaseSensitive(x->args, key);
    const cJSON *item;
    size_t n = 1, at = 0;
    cJSON_ArrayForEach(item, array) n += text_length(item) + strlen(glue);
    char *text = malloc(n);
    if (!text) {
        x->m->failed = true;
        return 0;
    }
    cJSON_ArrayForEach(item, array)
    {
        if (at) {
            memcpy(text + at, glue, strlen(glue));
            at += strlen(glue);
        }
        memcpy(text + at, cJSON_IsString(item) ? item->valuestring : "",
               text_length(item));
        at += text_length(item);
    }
    ls_string joined = ls_model_string(x->m, (struct ls_text){text, at});
    free(text);
    return joined;
}

static struct ls_process *process_of(const struct meta *x)
{
    uint32_t i = ls_model_process(x->m, x->event->pid);
    return i == LS_NONE ? NULL : &x->m->trace->processes[i];
}

static void on_trace(const struct meta *x)
{
    struct ls_trace *t = x->m->trace;
    t->health.ours = true;
    t->health.format = integer_at(x->args, "format", LS_FORMAT_VERSION);
    t->writer = string_at(x, x->args, "writer");
    t->start = string_at(x, x->args, "start");
    t->clock = string_at(x, x->args, "clock");
    t->threshold_ns = integer_at(x->args, "threshold_ns", 0);
    t->inject_ns = integer_at(x->args, "inject_ns", 0);
}

/* "sh -> make": FROM may be a chain already. */
static ls_string chained(const struct meta *x, ls_string from, ls_string to)
{
    char text[512];
    int n = snprintf(text, sizeof(text), "%s -> %s",
                     ls_trace_string(x->m->trace, from),
                     ls_trace_string(x->m->trace, to));
    if (n <= 0 || (size_t)n >= sizeof(text))
        return from;
    return ls_model_string(x->m, (struct ls_text){text, (size_t)n});
}

static void on_process_name(const struct meta *x)
{
    struct ls_process *process = process_of(x);
    ls_string name = string_at(x, x->args, "name");
    if (!process)
        return;
    if (process->name && name && process->name != name)
        process->images =
            chained(x, process->images ? process->images : process->name, name);
    process->name = name;
}

static void add_image(const struct meta *x, ls_string exe)
{
    struct ls_trace *t = x->m->trace;
    if (ls_model_grow(x->m, &t->images, t->n_images, &x->m->cap_images,
                      sizeof(*t->images)))
        t->images[t->n_images++] = (struct ls_image){
            .process = ls_model_process(x->m, x->event->pid), .exe = exe};
}

static void on_process(const struct meta *x)
{
    struct ls_process *process = process_of(x);
    if (!process)
        return;
    process->parent = integer_at(x->args, "parent", 0);
    process->exe = string_at(x, x->args, "exe");
    process->build_id = string_at(x, x->args, "build_id");
    process->libuv = string_at(x, x->args, "libuv");
    process->command = joined_at(x, "command", " ");
    process->hooks_missing = joined_at(x, "hooks_missing", ", ");
    add_image(x, process->exe);
}

static void on_thread_name(const struct meta *x)
{
    if (x->m->trace->health.ours && x->event->tid >= FIRST_LANE_TID)
        return;
    uint32_t i = ls_model_thread(x->m, x->event->pid, x->event->tid);
    if (i != LS_NONE)
        x->m->trace->threads[i].name = string_at(x, x->args, "name");
}

static void on_loop(const struct meta *x)
{
    uint32_t i = ls_model_thread(x->m, x->event->pid, x->event->tid);
    if (i == LS_NONE)
        return;
    x->m->thread_states[i].is_loop = true;
    x->m->thread_states[i].loop_name = string_at(x, x->args, "name");
    x->m->thread_states[i].loop_kind = string_at(x, x->args, "kind");
}

static void add_frame(const struct meta *x, const cJSON *frame)
{
    struct ls_trace *t = x->m->trace;
    const cJSON *offset = cJSON_GetObjectItemCaseSensitive(frame, "offset");
    if (!cJSON_IsObject(frame) ||
        !ls_model_grow(x->m, &t->frames, t->n_frames, &x->m->cap_frames,
                       sizeof(*t->frames)))
        return;
    int64_t line = integer_at(frame, "line", 0);
    t->frames[t->n_frames++] = (struct ls_frame){
        .function = string_at(x, frame, "function"),
        .file = string_at(x, frame, "file"),
        .module = string_at(x, frame, "module"),
        .build_id = string_at(x, frame, "build_id"),
        .line = line <= INT32_MAX ? (uint32_t)line : 0,
        .offset = cJSON_IsString(offset)
                      ? strtoull(offset->valuestring, NULL, 16)
                      : 0,
        .inlined =
            cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(frame, "inlined"))};
}

static void on_stack(const struct meta *x)
{
    struct ls_trace *t = x->m->trace;
    int64_t id = integer_at(x->args, "id", -1);
    if (id < 0 || !ls_model_grow(x->m, &t->stacks, t->n_stacks,
                                 &x->m->cap_stacks, sizeof(*t->stacks)))
        return;
    uint32_t *index = ls_ids_put(x->m->stack_ids, (uint64_t)id);
    if (!index) {
        x->m->failed = true;
        return;
    }
    if (*index != LS_NONE)
        return;
    const cJSON *frame;
    uint32_t first = t->n_frames;
    cJSON_ArrayForEach(frame,
                       cJSON_GetObjectItemCaseSensitive(x->args, "frames"))
        add_frame(x, frame);
    *index = t->n_stacks;
    t->stacks[t->n_stacks++] = (struct ls_stack){first, t->n_frames - first};
}

static void on_lost(const struct meta *x)
{
    x->m->n_lost_said += (uint64_t)integer_at(x->args, "records", 0);
}

/* Said of each image; of a process each thing is kept once. */
static void add_unseen(const struct meta *x, uint32_t process,
                       const cJSON *item)
{
    struct ls_trace *t = x->m->trace;
    const struct ls_unseen unseen = {process, string_at(x, item, "what"),
                                     string_at(x, item, "why")};
    for (uint32_t i = 0; i < t->n_unseen; i++)
        if (t->unseen[i].process == process &&
            t->unseen[i].what == unseen.what && t->unseen[i].why == unseen.why)
            return;
    if (t->n_unseen < MAX_UNSEEN &&
        ls_model_grow(x->m, &t->unseen, t->n_unseen, &x->m->cap_unseen,
                      sizeof(*t->unseen)))
        t->unseen[t->n_unseen++] = unseen;
}

/* Microseconds of the scale of ts, in ns; NONE if there are none. */
static int64_t time_at(const cJSON *object, const char *key, int64_t none)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    double ns = cJSON_IsNumber(item) ? round(item->valuedouble * 1e3) : -1;
    return ns >= 0 && ns < 9e18 ? (int64_t)ns : none;
}

static void on_limit(const struct meta *x)
{
    x->m->trace->health.limit_ns = time_at(x->args, "from_us", LS_UNKNOWN);
}

static void on_synopsis(const struct meta *x)
{
    const cJSON *item;
    uint32_t process = ls_model_process(x->m, x->event->pid);
    cJSON_ArrayForEach(item,
                       cJSON_GetObjectItemCaseSensitive(x->args, "unseen"))
    {
        if (process != LS_NONE && cJSON_IsObject(item))
            add_unseen(x, process, item);
    }
}

/* When recording ended, which may be long after the last event: a program
 * that was killed in a stall. */
static void take_end_time(struct ls_trace *t, const cJSON *args)
{
    int64_t end_ns = time_at(args, "end_us", 0);
    if (end_ns > t->end_ns)
        t->end_ns = end_ns;
}

/* The process of a number in the file, or LS_NONE. */
static uint32_t process_at(const struct meta *x, const cJSON *pid)
{
    return cJSON_IsNumber(pid) && fabs(pid->valuedouble) < 1e15
               ? ls_model_process(x->m, (int64_t)pid->valuedouble)
               : LS_NONE;
}

/* A recovered end says that the rest is missing: the trace is not complete. */
static void on_end(const struct meta *x)
{
    struct ls_trace *t = x->m->trace;
    const cJSON *pid;
    const cJSON *recovered =
        cJSON_GetObjectItemCaseSensitive(x->args, "recovered");
    t->health.n_lost = (uint64_t)integer_at(x->args, "lost", 0);
    t->health.n_late = (uint64_t)integer_at(x->args, "late", 0);
    t->health.n_unregistered = (uint64_t)integer_at(x->args, "unregistered", 0);
    take_end_time(t, x->args);
    x->m->has_end = !cJSON_IsTrue(recovered);
    cJSON_ArrayForEach(pid, cJSON_GetObjectItemCaseSensitive(x->args, "exit"))
    {
        uint32_t i = process_at(x, pid);
        if (i != LS_NONE)
            t->processes[i].killed = true;
    }
    cJSON_ArrayForEach(pid, cJSON_GetObjectItemCaseSensitive(x->args, "alive"))
    {
        uint32_t i = process_at(x, pid);
        if (i != LS_NONE)
            t->processes[i].alive = true;
    }
}

static const struct {
    const char *name;
    void (*act)(const struct meta *x);
} actions[] = {
    {"process_name", on_process_name}, {"thread_name", on_thread_name},
    {LS_META_TRACE, on_trace},         {LS_META_PROCESS, on_process},
    {LS_META_LOOP, on_loop},           {LS_META_STACK, on_stack},
    {LS_META_LOST, on_lost},           {LS_META_SYNOPSIS, on_synopsis},
    {LS_META_LIMIT, on_limit},         {LS_META_END, on_end}};

void ls_meta_add(struct ls_model *m, const struct ls_event *event)
{
    const struct meta meta = {m, event, event->json};
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
        if (ls_text_is(event->name, actions[i].name))
            actions[i].act(&meta);
}
