/* SPDX-License-Identifier: MIT */
#include "judge.h"

#include "ids.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ls_judge_defaults(struct ls_judge_options *options)
{
    options->warn_ns = 10000000;
    options->fail_ns = 50000000;
    for (int i = 0; i < LS_RULES; i++)
        options->severity[i] = -1;
}

enum ls_class ls_cause_class(const struct ls_cause *cause, int64_t warn_ns)
{
    if (cause->cpu_ns == LS_UNKNOWN)
        return LS_CLASS_UNKNOWN;
    int64_t own = ls_sum(cause->cpu_ns, cause->blocked_ns);
    if (own < warn_ns && cause->descheduled_ns > own)
        return LS_CLASS_DESCHEDULED;
    int64_t most = own - own / 5;
    if (cause->cpu_ns >= most)
        return LS_CLASS_COMPUTING;
    return cause->blocked_ns >= most ? LS_CLASS_BLOCKED : LS_CLASS_MIXED;
}

enum ls_severity ls_judge_level(const struct ls_judge *judge, int64_t own_ns)
{
    return own_ns >= judge->options.fail_ns   ? LS_SEVERITY_ERROR
           : own_ns >= judge->options.warn_ns ? LS_SEVERITY_WARNING
                                              : LS_SEVERITY_OFF;
}

bool ls_judge_has_all(const struct ls_judge *judge)
{
    const struct ls_health *health = &judge->trace->health;
    return health->n_lost == 0 && health->limit_ns == LS_UNKNOWN &&
           health->troubles[LS_TROUBLE_SYNTAX].n == 0 &&
           health->troubles[LS_TROUBLE_PAIR].n == 0;
}

bool ls_judge_has_end(const struct ls_judge *judge)
{
    const struct ls_health *health = &judge->trace->health;
    return ls_judge_has_all(judge) && health->complete &&
           health->troubles[LS_TROUBLE_CUT].n == 0;
}

struct ls_finding ls_judge_blank(enum ls_rule rule, enum ls_severity severity)
{
    return (struct ls_finding){.rule = rule,
                               .severity = severity,
                               .start_ns = LS_UNKNOWN,
                               .cause = {LS_UNKNOWN, LS_UNKNOWN, LS_UNKNOWN},
                               .class = LS_CLASS_UNKNOWN,
                               .process = LS_NONE,
                               .thread = LS_NONE,
                               .loop = LS_NONE,
                               .task = LS_NONE,
                               .slice = LS_NONE,
                               .stack = LS_NONE,
                               .location = LS_NONE,
                               .registered = LS_NONE,
                               .count = 1};
}

struct ls_finding ls_judge_of_task(const struct ls_judge *judge, uint32_t i,
                                   enum ls_rule rule, enum ls_severity severity)
{
    const struct ls_task *task = &judge->trace->tasks[i];
    struct ls_finding f = ls_judge_blank(rule, severity);
    f.start_ns = task->begin_ns;
    f.duration_ns = task->end_ns - task->begin_ns;
    f.process = task->process;
    f.thread = task->thread;
    f.loop = task->loop;
    f.task = i;
    return f;
}

static uint64_t hash_text(uint64_t h, const char *text)
{
    do
        h = (h ^ (unsigned char)*text) * 1099511628211u; /* FNV-1a */
    while (*text++);
    return h;
}

/* Of names alone: neither addresses nor lines nor durations. */
static uint64_t fingerprint(const struct ls_trace *t,
                            const struct ls_finding *f, const char *what)
{
    uint64_t h = hash_text(14695981039346656037u, ls_rule_get(f->rule)->name);
    h = hash_text(h, ls_trace_string(t, f->call));
    h = hash_text(h, ls_trace_string(t, f->callback));
    if (f->location != LS_NONE)
        h = hash_text(h, ls_trace_string(t, t->frames[f->location].function));
    return hash_text(h, what);
}

void ls_judge_tell(struct ls_judge *judge, uint32_t thread, uint32_t turn)
{
    uint32_t *is = ls_ids_put(judge->told, (uint64_t)thread << 32 | turn);
    if (is)
        *is = 1;
    else
        judge->failed = true;
}

bool ls_judge_is_told(const struct ls_judge *judge, uint32_t thread,
                      uint32_t turn)
{
    return ls_ids_find(judge->told, (uint64_t)thread << 32 | turn) != LS_NONE;
}

static bool grow(struct ls_judge *judge)
{
    if (judge->n < judge->cap)
        return true;
    size_t cap = judge->cap ? judge->cap * 2 : 32;
    struct ls_finding *items = realloc(judge->items, cap * sizeof(*items));
    if (!items)
        return false;
    judge->items = items;
    judge->cap = cap;
    return true;
}

/* What the rule holds against it. */
static int64_t weight(const struct ls_finding *f)
{
    return f->rule == LS_RULE_DESCHEDULED         ? f->cause.descheduled_ns
           : f->rule == LS_RULE_SEQUENTIAL_AWAITS ? f->saved_ns
                                                  : f->own_ns;
}

static bool is_worse(const struct ls_finding *a, const struct ls_finding *b)
{
    return a->severity != b->severity ? a->severity > b->severity
                                      : weight(a) > weight(b);
}

static void merge(struct ls_finding *into, const struct ls_finding *f)
{
    uint32_t room = UINT32_MAX - into->count;
    uint32_t count = into->count + (f->count < room ? f->count : room);
    int64_t total = ls_sum(into->total_own_ns, f->total_own_ns);
    if (is_worse(f, into)) /* all but what is told of them together */
        memcpy(into, f, offsetof(struct ls_finding, fingerprint));
    into->count = count;
    into->total_own_ns = total;
}

