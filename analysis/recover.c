/* SPDX-License-Identifier: MIT */
/*
 * Events are copied as they are, one a line. Beside that it is remembered what
 * is open: each thread's slices, each id's asynchronous ones, as linked stacks
 * of what their ends must repeat. The trace's own end line is held back until
 * those ends are written.
 */
#include "recover.h"

#include "event.h"
#include "ids.h"
#include "strict.h"
#include "tracer/vocabulary.h"
#include "utf8.h"
#include "walk.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

/* Something that is open: its end, ready but for the time. */
struct open_end {
    char *head;     /* up to the ts; owned */
    char *tail;     /* after it; owned */
    uint32_t outer; /* the next to close after it, or LS_NONE */
};

struct recovery {
    struct ls_source source;
    struct ls_walk walk;
    struct ls_slow slow;
    struct ls_recover_result *result;
    gzFile out;
    bool failed, no_memory;
    bool has_events; /* written, so that a comma comes next */
    bool ours, ends; /* our own trace; its end is there */
    char *end_line;  /* held back; owned */
    size_t n_end_line;
    char *members; /* of the object around the events; owned */
    size_t n_members;
    int64_t last_ns, pid, tid; /* pid and tid: of the first event */

    struct ls_ids *keys; /* of a thread or an id, to its place in tops */
    uint32_t *tops;      /* what is innermost open there, or LS_NONE */
    bool *is_async;      /* of the same place */
    uint32_t n_tops, cap_tops;
    struct open_end *opens;
    uint32_t n_opens, cap_opens;
    uint32_t free_open; /* chained by outer */
};

static void put(struct recovery *r, const char *text, size_t n)
{
    while (n && !r->failed) {
        unsigned step = n < (1u << 30) ? (unsigned)n : 1u << 30;
        if (gzwrite(r->out, text, step) != (int)step)
            r->failed = true;
        text += step;
        n -= step;
    }
}

static void put_comma(struct recovery *r)
{
    if (r->has_events)
        put(r, ",", 1);
    r->has_events = true;
}

static void put_event(struct recovery *r, const char *text, size_t n)
{
    put_comma(r);
    put(r, text, n);
    put(r, "\n", 1);
}

/* Begin the file when there is something to write to it. */
static void put_begin(struct recovery *r)
{
    if (r->walk.is_object)
        put(r, "{\"traceEvents\":", 15);
    put(r, "[\n", 2);
}

static uint64_t key_of(const struct ls_event *event, bool async)
{
    uint64_t key = (uint64_t)event->pid * 0x9e3779b97f4a7c15u;
    if (!async)
        return (key ^ (uint64_t)event->tid * 0xc2b2ae3d27d4eb4fu) << 1;
    key ^= event->id * 0x165667b19e3779f9u;
    for (size_t i = 0; i < event->cat.n; i++)
        key = (key ^ (unsigned char)event->cat.at[i]) * 1099511628211u;
    return key << 1 | 1;
}

/* The innermost open thing of the event's thread or id. */
static uint32_t *top_of(struct recovery *r, const struct ls_event *event,
                        bool async)
{
    uint32_t *index = ls_ids_put(r->keys, key_of(event, async));
    if (!index) {
        r->no_memory = true;
        return NULL;
    }
    if (*index != LS_NONE)
        return &r->tops[*index];
    if (r->n_tops == r->cap_tops) {
        uint32_t cap = r->cap_tops ? r->cap_tops * 2 : 64;
        uint32_t *tops = realloc(r->tops, cap * sizeof(*tops));
        if (tops)
            r->tops = tops;
        bool *is_async = realloc(r->is_async, cap * sizeof(*is_async));
        if (is_async)
            r->is_async = is_async;
        if (!tops || !is_async) {
            r->no_memory = true;
            return NULL;
        }
        r->cap_tops = cap;
    }
    *index = r->n_tops++;
    r->tops[*index] = LS_NONE;
    r->is_async[*index] = async;
    return &r->tops[*index];
}

