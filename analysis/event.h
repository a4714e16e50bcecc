#ifndef LS_ANALYSIS_EVENT_H
#define LS_ANALYSIS_EVENT_H
/* SPDX-License-Identifier: MIT */
/*
 * event.h - one event of a trace, as it was read and before it is in a model.
 *
 * Two parsers make one: event_fast.c for the lines that our own writer makes,
 * event_slow.c (cJSON) for every other. What the fast one does not know for
 * certain it refuses, so both say the same of every line. Not for metadata,
 * which only the slow one reads (meta.c).
 *
 *     const char *after = ls_event_parse_fast(at, end, &event);
 *     if (!after)
 *         status = ls_event_parse_slow(slow, at, n, &event);
 *
 * Units: int64 nanoseconds; ids as numbers, whatever they were in the file.
 * Ownership: texts point into the line (fast) or the parsed JSON (slow), and
 *     are valid until the next event is parsed.
 * Errors: NULL from the fast one means "not mine"; the slow one has the
 *     trouble's kind and text.
 * Threads: none shared.
 */
#include "trace.h"

struct cJSON;

struct ls_text {
    const char *at;
    size_t n;
};

/* What args may hold; the bits of ls_event.has. */
enum ls_arg {
    LS_ARG_EVENT,
    LS_ARG_LABEL,
    LS_ARG_LOOP,
    LS_ARG_BY,
    LS_ARG_DUE,
    LS_ARG_ON,
    LS_ARG_TASK,
    LS_ARG_OUTCOME,
    LS_ARG_REASON,
    LS_ARG_STRAY,
    LS_ARG_TRUE,
    LS_ARG_CPU,
    LS_ARG_BLOCKED,
    LS_ARG_DESCHEDULED,
    LS_ARG_FAULTS,
    LS_ARG_FD,
    LS_ARG_FD_KIND,
    LS_ARG_STACK,
    LS_ARG_TEXT,
    LS_ARG_VALUE,
    LS_ARG_RECOVERED,
    LS_ARG_KIND,
    LS_ARG_PHASE,
    LS_ARG_OPERATION,
    LS_ARG_STATUS,
    LS_ARG_REGISTERED,
    LS_ARG_SUBMITTED,
    LS_ARG_THREADS,
    LS_ARG_AUTO,
    LS_ARG_SYNC,
    LS_ARG_EXIT,
    LS_ARG_NOWAIT,
    LS_ARG_EVENTS,
    LS_ARG_RAN_OUT,
    LS_ARG_STATE,
    LS_ARG_SYSCALL,
    LS_ARG_TARGET,
    LS_ARG_WEIGHT,
    LS_ARG_UV_LOOP,
    LS_ARG_OPEN,
    LS_ARG_CALLBACK,
    LS_ARGS
};

enum ls_arg_type {
    LS_ARG_IS_TEXT,
    LS_ARG_IS_INTEGER,
    LS_ARG_IS_TIME, /* microseconds in the file */
    LS_ARG_IS_ID,   /* "0x2a" */
    LS_ARG_IS_IDS,
    LS_ARG_IS_TRUE,
    LS_ARG_IS_NUMBER
};

enum { LS_ON_MAX = 65535 };

/* One value, by its type in ls_arg_info. */
union ls_arg_value {
    struct ls_text text;
    int64_t integer; /* INTEGER, TIME (ns), TRUE (1) */
    uint64_t id;
    double number;
    struct {
        const uint64_t *at;
        size_t n;
    } ids;
};

struct ls_arg_info {
    const char *key;
    uint8_t n_key;
    char first;   /* letter of it */
    uint8_t type; /* enum ls_arg_type */
};

extern const struct ls_arg_info ls_arg_infos[LS_ARGS];

/* The argument of a key, or LS_ARGS. */
enum ls_arg ls_arg_find(const char *key, size_t n);

struct ls_event {
    char ph;
    bool has_id;
    int64_t ts_ns;  /* LS_UNKNOWN: it has none (metadata) */
    int64_t dur_ns; /* X; else 0 */
    int64_t pid, tid;
    uint64_t id;
    struct ls_text name, cat;
    uint64_t has; /* which of arg[] are set */
    union ls_arg_value arg[LS_ARGS];
    const struct cJSON *json; /* args, from the slow parser only; or NULL */
};

#define LS_ARG_BIT(arg) (UINT64_C(1) << (arg))

static inline bool ls_event_has(const struct ls_event *event, enum ls_arg arg)
{
    return event->has >> arg & 1;
}

static inline struct ls_text ls_event_text(const struct ls_event *event,
                                           enum ls_arg arg)
{
    return ls_event_has(event, arg) ? event->arg[arg].text
                                    : (struct ls_text){"", 0};
}

bool ls_text_is(struct ls_text text, const char *word);

/* Room for the ids of `on`, which the event points to. */
struct ls_id_list {
    uint64_t *at;
    size_t n, cap;
};

bool ls_id_list_add(struct ls_id_list *list, uint64_t id);

/*
 * Parse the object that begins at AT. Readable up to END, and 16 bytes that
 * are no JSON must follow END. Returns the place after the closing brace, or
 * NULL: not a line of ours, or not all of it is here.
 */
const char *ls_event_parse_fast(const char *at, const char *end,
                                struct ls_id_list *ids, struct ls_event *event);

/* What the slow parser keeps from event to event. */
struct ls_slow {
    struct cJSON *json; /* of the last event; owned */
    struct ls_id_list ids;
    char *clean; /* a copy without invalid text */
    size_t n_clean, cap_clean;
    struct ls_ids *words; /* numbers for ids and pids that are words */
    uint32_t n_words;
    bool replaced; /* the last text had invalid bytes or NULs */
    bool no_memory;
    const char *why; /* the trouble's text */
};

/* Parse the object of N bytes at AT. LS_TROUBLE_KINDS: there is no trouble. */
enum ls_trouble_kind ls_event_parse_slow(struct ls_slow *slow, const char *at,
                                         size_t n, struct ls_event *event);

void ls_slow_destroy(struct ls_slow *slow);

#endif
