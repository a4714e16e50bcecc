/* SPDX-License-Identifier: MIT */
#include "viewer/explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "viewer/format.h"

/* Names are cut to this in sentences; the details show them whole. */
#define NAME "%.60s"

bool ls_explain_is_stall(const struct ls_finding *finding)
{
    return finding->rule <= LS_RULE_SYNC_UV_CALL &&
           finding->start_ns != LS_UNKNOWN;
}

uint32_t ls_explain_worst(const struct ls_findings *findings)
{
    for (size_t i = 0; i < findings->n; i++)
        if (ls_explain_is_stall(&findings->items[i]))
            return (uint32_t)i;
    return LS_NONE;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

void ls_explain_place(const struct ls_trace *trace, uint32_t frame, char *text,
                      size_t n_text)
{
    text[0] = 0;
    if (frame >= trace->n_frames)
        return;
    const struct ls_frame *f = &trace->frames[frame];
    const char *file = base_name(ls_trace_string(trace, f->file));
    const char *module = base_name(ls_trace_string(trace, f->module));
    if (*file && f->line)
        snprintf(text, n_text, NAME ":%" PRIu32, file, f->line);
    else if (*file)
        snprintf(text, n_text, NAME, file);
    else if (*module && f->offset)
        snprintf(text, n_text, NAME "+0x%" PRIx64, module, f->offset);
    else if (*module)
        snprintf(text, n_text, NAME, module);
}

static void add(char *text, size_t n_text, const char *more)
{
    size_t n = strlen(text);
    snprintf(text + n, n_text - n, "%s", more);
}

static void add_worst(const struct ls_trace *trace, const struct ls_finding *f,
                      char *text, size_t n_text)
{
    char part[256], took[LS_FORMAT_MAX], place[128];
    ls_format_duration(took, f->own_ns > 0 ? f->own_ns : f->duration_ns);
    const char *call = ls_trace_string(trace, f->call);
    if (*call)
        snprintf(part, sizeof(part), NAME "%s blocked the loop for %s", call,
                 f->is_syscall ? "" : "()", took);
    else
        snprintf(part, sizeof(part), "%s %s the loop for %s",
                 f->class == LS_CLASS_COMPUTING ? "computing" : "one turn",
                 f->class == LS_CLASS_BLOCKED ? "blocked" : "held", took);
    add(text, n_text, part);
    if (f->location < trace->n_frames) {
        const char *function =
            ls_trace_string(trace, trace->frames[f->location].function);
        snprintf(part, sizeof(part), " in " NAME,
                 *function ? function : "a function without a name");
        add(text, n_text, part);
        ls_explain_place(trace, f->location, place, sizeof(place));
        if (*place) {
            add(text, n_text, ", ");
            add(text, n_text, place);
        }
    } else if (f->callback) {
        snprintf(part, sizeof(part), " in " NAME,
                 ls_trace_string(trace, f->callback));
        add(text, n_text, part);
    }
    add(text, n_text, ".");
    if (f->n_waiters > 0) {
        snprintf(part, sizeof(part), " %s%" PRIu32 " task%s waited.",
                 f->n_at_most ? "Up to " : "", f->n_waiters,
                 ls_plural(f->n_waiters));
        add(text, n_text, part);
    }
}

static void calm_verdict(const struct ls_trace *trace,
                         const struct ls_findings *findings, char *text,
                         size_t n_text)
{
    if (trace->n_loops == 0)
        snprintf(text, n_text, "No event loop in this trace.");
    else
        snprintf(text, n_text, "Nothing stalled the loop%s%s.",
                 ls_plural(trace->n_loops),
                 trace->health.complete ? "" : " up to where the trace ends");
    size_t n_other = findings->n_errors + findings->n_warnings;
    char part[64];
    snprintf(part, sizeof(part), " %zu other finding%s.", n_other,
             ls_plural(n_other));
    if (n_other > 0)
        add(text, n_text, part);
}

bool ls_explain_verdict(const struct ls_trace *trace,
                        const struct ls_findings *findings, char *text,
                        size_t n_text)
{
    uint32_t worst = ls_explain_worst(findings);
    if (worst == LS_NONE) {
        calm_verdict(trace, findings, text, n_text);
        return false;
    }
    uint64_t n = 0;
    enum ls_severity severity = findings->items[worst].severity;
    for (size_t i = 0; i < findings->n; i++)
        if (ls_explain_is_stall(&findings->items[i]) &&
            findings->items[i].severity == severity)
            n += findings->items[i].count;
    if (severity < LS_SEVERITY_ERROR)
        snprintf(text, n_text, "Nothing stalled for long. Worst: ");
    else if (n == 1)
        snprintf(text, n_text, "Stalled once. Worst: ");
    else
        snprintf(text, n_text, "Stalled %" PRIu64 " times. Worst: ", n);
    add_worst(trace, &findings->items[worst], text, n_text);
    return severity == LS_SEVERITY_ERROR;
}

void ls_explain_task(const struct ls_trace *trace, uint32_t task, char *text,
                     size_t n_text)
{
    const struct ls_task *t = &trace->tasks[task];
    const char *label = ls_trace_string(trace, t->label);
    const char *kind = ls_trace_string(trace, t->kind);
    if (*label)
        snprintf(text, n_text, NAME " " NAME, kind, label);
    else
        snprintf(text, n_text, NAME, *kind ? kind : "task");
}

void ls_explain_await(const struct ls_trace *trace,
                      const struct ls_stretch *stretch, char *text,
                      size_t n_text)
{
    const char *what = ls_trace_string(trace, stretch->what);
    char name[160];
    if (stretch->n_on > 1) {
        snprintf(text, n_text, NAME " of %u", what, stretch->n_on);
    } else if (stretch->n_on == 1) {
        ls_explain_task(trace, trace->awaited[stretch->first_on], name,
                        sizeof(name));
        snprintf(text, n_text, NAME " %s", what, name);
    } else {
        snprintf(text, n_text, NAME, *what ? what : "something");
    }
}

void ls_explain_sample(const struct ls_trace *trace,
                       const struct ls_sample *sample, char *text,
                       size_t n_text)
{
    static const char *const states[] = {[LS_SAMPLE_RUNNING] = "running",
                                         [LS_SAMPLE_BLOCKED] = "blocked",
                                         [LS_SAMPLE_FAULT] =
                                             "waiting for a page of memory"};
    const char *call = ls_trace_string(trace, sample->syscall);
    const char *target = ls_trace_string(trace, sample->target);
    snprintf(text, n_text, "%s%s" NAME "%s" NAME, states[sample->state],
             *call ? " in " : "", call, *target ? ", " : "", target);
}
