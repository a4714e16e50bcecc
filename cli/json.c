/* SPDX-License-Identifier: MIT */
#include "json.h"

#include "build.h"

#include <cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WAITERS 20 /* that are told one by one */
#define MAX_CHAIN 100  /* tasks of a ring, or that wait behind one */

struct writer {
    struct ls_build *build;
    const struct ls_judged *judged; /* the one whose findings are written */
    const struct ls_trace *trace;
};

static void put_string(struct writer *w, cJSON *object, const char *key,
                       ls_string value)
{
    ls_build_text(w->build, object, key, ls_trace_string(w->trace, value));
}

static void put_process(struct writer *w, cJSON *object, uint32_t idx)
{
    if (idx == LS_NONE)
        return;
    cJSON *process =
        ls_build_put(w->build, object, "process", cJSON_CreateObject());
    ls_build_number(w->build, process, "pid", w->trace->processes[idx].pid);
    put_string(w, process, "name", w->trace->processes[idx].name);
}

static void put_thread(struct writer *w, cJSON *object, uint32_t idx)
{
    if (idx == LS_NONE)
        return;
    cJSON *thread =
        ls_build_put(w->build, object, "thread", cJSON_CreateObject());
    ls_build_number(w->build, thread, "tid", w->trace->threads[idx].tid);
    put_string(w, thread, "name", w->trace->threads[idx].name);
}

static void put_loop(struct writer *w, cJSON *object, uint32_t idx)
{
    if (idx != LS_NONE)
        ls_build_number(w->build, object, "loop",
                        w->trace->threads[w->trace->loops[idx].thread].tid);
}

/* The id as it stands in the trace: a string. */
static void fill_task(struct writer *w, cJSON *task, uint32_t idx)
{
    const struct ls_task *it = &w->trace->tasks[idx];
    char id[24];
    snprintf(id, sizeof(id), "0x%" PRIx64, it->id);
    ls_build_text(w->build, task, "id", id);
    put_string(w, task, "name", it->kind);
    put_string(w, task, "label", it->label);
}

static void put_task(struct writer *w, cJSON *object, const char *key,
                     uint32_t idx)
{
    if (idx != LS_NONE)
        fill_task(w, ls_build_put(w->build, object, key, cJSON_CreateObject()),
                  idx);
}

static void put_cause(struct writer *w, cJSON *object,
                      const struct ls_finding *finding)
{
    if (finding->cause.cpu_ns == LS_UNKNOWN || finding->duration_ns <= 0)
        return;
    cJSON *cause =
        ls_build_put(w->build, object, "cause", cJSON_CreateObject());
    ls_build_text(w->build, cause, "class", ls_class_name(finding->class));
    ls_build_number(w->build, cause, "cpu_ns", finding->cause.cpu_ns);
    ls_build_number(w->build, cause, "blocked_ns", finding->cause.blocked_ns);
    ls_build_number(w->build, cause, "descheduled_ns",
                    finding->cause.descheduled_ns);
}

static void put_place(struct writer *w, cJSON *object,
                      const struct ls_frame *frame)
{
    put_string(w, object, "function", frame->function);
    ls_build_path(w->build, object, "file",
                  ls_trace_string(w->trace, frame->file));
    if (frame->line)
        ls_build_number(w->build, object, "line", frame->line);
}

static void put_frame(struct writer *w, cJSON *object, const char *key,
                      uint32_t frame)
{
    if (frame != LS_NONE)
        put_place(w, ls_build_put(w->build, object, key, cJSON_CreateObject()),
                  &w->trace->frames[frame]);
}

static void put_stack(struct writer *w, cJSON *object, uint32_t idx)
{
    if (idx == LS_NONE)
        return;
    const struct ls_stack *stack = &w->trace->stacks[idx];
    cJSON *frames =
        ls_build_put(w->build, object, "stack", cJSON_CreateArray());
    for (uint32_t i = 0; i < stack->n_frames; i++) {
        const struct ls_frame *frame =
            &w->trace->frames[stack->first_frame + i];
        cJSON *item = ls_build_append(w->build, frames, cJSON_CreateObject());
        put_place(w, item, frame);
        put_string(w, item, "module", frame->module);
        if (frame->offset) {
            char offset[24];
            snprintf(offset, sizeof(offset), "0x%" PRIx64, frame->offset);
            ls_build_text(w->build, item, "offset", offset);
        }
        put_string(w, item, "build_id", frame->build_id);
    }
}

