/* SPDX-License-Identifier: MIT */
/*
 * From bytes to a trace: walk.c finds the events; the fast parser reads them,
 * and where it refuses, cJSON.
 *
 * A load is one pass. If the events turn out to be out of order on a thread
 * or in a task, it starts again and keeps them all to sort them.
 */
#include "load.h"

#include "sorted.h"
#include "walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PROGRESS_EVERY_NS = 100000000 };

struct reader {
    struct ls_source source;
    struct ls_load_options options;
    struct ls_model *model;
    struct ls_sorted *sorted; /* the second pass; else NULL */
    struct ls_slow slow;
    struct ls_id_list ids; /* of the fast parser */
    struct ls_event event;
    struct ls_walk walk;
    int64_t last_ts_ns;
    int64_t next_progress_ns;
    bool has_timed; /* X events: written when they end, so never in order */
    bool unsorted;
    enum ls_load_status status; /* why it stopped */
};

static struct ls_health *health_of(struct reader *r)
{
    return &r->model->trace->health;
}

static void note(void *arg, enum ls_trouble_kind kind, const char *text)
{
    struct reader *r = arg;
    ls_health_note(health_of(r), kind, r->walk.line, ls_walk_place(&r->walk),
                   text);
}

static void stop(struct reader *r, enum ls_load_status status)
{
    r->walk.stopped = true;
    r->status = status;
}

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void report_progress(void *arg)
{
    struct reader *r = arg;
    int64_t now = now_ns();
    if (now < r->next_progress_ns)
        return;
    r->next_progress_ns = now + PROGRESS_EVERY_NS;
    if (!r->options.progress(r->options.arg, ls_walk_place(&r->walk),
                             r->source.total))
        stop(r, LS_LOAD_CANCELLED);
}

static void check_order(struct reader *r)
{
    const struct ls_event *event = &r->event;
    if (event->ts_ns == LS_UNKNOWN)
        return;
    r->has_timed |= event->ph == 'X';
    if (event->ts_ns < r->last_ts_ns)
        note(r, LS_TROUBLE_ORDER, "an event earlier than the one before");
    r->last_ts_ns = event->ts_ns;
}

static void add_event(struct reader *r)
{
    check_order(r);
    r->model->line = r->walk.line;
    r->model->byte = ls_walk_place(&r->walk);
    if (r->sorted && ls_sorted_wants(r->event.ph)) {
        if (!ls_sorted_add(r->sorted, &r->event, r->model->line,
                           r->model->byte))
            stop(r, LS_LOAD_NO_MEMORY);
        return;
    }
    switch (ls_model_add(r->model, &r->event)) {
    case LS_MODEL_OK:
        break;
    case LS_MODEL_UNSORTED:
        r->unsorted = true;
        r->walk.stopped = true;
        break;
    case LS_MODEL_NO_MEMORY:
        stop(r, LS_LOAD_NO_MEMORY);
        break;
    }
}

static size_t read_fast(void *arg, const char *at, const char *end)
{
    struct reader *r = arg;
    const char *after = ls_event_parse_fast(at, end, &r->ids, &r->event);
    if (!after)
        return 0;
    add_event(r);
    return (size_t)(after - at);
}

static void read_slow(void *arg, const char *at, size_t n)
{
    struct reader *r = arg;
    enum ls_trouble_kind kind = ls_event_parse_slow(&r->slow, at, n, &r->event);
    if (r->slow.no_memory)
        stop(r, LS_LOAD_NO_MEMORY);
    if (r->slow.replaced)
        note(r, LS_TROUBLE_TEXT, "invalid UTF-8");
    if (kind == LS_TROUBLE_KINDS)
        add_event(r);
    else
        note(r, kind, r->slow.why);
}

static bool start_pass(struct reader *r)
{
    r->model = ls_model_new();
    r->walk = (struct ls_walk){
        .source = &r->source,
        .arg = r,
        .quick = r->options.only_slow_path ? NULL : read_fast,
        .event = read_slow,
        .trouble = note,
        .progress = r->options.progress ? report_progress : NULL};
    r->last_ts_ns = INT64_MIN;
    r->unsorted = r->has_timed = false;
    r->status = LS_LOAD_OK;
    return r->model && ls_source_rewind(&r->source);
}

static void walk(struct reader *r)
{
    ls_walk_all(&r->walk);
    if (r->walk.no_memory)
        r->status = LS_LOAD_NO_MEMORY;
}

/* Both passes, if two are needed. */
static void read_passes(struct reader *r)
{
    if (!start_pass(r)) {
        stop(r, LS_LOAD_NO_MEMORY);
        return;
    }
    walk(r);
    if (!r->unsorted)
        return;
    ls_model_free(r->model);
    r->sorted = ls_sorted_new();
    if (!start_pass(r) || !r->sorted) {
        stop(r, LS_LOAD_NO_MEMORY);
        return;
    }
    walk(r);
    if (r->status == LS_LOAD_OK &&
        ls_sorted_replay(r->sorted, r->model) != LS_MODEL_OK)
        stop(r, LS_LOAD_NO_MEMORY);
}

