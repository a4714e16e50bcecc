/* SPDX-License-Identifier: MIT */
/*
 * Outside the events (brackets, commas, the object around them) byte by byte;
 * each event as a whole, by the quick reader or by scan.c for its extent.
 */
#include "walk.h"

#include "scan.h"

#include <string.h>

enum {
    LOOK_AHEAD = 16 << 10, /* the quick reader has a whole line */
    MAX_EVENT = 256 << 20  /* bytes; a longer one is given up */
};

uint64_t ls_walk_place(const struct ls_walk *w)
{
    return w->source->base + w->at;
}

static void note(struct ls_walk *w, enum ls_trouble_kind kind, const char *text)
{
    w->trouble(w->arg, kind, text);
}

/* Read on; what lies before `at`, and before what is kept, is dropped. */
static bool more(struct ls_walk *w)
{
    if (w->source->ended)
        return false;
    size_t done = w->pin < w->at ? w->pin : w->at;
    bool came = ls_source_more(w->source, done);
    w->at -= done;
    if (w->pin != SIZE_MAX)
        w->pin -= done;
    if (w->source->no_memory)
        w->stopped = w->no_memory = true;
    if (w->progress)
        w->progress(w->arg);
    return came && !w->stopped;
}

/* The next byte, or -1. */
static int peek(struct ls_walk *w)
{
    if (w->stopped || (w->at == w->source->n && !more(w)))
        return -1;
    return (unsigned char)w->source->bytes[w->at];
}