/* Where the samples were: functions in pre-order, each with its share. */
static void put_samples(struct writer *w, cJSON *object,
                        const struct ls_finding *finding)
{
    if (!finding->tree.n)
        return;
    cJSON *samples =
        ls_build_put(w->build, object, "samples", cJSON_CreateArray());
    for (uint32_t i = 0; i < finding->tree.n; i++) {
        const struct ls_tree_row *row = &finding->tree.rows[i];
        cJSON *item = ls_build_append(w->build, samples, cJSON_CreateObject());
        put_place(w, item, &w->trace->frames[row->frame]);
        ls_build_number(w->build, item, "depth", row->depth);
        ls_build_number(w->build, item, "percent",
                        INT64_C(100) * row->weight / finding->tree.weight);
    }
}

/* What adds up to it. */
static void put_parts(struct writer *w, cJSON *object,
                      const struct ls_finding *finding)
{
    if (finding->n_parts)
        ls_build_number(w->build, object, "n_parts", finding->n_parts);
    if (!finding->n_shares)
        return;
    cJSON *parts = ls_build_put(w->build, object, "parts", cJSON_CreateArray());
    for (uint32_t i = 0; i < finding->n_shares; i++) {
        const struct ls_share *share = &finding->shares[i];
        cJSON *item = ls_build_append(w->build, parts, cJSON_CreateObject());
        put_string(w, item, "name", share->name);
        ls_build_number(w->build, item, "count", share->count);
        ls_build_number(w->build, item, "total_ns", share->total_ns);
    }
}

/* How many more in each third of the recording. */
static void put_growth(struct writer *w, cJSON *object,
                       const struct ls_finding *finding)
{
    if (!finding->growth[0])
        return;
    cJSON *growth =
        ls_build_put(w->build, object, "growth", cJSON_CreateArray());
    for (int i = 0; i < 3; i++)
        ls_build_append(w->build, growth,
                        cJSON_CreateNumber(finding->growth[i]));
}

static void put_waiters(struct writer *w, cJSON *object,
                        const struct ls_finding *finding)
{
    if (!finding->n_waiters)
        return;
    cJSON *waiters =
        ls_build_put(w->build, object, "waiters", cJSON_CreateArray());
    for (uint32_t i = 0; i < finding->n_waiters && i < MAX_WAITERS; i++) {
        const struct ls_waiter *waiter = &finding->waiters[i];
        cJSON *item = ls_build_append(w->build, waiters, cJSON_CreateObject());
        put_task(w, item, "task", waiter->task);
        ls_build_number(w->build, item, "held_up_ns", waiter->held_up_ns);
        if (waiter->at_most)
            ls_build_put(w->build, item, "at_most", cJSON_CreateTrue());
    }
    ls_build_number(w->build, object, "n_waiters", finding->n_waiters);
    ls_build_number(w->build, object, "waited_ns", finding->waited_ns);
}

/* What a finding about tasks says of others, and under which key. */
static const struct {
    enum ls_rule rule;
    const char *key, *n_key;
} chains[] = {
    {LS_RULE_AWAIT_CYCLE, "ring", "n_ring"},
    {LS_RULE_SEQUENTIAL_AWAITS, "awaited", "n_awaited"},
    {LS_RULE_LOST_WAKE, "behind", "n_behind"},
    {LS_RULE_NEVER_AWAITED, "behind", "n_behind"},
};

static void put_chain(struct writer *w, cJSON *object,
                      const struct ls_finding *finding)
{
    size_t row = 0;
    if (finding->rule == LS_RULE_NEVER_AWAITED)
        put_task(w, object, "made_by", w->trace->tasks[finding->task].by);
    if (finding->saved_ns > 0)
        ls_build_number(w->build, object, "saved_ns", finding->saved_ns);
    if (!finding->n_chain)
        return;
    while (chains[row].rule != finding->rule)
        row++;
    cJSON *all =
        ls_build_put(w->build, object, chains[row].key, cJSON_CreateArray());
    for (uint32_t i = 0; i < finding->n_chain && i < MAX_CHAIN; i++)
        fill_task(w, ls_build_append(w->build, all, cJSON_CreateObject()),
                  finding->chain[i]);
    ls_build_number(w->build, object, chains[row].n_key, finding->n_chain);
}

static const char *const states[] = {
    [LS_STANDING_NEW] = "new",
    [LS_STANDING_WORSE] = "worse",
    [LS_STANDING_KNOWN] = "known",
};