static uint32_t new_open(struct recovery *r)
{
    uint32_t i = r->free_open;
    if (i != LS_NONE) {
        r->free_open = r->opens[i].outer;
        return i;
    }
    if (r->n_opens == r->cap_opens) {
        uint32_t cap = r->cap_opens ? r->cap_opens * 2 : 64;
        struct open_end *opens = realloc(r->opens, cap * sizeof(*opens));
        if (!opens)
            return LS_NONE;
        r->opens = opens;
        r->cap_opens = cap;
    }
    return r->n_opens++;
}

static void free_open(struct recovery *r, uint32_t i)
{
    free(r->opens[i].head);
    free(r->opens[i].tail);
    r->opens[i] = (struct open_end){.outer = r->free_open};
    r->free_open = i;
}

/* ,"key":value as the event has it, or nothing. */
static void say_member(FILE *out, const cJSON *object, const char *key,
                       const char *glue)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    char *text = item ? cJSON_PrintUnformatted(item) : NULL;
    if (text)
        fprintf(out, "%s\"%s\":%s", glue, key, text);
    cJSON_free(text);
}

/* A task's end says what every event of a task says. */
static const char *end_of_task(const struct ls_event *event)
{
    struct ls_text what = ls_event_text(event, LS_ARG_EVENT);
    if (ls_text_is(what, LS_EVENT_START))
        return LS_EVENT_FINISH;
    return ls_text_is(what, LS_EVENT_AWAIT) ? LS_EVENT_RESUME : NULL;
}

/* What comes after the ts in the end of EVENT. */
static char *tail_of(const struct ls_event *event, const cJSON *json)
{
    static const char *const keys[] = {"pid", "tid",  "id",
                                       "id2", "name", "cat"};
    char *tail = NULL;
    size_t n;
    FILE *out = open_memstream(&tail, &n);
    if (!out)
        return NULL;
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        say_member(out, json, keys[i], ",");
    fputs(",\"args\":{", out);
    const char *end = event->ph == 'b' ? end_of_task(event) : NULL;
    if (end) {
        fprintf(out, "\"event\":\"%s\"", end);
        say_member(out, event->json, "label", ",");
        say_member(out, event->json, "loop", ",");
        fputc(',', out);
    }
    fputs("\"recovered\":true}}", out);
    return fclose(out) == 0 ? tail : NULL;
}

static void open_one(struct recovery *r, const struct ls_event *event,
                     char end_ph, bool async)
{
    char head[32];
    uint32_t *top = top_of(r, event, async);
    uint32_t i = top ? new_open(r) : LS_NONE;
    if (i == LS_NONE) {
        r->no_memory = true;
        return;
    }
    snprintf(head, sizeof(head), "{\"ph\":\"%c\",\"ts\":", end_ph);
    r->opens[i] = (struct open_end){.head = strdup(head),
                                    .tail = tail_of(event, r->slow.json),
                                    .outer = *top};
    r->no_memory |= !r->opens[i].head || !r->opens[i].tail;
    *top = i;
}

static void close_one(struct recovery *r, const struct ls_event *event,
                      bool async)
{
    uint32_t *top = top_of(r, event, async);
    if (!top || *top == LS_NONE)
        return;
    uint32_t i = *top;
    *top = r->opens[i].outer;
    free_open(r, i);
}

static void follow(struct recovery *r, const struct ls_event *event)
{
    switch (event->ph) {
    case 'B':
        open_one(r, event, 'E', false);
        break;
    case 'E':
        close_one(r, event, false);
        break;
    case 'b':
        open_one(r, event, 'e', true);
        break;
    case 'e':
        close_one(r, event, true);
        break;
    case 'S':
        open_one(r, event, 'F', true);
        break;
    case 'F':
        close_one(r, event, true);
        break;
    }
    int64_t end = event->ts_ns == LS_UNKNOWN ? 0 : event->ts_ns + event->dur_ns;
    if (end > r->last_ns)
        r->last_ns = end;
}

static void put_end_line(struct recovery *r)
{
    if (r->end_line)
        put_event(r, r->end_line, r->n_end_line);
    free(r->end_line);
    r->end_line = NULL;
}

