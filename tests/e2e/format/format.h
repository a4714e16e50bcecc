#ifndef LS_TESTS_FORMAT_H
#define LS_TESTS_FORMAT_H
/* SPDX-License-Identifier: MIT */
/*
 * format.h - does a trace keep every rule of traces/FORMAT.md?
 *
 * Stricter than any reader, and written without the project's own reader and
 * writer, so that it shares none of their mistakes. Not for cut-off traces.
 *
 *     struct format_check check = {.complain = print, .arg = path};
 *     format_check_text(&check, text, n_bytes);
 *     return check.n_complaints != 0;
 *
 * Units: lines are counted from 1; times are int64 nanoseconds of ts.
 * Ownership: the text is only read.
 * Errors: complaints; no memory ends the program.
 * Threads: one.
 */
#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct format_slices;
struct format_tasks;
struct format_facts;

struct format_check {
    void (*complain)(void *arg, size_t line, const char *text);
    void *arg;

    /* what follows is the check's own */
    size_t line;         /* the one being looked at */
    size_t n_complaints; /* the result: 0 when every rule is kept */
    size_t n_events;     /* before the one being looked at */
    int64_t last_ns;     /* of the event before */
    struct format_slices *slices;
    struct format_tasks *tasks;
    struct format_facts *facts;
};

/* One event of the trace: a line, taken apart. */
struct format_event {
    const char *text; /* without the comma before it; n bytes */
    size_t n;
    const cJSON *json; /* the same, parsed */
    const cJSON *args; /* or NULL */
    const char *name;  /* never NULL */
    const char *cat;   /* "" if it has none */
    const char *id;    /* "" if it has none */
    int64_t ns;        /* 0 for metadata */
    int64_t pid, tid;
    char ph;
};

/* Check a whole file, unpacked. */
void format_check_text(struct format_check *check, const char *text, size_t n);

/* For the parts of the check: say what is wrong with the line, as printf. */
void format_complain(struct format_check *check, const char *what, ...)
    __attribute__((format(printf, 2, 3)));

/* line.c: the text of one event: white space, key order, numbers, UTF-8. Fills
 * EVENT (but for json and args) and returns false if it cannot. */
bool format_line(struct format_check *check, const char *text, size_t n,
                 struct format_event *event);

/* slices.c: the B and E of threads. */
struct format_slices *format_slices_new(void);
void format_slices_event(struct format_check *check,
                         const struct format_event *event);
void format_slices_end(struct format_check *check);
void format_slices_free(struct format_slices *slices);

/* words.c: the args of everything but tasks and metadata. */
void format_words_event(struct format_check *check,
                        const struct format_event *event);

/* tasks.c: the b, n and e of tasks. */
struct format_tasks *format_tasks_new(void);
void format_tasks_event(struct format_check *check,
                        const struct format_event *event);
/* The kind of a task whose start was seen, or NULL. */
const char *format_tasks_kind(const struct format_check *check, const char *id);
void format_tasks_free(struct format_tasks *tasks);

/* facts.c: metadata, and what events say that metadata has to explain. */
struct format_facts *format_facts_new(void);
void format_facts_event(struct format_check *check,
                        const struct format_event *event);
/* An event of PID refers to the stack with this id. */
void format_facts_stack_used(struct format_check *check, int64_t pid,
                             double id);
bool format_facts_may_be_open(const struct format_check *check, int64_t pid);
void format_facts_end(struct format_check *check);
void format_facts_free(struct format_facts *facts);

/* Helpers for args. */
const cJSON *format_arg(const cJSON *args, const char *key);   /* or NULL */
const char *format_string(const cJSON *args, const char *key); /* or NULL */
/* An integer of at least 0; -1 if it is absent or anything else. */
int64_t format_integer(const cJSON *args, const char *key);
/* WORD is one of WORDS, which spaces separate. */
bool format_has_word(const char *words, const char *word);
/* A task's id: "0x" and a lower-case hexadecimal number without zeros before
 * it, not 0. */
bool format_is_id(const cJSON *item);
/* The event was added by `loopscope recover`, which says no more than that. */
bool format_is_recovered(const struct format_event *event);

/* A zeroed array grown by one; ends the program without memory. */
void *format_grow(void *array, size_t n, size_t size);

#endif