void ls_judge_add(struct ls_judge *judge, const struct ls_finding *finding,
                  const char *what)
{
    int set = judge->options.severity[finding->rule];
    if (finding->severity == LS_SEVERITY_OFF || set == LS_SEVERITY_OFF) {
        free(finding->message);
        return;
    }
    struct ls_finding f = *finding;
    if (set > 0)
        f.severity = (enum ls_severity)set;
    if (f.count == 1)
        f.total_own_ns = f.own_ns;
    uint64_t print = fingerprint(judge->trace, &f, what);
    uint64_t key = print ^ (f.process + UINT64_C(1)) * 0x9e3779b97f4a7c15u;
    uint32_t *index = ls_ids_put(judge->by_print, key);
    if (index && *index != LS_NONE) {
        merge(&judge->items[*index], &f);
        free(finding->message);
        return;
    }
    if (!index || !grow(judge)) {
        judge->failed = true;
        free(finding->message);
        return;
    }
    snprintf(f.fingerprint, sizeof(f.fingerprint), "%016llx",
             (unsigned long long)print);
    *index = (uint32_t)judge->n;
    judge->items[judge->n++] = f;
}

/* What is accepted last; errors first, then what took most, then what came
 * first. */
static int compare(const void *a, const void *b)
{
    const struct ls_finding *x = a, *y = b;
    bool accepted = ls_standing_is_accepted(x->standing);
    if (accepted != ls_standing_is_accepted(y->standing))
        return accepted ? 1 : -1;
    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    if (x->own_ns != y->own_ns)
        return x->own_ns > y->own_ns ? -1 : 1;
    if (x->start_ns != y->start_ns)
        return x->start_ns < y->start_ns ? -1 : 1;
    return strcmp(x->fingerprint, y->fingerprint);
}

static bool make_tree(const struct ls_judge *judge, struct ls_finding *f)
{
    return !f->n_samples || f->slice == LS_NONE ||
           ls_tree_make(judge->trace, f->thread, f->slice,
                        judge->options.warn_ns, &f->tree);
}

static bool complete(struct ls_judge *judge, const struct ls_holds *holds)
{
    bool good = holds;
    for (size_t i = 0; good && i < judge->n; i++)
        good = ls_holds_find(holds, &judge->items[i]) &&
               make_tree(judge, &judge->items[i]) &&
               ls_chain_set(judge, &judge->items[i]) &&
               ls_sentence_set(judge->trace, &judge->items[i]);
    return good;
}

static void count(struct ls_findings *findings)
{
    size_t n = findings->n;
    while (n && ls_standing_is_accepted(findings->items[n - 1].standing))
        n--;
    findings->n_accepted = findings->n - n;
    findings->n_errors = findings->n_warnings = findings->n_notes = 0;
    for (size_t i = 0; i < n; i++) {
        enum ls_severity severity = findings->items[i].severity;
        findings->n_errors += severity == LS_SEVERITY_ERROR;
        findings->n_warnings += severity == LS_SEVERITY_WARNING;
        findings->n_notes += severity == LS_SEVERITY_NOTE;
    }
}

void ls_findings_settle(struct ls_findings *findings)
{
    if (findings->n)
        qsort(findings->items, findings->n, sizeof(*findings->items), compare);
    count(findings);
}

static bool stalls_off(const struct ls_judge_options *options)
{
    for (int i = LS_RULE_BLOCKING_CALL; i <= LS_RULE_SYNC_UV_CALL; i++)
        if (options->severity[i] != LS_SEVERITY_OFF)
            return false;
    return true;
}

struct ls_findings *ls_findings_judge(const struct ls_trace *trace,
                                      const struct ls_judge_options *options)
{
    struct ls_judge judge = {
        .trace = trace, .by_print = ls_ids_new(), .told = ls_ids_new()};
    struct ls_findings *findings = calloc(1, sizeof(*findings));
    if (options)
        judge.options = *options;
    else
        ls_judge_defaults(&judge.options);
    judge.waits = ls_waits_new(trace, ls_judge_has_end(&judge));
    bool good = findings && judge.by_print && judge.told && judge.waits;
    if (good) {
        ls_rule_stall(&judge);
        ls_rule_pool(&judge);
        ls_rule_timer_drift(&judge);
        ls_rule_spinning(&judge);
        ls_rule_handles(&judge);
        ls_rule_tasks(&judge);
        ls_rule_never_awaited(&judge);
        ls_rule_lost_wake(&judge);
        ls_rule_await_cycle(&judge);
        ls_rule_sequential_awaits(&judge);
        ls_rule_health(&judge);
        findings->holds = ls_holds_new(trace, judge.options.warn_ns);
        good = !judge.failed && complete(&judge, findings->holds);
    }
    ls_ids_free(judge.by_print);
    ls_ids_free(judge.told);
    ls_waits_free(judge.waits);
    if (findings) {
        findings->stalls_off = stalls_off(&judge.options);
        findings->items = judge.items;
        findings->n = judge.n;
    }
    if (!good) {
        ls_findings_free(findings);
        return NULL;
    }
    ls_findings_settle(findings);
    return findings;
}

void ls_findings_free(struct ls_findings *findings)
{
    if (!findings)
        return;
    for (size_t i = 0; i < findings->n; i++) {
        free(findings->items[i].waiters);
        free(findings->items[i].chain);
        free(findings->items[i].message);
        free(findings->items[i].advice);
    }
    ls_holds_free(findings->holds);
    free(findings->items);
    free(findings);
}
