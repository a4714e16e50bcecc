/* SPDX-License-Identifier: MIT */
#include "viewer/search.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/sort.h"
#include "viewer/explain.h"

/* Whether a string matches is found out once: 0 not yet, 1 no, 2 yes. */
struct searching {
    const struct ls_trace *trace;
    const struct ls_pattern *pattern;
    struct ls_search *s;
    uint8_t *known;
    uint32_t n_known, room;
    bool failed;
};

static void add(struct searching *g, int64_t at_ns, enum ls_found_kind kind,
                uint32_t index, uint32_t sub)
{
    struct ls_search *s = g->s;
    s->n_all++;
    if (s->n == LS_FOUND_MOST)
        return;
    if (s->n == g->room) {
        uint32_t room = g->room ? g->room * 2 : 128;
        struct ls_found *items = realloc(s->items, room * sizeof(*items));
        if (!items) {
            g->failed = true;
            return;
        }
        s->items = items;
        g->room = room;
    }
    s->items[s->n++] = (struct ls_found){at_ns, (uint8_t)kind, index, sub};
}

static bool matches(struct searching *g, ls_string name)
{
    if (name >= g->n_known) {
        uint32_t n = name < UINT32_MAX / 2 ? name * 2 + 64 : UINT32_MAX;
        uint8_t *known = realloc(g->known, n);
        if (!known) {
            g->failed = true;
            return false;
        }
        memset(known + g->n_known, 0, n - g->n_known);
        g->known = known;
        g->n_known = n;
    }
    if (g->known[name] == 0)
        g->known[name] =
            1 + ls_pattern_matches(g->pattern, ls_trace_string(g->trace, name));
    return g->known[name] == 2;
}

static void search_slices(struct searching *g)
{
    for (uint32_t t = 0; t < g->trace->n_threads && !g->failed; t++) {
        const struct ls_thread *thread = &g->trace->threads[t];
        for (uint32_t i = 0; i < thread->n_slices; i++) {
            const struct ls_slice *slice = &thread->slices[i];
            /* Turns have no name of their own; tasks are found as tasks. */
            if (slice->kind != LS_SLICE_TURN && slice->kind != LS_SLICE_TASK &&
                matches(g, slice->name))
                add(g, slice->begin_ns, LS_FOUND_SLICE, t, i);
        }
    }
}

static void search_tasks(struct searching *g)
{
    char name[512];
    for (uint32_t i = 0; i < g->trace->n_tasks && !g->failed; i++) {
        const struct ls_task *task = &g->trace->tasks[i];
        bool found = matches(g, task->kind);
        if (!found && task->label) {
            ls_explain_task(g->trace, i, name, sizeof(name));
            found =
                matches(g, task->label) || ls_pattern_matches(g->pattern, name);
        }
        if (found)
            add(g, task->begin_ns, LS_FOUND_TASK, i, LS_NONE);
    }
}

static void search_others(struct searching *g,
                          const struct ls_findings *findings)
{
    for (uint32_t i = 0; i < g->trace->n_marks; i++)
        if (matches(g, g->trace->marks[i].name) ||
            (g->trace->marks[i].text && matches(g, g->trace->marks[i].text)))
            add(g, g->trace->marks[i].at_ns, LS_FOUND_MARK, i, LS_NONE);
    for (uint32_t i = 0; i < findings->n; i++)
        if (ls_pattern_matches(g->pattern, findings->items[i].message) ||
            ls_pattern_matches(g->pattern,
                               ls_rule_get(findings->items[i].rule)->name))
            add(g,
                findings->items[i].start_ns == LS_UNKNOWN
                    ? g->trace->begin_ns
                    : findings->items[i].start_ns,
                LS_FOUND_FINDING, i, LS_NONE);
}

struct ls_search *ls_search_make(const struct ls_document *document,
                                 const struct ls_pattern *pattern)
{
    struct ls_search *s = calloc(1, sizeof(*s));
    struct searching g = {.trace = document->trace, .pattern = pattern, .s = s};
    if (!s)
        return NULL;
    s->at = LS_NONE;
    search_others(&g, document->findings);
    search_tasks(&g);
    search_slices(&g);
    free(g.known);
    if (!g.failed && ls_sort_by_time(s->items, s->n, sizeof(*s->items)))
        return s;
    ls_search_free(s);
    return NULL;
}

void ls_search_free(struct ls_search *search)
{
    if (search)
        free(search->items);
    free(search);
}

uint32_t ls_search_after(const struct ls_search *search, int64_t at_ns)
{
    uint32_t lo = 0, hi = search->n;
    while (lo < hi) {
        uint32_t middle = lo + (hi - lo) / 2;
        if (search->items[middle].at_ns < at_ns)
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo < search->n ? lo : 0;
}
