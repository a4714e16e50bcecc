/* SPDX-License-Identifier: MIT */
/*
 * The way from bytes to events: outside the events (brackets, commas, the
 * object around them) here, byte by byte; each event by the fast parser, and
 * where that refuses, by scan.c for its extent and cJSON for what is in it.
 *
 * A load is one pass. If the events turn out to be out of order on a thread
 * or in a task, it starts again and keeps them all to sort them.
 */
#include "load.h"

#include "scan.h"
#include "sorted.h"
#include "source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    LOOK_AHEAD = 16 << 10, /* the fast parser has a whole line */
    MAX_EVENT = 256 << 20, /* bytes; a longer one is given up */
    PROGRESS_EVERY_NS = 100000000
};

struct reader {
    struct ls_source source;
    struct ls_load_options options;
    struct ls_model *model;
    struct ls_sorted *sorted; /* the second pass; else NULL */
    struct ls_slow slow;
    struct ls_id_list ids; /* of the fast parser */
    struct ls_event event;
    size_t at;     /* in the window */
    uint64_t line; /* of it, from 1 */
    int64_t last_ts_ns;
    int64_t next_progress_ns;
    bool has_timed; /* X events: written when they end, so never in order */
    bool stopped;
    bool unsorted;
    enum ls_load_status status; /* why it stopped */
};

static struct ls_health *health_of(struct reader *r)
{
    return &r->model->trace->health;
}

static uint64_t place(const struct reader *r)
{
    return r->source.base + r->at;
}

static void note(struct reader *r, enum ls_trouble_kind kind, const char *text)
{
    ls_health_note(health_of(r), kind, r->line, place(r), text);
}

static void stop(struct reader *r, enum ls_load_status status)
{
    r->stopped = true;
    r->status = status;
}

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void report_progress(struct reader *r)
{
    int64_t now = r->options.progress ? now_ns() : 0;
    if (!r->options.progress || now < r->next_progress_ns)
        return;
    r->next_progress_ns = now + PROGRESS_EVERY_NS;
    if (!r->options.progress(r->options.arg, place(r), r->source.total))
        stop(r, LS_LOAD_CANCELLED);
}

/* Read on; what lies before `at` is dropped. */
static bool more(struct reader *r)
{
    if (r->source.ended)
        return false;
    bool came = ls_source_more(&r->source, r->at);
    r->at = 0;
    if (r->source.no_memory)
        stop(r, LS_LOAD_NO_MEMORY);
    report_progress(r);
    return came && !r->stopped;
}

/* The next byte, or -1. */
static int peek(struct reader *r)
{
    if (r->stopped || (r->at == r->source.n && !more(r)))
        return -1;
    return (unsigned char)r->source.bytes[r->at];
}

static int peek_past_space(struct reader *r)
{
    int c;
    while ((c = peek(r)) == ' ' || c == '\n' || c == '\t' || c == '\r') {
        r->line += c == '\n';
        r->at++;
    }
    return c;
}

static uint64_t count_lines(const char *text, size_t n)
{
    uint64_t lines = 0;
    const char *end = text + n;
    while ((text = memchr(text, '\n', (size_t)(end - text)))) {
        lines++;
        text++;
    }
    return lines;
}

static void advance(struct reader *r, size_t n)
{
    r->line += count_lines(r->source.bytes + r->at, n);
    r->at += n;
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
    r->model->line = r->line;
    r->model->byte = place(r);
    if (r->sorted && ls_sorted_wants(r->event.ph)) {
        if (!ls_sorted_add(r->sorted, &r->event, r->line, place(r)))
            stop(r, LS_LOAD_NO_MEMORY);
        return;
    }
    switch (ls_model_add(r->model, &r->event)) {
    case LS_MODEL_OK:
        break;
    case LS_MODEL_UNSORTED:
        r->unsorted = true;
        r->stopped = true;
        break;
    case LS_MODEL_NO_MEMORY:
        stop(r, LS_LOAD_NO_MEMORY);
        break;
    }
}

