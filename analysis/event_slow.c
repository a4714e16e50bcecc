/* SPDX-License-Identifier: MIT */
/*
 * The parser for everything else: cJSON, and a table of the keys that matter.
 * Of a key that comes twice the first counts, here and in event_fast.c.
 */
#include "event.h"

#include "ids.h"
#include "utf8.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Made-up ids for words begin here, beyond what programs number. */
#define WORD_BASE (UINT64_C(1) << 62)

/* Made-up pids and tids for words. */
enum { WORD_PID_BASE = 2000000000 };

enum key { PH, TS, DUR, PID, TID, ID, ID2, NAME, CAT, ARGS, KEYS };

static const char *const key_names[KEYS] = {
    [PH] = "ph",   [TS] = "ts",    [DUR] = "dur", [PID] = "pid",
    [TID] = "tid", [ID] = "id",    [ID2] = "id2", [NAME] = "name",
    [CAT] = "cat", [ARGS] = "args"};

static const double max_exact = 9007199254740992.0; /* 2^53 */
static const double max_ns = 9223372036854774784.0; /* below 2^63 */

static struct ls_text text_of(const cJSON *item)
{
    if (!cJSON_IsString(item) || !item->valuestring)
        return (struct ls_text){"", 0};
    return (struct ls_text){item->valuestring, strlen(item->valuestring)};
}

static uint64_t hash_text(const char *text)
{
    uint64_t h = 14695981039346656037u; /* FNV-1a */
    for (; *text; text++)
        h = (h ^ (unsigned char)*text) * 1099511628211u;
    return h;
}

/* A small number of its own for each word. */
static uint32_t word_number(struct ls_slow *slow, const char *word)
{
    if (!slow->words && !(slow->words = ls_ids_new())) {
        slow->no_memory = true;
        return 0;
    }
    uint32_t *number = ls_ids_put(slow->words, hash_text(word));
    if (!number) {
        slow->no_memory = true;
        return 0;
    }
    if (*number == LS_NONE)
        *number = slow->n_words++;
    return *number;
}

/* "0x2a" as the fast parser reads it; any other word by its hash. */
static uint64_t id_of_text(const char *text)
{
    size_t n = strlen(text);
    if (n > 2 && n <= 18 && text[0] == '0' && text[1] == 'x' &&
        strspn(text + 2, "0123456789abcdefABCDEF") == n - 2)
        return strtoull(text + 2, NULL, 16);
    return WORD_BASE | hash_text(text) >> 2;
}

static bool id_of(const cJSON *item, uint64_t *id)
{
    if (cJSON_IsString(item) && item->valuestring) {
        *id = id_of_text(item->valuestring);
        return true;
    }
    if (!cJSON_IsNumber(item) || !isfinite(item->valuedouble))
        return false;
    double v = item->valuedouble;
    if (v >= 0 && v <= max_exact && v == floor(v)) {
        *id = (uint64_t)v;
        return true;
    }
    memcpy(id, &v, sizeof(v)); /* odd, but the same each time */
    return true;
}

/* id2 is {"local": ...} or {"global": ...}; a local one is of its process. */
static bool id2_of(const cJSON *item, int64_t pid, uint64_t *id)
{
    const cJSON *global = cJSON_GetObjectItemCaseSensitive(item, "global");
    if (global)
        return id_of(global, id);
    const cJSON *local = cJSON_GetObjectItemCaseSensitive(item, "local");
    if (!local || !id_of(local, id))
        return false;
    *id ^= ((uint64_t)pid + 1) * 0x9e3779b97f4a7c15u;
    return true;
}

static enum ls_trouble_kind trouble(struct ls_slow *slow,
                                    enum ls_trouble_kind kind, const char *why)
{
    slow->why = why;
    return kind;
}

static bool us_to_ns(double us, int64_t *ns)
{
    double v = us * 1000.0;
    if (!(v >= 0) || v > max_ns)
        return false;
    *ns = (int64_t)(v < max_exact ? round(v) : v);
    return true;
}

static bool is_integer(double v)
{
    return v >= -max_exact && v <= max_exact && v == floor(v);
}

static enum ls_trouble_kind take_ids(struct ls_slow *slow, const cJSON *array,
                                     union ls_arg_value *value)
{
    const cJSON *item;
    uint64_t id;
    slow->ids.n = 0;
    cJSON_ArrayForEach(item, array)
    {
        if (slow->ids.n == LS_ON_MAX)
            break;
        if (id_of(item, &id) && !ls_id_list_add(&slow->ids, id))
            slow->no_memory = true;
    }
    value->ids.at = slow->ids.at;
    value->ids.n = slow->ids.n;
    return LS_TROUBLE_KINDS;
}

