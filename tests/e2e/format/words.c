/* SPDX-License-Identifier: MIT */
/*
 * words.c - the args of slices, samples and marks: which keys an event may
 * have by its cat and ph, and what may stand under them.
 */
#include "format.h"

#include <string.h>

enum type { TEXT, COUNT, TIME, TRUE, ID, HEX, STACK, WORD };

static const char phases[] = "timers idle prepare io check closing";
static const char states[] = "running blocked fault";
static const char fd_kinds[] = "file pipe socket tty dir device other";

/* CATS and PHS: words and letters; the events that may have the key. */
static const struct {
    const char *cats, *phs, *key;
    enum type type;
    const char *words; /* of a WORD */
} rows[] = {
    {"turn blocking sample", "Ei", "cpu_ns", COUNT, NULL},
    {"turn blocking sample", "Ei", "blocked_ns", COUNT, NULL},
    {"turn blocking sample", "Ei", "descheduled_ns", COUNT, NULL},
    {"turn blocking", "E", "faults", COUNT, NULL},
    {"turn", "E", "exit", TRUE, NULL},
    {"turn", "E", "nowait", TRUE, NULL},
    {"turn", "E", "events", COUNT, NULL},
    {"turn", "E", "ran_out", TRUE, NULL},
    {"callback", "B", "kind", TEXT, NULL},
    {"callback", "B", "phase", WORD, phases},
    {"callback", "B", "status", TEXT, NULL},
    {"callback", "B", "registered", STACK, NULL},
    {"callback pool", "B", "operation", COUNT, NULL},
    {"callback pool", "B", "task", ID, NULL},
    {"pool", "B", "submitted_us", TIME, NULL},
    {"pool", "B", "threads", COUNT, NULL},
    {"task", "E", "task", ID, NULL},
    {"blocking", "BE", "stack", STACK, NULL},
    {"blocking", "B", "sync", TRUE, NULL},
    {"blocking sample", "Ei", "fd", COUNT, NULL},
    {"blocking sample", "Ei", "fd_kind", WORD, fd_kinds},
    {"blocking sample", "Ei", "target", TEXT, NULL},
    {"sample", "i", "state", WORD, states},
    {"sample", "i", "stack", STACK, NULL},
    {"sample", "i", "syscall", TEXT, NULL},
    {"sample", "i", "weight", COUNT, NULL},
    {"handle", "i", "uv_loop", HEX, NULL},
    {"handle", "i", "open", COUNT, NULL},
    {"handle", "i", "callback", TEXT, NULL},
    {"handle", "i", "registered", STACK, NULL},
    {"span", "i", "text", TEXT, NULL},
    {"span", "C", "value", TIME, NULL},
    {"turn callback task blocking span pool sample handle", "BEiC", "true_us",
     TIME, NULL},
    {"turn callback task blocking span pool", "E", "recovered", TRUE, NULL},
};
#define N_ROWS (sizeof(rows) / sizeof(*rows))

static bool is_good(struct format_check *check,
                    const struct format_event *event, const cJSON *item,
                    size_t row)
{
    const char *text = cJSON_GetStringValue(item);

    switch (rows[row].type) {
    case TEXT:
        return text != NULL && text[0] != '\0';
    case WORD:
        return text != NULL && format_has_word(rows[row].words, text);
    case COUNT:
        return format_integer(event->args, item->string) >= 0;
    case TIME:
        return cJSON_IsNumber(item);
    case TRUE:
        return cJSON_IsTrue(item);
    case ID:
        return format_is_id(item) && format_tasks_kind(check, text) != NULL;
    case HEX:
        return format_is_id(item);
    case STACK:
        format_facts_stack_used(check, event->pid,
                                cJSON_IsNumber(item) ? item->valuedouble : -1);
        return cJSON_IsNumber(item);
    }
    return false;
}

void format_words_event(struct format_check *check,
                        const struct format_event *event)
{
    const cJSON *item;

    if (strchr("BEiC", event->ph) == NULL)
        return;
    cJSON_ArrayForEach(item, event->args)
    {
        size_t i = 0;
        while (i < N_ROWS && (strcmp(rows[i].key, item->string) != 0 ||
                              strchr(rows[i].phs, event->ph) == NULL ||
                              !format_has_word(rows[i].cats, event->cat)))
            i++;
        if (i == N_ROWS)
            format_complain(check, "a %s with ph %c has no args.%s", event->cat,
                            event->ph, item->string);
        else if (!is_good(check, event, item, i))
            format_complain(check, "args.%s of a %s is not what it may be",
                            item->string, event->cat);
    }
    if (strcmp(event->cat, "sample") != 0)
        return;
    if (event->ph != 'i' || strcmp(event->name, "sample") != 0)
        format_complain(check, "a sample is an i with the name sample");
    if (format_string(event->args, "state") == NULL)
        format_complain(check, "a sample without its state");
    if (format_arg(event->args, "weight") &&
        format_integer(event->args, "weight") < 2)
        format_complain(check, "a weight that is none");
}