void ls_json_put_finding(struct ls_build *build, cJSON *item,
                         const struct ls_judged *judged,
                         const struct ls_finding *finding)
{
    struct writer writer = {build, judged, judged->trace}, *w = &writer;
    ls_build_text(w->build, item, "rule", ls_rule_get(finding->rule)->name);
    ls_build_text(w->build, item, "severity",
                  ls_severity_name(finding->severity));
    ls_build_text(w->build, item, "message", finding->message);
    ls_build_text(w->build, item, "advice", finding->advice);
    put_process(w, item, finding->process);
    put_thread(w, item, finding->thread);
    put_loop(w, item, finding->loop);
    put_task(w, item, "task", finding->task);
    put_string(w, item, "callback", finding->callback);
    if (finding->start_ns != LS_UNKNOWN) {
        ls_build_number(w->build, item, "start_ns", finding->start_ns);
        if (finding->duration_ns > 0)
            ls_build_number(w->build, item, "duration_ns",
                            finding->duration_ns);
    }
    if (finding->pool_threads) {
        ls_build_number(w->build, item, "pool_threads", finding->pool_threads);
        ls_build_number(w->build, item, "p99_ns", finding->p99_ns);
    }
    if (finding->period_ns > 0)
        ls_build_number(w->build, item, "period_ns", finding->period_ns);
    put_cause(w, item, finding);
    put_string(w, item, "call", finding->call);
    put_frame(w, item, "location", finding->location);
    ls_build_text(w->build, item, "target",
                  ls_trace_string(w->trace, finding->target));
    put_frame(w, item, "registered", finding->registered);
    put_stack(w, item, finding->stack);
    put_samples(w, item, finding);
    put_parts(w, item, finding);
    put_growth(w, item, finding);
    put_waiters(w, item, finding);
    put_chain(w, item, finding);
    ls_build_text(w->build, item, "fingerprint", finding->fingerprint);
    ls_build_put(w->build, item, "suppressed",
                 cJSON_CreateBool(finding->standing == LS_STANDING_SUPPRESSED));
    ls_build_number(w->build, item, "count", finding->count);
    ls_build_path(w->build, item, "trace", w->judged->path);
}

static void put_finding(struct writer *w, cJSON *array,
                        const struct ls_finding *finding, bool has_baseline)
{
    cJSON *item = ls_build_append(w->build, array, cJSON_CreateObject());
    ls_json_put_finding(w->build, item, w->judged, finding);
    if (has_baseline && finding->standing != LS_STANDING_SUPPRESSED)
        ls_build_text(w->build, item, "baseline", states[finding->standing]);
}

static void put_member(struct writer *w, cJSON *all,
                       const struct ls_judged *judged, size_t i)
{
    const struct ls_member *member = &judged->members.items[i];
    const struct ls_process *process =
        &judged->trace->processes[member->process];
    struct ls_text label = {0};
    cJSON *item = ls_build_append(w->build, all, cJSON_CreateObject());
    ls_members_label(&judged->members, i, &label);
    ls_build_number(w->build, item, "pid", process->pid);
    ls_build_text(w->build, item, "name", ls_text_get(&label));
    ls_build_text(w->build, item, "verdict",
                  member->is_driver  ? "not-judged"
                  : member->n_errors ? "fail"
                                     : "pass");
    ls_build_number(w->build, item, "errors", (int64_t)member->n_errors);
    ls_build_number(w->build, item, "warnings", (int64_t)member->n_warnings);
    ls_build_number(w->build, item, "notes", (int64_t)member->n_notes);
    w->build->failed = w->build->failed || label.failed;
    ls_text_destroy(&label);
}

/* Where there are several: each has a verdict of its own. */
static void put_members(struct writer *w, cJSON *object,
                        const struct ls_judged *judged)
{
    if (judged->members.n < 2)
        return;
    cJSON *all =
        ls_build_put(w->build, object, "processes", cJSON_CreateArray());
    for (size_t i = 0; i < judged->members.n; i++)
        put_member(w, all, judged, i);
}

static void put_trace(struct writer *w, cJSON *traces,
                      const struct ls_judged *judged)
{
    cJSON *item = ls_build_append(w->build, traces, cJSON_CreateObject());
    ls_build_path(w->build, item, "trace", judged->path);
    ls_build_text(w->build, item, "verdict", ls_verdict_name(judged->verdict));
    ls_build_text(w->build, item, "reason", ls_text_get(&judged->why));
    if (!judged->trace)
        return;
    const struct ls_trace *trace = judged->trace;
    ls_build_number(w->build, item, "duration_ns",
                    trace->end_ns - trace->begin_ns);
    ls_build_number(w->build, item, "loops", trace->n_loops);
    ls_build_number(w->build, item, "tasks", trace->n_tasks);
    ls_build_number(w->build, item, "events", (int64_t)trace->n_events);
    ls_build_number(w->build, item, "lost", (int64_t)trace->health.n_lost);
    put_members(w, item, judged);
}

