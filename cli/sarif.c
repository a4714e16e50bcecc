/* SPDX-License-Identifier: MIT */
#include "sarif.h"

#include "build.h"

#include "analysis/utf8.h"

#include <stdlib.h>
#include <string.h>

#define SCHEMA                                                                 \
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/"               \
    "sarif-schema-2.1.0.json"

struct writer {
    struct ls_build build;
    const struct ls_gate *gate;
    const struct ls_trace *trace;
};

static cJSON *put_object(struct writer *w, cJSON *object, const char *key)
{
    return ls_build_put(&w->build, object, key, cJSON_CreateObject());
}

static cJSON *put_array(struct writer *w, cJSON *object, const char *key)
{
    return ls_build_put(&w->build, object, key, cJSON_CreateArray());
}

static cJSON *append_object(struct writer *w, cJSON *array)
{
    return ls_build_append(&w->build, array, cJSON_CreateObject());
}

/* A message's text may not be empty. */
static void put_message(struct writer *w, cJSON *object, const char *key,
                        const char *text)
{
    cJSON *message = put_object(w, object, key);
    ls_build_text(&w->build, message, "text", text && text[0] ? text : "?");
}

/* ---- places ---- */

/* The bytes that a URI's path may have as they are (RFC 3986, `pchar` and the
 * slash, without a colon: it would make a scheme of what is before it). */
static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || (c && strchr("/-._~!$&'()*+,;=@", c));
}

static void add_uri(struct ls_text *uri, const char *path)
{
    for (; *path; path++) {
        if (is_plain(*path))
            ls_text_add_char(uri, *path, 1);
        else
            ls_text_addf(uri, "%%%02X", (unsigned char)*path);
    }
}

/* What stands above the folder has no place below its base. */
static bool leaves(const char *path)
{
    return !strncmp(path, "../", 3) || strstr(path, "/../");
}

static void put_artifact(struct writer *w, cJSON *physical, const char *path)
{
    const char *shown = ls_style_path(w->build.style, path);
    struct ls_text uri = {0};
    if (shown[0] == '/')
        ls_text_add(&uri, "file://");
    add_uri(&uri, shown + (strncmp(shown, "./", 2) ? 0 : 2));
    cJSON *artifact = put_object(w, physical, "artifactLocation");
    ls_build_text(&w->build, artifact, "uri", ls_text_get(&uri));
    if (shown[0] != '/')
        ls_build_text(&w->build, artifact, "uriBaseId", "SRCROOT");
    w->build.failed = w->build.failed || uri.failed;
    ls_text_destroy(&uri);
}

static void fill_location(struct writer *w, cJSON *location,
                          const struct ls_frame *frame)
{
    const char *file = ls_trace_string(w->trace, frame->file);
    const char *function = ls_trace_string(w->trace, frame->function);
    if (file[0] && !leaves(file)) {
        cJSON *physical = put_object(w, location, "physicalLocation");
        put_artifact(w, physical, file);
        if (frame->line)
            ls_build_number(&w->build, put_object(w, physical, "region"),
                            "startLine", frame->line);
    }
    if (function[0]) {
        cJSON *logical =
            append_object(w, put_array(w, location, "logicalLocations"));
        ls_build_text(&w->build, logical, "name", function);
        ls_build_text(&w->build, logical, "kind", "function");
    }
}

static void put_locations(struct writer *w, cJSON *result,
                          const struct ls_finding *f)
{
    cJSON *locations = put_array(w, result, "locations");
    if (f->location != LS_NONE)
        fill_location(w, append_object(w, locations),
                      &w->trace->frames[f->location]);
    if (f->registered == LS_NONE)
        return;
    cJSON *related = append_object(w, put_array(w, result, "relatedLocations"));
    fill_location(w, related, &w->trace->frames[f->registered]);
    put_message(w, related, "message", "the callback was asked for here");
}