/* Set VALUE from ITEM if it has the type of the argument. */
static bool take_value(struct ls_slow *slow, const cJSON *item,
                       enum ls_arg_type type, union ls_arg_value *value)
{
    switch (type) {
    case LS_ARG_IS_TEXT:
        value->text = text_of(item);
        return cJSON_IsString(item);
    case LS_ARG_IS_INTEGER:
        if (!cJSON_IsNumber(item) || !is_integer(item->valuedouble))
            return false;
        value->integer = (int64_t)item->valuedouble;
        return true;
    case LS_ARG_IS_TIME:
        return cJSON_IsNumber(item) &&
               us_to_ns(item->valuedouble, &value->integer);
    case LS_ARG_IS_ID:
        return id_of(item, &value->id);
    case LS_ARG_IS_IDS:
        if (!cJSON_IsArray(item))
            return false;
        take_ids(slow, item, value);
        return true;
    case LS_ARG_IS_TRUE:
        value->integer = 1;
        return cJSON_IsTrue(item);
    case LS_ARG_IS_NUMBER:
        value->number = item->valuedouble;
        return cJSON_IsNumber(item);
    }
    return false;
}

static enum ls_trouble_kind take_args(struct ls_slow *slow, const cJSON *args,
                                      struct ls_event *event)
{
    const cJSON *item;
    uint64_t seen = 0;
    if (!cJSON_IsObject(args))
        return LS_TROUBLE_KINDS;
    event->json = args;
    cJSON_ArrayForEach(item, args)
    {
        enum ls_arg arg = ls_arg_find(item->string, strlen(item->string));
        if (arg == LS_ARGS || seen >> arg & 1)
            continue;
        seen |= LS_ARG_BIT(arg);
        if (cJSON_IsNumber(item) && !isfinite(item->valuedouble))
            return trouble(slow, LS_TROUBLE_NUMBER,
                           "a number in args is out of range");
        if (take_value(slow, item, ls_arg_infos[arg].type, &event->arg[arg]))
            event->has |= LS_ARG_BIT(arg);
    }
    return LS_TROUBLE_KINDS;
}

/* A pid or tid: a number, or a word that gets one. Absent: 0. */
static enum ls_trouble_kind take_pid(struct ls_slow *slow, const cJSON *item,
                                     int64_t *pid)
{
    *pid = 0;
    if (!item || cJSON_IsNull(item))
        return LS_TROUBLE_KINDS;
    if (cJSON_IsString(item)) {
        const char *word = text_of(item).at;
        size_t n = strlen(word);
        if (n >= 1 && n <= 15 && strspn(word, "0123456789") == n)
            *pid = strtoll(word, NULL, 10);
        else
            *pid = (int64_t)WORD_PID_BASE + word_number(slow, word);
        return LS_TROUBLE_KINDS;
    }
    if (!cJSON_IsNumber(item))
        return trouble(slow, LS_TROUBLE_EVENT, "pid or tid is no number");
    if (!is_integer(item->valuedouble))
        return trouble(slow, LS_TROUBLE_NUMBER, "pid or tid is out of range");
    *pid = (int64_t)item->valuedouble;
    return LS_TROUBLE_KINDS;
}

/* Digits, and one point at most; whatever the locale. */
static bool decimal_of(const char *word, size_t n, double *number)
{
    double scale = 0;
    for (size_t i = 0; i < n; i++) {
        if (word[i] == '.') {
            if (scale > 0)
                return false;
            scale = 1;
            continue;
        }
        *number = *number * 10 + (word[i] - '0');
        scale *= 10;
    }
    if (scale > 0)
        *number /= scale;
    return true;
}

/* A number, or a decimal one in quotes, as some tools write times that a
 * double would round. */
static bool number_of(const cJSON *item, double *number)
{
    *number = 0;
    if (cJSON_IsNumber(item)) {
        *number = item->valuedouble;
        return true;
    }
    const char *word = text_of(item).at;
    size_t n = strlen(word);
    return n >= 1 && n <= 20 && word[0] != '.' &&
           strspn(word, "0123456789.") == n && decimal_of(word, n, number);
}

