/* SPDX-License-Identifier: MIT */
/*
 * file.c - a trace as a whole: `[`, one event per line, sorted, `]`.
 */
#include "format.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void format_complain(struct format_check *check, const char *what, ...)
{
    char text[512];
    va_list args;

    va_start(args, what);
    vsnprintf(text, sizeof(text), what, args);
    va_end(args);
    check->n_complaints++;
    if (check->complain != NULL)
        check->complain(check->arg, check->line, text);
}

void *format_grow(void *array, size_t n, size_t size)
{
    char *grown = realloc(array, (n + 1) * size);

    if (grown == NULL)
        abort();
    memset(grown + n * size, 0, size);
    return grown;
}

const cJSON *format_arg(const cJSON *args, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(args, key);
}

const char *format_string(const cJSON *args, const char *key)
{
    return cJSON_GetStringValue(format_arg(args, key));
}

int64_t format_integer(const cJSON *args, const char *key)
{
    const cJSON *item = format_arg(args, key);

    if (!cJSON_IsNumber(item) || item->valuedouble < 0 ||
        item->valuedouble > 9e15 ||
        item->valuedouble != (double)(int64_t)item->valuedouble)
        return -1;
    return (int64_t)item->valuedouble;
}

bool format_is_id(const cJSON *item)
{
    const char *text = cJSON_GetStringValue(item);

    return text != NULL && strncmp(text, "0x", 2) == 0 && text[2] != '\0' &&
           text[2] != '0' &&
           text[2 + strspn(text + 2, "0123456789abcdef")] == '\0' &&
           strlen(text) <= 18;
}

bool format_is_recovered(const struct format_event *event)
{
    return cJSON_IsTrue(format_arg(event->args, "recovered"));
}

/* Which keys an event of each ph must have, besides ph, pid, tid and name. */
static const struct shape {
    char ph;
    const char *keys;
} shapes[] = {
    {'M', "args"},           {'B', "ts cat"},         {'E', "ts cat"},
    {'b', "ts id cat args"}, {'n', "ts id cat args"}, {'e', "ts id cat args"},
    {'i', "ts cat s"},       {'C', "ts cat args"},
};

bool format_has_word(const char *words, const char *word)
{
    size_t n = strlen(word);

    for (const char *p = words; n > 0 && (p = strstr(p, word)) != NULL; p += n)
        if ((p == words || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
            return true;
    return false;
}

/* The event has the keys of its ph, and those of no other. */
static bool check_shape(struct format_check *check,
                        const struct format_event *event)
{
    static const char *const keys[] = {"ts", "id", "cat", "s", "args"};
    size_t n = sizeof(shapes) / sizeof(*shapes), i = 0;

    while (i < n && shapes[i].ph != event->ph)
        i++;
    if (i == n) {
        format_complain(check, "no such ph in a trace of loopscope");
        return false;
    }
    for (size_t k = 0; k < 5; k++) {
        bool has = format_arg(event->json, keys[k]) != NULL;
        bool must = format_has_word(shapes[i].keys, keys[k]);
        bool may = must || strcmp(keys[k], "args") == 0;
        if ((must && !has) || (has && !may))
            format_complain(check, "ph %c %s %s", event->ph,
                            must ? "without" : "with", keys[k]);
    }
    return true;
}

static void check_values(struct format_check *check,
                         const struct format_event *event)
{
    static const char cats[] = "turn callback task blocking span pool sample "
                               "handle";
    const cJSON *id = format_arg(event->json, "id");
    const char *scope = format_string(event->json, "s");

    if (event->ph != 'M' && !format_has_word(cats, event->cat))
        format_complain(check, "no such cat: %s", event->cat);
    if (id != NULL && !format_is_id(id))
        format_complain(check, "the id '%s' is no id", event->id);
    if (event->ph == 'i' && (scope == NULL || strcmp(scope, "t") != 0))
        format_complain(check, "a mark's s is not t");
    if (event->ph == 'C' && !cJSON_IsNumber(format_arg(event->args, "value")))
        format_complain(check, "a counter without args.value");
    if (event->ph != 'M' && event->ns < check->last_ns)
        format_complain(check, "earlier than the event before");
    if (event->ph != 'M')
        check->last_ns = event->ns;
}

/* No key twice in any object; every _ns and _us in args is a number. */
static void check_members(struct format_check *check, const cJSON *json)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, json)
    {
        const char *key = cJSON_IsObject(json) ? item->string : "";
        size_t n = strlen(key);
        for (const cJSON *other = item->next; *key && other;
             other = other->next)
            if (strcmp(key, other->string) == 0)
                format_complain(check, "key %s stands twice", key);
        if (n > 3 && strcmp(key + n - 3, "_ns") == 0 &&
            format_integer(json, key) < 0)
            format_complain(check, "%s is no number of nanoseconds", key);
        check_members(check, item);
    }
}