static const char *why_no_trace(const struct reader *r)
{
    if (r->source.base + r->source.n == 0)
        return "is empty";
    if (r->source.broken)
        return "cannot be unpacked";
    return "is no trace: there is no event in it";
}

static enum ls_load_status finish(struct reader *r, struct ls_trace **trace,
                                  struct ls_load_result *result)
{
    static const char *const texts[] = {
        [-LS_LOAD_NO_MEMORY] = "there is not enough memory to load it",
        [-LS_LOAD_CANCELLED] = "loading was cancelled"};
    struct ls_trace *t = r->model ? r->model->trace : NULL;
    if (r->status == LS_LOAD_OK && t->n_events == 0) {
        r->status = LS_LOAD_NO_TRACE;
        snprintf(result->text, sizeof(result->text), "%s", why_no_trace(r));
    }
    if (r->status == LS_LOAD_OK) {
        t->n_bytes = r->source.base + r->source.n;
        t->health.being_written = r->source.is_locked;
        if (!t->health.ours && r->has_timed)
            t->health.troubles[LS_TROUBLE_ORDER] = (struct ls_trouble){0};
        *trace = ls_model_finish(r->model);
        r->model = NULL;
        if (!*trace)
            r->status = LS_LOAD_NO_MEMORY;
    }
    if (r->status < LS_LOAD_NO_TRACE)
        snprintf(result->text, sizeof(result->text), "%s", texts[-r->status]);
    return r->status;
}

static enum ls_load_status load(struct reader *r,
                                const struct ls_load_options *options,
                                struct ls_trace **trace,
                                struct ls_load_result *result)
{
    if (options)
        r->options = *options;
    read_passes(r);
    enum ls_load_status status = finish(r, trace, result);
    ls_model_free(r->model);
    ls_sorted_free(r->sorted);
    ls_slow_destroy(&r->slow);
    free(r->ids.at);
    ls_source_close(&r->source);
    return status;
}

enum ls_load_status ls_trace_load(const char *path,
                                  const struct ls_load_options *options,
                                  struct ls_trace **trace,
                                  struct ls_load_result *result)
{
    struct reader reader = {0};
    *result = (struct ls_load_result){0};
    *trace = NULL;
    if (!ls_source_open(&reader.source, path, result->text,
                        sizeof(result->text)))
        return LS_LOAD_UNREADABLE;
    return load(&reader, options, trace, result);
}

enum ls_load_status ls_trace_parse(const char *text, size_t n_bytes,
                                   const struct ls_load_options *options,
                                   struct ls_trace **trace,
                                   struct ls_load_result *result)
{
    struct reader reader = {0};
    *result = (struct ls_load_result){0};
    *trace = NULL;
    if (!ls_source_open_memory(&reader.source, text, n_bytes)) {
        snprintf(result->text, sizeof(result->text),
                 "there is not enough memory to load it");
        return LS_LOAD_NO_MEMORY;
    }
    return load(&reader, options, trace, result);
}

/* How the first trouble of each kind is told: what, where, the text, and what
 * became of it. */
static const struct {
    const char *what, *result;
} tellings[LS_TROUBLE_KINDS] = {
    [LS_TROUBLE_CUT] = {"cut off at ", "; loaded up to there"},
    [LS_TROUBLE_SYNTAX] = {"broken at ", "; left out"},
    [LS_TROUBLE_EVENT] = {"no event at ", "; left out"},
    [LS_TROUBLE_ORDER] = {"out of order at ", "; sorted in"},
    [LS_TROUBLE_NUMBER] = {"bad number at ", "; left out"},
    [LS_TROUBLE_TEXT] = {"bad text at ", "; replaced"},
    [LS_TROUBLE_DEPTH] = {"too deep at ", "; left out"},
    [LS_TROUBLE_PAIR] = {"unpaired at ", ""}};

const char *ls_trace_trouble(const struct ls_trace *trace, char *text,
                             size_t n_text)
{
    const struct ls_trouble *troubles = trace->health.troubles;
    int first = -1;
    for (int i = 0; i < LS_TROUBLE_KINDS; i++)
        if (troubles[i].n &&
            (first < 0 || troubles[i].byte < troubles[first].byte))
            first = i;
    if (first < 0)
        snprintf(text, n_text, "%s", "");
    else
        snprintf(text, n_text, "%sline %llu, byte %llu: %s%s",
                 tellings[first].what, (unsigned long long)troubles[first].line,
                 (unsigned long long)troubles[first].byte, troubles[first].text,
                 tellings[first].result);
    return text;
}
