/* SPDX-License-Identifier: MIT */
/*
 * A tree of cJSON, printed at the end. Where memory runs out in the middle a
 * piece would be missing, so every addition is checked: put() and its kin
 * remember a failure in the writer.
 */
#include "json.h"

#include "analysis/utf8.h"

#include <cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WAITERS 20 /* that are told one by one */

struct writer {
    const struct ls_judged *judged; /* the one whose findings are written */
    const struct ls_trace *trace;
    const struct ls_style *style;
    bool failed;
};

/* Adds ITEM (which is freed on failure); returns it, or NULL. */
static cJSON *put(struct writer *w, cJSON *object, const char *key, cJSON *item)
{
    if (item && object && cJSON_AddItemToObject(object, key, item))
        return item;
    cJSON_Delete(item);
    w->failed = true;
    return NULL;
}

static cJSON *append(struct writer *w, cJSON *array, cJSON *item)
{
    if (item && array && cJSON_AddItemToArray(array, item))
        return item;
    cJSON_Delete(item);
    w->failed = true;
    return NULL;
}

static void put_number(struct writer *w, cJSON *object, const char *key,
                       int64_t value)
{
    put(w, object, key, cJSON_CreateNumber((double)value));
}

static void put_text(struct writer *w, cJSON *object, const char *key,
                     const char *value)
{
    if (value && value[0])
        put(w, object, key, cJSON_CreateString(value));
}

/* A file name may be anything; JSON is UTF-8. */
static void put_path(struct writer *w, cJSON *object, const char *key,
                     const char *path)
{
    const char *shown = ls_style_path(w->style, path);
    size_t n = strlen(shown);
    char *clean = malloc(3 * n + 1);
    if (!clean) {
        w->failed = true;
        return;
    }
    clean[ls_utf8_clean(shown, n, clean)] = '\0';
    put_text(w, object, key, clean);
    free(clean);
}

static void put_string(struct writer *w, cJSON *object, const char *key,
                       ls_string value)
{
    put_text(w, object, key, ls_trace_string(w->trace, value));
}

static void put_process(struct writer *w, cJSON *object, uint32_t idx)
{
    if (idx == LS_NONE)
        return;
    cJSON *process = put(w, object, "process", cJSON_CreateObject());
    put_number(w, process, "pid", w->trace->processes[idx].pid);
    put_string(w, process, "name", w->trace->processes[idx].name);
}

static void put_thread(struct writer *w, cJSON *object, uint32_t idx)
{
    if (idx == LS_NONE)
        return;
    cJSON *thread = put(w, object, "thread", cJSON_CreateObject());
    put_number(w, thread, "tid", w->trace->threads[idx].tid);
    put_string(w, thread, "name", w->trace->threads[idx].name);
}

static void put_loop(struct writer *w, cJSON *object, uint32_t idx)
{
    if (idx != LS_NONE)
        put_number(w, object, "loop",
                   w->trace->threads[w->trace->loops[idx].thread].tid);
}

/* The id as it stands in the trace: a string. */
static void put_task(struct writer *w, cJSON *object, uint32_t idx)
{
    if (idx == LS_NONE)
        return;
    const struct ls_task *it = &w->trace->tasks[idx];
    char id[24];
    snprintf(id, sizeof(id), "0x%" PRIx64, it->id);
    cJSON *task = put(w, object, "task", cJSON_CreateObject());
    put_text(w, task, "id", id);
    put_string(w, task, "name", it->kind);
    put_string(w, task, "label", it->label);
}

static void put_cause(struct writer *w, cJSON *object,
                      const struct ls_finding *finding)
{
    if (finding->cause.cpu_ns == LS_UNKNOWN || finding->duration_ns <= 0)
        return;
    cJSON *cause = put(w, object, "cause", cJSON_CreateObject());
    put_text(w, cause, "class", ls_class_name(finding->class));
    put_number(w, cause, "cpu_ns", finding->cause.cpu_ns);
    put_number(w, cause, "blocked_ns", finding->cause.blocked_ns);
    put_number(w, cause, "descheduled_ns", finding->cause.descheduled_ns);
}

static void put_place(struct writer *w, cJSON *object,
                      const struct ls_frame *frame)
{
    put_string(w, object, "function", frame->function);
    put_path(w, object, "file", ls_trace_string(w->trace, frame->file));
    if (frame->line)
        put_number(w, object, "line", frame->line);
}

static void put_frame(struct writer *w, cJSON *object, const char *key,
                      uint32_t frame)
{
    if (frame != LS_NONE)
        put_place(w, put(w, object, key, cJSON_CreateObject()),
                  &w->trace->frames[frame]);
}

static void put_stack(struct writer *w, cJSON *object, uint32_t idx)
{
    if (idx == LS_NONE)
        return;
    const struct ls_stack *stack = &w->trace->stacks[idx];
    cJSON *frames = put(w, object, "stack", cJSON_CreateArray());
    for (uint32_t i = 0; i < stack->n_frames; i++) {
        const struct ls_frame *frame =
            &w->trace->frames[stack->first_frame + i];
        cJSON *item = append(w, frames, cJSON_CreateObject());
        put_place(w, item, frame);
        put_string(w, item, "module", frame->module);
        if (frame->offset) {
            char offset[24];
            snprintf(offset, sizeof(offset), "0x%" PRIx64, frame->offset);
            put_text(w, item, "offset", offset);
        }
    }
}