/* A missing or wrong string is "", which no rule accepts. */
static const char *string_or_empty(const cJSON *json, const char *key)
{
    const char *text = format_string(json, key);

    return text ? text : "";
}

static void check_event(struct format_check *check, struct format_event *event)
{
    const cJSON *args = format_arg(event->json, "args");

    event->args = args;
    event->name = string_or_empty(event->json, "name");
    event->cat = string_or_empty(event->json, "cat");
    event->id = string_or_empty(event->json, "id");
    if (args != NULL && !cJSON_IsObject(args))
        format_complain(check, "args is no object");
    if (event->pid == 0 || event->tid == 0)
        format_complain(check, "an event without pid and tid");
    if (event->name[0] == '\0')
        format_complain(check, "an event without a name");
    if (!check_shape(check, event))
        return;
    check_values(check, event);
    check_members(check, event->json);
    format_facts_event(check, event);
    format_tasks_event(check, event);
    format_words_event(check, event);
    format_slices_event(check, event);
}

/* One line of the file, which is an event: checked as text, then as JSON. */
static void check_line(struct format_check *check, const char *text, size_t n)
{
    struct format_event event = {.text = NULL};
    cJSON *json = NULL;

    if (check->n_events > 0) {
        if (n == 0 || *text != ',') {
            format_complain(check, "the line does not begin with a comma");
            return;
        }
        text++;
        n--;
    }
    if (format_line(check, text, n, &event)) {
        const char *end = NULL;
        json = cJSON_ParseWithLengthOpts(text, n, &end, 0);
        if (json == NULL || end != text + n) {
            format_complain(check, "the line is no JSON");
        } else {
            event.json = json;
            check_event(check, &event);
        }
    }
    check->n_events++;
    cJSON_Delete(json);
}

/* The whole file as one JSON text, as any strict reader would see it. */
static void check_whole(struct format_check *check, const char *text, size_t n)
{
    const char *end = NULL;
    cJSON *json = cJSON_ParseWithLengthOpts(text, n, &end, 0);

    while (end && end < text + n && *end == '\n')
        end++;
    if (!cJSON_IsArray(json))
        format_complain(check, "the file is no JSON array");
    else if (end != text + n)
        format_complain(check, "something follows the array");
    cJSON_Delete(json);
}

static void check_lines(struct format_check *check, const char *text, size_t n)
{
    const char *end = text + n;
    bool closed = false;

    for (const char *line = text; line < end;) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        stop = stop ? stop : end;
        bool bracket = stop - line == 1;
        check->line++;
        if (closed)
            format_complain(check, "a line after the closing bracket");
        else if (check->line == 1 && (!bracket || *line != '['))
            format_complain(check, "the first line is not [");
        else if (bracket && *line == ']')
            closed = true;
        else if (check->line > 1)
            check_line(check, line, (size_t)(stop - line));
        line = stop + 1;
    }
    if (!closed)
        format_complain(check, "the last line is not ]");
}

void format_check_text(struct format_check *check, const char *text, size_t n)
{
    check->line = check->n_complaints = check->n_events = 0;
    check->last_ns = 0;
    check->slices = format_slices_new();
    check->tasks = format_tasks_new();
    check->facts = format_facts_new();
    check_lines(check, text, n);
    format_slices_end(check);
    format_facts_end(check);
    check_whole(check, text, n);
    format_slices_free(check->slices);
    format_tasks_free(check->tasks);
    format_facts_free(check->facts);
}