static void put_stacks(struct writer *w, cJSON *result,
                       const struct ls_finding *f)
{
    if (f->stack == LS_NONE || !w->trace->stacks[f->stack].n_frames)
        return;
    const struct ls_stack *stack = &w->trace->stacks[f->stack];
    cJSON *item = append_object(w, put_array(w, result, "stacks"));
    put_message(w, item, "message",
                f->n_samples ? "as sampled while it lasted" : "of the call");
    cJSON *frames = put_array(w, item, "frames");
    for (uint32_t i = 0; i < stack->n_frames; i++) {
        const struct ls_frame *frame =
            &w->trace->frames[stack->first_frame + i];
        cJSON *one = append_object(w, frames);
        fill_location(w, put_object(w, one, "location"), frame);
        ls_build_text(&w->build, one, "module",
                      ls_trace_string(w->trace, frame->module));
    }
}

/* ---- results ---- */

static const char *const levels[] = {
    [LS_SEVERITY_OFF] = "none",
    [LS_SEVERITY_NOTE] = "note",
    [LS_SEVERITY_WARNING] = "warning",
    [LS_SEVERITY_ERROR] = "error",
};

static const char *const states[] = {
    [LS_STANDING_NEW] = "new",
    [LS_STANDING_WORSE] = "updated",
    [LS_STANDING_KNOWN] = "unchanged",
};

static void put_standing(struct writer *w, cJSON *result,
                         enum ls_standing standing)
{
    if (standing == LS_STANDING_SUPPRESSED)
        ls_build_text(&w->build,
                      append_object(w, put_array(w, result, "suppressions")),
                      "kind", "external");
    else if (w->gate->has_baseline)
        ls_build_text(&w->build, result, "baselineState", states[standing]);
}

static void put_properties(struct writer *w, cJSON *result,
                           const struct ls_finding *f,
                           const struct ls_judged *judged)
{
    cJSON *properties = put_object(w, result, "properties");
    ls_build_path(&w->build, properties, "trace", judged->path);
    if (f->own_ns > 0)
        ls_build_number(&w->build, properties, "own_ns", f->own_ns);
    if (f->class != LS_CLASS_UNKNOWN)
        ls_build_text(&w->build, properties, "class", ls_class_name(f->class));
    if (f->process != LS_NONE)
        ls_build_text(
            &w->build, properties, "process",
            ls_trace_string(w->trace, w->trace->processes[f->process].name));
}

static void put_result(struct writer *w, cJSON *results,
                       const struct ls_finding *f,
                       const struct ls_judged *judged)
{
    cJSON *result = append_object(w, results);
    ls_build_text(&w->build, result, "ruleId", ls_rule_get(f->rule)->name);
    ls_build_number(&w->build, result, "ruleIndex", f->rule);
    ls_build_text(&w->build, result, "level", levels[f->severity]);
    put_message(w, result, "message", f->message);
    put_locations(w, result, f);
    put_stacks(w, result, f);
    if (f->fingerprint[0])
        ls_build_text(&w->build, put_object(w, result, "partialFingerprints"),
                      "loopscope/v1", f->fingerprint);
    ls_build_number(&w->build, result, "occurrenceCount", f->count);
    put_standing(w, result, f->standing);
    put_properties(w, result, f, judged);
}

static void put_results(struct writer *w, cJSON *run)
{
    cJSON *results = put_array(w, run, "results");
    for (size_t i = 0; i < w->gate->n; i++) {
        const struct ls_judged *judged = &w->gate->judged[i];
        w->trace = judged->trace;
        for (size_t j = 0; judged->findings && j < judged->findings->n; j++)
            put_result(w, results, &judged->findings->items[j], judged);
    }
}

/* ---- the run ---- */

/* The level that a rule's findings have where nothing else is known. */
static const char *level_of(enum ls_rule rule)
{
    const char *level = ls_rule_get(rule)->level;
    return !strncmp(level, "note", 4)    ? "note"
           : !strncmp(level, "error", 5) ? "error"
                                         : "warning";
}