/* Where the samples were: functions in pre-order, each with its share. */
static void put_samples(struct writer *w, cJSON *object,
                        const struct ls_finding *finding)
{
    if (!finding->tree.n)
        return;
    cJSON *samples = put(w, object, "samples", cJSON_CreateArray());
    for (uint32_t i = 0; i < finding->tree.n; i++) {
        const struct ls_tree_row *row = &finding->tree.rows[i];
        cJSON *item = append(w, samples, cJSON_CreateObject());
        put_place(w, item, &w->trace->frames[row->frame]);
        put_number(w, item, "depth", row->depth);
        put_number(w, item, "percent",
                   INT64_C(100) * row->weight / finding->tree.weight);
    }
}

static void put_waiters(struct writer *w, cJSON *object,
                        const struct ls_finding *finding)
{
    if (!finding->n_waiters)
        return;
    cJSON *waiters = put(w, object, "waiters", cJSON_CreateArray());
    for (uint32_t i = 0; i < finding->n_waiters && i < MAX_WAITERS; i++) {
        const struct ls_waiter *waiter = &finding->waiters[i];
        cJSON *item = append(w, waiters, cJSON_CreateObject());
        put_task(w, item, waiter->task);
        put_number(w, item, "held_up_ns", waiter->held_up_ns);
        if (waiter->at_most)
            put(w, item, "at_most", cJSON_CreateTrue());
    }
    put_number(w, object, "n_waiters", finding->n_waiters);
}

static void put_finding(struct writer *w, cJSON *array,
                        const struct ls_finding *finding)
{
    cJSON *item = append(w, array, cJSON_CreateObject());
    put_text(w, item, "rule", ls_rule_get(finding->rule)->name);
    put_text(w, item, "severity", ls_severity_name(finding->severity));
    put_text(w, item, "message", finding->message);
    put_text(w, item, "advice", finding->advice);
    put_process(w, item, finding->process);
    put_thread(w, item, finding->thread);
    put_loop(w, item, finding->loop);
    put_task(w, item, finding->task);
    put_string(w, item, "callback", finding->callback);
    if (finding->start_ns != LS_UNKNOWN) {
        put_number(w, item, "start_ns", finding->start_ns);
        if (finding->duration_ns > 0)
            put_number(w, item, "duration_ns", finding->duration_ns);
    }
    put_cause(w, item, finding);
    put_string(w, item, "call", finding->call);
    put_frame(w, item, "location", finding->location);
    put_text(w, item, "target", ls_trace_string(w->trace, finding->target));
    put_frame(w, item, "registered", finding->registered);
    put_stack(w, item, finding->stack);
    put_samples(w, item, finding);
    put_waiters(w, item, finding);
    put_text(w, item, "fingerprint", finding->fingerprint);
    put(w, item, "suppressed", cJSON_CreateFalse());
    put_number(w, item, "count", finding->count);
    put_path(w, item, "trace", w->judged->path);
}

static void put_trace(struct writer *w, cJSON *traces,
                      const struct ls_judged *judged)
{
    cJSON *item = append(w, traces, cJSON_CreateObject());
    put_path(w, item, "trace", judged->path);
    put_text(w, item, "verdict", ls_verdict_name(judged->verdict));
    put_text(w, item, "reason", ls_text_get(&judged->why));
    if (!judged->trace)
        return;
    const struct ls_trace *trace = judged->trace;
    put_number(w, item, "duration_ns", trace->end_ns - trace->begin_ns);
    put_number(w, item, "loops", trace->n_loops);
    put_number(w, item, "tasks", trace->n_tasks);
    put_number(w, item, "events", (int64_t)trace->n_events);
    put_number(w, item, "lost", (int64_t)trace->health.n_lost);
}

static void put_summary(struct writer *w, cJSON *root,
                        const struct ls_judged *judged, size_t n)
{
    size_t n_errors = 0, n_warnings = 0, n_notes = 0;
    for (size_t i = 0; i < n; i++) {
        const struct ls_findings *findings = judged[i].findings;
        n_errors += findings ? findings->n_errors : 0;
        n_warnings += findings ? findings->n_warnings : 0;
        n_notes += findings ? findings->n_notes : 0;
    }
    cJSON *summary = put(w, root, "summary", cJSON_CreateObject());
    put_number(w, summary, "errors", (int64_t)n_errors);
    put_number(w, summary, "warnings", (int64_t)n_warnings);
    put_number(w, summary, "notes", (int64_t)n_notes);
    cJSON *traces = put(w, summary, "traces", cJSON_CreateArray());
    for (size_t i = 0; i < n; i++)
        put_trace(w, traces, &judged[i]);
}

static void build(struct writer *w, cJSON *root, const struct ls_judged *judged,
                  size_t n)
{
    enum ls_verdict worst = LS_VERDICT_PASS;
    for (size_t i = 0; i < n; i++)
        worst = ls_verdict_worse(worst, judged[i].verdict);
    put_number(w, root, "version", 1);
    put_text(w, root, "verdict", ls_verdict_name(worst));
    put_summary(w, root, judged, n);
    cJSON *findings = put(w, root, "findings", cJSON_CreateArray());
    for (size_t i = 0; i < n; i++) {
        w->judged = &judged[i];
        w->trace = judged[i].trace;
        for (size_t j = 0; judged[i].findings && j < judged[i].findings->n; j++)
            put_finding(w, findings, &judged[i].findings->items[j]);
    }
}

void ls_json_render(const struct ls_judged *judged, size_t n,
                    const struct ls_style *style, struct ls_text *text)
{
    struct writer w = {.style = style};
    cJSON *root = cJSON_CreateObject();
    build(&w, root, judged, n);
    char *printed = w.failed ? NULL : cJSON_Print(root);
    if (printed) {
        ls_text_add(text, printed);
        ls_text_add_char(text, '\n', 1);
    } else {
        text->failed = true;
    }
    cJSON_free(printed);
    cJSON_Delete(root);
}