static enum ls_trouble_kind take_times(struct ls_slow *slow,
                                       const cJSON *const *keys,
                                       struct ls_event *event)
{
    const cJSON *ts = keys[TS], *dur = keys[DUR];
    event->ts_ns = LS_UNKNOWN;
    event->dur_ns = 0;
    if (event->ph == 'M')
        return LS_TROUBLE_KINDS;
    if (!ts)
        return trouble(slow, LS_TROUBLE_EVENT, "ts is missing");
    double us;
    if (!number_of(ts, &us))
        return trouble(slow, LS_TROUBLE_EVENT, "ts is no number");
    if (!us_to_ns(us, &event->ts_ns))
        return trouble(slow, LS_TROUBLE_NUMBER,
                       us < 0 ? "ts is negative" : "ts is out of range");
    if (event->ph != 'X' || !number_of(dur, &us))
        return LS_TROUBLE_KINDS;
    if (!us_to_ns(us, &event->dur_ns) ||
        event->dur_ns > INT64_MAX - 1024 - event->ts_ns)
        return trouble(slow, LS_TROUBLE_NUMBER, "dur is out of range");
    return LS_TROUBLE_KINDS;
}

static enum ls_trouble_kind take_ids_of_event(struct ls_slow *slow,
                                              const cJSON *const *keys,
                                              struct ls_event *event)
{
    enum ls_trouble_kind kind = take_pid(slow, keys[PID], &event->pid);
    if (kind == LS_TROUBLE_KINDS)
        kind = take_pid(slow, keys[TID], &event->tid);
    if (kind != LS_TROUBLE_KINDS)
        return kind;
    event->has_id = (keys[ID] && id_of(keys[ID], &event->id)) ||
                    (keys[ID2] && id2_of(keys[ID2], event->pid, &event->id));
    return LS_TROUBLE_KINDS;
}

static enum ls_trouble_kind take_event(struct ls_slow *slow,
                                       const cJSON *const *keys,
                                       struct ls_event *event)
{
    struct ls_text ph = text_of(keys[PH]);
    if (!keys[PH])
        return trouble(slow, LS_TROUBLE_EVENT, "ph is missing");
    if (ph.n != 1)
        return trouble(slow, LS_TROUBLE_EVENT, "ph is not one letter");
    event->ph = ph.at[0];
    event->name = text_of(keys[NAME]);
    event->cat = text_of(keys[CAT]);
    enum ls_trouble_kind kind = take_times(slow, keys, event);
    if (kind == LS_TROUBLE_KINDS)
        kind = take_ids_of_event(slow, keys, event);
    if (kind == LS_TROUBLE_KINDS)
        kind = take_args(slow, keys[ARGS], event);
    return kind;
}

static void find_keys(const cJSON *object, const cJSON **keys)
{
    const cJSON *item;
    memset(keys, 0, KEYS * sizeof(*keys));
    cJSON_ArrayForEach(item, object)
    {
        for (enum key key = 0; key < KEYS; key++)
            if (!keys[key] && strcmp(item->string, key_names[key]) == 0)
                keys[key] = item;
    }
}

/* TEXT itself if it is good, else a copy with U+FFFD for what is not. */
static const char *clean_text(struct ls_slow *slow, const char *text, size_t *n)
{
    slow->replaced = !ls_utf8_is_valid(text, *n);
    if (!slow->replaced)
        return text;
    size_t need = *n * 3;
    if (need > slow->cap_clean) {
        char *clean = realloc(slow->clean, need);
        if (!clean) {
            slow->no_memory = true;
            return text;
        }
        slow->clean = clean;
        slow->cap_clean = need;
    }
    *n = slow->n_clean = ls_utf8_clean(text, *n, slow->clean);
    return slow->clean;
}

enum ls_trouble_kind ls_event_parse_slow(struct ls_slow *slow, const char *at,
                                         size_t n, struct ls_event *event)
{
    const cJSON *keys[KEYS];
    const char *after = NULL, *text = clean_text(slow, at, &n);
    cJSON_Delete(slow->json);
    slow->json = cJSON_ParseWithLengthOpts(text, n, &after, 0);
    if (!slow->json || after != text + n)
        return trouble(slow, LS_TROUBLE_SYNTAX, "is no JSON");
    if (!cJSON_IsObject(slow->json))
        return trouble(slow, LS_TROUBLE_EVENT, "is no object");
    *event = (struct ls_event){.ph = 0};
    find_keys(slow->json, keys);
    return take_event(slow, keys, event);
}

void ls_slow_destroy(struct ls_slow *slow)
{
    cJSON_Delete(slow->json);
    free(slow->ids.at);
    free(slow->clean);
    ls_ids_free(slow->words);
    memset(slow, 0, sizeof(*slow));
}