static void put_rule(struct writer *w, cJSON *rules, enum ls_rule rule)
{
    const struct ls_rule_info *info = ls_rule_get(rule);
    struct ls_text help = {0};
    ls_text_addf(&help, "%s Level: %s. Guard: %s", info->advice, info->level,
                 info->guard);
    cJSON *item = append_object(w, rules);
    ls_build_text(&w->build, item, "id", info->name);
    put_message(w, item, "shortDescription", info->summary);
    put_message(w, item, "fullDescription", info->evidence);
    put_message(w, item, "help", ls_text_get(&help));
    ls_build_text(&w->build, put_object(w, item, "defaultConfiguration"),
                  "level", level_of(rule));
    w->build.failed = w->build.failed || help.failed;
    ls_text_destroy(&help);
}

static void put_tool(struct writer *w, cJSON *run)
{
    cJSON *driver = put_object(w, put_object(w, run, "tool"), "driver");
    ls_build_text(&w->build, driver, "name", "loopscope");
    ls_build_text(&w->build, driver, "version", w->gate->version);
    cJSON *rules = put_array(w, driver, "rules");
    for (int i = 0; i < LS_RULES; i++)
        put_rule(w, rules, (enum ls_rule)i);
}

/* A base ends in a slash (3.14.14). */
static void put_bases(struct writer *w, cJSON *run)
{
    const char *folder = w->build.style->folder;
    if (!folder)
        return;
    struct ls_text uri = {0};
    ls_text_add(&uri, "file://");
    add_uri(&uri, folder);
    if (folder[0] && folder[strlen(folder) - 1] != '/')
        ls_text_add(&uri, "/");
    cJSON *bases = put_object(w, run, "originalUriBaseIds");
    ls_build_text(&w->build, put_object(w, bases, "SRCROOT"), "uri",
                  ls_text_get(&uri));
    w->build.failed = w->build.failed || uri.failed;
    ls_text_destroy(&uri);
}

static void put_notification(struct writer *w, cJSON *all, const char *text)
{
    cJSON *item = append_object(w, all);
    ls_build_text(&w->build, item, "level", "error");
    size_t n = strlen(text);
    char *clean = malloc(3 * n + 1);
    if (clean) {
        clean[ls_utf8_clean(text, n, clean)] = '\0';
        put_message(w, item, "message", clean);
    } else {
        w->build.failed = true;
    }
    free(clean);
}

static void put_troubles(struct writer *w, cJSON *all)
{
    for (size_t i = 0; i < w->gate->n; i++) {
        const struct ls_judged *judged = &w->gate->judged[i];
        if (judged->findings && judged->verdict != LS_VERDICT_NOTHING_TRACED)
            continue;
        struct ls_text said = {0};
        ls_text_addf(&said, "%s: %s", judged->path,
                     judged->findings ? "no loop was seen"
                                      : ls_text_get(&judged->why));
        put_notification(w, all, ls_text_get(&said));
        ls_text_destroy(&said);
    }
    for (int i = 0; i < LS_MEASURES; i++) {
        if (!ls_budget_is_over(&w->gate->budgets.of[i]))
            continue;
        struct ls_text said = {0};
        ls_budget_tell(&w->gate->budgets, (enum ls_measure)i, &said);
        put_notification(w, all, ls_text_get(&said));
        ls_text_destroy(&said);
    }
}

static void put_invocation(struct writer *w, cJSON *run)
{
    const enum ls_verdict verdict = ls_gate_verdict(w->gate);
    cJSON *item = append_object(w, put_array(w, run, "invocations"));
    ls_build_put(&w->build, item, "executionSuccessful",
                 cJSON_CreateBool(verdict != LS_VERDICT_UNUSABLE));
    ls_build_number(&w->build, item, "exitCode", ls_verdict_exit(verdict));
    put_troubles(w, put_array(w, item, "toolExecutionNotifications"));
}

void ls_sarif_render(const struct ls_gate *gate, const struct ls_style *style,
                     struct ls_text *text)
{
    struct writer w = {.build = {.style = style}, .gate = gate};
    cJSON *root = cJSON_CreateObject();
    ls_build_text(&w.build, root, "$schema", SCHEMA);
    ls_build_text(&w.build, root, "version", "2.1.0");
    cJSON *run = append_object(&w, put_array(&w, root, "runs"));
    put_tool(&w, run);
    put_invocation(&w, run);
    put_bases(&w, run);
    put_results(&w, run);
    ls_build_print(&w.build, root, text);
}