/* What is not known is absent: no trace had a loop to measure. */
static void put_budgets(struct writer *w, cJSON *root,
                        const struct ls_gate *gate)
{
    if (!ls_budgets_any(&gate->budgets))
        return;
    cJSON *all = ls_build_put(w->build, root, "budgets", cJSON_CreateArray());
    for (int i = 0; i < LS_MEASURES; i++) {
        const struct ls_budget *budget = &gate->budgets.of[i];
        if (!budget->is_set)
            continue;
        cJSON *item = ls_build_append(w->build, all, cJSON_CreateObject());
        const char *unit = ls_measure_is_ratio((enum ls_measure)i) ? "" : "_ns";
        char key[16];
        ls_build_text(w->build, item, "measure",
                      ls_measure_name((enum ls_measure)i));
        snprintf(key, sizeof(key), "limit%s", unit);
        ls_build_put(w->build, item, key, cJSON_CreateNumber(budget->limit));
        if (!budget->n_traces)
            continue;
        snprintf(key, sizeof(key), "value%s", unit);
        ls_build_put(w->build, item, key, cJSON_CreateNumber(budget->value));
        ls_build_put(w->build, item, "over",
                     cJSON_CreateBool(ls_budget_is_over(budget)));
    }
}

static void put_unused(struct writer *w, cJSON *root,
                       const struct ls_suppressions *suppressions)
{
    if (!suppressions || !ls_suppressions_unused(suppressions))
        return;
    cJSON *all = ls_build_put(w->build, root, "unused_suppressions",
                              cJSON_CreateArray());
    for (size_t i = 0; i < suppressions->n; i++) {
        const struct ls_suppression *it = &suppressions->items[i];
        if (it->n_used)
            continue;
        cJSON *item = ls_build_append(w->build, all, cJSON_CreateObject());
        ls_build_text(w->build, item, "suppression", it->text);
        ls_build_number(w->build, item, "line", it->line);
    }
}

static void put_summary(struct writer *w, cJSON *root,
                        const struct ls_gate *gate)
{
    const struct ls_counts counts = ls_gate_count(gate);
    cJSON *summary =
        ls_build_put(w->build, root, "summary", cJSON_CreateObject());
    ls_build_number(w->build, summary, "errors", (int64_t)counts.n_errors);
    ls_build_number(w->build, summary, "warnings", (int64_t)counts.n_warnings);
    ls_build_number(w->build, summary, "notes", (int64_t)counts.n_notes);
    if (gate->suppressions)
        ls_build_number(w->build, summary, "suppressed",
                        (int64_t)counts.n_suppressed);
    if (gate->has_baseline)
        ls_build_number(w->build, summary, "known", (int64_t)counts.n_known);
    cJSON *traces =
        ls_build_put(w->build, summary, "traces", cJSON_CreateArray());
    for (size_t i = 0; i < gate->n; i++)
        put_trace(w, traces, &gate->judged[i]);
}

static void build(struct writer *w, cJSON *root, const struct ls_gate *gate)
{
    ls_build_number(w->build, root, "version", 1);
    ls_build_text(w->build, root, "verdict",
                  ls_verdict_name(ls_gate_verdict(gate)));
    put_summary(w, root, gate);
    put_budgets(w, root, gate);
    put_unused(w, root, gate->suppressions);
    cJSON *findings =
        ls_build_put(w->build, root, "findings", cJSON_CreateArray());
    for (size_t i = 0; i < gate->n; i++) {
        const struct ls_findings *found = gate->judged[i].findings;
        w->judged = &gate->judged[i];
        w->trace = w->judged->trace;
        for (size_t j = 0; found && j < found->n; j++)
            put_finding(w, findings, &found->items[j], gate->has_baseline);
    }
}

void ls_json_render(const struct ls_gate *gate, const struct ls_style *style,
                    struct ls_text *text)
{
    struct ls_build tree = {.style = style};
    struct writer w = {.build = &tree};
    cJSON *root = cJSON_CreateObject();
    build(&w, root, gate);
    ls_build_print(&tree, root, text);
}
