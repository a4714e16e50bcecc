/* SPDX-License-Identifier: MIT */
#include "sorted.h"

#include "sort.h"
#include "strings.h"

#include <stdlib.h>
#include <string.h>

/* An event without its pointers. */
struct item {
    int64_t at_ns; /* first: the key */
    int64_t ts_ns, dur_ns, pid, tid;
    uint64_t id, line, byte;
    size_t first_word; /* of its arguments, in order of their bits */
    ls_string name, cat;
    uint64_t has;
    char ph;
    bool has_id;
};

struct ls_sorted {
    struct item *items;
    size_t n, cap;
    uint64_t *words; /* arguments: a value, a string's index, or n and ids */
    size_t n_words, cap_words;
    struct ls_strings *strings;
};

bool ls_sorted_wants(char ph)
{
    return ph && strchr("BEXbenSF", ph);
}

static bool add_word(struct ls_sorted *s, uint64_t word)
{
    if (s->n_words == s->cap_words) {
        size_t cap = s->cap_words ? s->cap_words * 2 : 1024;
        uint64_t *words = realloc(s->words, cap * sizeof(*words));
        if (!words)
            return false;
        s->words = words;
        s->cap_words = cap;
    }
    s->words[s->n_words++] = word;
    return true;
}

struct ls_sorted *ls_sorted_new(void)
{
    struct ls_sorted *s = calloc(1, sizeof(*s));
    if (!s)
        return NULL;
    s->strings = ls_strings_new();
    if (!s->strings || !add_word(s, 0)) {
        ls_sorted_free(s);
        return NULL;
    }
    return s;
}

static bool add_arg(struct ls_sorted *s, enum ls_arg_type type,
                    const union ls_arg_value *value)
{
    uint64_t word;
    switch (type) {
    case LS_ARG_IS_TEXT:
        return add_word(
            s, ls_strings_add(s->strings, value->text.at, value->text.n));
    case LS_ARG_IS_IDS:
        if (!add_word(s, value->ids.n))
            return false;
        for (size_t i = 0; i < value->ids.n; i++)
            if (!add_word(s, value->ids.at[i]))
                return false;
        return true;
    default:
        memcpy(&word, value, sizeof(word));
        return add_word(s, word);
    }
}

static const uint64_t *get_arg(const struct ls_sorted *s, enum ls_arg_type type,
                               const uint64_t *word, union ls_arg_value *value)
{
    switch (type) {
    case LS_ARG_IS_TEXT:
        value->text.at = ls_strings_get(s->strings, (ls_string)*word);
        value->text.n = strlen(value->text.at);
        return word + 1;
    case LS_ARG_IS_IDS:
        value->ids.n = *word;
        value->ids.at = word + 1;
        return word + 1 + *word;
    default:
        memcpy(value, word, sizeof(*word));
        return word + 1;
    }
}

bool ls_sorted_add(struct ls_sorted *s, const struct ls_event *event,
                   uint64_t line, uint64_t byte)
{
    if (s->n == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 1024;
        struct item *items = realloc(s->items, cap * sizeof(*items));
        if (!items)
            return false;
        s->items = items;
        s->cap = cap;
    }
    s->items[s->n++] = (struct item){
        .at_ns = ls_event_has(event, LS_ARG_TRUE)
                     ? event->arg[LS_ARG_TRUE].integer
                     : event->ts_ns,
        .ts_ns = event->ts_ns,
        .dur_ns = event->dur_ns,
        .pid = event->pid,
        .tid = event->tid,
        .id = event->id,
        .line = line,
        .byte = byte,
        .first_word = s->n_words,
        .name = ls_strings_add(s->strings, event->name.at, event->name.n),
        .cat = ls_strings_add(s->strings, event->cat.at, event->cat.n),
        .has = event->has,
        .ph = event->ph,
        .has_id = event->has_id};
    for (enum ls_arg arg = 0; arg < LS_ARGS; arg++)
        if (ls_event_has(event, arg) &&
            !add_arg(s, ls_arg_infos[arg].type, &event->arg[arg]))
            return false;
    return !s->strings->failed;
}

static struct ls_text text_of(const struct ls_sorted *s, ls_string string)
{
    const char *at = ls_strings_get(s->strings, string);
    return (struct ls_text){at, strlen(at)};
}

static enum ls_model_status replay(const struct ls_sorted *s,
                                   const struct item *item,
                                   struct ls_model *model)
{
    struct ls_event event = {.ph = item->ph,
                             .has_id = item->has_id,
                             .ts_ns = item->ts_ns,
                             .dur_ns = item->dur_ns,
                             .pid = item->pid,
                             .tid = item->tid,
                             .id = item->id,
                             .name = text_of(s, item->name),
                             .cat = text_of(s, item->cat),
                             .has = item->has};
    const uint64_t *word = s->words + item->first_word;
    for (enum ls_arg arg = 0; arg < LS_ARGS; arg++)
        if (ls_event_has(&event, arg))
            word = get_arg(s, ls_arg_infos[arg].type, word, &event.arg[arg]);
    model->line = item->line;
    model->byte = item->byte;
    return ls_model_add(model, &event);
}

static int longer_first(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    if (x->dur_ns != y->dur_ns)
        return x->dur_ns > y->dur_ns ? -1 : 1;
    return x->byte < y->byte ? -1 : x->byte > y->byte;
}

/* Runs of X that begin together. */
static void order_timed(struct ls_sorted *s)
{
    for (size_t i = 0, to; i < s->n; i = to) {
        for (to = i + 1; to < s->n && s->items[i].ph == 'X' &&
                         s->items[to].ph == 'X' &&
                         s->items[to].at_ns == s->items[i].at_ns;)
            to++;
        if (to - i > 1)
            qsort(&s->items[i], to - i, sizeof(*s->items), longer_first);
    }
}

enum ls_model_status ls_sorted_replay(struct ls_sorted *s,
                                      struct ls_model *model)
{
    if (!ls_sort_by_time(s->items, s->n, sizeof(*s->items)))
        return LS_MODEL_NO_MEMORY;
    order_timed(s);
    for (size_t i = 0; i < s->n; i++)
        if (replay(s, &s->items[i], model) == LS_MODEL_NO_MEMORY)
            return LS_MODEL_NO_MEMORY;
    return LS_MODEL_OK;
}

void ls_sorted_free(struct ls_sorted *s)
{
    if (!s)
        return;
    ls_strings_free(s->strings);
    free(s->items);
    free(s->words);
    free(s);
}