static void read_slow(struct reader *r, size_t n)
{
    enum ls_trouble_kind kind =
        ls_event_parse_slow(&r->slow, r->source.bytes + r->at, n, &r->event);
    if (r->slow.no_memory)
        stop(r, LS_LOAD_NO_MEMORY);
    if (r->slow.replaced)
        note(r, LS_TROUBLE_TEXT, "invalid UTF-8");
    if (kind == LS_TROUBLE_KINDS)
        add_event(r);
    else
        note(r, kind, r->slow.why);
    advance(r, n);
}

/* The extent of the value at `at`, reading on until it is all here. */
static enum ls_scan_status scan(struct reader *r, struct ls_scan *found)
{
    enum ls_scan_status status;
    do
        status = ls_scan(r->source.bytes + r->at, r->source.bytes + r->source.n,
                         found);
    while (status == LS_SCAN_SHORT && r->source.n - r->at < MAX_EVENT &&
           more(r));
    return status;
}

static void read_by_extent(struct reader *r)
{
    struct ls_scan found;
    switch (scan(r, &found)) {
    case LS_SCAN_WHOLE:
        read_slow(r, found.n);
        break;
    case LS_SCAN_BROKEN:
        note(r, LS_TROUBLE_SYNTAX, found.why);
        advance(r, found.n);
        break;
    case LS_SCAN_DEEP:
        note(r, LS_TROUBLE_DEPTH, "is nested too deeply");
        advance(r, found.n);
        break;
    case LS_SCAN_SHORT:
        if (!r->stopped)
            note(r, LS_TROUBLE_CUT,
                 found.in_string ? "inside a string" : "inside an event");
        advance(r, r->source.n - r->at);
        break;
    }
}

static void read_event(struct reader *r)
{
    while (!r->stopped && r->source.n - r->at < LOOK_AHEAD && more(r))
        ;
    const char *at = r->source.bytes + r->at;
    const char *after =
        r->options.only_slow_path
            ? NULL
            : ls_event_parse_fast(at, r->source.bytes + r->source.n, &r->ids,
                                  &r->event);
    if (!after) {
        read_by_extent(r);
        return;
    }
    add_event(r);
    r->at += (size_t)(after - at);
}

/* A string, over any number of windows. False: the file ends in it. */
static bool skip_string(struct reader *r)
{
    int c;
    for (r->at++; (c = peek(r)) >= 0; r->at++) {
        r->line += c == '\n';
        if (c == '"') {
            r->at++;
            return true;
        }
        if (c == '\\') {
            r->at++;
            c = peek(r);
            r->line += c == '\n';
        }
    }
    return false;
}

/* Any value, over any number of windows, up to the comma or bracket after it.
 * False: the file ends in it. */
static bool skip_value(struct reader *r)
{
    uint64_t depth = 0;
    int c;
    while ((c = peek_past_space(r)) >= 0) {
        if (c == '"') {
            if (!skip_string(r))
                return false;
            continue;
        }
        if (depth == 0 && (c == ',' || c == '}' || c == ']'))
            return true;
        depth += c == '{' || c == '[';
        depth -= c == '}' || c == ']';
        r->at++;
    }
    return false;
}

static void skip_line(struct reader *r)
{
    int c;
    while ((c = peek(r)) >= 0 && c != '\n')
        r->at++;
}

static void cut(struct reader *r, const char *text)
{
    if (r->stopped || health_of(r)->troubles[LS_TROUBLE_CUT].n)
        return;
    note(r, LS_TROUBLE_CUT, r->source.broken ? r->source.broken : text);
}

/* Something in the array that is no object. */
static void read_stray(struct reader *r, int c)
{
    if (strchr("\"[-0123456789tfn", c) && c) {
        note(r, LS_TROUBLE_EVENT, "is no object");
        if (!skip_value(r))
            cut(r, "inside a value");
        return;
    }
    note(r, LS_TROUBLE_SYNTAX, "is no JSON");
    skip_line(r);
}