static bool hold_end_line(struct recovery *r, const struct ls_event *event,
                          const char *at, size_t n)
{
    if (event->ph != 'M' || !ls_text_is(event->name, LS_META_END))
        return false;
    const cJSON *end_us =
        cJSON_GetObjectItemCaseSensitive(event->json, "end_us");
    double end_ns = cJSON_IsNumber(end_us) ? end_us->valuedouble * 1000 : 0;
    if (end_ns > (double)r->last_ns && end_ns < 9e18)
        r->last_ns = (int64_t)end_ns;
    put_end_line(r);
    r->end_line = malloc(n);
    r->no_memory |= !r->end_line;
    if (r->end_line)
        memcpy(r->end_line, at, n);
    r->n_end_line = n;
    r->ends = true;
    return true;
}

/* Text without invalid bytes is what the slow parser read: where it had to
 * replace some, its copy is the event. */
static void on_event(void *arg, const char *at, size_t n)
{
    struct recovery *r = arg;
    struct ls_event event;
    enum ls_trouble_kind kind = ls_event_parse_slow(&r->slow, at, n, &event);
    if (r->slow.replaced) {
        at = r->slow.clean;
        n = r->slow.n_clean;
    }
    if (kind != LS_TROUBLE_KINDS || !ls_strict_is_json(at, n)) {
        r->result->n_dropped++;
        return;
    }
    if (r->result->n_kept++ == 0) {
        put_begin(r);
        r->pid = event.pid;
        r->tid = event.tid;
    }
    r->ours |= event.ph == 'M' && ls_text_is(event.name, LS_META_TRACE);
    follow(r, &event);
    if (hold_end_line(r, &event, at, n))
        return;
    put_end_line(r); /* there was one before that was not the last */
    put_event(r, at, n);
    if (r->failed || r->no_memory)
        r->walk.stopped = true;
}

static void on_trouble(void *arg, enum ls_trouble_kind kind, const char *text)
{
    struct recovery *r = arg;
    r->result->n_dropped += kind != LS_TROUBLE_CUT || strstr(text, "inside");
}

/* Members of the object around the events, if they are JSON. */
static void on_member(void *arg, const char *at, size_t n)
{
    struct recovery *r = arg;
    char *text = malloc(n + 2);
    char *members = realloc(r->members, r->n_members + n + 1);
    if (members)
        r->members = members;
    if (!text || !members) {
        free(text);
        r->no_memory = r->walk.stopped = true;
        return;
    }
    text[0] = '{';
    memcpy(text + 1, at, n);
    text[n + 1] = '}';
    cJSON *json = cJSON_ParseWithLength(text, n + 2);
    if (json && ls_strict_is_json(at, n) && ls_utf8_is_valid(at, n)) {
        r->members[r->n_members++] = ',';
        memcpy(r->members + r->n_members, at, n);
        r->n_members += n;
    }
    cJSON_Delete(json);
    free(text);
}

/* Slices before tasks; of each stack the innermost first, so that an await
 * ends before its task. */
static void close_stacks(struct recovery *r, bool async)
{
    char ts[40];
    snprintf(ts, sizeof(ts), "%lld.%03d", (long long)(r->last_ns / 1000),
             (int)(r->last_ns % 1000));
    for (uint32_t i = 0; i < r->n_tops; i++) {
        if (r->is_async[i] != async)
            continue;
        for (uint32_t k = r->tops[i]; k != LS_NONE; k = r->opens[k].outer) {
            put_comma(r);
            put(r, r->opens[k].head, strlen(r->opens[k].head));
            put(r, ts, strlen(ts));
            put(r, r->opens[k].tail, strlen(r->opens[k].tail));
            put(r, "\n", 1);
            r->result->n_closed++;
        }
    }
}

static void put_own_end(struct recovery *r)
{
    char text[200];
    int n = snprintf(
        text, sizeof(text),
        "{\"ph\":\"M\",\"pid\":%lld,\"tid\":%lld,\"name\":\"%s\","
        "\"args\":{\"events\":%llu,\"lost\":0,\"late\":0,"
        "\"recovered\":true}}",
        (long long)r->pid, (long long)r->tid, LS_META_END,
        (unsigned long long)(r->result->n_kept + r->result->n_closed + 1));
    put_event(r, text, (size_t)n);
}