static int peek_past_space(struct ls_walk *w)
{
    int c;
    while ((c = peek(w)) == ' ' || c == '\n' || c == '\t' || c == '\r') {
        w->line += c == '\n';
        w->at++;
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

static void advance(struct ls_walk *w, size_t n)
{
    w->line += count_lines(w->source->bytes + w->at, n);
    w->at += n;
}

/* Twice as much as there is from `at` on, so that what is scanned again and
 * again is in all no more than twice the whole. */
static bool twice(struct ls_walk *w)
{
    size_t want = (w->source->n - w->at) * 2;
    bool came = more(w);
    while (came && w->source->n - w->at < want && more(w))
        ;
    return came;
}

/* The extent of the event at `at`, reading on until it is all here. */
static enum ls_scan_status scan(struct ls_walk *w, struct ls_scan *found)
{
    enum ls_scan_status status;
    do
        status = ls_scan(w->source->bytes + w->at,
                         w->source->bytes + w->source->n, found);
    while (status == LS_SCAN_SHORT && w->source->n - w->at < MAX_EVENT &&
           twice(w));
    return status;
}

static void cut(struct ls_walk *w, const char *text)
{
    if (!w->stopped && !w->was_cut)
        note(w, LS_TROUBLE_CUT, w->source->broken ? w->source->broken : text);
    w->was_cut = true;
}

static void read_by_extent(struct ls_walk *w)
{
    struct ls_scan found;
    switch (scan(w, &found)) {
    case LS_SCAN_WHOLE:
        w->event(w->arg, w->source->bytes + w->at, found.n);
        advance(w, found.n);
        break;
    case LS_SCAN_BROKEN:
        note(w, LS_TROUBLE_SYNTAX, found.why);
        advance(w, found.n);
        break;
    case LS_SCAN_DEEP:
        note(w, LS_TROUBLE_DEPTH, "is nested too deeply");
        advance(w, found.n);
        break;
    case LS_SCAN_SHORT:
        cut(w, found.in_string ? "inside a string" : "inside an event");
        advance(w, w->source->n - w->at);
        break;
    }
}

static void read_event(struct ls_walk *w)
{
    while (!w->stopped && w->source->n - w->at < LOOK_AHEAD && more(w))
        ;
    const char *at = w->source->bytes + w->at;
    size_t n =
        w->quick ? w->quick(w->arg, at, w->source->bytes + w->source->n) : 0;
    if (n)
        w->at += n; /* no line ends in one that was read in passing */
    else if (!w->stopped)
        read_by_extent(w);
}

/* A string, over any number of windows. False: the file ends in it. */
static bool skip_string(struct ls_walk *w)
{
    int c;
    for (w->at++; (c = peek(w)) >= 0; w->at++) {
        w->line += c == '\n';
        if (c == '"') {
            w->at++;
            return true;
        }
        if (c == '\\') {
            w->at++;
            c = peek(w);
            w->line += c == '\n';
        }
    }
    return false;
}

/* Any value, over any number of windows, up to the comma or bracket after it.
 * False: the file ends in it. */
static bool skip_value(struct ls_walk *w)
{
    uint64_t depth = 0;
    int c;
    while ((c = peek_past_space(w)) >= 0) {
        if (c == '"') {
            if (!skip_string(w))
                return false;
            continue;
        }
        if (depth == 0 && (c == ',' || c == '}' || c == ']'))
            return true;
        depth += c == '{' || c == '[';
        depth -= c == '}' || c == ']';
        w->at++;
    }
    return false;
}

static void skip_line(struct ls_walk *w)
{
    int c;
    while ((c = peek(w)) >= 0 && c != '\n')
        w->at++;
}

/* Something in the array that is no object. */
static void read_stray(struct ls_walk *w, int c)
{
    if (strchr("\"[-0123456789tfn", c) && c) {
        note(w, LS_TROUBLE_EVENT, "is no object");
        if (!skip_value(w))
            cut(w, "inside a value");
        return;
    }
    note(w, LS_TROUBLE_SYNTAX, "is no JSON");
    skip_line(w);
}

/* The events of an array, after its bracket and up to the closing one. False:
 * the file ends before it. */
static bool read_events(struct ls_walk *w)
{
    int c;
    while ((c = peek_past_space(w)) >= 0) {
        if (c == '{') {
            read_event(w);
        } else if (c == ']') {
            w->at++;
            return true;
        } else if (c == ',') {
            w->at++;
        } else {
            read_stray(w, c);
        }
    }
    cut(w, "the list of events does not end");
    return false;
}

/* The member's key, if it is short enough to be one that matters; the cursor
 * is after it then. */
static bool read_key(struct ls_walk *w, char *key, size_t n_key)
{
    size_t n = 0;
    int c;
    for (w->at++; (c = peek(w)) >= 0 && c != '"'; w->at++) {
        if (n + 1 < n_key)
            key[n++] = (char)c;
        if (c == '\\') {
            w->at++;
            if (peek(w) < 0)
                break;
        }
    }
    key[n] = '\0';
    if (c < 0)
        return false;
    w->at++;
    return true;
}

/* A member that is not the events. */
static bool read_other(struct ls_walk *w)
{
    if (!skip_value(w))
        return false;
    if (w->member)
        w->member(w->arg, w->source->bytes + w->pin, w->at - w->pin);
    return true;
}

/* One member of the object around the events. False: no further. */
static bool read_member(struct ls_walk *w)
{
    char key[32];
    if (peek_past_space(w) != '"')
        return false;
    w->pin = w->member ? w->at : SIZE_MAX;
    if (!read_key(w, key, sizeof(key)) || peek_past_space(w) != ':')
        return false;
    w->at++;
    if (peek_past_space(w) != '[' || strcmp(key, "traceEvents") != 0)
        return read_other(w);
    w->pin = SIZE_MAX;
    w->at++;
    return read_events(w);
}

/* The object form: {"traceEvents":[...], ...} in any order. */
static void read_object(struct ls_walk *w)
{
    int c;
    w->is_object = true;
    w->at++;
    while ((c = peek_past_space(w)) >= 0 && c != '}') {
        if (c == ',')
            w->at++;
        else if (!read_member(w))
            break;
    }
    w->pin = SIZE_MAX;
    if (c == '}')
        w->at++;
    else if (peek(w) < 0)
        cut(w, "the object around the events does not end");
    else
        note(w, LS_TROUBLE_SYNTAX, "is no JSON");
}

static void check_rest(struct ls_walk *w)
{
    if (!w->stopped && peek_past_space(w) >= 0)
        note(w, LS_TROUBLE_SYNTAX, "text after the end");
}

static void skip_byte_order_mark(struct ls_walk *w)
{
    if (peek(w) == 0xef && w->source->n - w->at >= 3 &&
        memcmp(w->source->bytes + w->at, "\xef\xbb\xbf", 3) == 0)
        w->at += 3;
}

/* A file that begins with a comma has lost its front; what is there counts. */
void ls_walk_all(struct ls_walk *w)
{
    w->pin = SIZE_MAX;
    w->line = 1;
    skip_byte_order_mark(w);
    int c = peek_past_space(w);
    if (c == '{') {
        read_object(w);
    } else if (c == '[' || c == ',') {
        if (c == ',')
            note(w, LS_TROUBLE_SYNTAX, "the beginning is missing");
        w->at++;
        read_events(w);
    } else {
        return;
    }
    check_rest(w);
}