/* The events of an array, after its bracket and up to the closing one. False:
 * the file ends before it. */
static bool read_events(struct reader *r)
{
    int c;
    while ((c = peek_past_space(r)) >= 0) {
        if (c == '{') {
            read_event(r);
        } else if (c == ']') {
            r->at++;
            return true;
        } else if (c == ',') {
            r->at++;
        } else {
            read_stray(r, c);
        }
    }
    cut(r, "the list of events does not end");
    return false;
}

/* The member's key, if it is short enough to be one that matters; the cursor
 * is after it then. */
static bool read_key(struct reader *r, char *key, size_t n_key)
{
    size_t n = 0;
    int c;
    for (r->at++; (c = peek(r)) >= 0 && c != '"'; r->at++) {
        if (n + 1 < n_key)
            key[n++] = (char)c;
        if (c == '\\') {
            r->at++;
            if (peek(r) < 0)
                break;
        }
    }
    key[n] = '\0';
    if (c < 0)
        return false;
    r->at++;
    return true;
}

/* One member of the object around the events. False: no further. */
static bool read_member(struct reader *r)
{
    char key[32];
    if (peek_past_space(r) != '"' || !read_key(r, key, sizeof(key)) ||
        peek_past_space(r) != ':')
        return false;
    r->at++;
    if (peek_past_space(r) == '[' && strcmp(key, "traceEvents") == 0) {
        r->at++;
        return read_events(r);
    }
    return skip_value(r);
}

/* The object form: {"traceEvents":[...], ...} in any order. */
static void read_object(struct reader *r)
{
    int c;
    r->at++;
    while ((c = peek_past_space(r)) >= 0 && c != '}') {
        if (c == ',')
            r->at++;
        else if (!read_member(r))
            break;
    }
    if (c == '}')
        r->at++;
    else if (peek(r) < 0)
        cut(r, "the object around the events does not end");
    else
        note(r, LS_TROUBLE_SYNTAX, "is no JSON");
}

static void check_rest(struct reader *r)
{
    if (!r->stopped && peek_past_space(r) >= 0 &&
        !health_of(r)->troubles[LS_TROUBLE_SYNTAX].n)
        note(r, LS_TROUBLE_SYNTAX, "text after the end");
}

static void skip_byte_order_mark(struct reader *r)
{
    if (peek(r) == 0xef && r->source.n - r->at >= 3 &&
        memcmp(r->source.bytes + r->at, "\xef\xbb\xbf", 3) == 0)
        r->at += 3;
}

/* A file that begins with a comma has lost its front; what is there counts. */
static void read_all(struct reader *r)
{
    skip_byte_order_mark(r);
    int c = peek_past_space(r);
    if (c == '{') {
        read_object(r);
    } else if (c == '[' || c == ',') {
        if (c == ',')
            note(r, LS_TROUBLE_SYNTAX, "the beginning is missing");
        r->at++;
        read_events(r);
    } else {
        return;
    }
    check_rest(r);
}

static bool start_pass(struct reader *r)
{
    r->model = ls_model_new();
    r->at = 0;
    r->line = 1;
    r->last_ts_ns = INT64_MIN;
    r->stopped = r->unsorted = r->has_timed = false;
    r->status = LS_LOAD_OK;
    return r->model && ls_source_rewind(&r->source);
}

/* Both passes, if two are needed. */
static void read_passes(struct reader *r)
{
    if (!start_pass(r)) {
        stop(r, LS_LOAD_NO_MEMORY);
        return;
    }
    read_all(r);
    if (!r->unsorted)
        return;
    ls_model_free(r->model);
    r->sorted = ls_sorted_new();
    if (!start_pass(r) || !r->sorted) {
        stop(r, LS_LOAD_NO_MEMORY);
        return;
    }
    read_all(r);
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
    struct reader reader = {.line = 1};
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
    struct reader reader = {.line = 1};
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