static void put_rest(struct recovery *r)
{
    r->last_ns += r->last_ns < INT64_MAX; /* an end is later than its begin */
    close_stacks(r, false);
    close_stacks(r, true);
    put_end_line(r);
    if (r->ours && !r->ends)
        put_own_end(r);
    put(r, "]", 1);
    put(r, r->members, r->n_members);
    put(r, r->walk.is_object ? "}\n" : "\n", r->walk.is_object ? 2 : 1);
}

/* Through zlib either way; "T" writes as it is. */
static enum ls_recover_status create(struct recovery *r, const char *output)
{
    size_t n = strlen(output);
    bool gzip = n > 3 && strcmp(output + n - 3, ".gz") == 0;
    int fd = open(output, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) {
        int error = errno;
        snprintf(r->result->text, sizeof(r->result->text), "%s",
                 error == EEXIST ? "exists already; nothing was overwritten"
                                 : strerror(error));
        return error == EEXIST ? LS_RECOVER_EXISTS : LS_RECOVER_UNWRITABLE;
    }
    r->out = gzdopen(fd, gzip ? "wb" : "wbT");
    if (!r->out) {
        close(fd);
        r->no_memory = true;
        return LS_RECOVER_UNWRITABLE;
    }
    return LS_RECOVER_OK;
}

static void destroy(struct recovery *r)
{
    for (uint32_t i = 0; i < r->n_opens; i++) {
        free(r->opens[i].head);
        free(r->opens[i].tail);
    }
    free(r->opens);
    free(r->tops);
    free(r->is_async);
    free(r->end_line);
    free(r->members);
    ls_ids_free(r->keys);
    ls_slow_destroy(&r->slow);
    ls_source_close(&r->source);
}

static void walk(struct recovery *r)
{
    r->walk = (struct ls_walk){.source = &r->source,
                               .arg = r,
                               .event = on_event,
                               .member = on_member,
                               .trouble = on_trouble};
    ls_walk_all(&r->walk);
    r->no_memory |= r->walk.no_memory || r->slow.no_memory;
    if (r->result->n_kept && !r->failed && !r->no_memory)
        put_rest(r);
}

static enum ls_recover_status judge(struct recovery *r)
{
    struct ls_recover_result *result = r->result;
    const char *text = r->no_memory ? "there is not enough memory"
                       : r->failed  ? "could not be written"
                       : !result->n_kept
                           ? "is no trace: there is no event in it"
                           : NULL;
    if (text) {
        snprintf(result->text, sizeof(result->text), "%s", text);
        return result->n_kept || r->no_memory ? LS_RECOVER_UNWRITABLE
                                              : LS_RECOVER_NO_TRACE;
    }
    snprintf(result->text, sizeof(result->text),
             "kept %llu events, dropped %llu, closed %llu that were open",
             (unsigned long long)result->n_kept,
             (unsigned long long)result->n_dropped,
             (unsigned long long)result->n_closed);
    return LS_RECOVER_OK;
}

enum ls_recover_status ls_trace_recover(const char *input, const char *output,
                                        struct ls_recover_result *result)
{
    struct recovery r = {.result = result, .free_open = LS_NONE};
    *result = (struct ls_recover_result){0};
    if (!ls_source_open(&r.source, input, result->text, sizeof(result->text)))
        return LS_RECOVER_UNREADABLE;
    r.keys = ls_ids_new();
    r.no_memory = !r.keys;
    enum ls_recover_status status =
        r.keys ? create(&r, output) : LS_RECOVER_UNWRITABLE;
    if (status == LS_RECOVER_OK) {
        walk(&r);
        r.failed |= gzclose(r.out) != Z_OK;
        status = judge(&r);
        if (status != LS_RECOVER_OK)
            unlink(output);
    } else if (r.no_memory) {
        status = judge(&r);
    }
    destroy(&r);
    return status;
}
