/* SPDX-License-Identifier: MIT */
#include "baseline.h"

#include "syntax.h"

#include "analysis/diff.h"

#include <cJSON.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define VERSION 1
#define MS INT64_C(1000000)

static int compare_to(const struct ls_baseline_entry *entry, enum ls_rule rule,
                      const char *fingerprint)
{
    int names = strcmp(ls_rule_get(entry->rule)->name, ls_rule_get(rule)->name);
    return names ? names : strcmp(entry->fingerprint, fingerprint);
}

/* Where the entry is or belongs. */
static size_t place_of(const struct ls_baseline *b, enum ls_rule rule,
                       const char *fingerprint)
{
    size_t low = 0, high = b->n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (compare_to(&b->items[middle], rule, fingerprint) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct ls_baseline_entry *find(const struct ls_baseline *b,
                                      enum ls_rule rule,
                                      const char *fingerprint)
{
    const size_t at = place_of(b, rule, fingerprint);
    return at < b->n && !compare_to(&b->items[at], rule, fingerprint)
               ? &b->items[at]
               : NULL;
}

static void free_entry(struct ls_baseline_entry *entry)
{
    free(entry->call);
    free(entry->function);
}

/* Takes ENTRY, whatever comes of it. */
static bool insert(struct ls_baseline *b, struct ls_baseline_entry entry)
{
    struct ls_baseline_entry *old = find(b, entry.rule, entry.fingerprint);
    if (old) {
        if (entry.severity > old->severity)
            old->severity = entry.severity;
        if (entry.own_ns > old->own_ns)
            old->own_ns = entry.own_ns;
        free_entry(&entry);
        return true;
    }
    struct ls_baseline_entry *items =
        entry.call && entry.function
            ? realloc(b->items, (b->n + 1) * sizeof(*items))
            : NULL;
    if (!items) {
        free_entry(&entry);
        return false;
    }
    b->items = items;
    const size_t at = place_of(b, entry.rule, entry.fingerprint);
    memmove(items + at + 1, items + at, (b->n - at) * sizeof(*items));
    items[at] = entry;
    b->n++;
    return true;
}

/* ---- comparing ---- */

static bool is_worse(const struct ls_baseline_entry *entry,
                     const struct ls_finding *f)
{
    return ls_diff_is_worse(entry->own_ns, entry->severity, f->own_ns,
                            f->severity);
}

void ls_baseline_apply(const struct ls_baseline *baseline,
                       struct ls_findings *findings)
{
    for (size_t i = 0; i < findings->n; i++) {
        struct ls_finding *f = &findings->items[i];
        if (f->standing == LS_STANDING_SUPPRESSED)
            continue;
        const struct ls_baseline_entry *entry =
            find(baseline, f->rule, f->fingerprint);
        f->standing = !entry               ? LS_STANDING_NEW
                      : is_worse(entry, f) ? LS_STANDING_WORSE
                                           : LS_STANDING_KNOWN;
    }
    ls_findings_settle(findings);
}

/* ---- collecting ---- */

static struct ls_baseline_entry make_entry(const struct ls_trace *trace,
                                           const struct ls_finding *f)
{
    const char *function =
        f->location == LS_NONE
            ? ""
            : ls_trace_string(trace, trace->frames[f->location].function);
    struct ls_baseline_entry entry = {
        .rule = f->rule,
        .severity = f->severity,
        .own_ns = f->own_ns > 0 ? (f->own_ns + MS / 2) / MS * MS : 0,
        .call = strdup(ls_trace_string(trace, f->call)),
        .function = strdup(function),
    };
    memcpy(entry.fingerprint, f->fingerprint, sizeof(entry.fingerprint));
    return entry;
}

bool ls_baseline_add(struct ls_baseline *baseline, const struct ls_trace *trace,
                     const struct ls_findings *findings)
{
    for (size_t i = 0; i < findings->n; i++) {
        const struct ls_finding *f = &findings->items[i];
        if (f->standing == LS_STANDING_SUPPRESSED ||
            f->severity < LS_SEVERITY_WARNING)
            continue;
        if (!insert(baseline, make_entry(trace, f)))
            return false;
    }
    return true;
}

/* ---- the file ---- */

static bool wrong(struct ls_text *error, int index, const char *what)
{
    ls_text_addf(error, "findings[%d]: %s", index, what);
    return false;
}

static bool is_fingerprint(const char *text)
{
    return text && strlen(text) == 16 && strspn(text, "0123456789abcdef") == 16;
}

static enum ls_severity severity_of(const char *name)
{
    for (int i = LS_SEVERITY_WARNING; i <= LS_SEVERITY_ERROR; i++)
        if (name && !strcmp(name, ls_severity_name((enum ls_severity)i)))
            return (enum ls_severity)i;
    return LS_SEVERITY_OFF;
}

static const char *get(const cJSON *object, const char *key)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

static bool read_entry(const cJSON *item, int index, struct ls_baseline *b,
                       struct ls_text *error)
{
    const char *rule = get(item, "rule");
    const char *fingerprint = get(item, "fingerprint");
    const enum ls_severity severity = severity_of(get(item, "severity"));
    const cJSON *own = cJSON_GetObjectItemCaseSensitive(item, "own_ms");
    const int known = rule ? ls_rule_find(rule) : -1;
    if (known < 0)
        return wrong(error, index, "wants a known \"rule\"");
    if (!is_fingerprint(fingerprint))
        return wrong(error, index,
                     "wants a \"fingerprint\" of 16 hexadecimal digits");
    if (!severity)
        return wrong(error, index, "wants the \"severity\" error or warning");
    if (!cJSON_IsNumber(own) || !(own->valuedouble >= 0) ||
        own->valuedouble > 1e12)
        return wrong(error, index, "wants \"own_ms\", milliseconds");
    const char *call = get(item, "call"), *function = get(item, "function");
    struct ls_baseline_entry entry = {
        .rule = (enum ls_rule)known,
        .severity = severity,
        .own_ns = (int64_t)(own->valuedouble * 1e6),
        .call = strdup(call ? call : ""),
        .function = strdup(function ? function : ""),
    };
    memcpy(entry.fingerprint, fingerprint, sizeof(entry.fingerprint));
    return insert(b, entry) || wrong(error, index, "no memory");
}

static bool read_all(const cJSON *root, struct ls_baseline *b,
                     struct ls_text *error)
{
    const cJSON *version = cJSON_GetObjectItemCaseSensitive(root, "version");
    const cJSON *all = cJSON_GetObjectItemCaseSensitive(root, "findings");
    const cJSON *item;
    int index = 0;
    if (!cJSON_IsNumber(version) || !cJSON_IsArray(all)) {
        ls_text_add(error, "is no baseline: it wants \"version\" and "
                           "\"findings\"");
        return false;
    }
    if (version->valuedouble != VERSION) {
        ls_text_addf(error, "is of version %g; this loopscope reads %d",
                     version->valuedouble, VERSION);
        return false;
    }
    cJSON_ArrayForEach(item, all)
    {
        if (!read_entry(item, index++, b, error))
            return false;
    }
    return true;
}

bool ls_baseline_parse(struct ls_baseline *baseline, const char *text,
                       struct ls_text *error)
{
    cJSON *root = ls_syntax_parse(text, error);
    const bool good = root && read_all(root, baseline, error);
    cJSON_Delete(root);
    return good;
}

static bool put_text(cJSON *object, const char *key, const char *value)
{
    return !value[0] || cJSON_AddStringToObject(object, key, value);
}

static void add_entry(const struct ls_baseline_entry *entry,
                      struct ls_text *text)
{
    cJSON *item = cJSON_CreateObject();
    bool good =
        put_text(item, "rule", ls_rule_get(entry->rule)->name) &&
        put_text(item, "fingerprint", entry->fingerprint) &&
        put_text(item, "severity", ls_severity_name(entry->severity)) &&
        cJSON_AddNumberToObject(item, "own_ms", (double)entry->own_ns / MS) &&
        put_text(item, "call", entry->call) &&
        put_text(item, "function", entry->function);
    char *printed = good ? cJSON_PrintUnformatted(item) : NULL;
    if (printed)
        ls_text_add(text, printed);
    else
        text->failed = true;
    cJSON_free(printed);
    cJSON_Delete(item);
}

void ls_baseline_render(const struct ls_baseline *baseline,
                        struct ls_text *text)
{
    ls_text_addf(text, "{\"version\":%d,\"findings\":[\n", VERSION);
    for (size_t i = 0; i < baseline->n; i++) {
        add_entry(&baseline->items[i], text);
        ls_text_add(text, i + 1 < baseline->n ? ",\n" : "\n");
    }
    ls_text_add(text, "]}\n");
}

void ls_baseline_destroy(struct ls_baseline *baseline)
{
    for (size_t i = 0; i < baseline->n; i++)
        free_entry(&baseline->items[i]);
    free(baseline->items);
    *baseline = (struct ls_baseline){0};
}
