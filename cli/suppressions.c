/* SPDX-License-Identifier: MIT */
#include "suppressions.h"

#include "nearest.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

struct place {
    const struct ls_trace *trace;
    const struct ls_finding *finding;
};

static bool matches_glob(const struct place *at, ls_string name,
                         const char *pattern)
{
    return name && !fnmatch(pattern, ls_trace_string(at->trace, name), 0);
}

static bool matches_function(const struct place *at, const char *pattern)
{
    const struct ls_finding *f = at->finding;
    if (matches_glob(at, f->call, pattern))
        return true;
    if (f->location == LS_NONE) /* nothing nearer is known */
        return matches_glob(at, f->callback, pattern);
    return matches_glob(at, at->trace->frames[f->location].function, pattern);
}

static bool contains(const struct place *at, ls_string text,
                     const char *pattern)
{
    return strstr(ls_trace_string(at->trace, text), pattern);
}

static bool matches_stack(const struct place *at, const char *pattern)
{
    if (at->finding->stack == LS_NONE)
        return false;
    const struct ls_stack *stack = &at->trace->stacks[at->finding->stack];
    for (uint32_t i = 0; i < stack->n_frames; i++) {
        const struct ls_frame *frame =
            &at->trace->frames[stack->first_frame + i];
        if (contains(at, frame->function, pattern) ||
            contains(at, frame->file, pattern) ||
            contains(at, frame->module, pattern))
            return true;
    }
    return false;
}

static bool matches_rule(const struct place *at, const char *pattern)
{
    return !strcmp(ls_rule_get(at->finding->rule)->name, pattern);
}

static bool matches_process(const struct place *at, const char *pattern)
{
    const uint32_t process = at->finding->process;
    return process != LS_NONE &&
           matches_glob(at, at->trace->processes[process].name, pattern);
}

static const struct {
    const char *name;
    bool (*matches)(const struct place *at, const char *pattern);
} kinds[] = {
    [LS_SUPPRESS_FUNCTION] = {"function", matches_function},
    [LS_SUPPRESS_STACK] = {"stack-contains", matches_stack},
    [LS_SUPPRESS_RULE] = {"rule", matches_rule},
    [LS_SUPPRESS_PROCESS] = {"process", matches_process},
};
#define N_KINDS (sizeof(kinds) / sizeof(*kinds))

static bool find_kind(const char *name, int line,
                      enum ls_suppression_kind *kind, struct ls_text *error)
{
    struct ls_nearest nearest = ls_nearest_to(name);
    for (size_t i = 0; i < N_KINDS; i++) {
        *kind = (enum ls_suppression_kind)i;
        if (!strcmp(kinds[i].name, name))
            return true;
        ls_nearest_try(&nearest, kinds[i].name);
    }
    ls_text_addf(error, "%d: unknown kind '%s'; the nearest is %s", line, name,
                 nearest.name);
    return false;
}

static bool is_known_rule(const char *name, int line, struct ls_text *error)
{
    struct ls_nearest nearest = ls_nearest_to(name);
    for (int i = 0; i < LS_RULES; i++)
        ls_nearest_try(&nearest, ls_rule_get((enum ls_rule)i)->name);
    if (ls_rule_find(name) >= 0)
        return true;
    ls_text_addf(error, "%d: unknown rule '%s'; the nearest is %s", line, name,
                 nearest.name);
    return false;
}

/* The pattern begins after the colon in TEXT, the line; fills what ITEM says
 * of it. */
static bool take(struct ls_suppression *item, struct ls_text *error)
{
    const char *colon = strchr(item->text, ':');
    if (!colon) {
        ls_text_addf(error,
                     "%d: wants KIND:PATTERN, such as function:NAME, not '%s'",
                     item->line, item->text);
        return false;
    }
    struct ls_text kind = {0};
    ls_text_add_bytes(&kind, item->text, (size_t)(colon - item->text));
    bool good = find_kind(ls_text_get(&kind), item->line, &item->kind, error);
    ls_text_destroy(&kind);
    item->pattern = colon + 1 + strspn(colon + 1, " \t");
    if (good && !*item->pattern) {
        ls_text_addf(error, "%d: nothing stands after '%s'", item->line,
                     item->text);
        return false;
    }
    return good && (item->kind != LS_SUPPRESS_RULE ||
                    is_known_rule(item->pattern, item->line, error));
}

static bool add(struct ls_suppressions *s, const char *begin, size_t n,
                int line, struct ls_text *error)
{
    struct ls_suppression *items =
        realloc(s->items, (s->n + 1) * sizeof(*items));
    char *text = strndup(begin, n);
    if (items)
        s->items = items;
    if (!items || !text) {
        free(text);
        ls_text_addf(error, "%d: no memory", line);
        return false;
    }
    s->items[s->n] = (struct ls_suppression){.text = text, .line = line};
    return take(&s->items[s->n++], error);
}

bool ls_suppressions_parse(struct ls_suppressions *suppressions,
                           const char *text, struct ls_text *error)
{
    for (int line = 1; *text; line++) {
        size_t n = strcspn(text, "\n");
        const char *next = text + n + (text[n] == '\n');
        while (n && strchr(" \t\r", text[n - 1]))
            n--;
        const size_t blank = strspn(text, " \t");
        if (blank < n && text[blank] != '#' &&
            !add(suppressions, text + blank, n - blank, line, error))
            return false;
        text = next;
    }
    return true;
}

void ls_suppressions_apply(struct ls_suppressions *suppressions,
                           const struct ls_trace *trace,
                           struct ls_findings *findings)
{
    for (size_t i = 0; i < findings->n; i++) {
        const struct place at = {trace, &findings->items[i]};
        for (size_t j = 0; j < suppressions->n; j++) {
            struct ls_suppression *it = &suppressions->items[j];
            if (!kinds[it->kind].matches(&at, it->pattern))
                continue;
            it->n_used++;
            findings->items[i].standing = LS_STANDING_SUPPRESSED;
        }
    }
    ls_findings_settle(findings);
}

size_t ls_suppressions_unused(const struct ls_suppressions *suppressions)
{
    size_t n = 0;
    for (size_t i = 0; i < suppressions->n; i++)
        n += !suppressions->items[i].n_used;
    return n;
}

void ls_suppressions_destroy(struct ls_suppressions *suppressions)
{
    for (size_t i = 0; i < suppressions->n; i++)
        free(suppressions->items[i].text);
    free(suppressions->items);
    *suppressions = (struct ls_suppressions){0};
}
