/* SPDX-License-Identifier: MIT */
/* `loopscope check`: a verdict on traces, with an exit status for CI. */
#include "check.h"
#include "command.h"
#include "duration.h"
#include "explain.h"
#include "input.h"
#include "json.h"
#include "label.h"
#include "nearest.h"
#include "output.h"
#include "processes.h"
#include "terminal.h"
#include "verdict.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WIDTH 80
#define MAX_FINDINGS 5

struct settings {
    struct ls_judge_options judge;
    bool json;
    const char *output; /* NULL: standard output */
};

static bool take_time(int64_t *ns, const char *value, struct ls_text *error)
{
    if (ls_duration_parse(value, ns) && *ns > 0)
        return true;
    ls_text_add(error, "wants a time such as 50ms or 1.5s");
    return false;
}

static bool set_warn(void *settings, const char *value, struct ls_text *error)
{
    return take_time(&((struct settings *)settings)->judge.warn_ns, value,
                     error);
}

static bool set_fail(void *settings, const char *value, struct ls_text *error)
{
    return take_time(&((struct settings *)settings)->judge.fail_ns, value,
                     error);
}

static bool find_severity(const char *name, int *severity)
{
    for (int i = LS_SEVERITY_OFF; i <= LS_SEVERITY_ERROR; i++) {
        if (!strcmp(name, ls_severity_name((enum ls_severity)i))) {
            *severity = i;
            return true;
        }
    }
    return false;
}

/* The rule that VALUE names before its `=`, or -1. */
static int find_rule(const char *value, struct ls_text *error)
{
    struct ls_text name = {0};
    ls_text_add_bytes(&name, value, strcspn(value, "="));
    int rule = ls_rule_find(ls_text_get(&name));
    if (rule < 0) {
        struct ls_nearest nearest = ls_nearest_to(ls_text_get(&name));
        for (int i = 0; i < LS_RULES; i++)
            ls_nearest_try(&nearest, ls_rule_get((enum ls_rule)i)->name);
        ls_text_addf(error, "wants a known rule (the nearest is %s)",
                     nearest.name);
    }
    ls_text_destroy(&name);
    return rule;
}

static bool set_rule(void *settings, const char *value, struct ls_text *error)
{
    int severity;
    int rule = find_rule(value, error);
    if (rule < 0)
        return false;
    const char *level = strchr(value, '=');
    if (!level || !find_severity(level + 1, &severity)) {
        ls_text_add(error, "wants NAME=error, warning, note or off");
        return false;
    }
    ((struct settings *)settings)->judge.severity[rule] = severity;
    return true;
}

static bool set_format(void *settings, const char *value, struct ls_text *error)
{
    bool json = !strcmp(value, "json");
    if (!json && strcmp(value, "text") != 0) {
        ls_text_add(error, "wants text or json");
        return false;
    }
    ((struct settings *)settings)->json = json;
    return true;
}

static bool set_output(void *settings, const char *value, struct ls_text *error)
{
    if (!value[0])
        ls_text_add(error, "wants a file");
    ((struct settings *)settings)->output = value;
    return value[0];
}

static const struct ls_option options[] = {
    {.name = "warn", .value = "a time such as 10ms", .set = set_warn},
    {.name = "fail", .value = "a time such as 50ms", .set = set_fail},
    {.name = "rule", .value = "NAME=LEVEL", .set = set_rule},
    {.name = "format", .value = "text or json", .set = set_format},
    {.name = "output", .letter = 'o', .value = "FILE", .set = set_output},
    {.name = NULL},
};

bool ls_check_try(const char *name, const char *value, struct ls_text *error)
{
    struct settings scratch = {0};
    for (const struct ls_option *o = options; o->name; o++)
        if (!strcmp(o->name, name))
            return o->set(&scratch, value, error);
    return false;
}

static void judge(struct ls_judged *judged, const char *path,
                  const struct ls_judge_options *how)
{
    judged->path = path;
    judged->verdict = LS_VERDICT_UNUSABLE;
    judged->trace = ls_input_load(path, &judged->why);
    if (!judged->trace)
        return;
    judged->findings = ls_findings_judge(judged->trace, how);
    if (!judged->findings) {
        ls_text_add(&judged->why, "no memory to judge it");
        return;
    }
    ls_names_init(&judged->names, judged->trace);
    judged->verdict = ls_verdict_of(judged->trace, judged->findings);
}

/* ---- text ---- */

static void add_counts(const struct ls_findings *findings, struct ls_text *line)
{
    const struct {
        size_t n;
        const char *what;
    } counts[] = {{findings->n_errors, "error"},
                  {findings->n_warnings, "warning"},
                  {findings->n_notes, "note"}};
    const char *before = " (";
    for (size_t i = 0; i < 3; i++) {
        if (!counts[i].n)
            continue;
        ls_text_add(line, before);
        ls_story_add_count(line, counts[i].n, counts[i].what);
        before = ", ";
    }
    ls_text_add(line, before[0] == ',' ? ")" : "");
}

static void add_verdict(const struct ls_judged *judged, struct ls_text *text,
                        const struct ls_style *style)
{
    struct ls_text line = {0};
    ls_style_ink(text, style,
                 judged->verdict == LS_VERDICT_PASS ? LS_INK_GOOD
                                                    : LS_INK_ERROR);
    ls_text_add(text, ls_verdict_name(judged->verdict));
    ls_style_ink(text, style, LS_INK_PLAIN);
    ls_text_addf(&line, ": %s", ls_style_path(style, judged->path));
    if (judged->findings)
        add_counts(judged->findings, &line);
    else
        ls_text_addf(&line, ": %s", ls_text_get(&judged->why));
    ls_label_wrap(text, style, ls_text_get(&line), 2);
    text->failed = text->failed || line.failed;
    ls_text_destroy(&line);
}

static void add_text(const struct ls_judged *judged, struct ls_text *text,
                     const struct ls_style *style)
{
    add_verdict(judged, text, style);
    if (!judged->findings)
        return;
    const struct ls_story story = {judged->trace, &judged->names,
                                   judged->findings, judged->path};
    ls_story_verdict(&story, text, style);
    ls_story_health(&story, text, style);
    if (judged->verdict == LS_VERDICT_NOTHING_TRACED)
        ls_synopsis_render(&story, text, style);
    if (judged->findings->n)
        ls_text_add(text, "\n");
    ls_explain_all(&story, text, style, MAX_FINDINGS);
}

/* Unusable traces have had their line on standard error; a file gets it too. */
static void render_text(const struct settings *settings,
                        const struct ls_judged *judged, size_t n,
                        struct ls_text *text, const struct ls_style *style)
{
    for (size_t i = 0; i < n; i++) {
        if (!judged[i].findings && !settings->output)
            continue;
        ls_text_add(text, text->n ? "\n" : "");
        add_text(&judged[i], text, style);
    }
}

static bool deliver(const struct settings *settings,
                    const struct ls_judged *judged, size_t n)
{
    struct ls_terminal terminal;
    ls_terminal_init(&terminal, STDOUT_FILENO,
                     settings->output ? LS_COLOR_NEVER : LS_COLOR_AUTO);
    if (terminal.style.width > WIDTH)
        terminal.style.width = WIDTH;
    struct ls_text text = {0};
    if (settings->json)
        ls_json_render(judged, n, &terminal.style, &text);
    else
        render_text(settings, judged, n, &text, &terminal.style);
    bool good = settings->output ? ls_output_file(settings->output, &text)
                                 : ls_output_text(&text);
    ls_text_destroy(&text);
    return good;
}

static void say_troubles(const struct ls_judged *judged, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (judged[i].findings)
            ls_input_say_trouble(judged[i].path, judged[i].trace);
        else
            ls_output_say("%s: %s", judged[i].path,
                          ls_text_get(&judged[i].why));
    }
}

static int check(const struct settings *settings, const struct ls_line *line)
{
    size_t n = (size_t)line->n;
    struct ls_judged *judged = calloc(n, sizeof(*judged));
    if (!judged) {
        ls_output_say("out of memory; nothing was checked");
        return LS_EXIT_TROUBLE;
    }
    enum ls_verdict worst = LS_VERDICT_PASS;
    for (size_t i = 0; i < n; i++) {
        judge(&judged[i], line->items[i], &settings->judge);
        worst = ls_verdict_worse(worst, judged[i].verdict);
    }
    say_troubles(judged, n);
    int status = ls_verdict_exit(worst);
    if (!deliver(settings, judged, n))
        status = LS_EXIT_TROUBLE;
    for (size_t i = 0; i < n; i++)
        ls_judged_destroy(&judged[i]);
    free(judged);
    return status;
}

static int run(const struct ls_command *self, struct ls_line line)
{
    struct settings settings = {0};
    int status;
    ls_judge_defaults(&settings.judge);
    if (!ls_command_parse(self, options, &line, &settings, &status))
        return status;
    if (line.n < 1)
        return ls_command_misused(self, "wants a trace");
    if (settings.judge.warn_ns > settings.judge.fail_ns)
        settings.judge.warn_ns = settings.judge.fail_ns;
    return check(&settings, &line);
}

static const char help[] =
    "Usage: loopscope check [OPTION...] TRACE...\n"
    "\n"
    "Judges traces by what the program itself did: computing and being\n"
    "blocked count, time in which the machine did not run it does not.\n"
    "\n"
    "Options:\n"
    "  --warn TIME        own time of a turn or call that is a warning [10ms]\n"
    "  --fail TIME        own time that is an error [50ms]; --warn is never\n"
    "                     above it\n"
    "  --rule NAME=LEVEL  a rule's level: error, warning, note or off; may be\n"
    "                     given again (the names: loopscope rules)\n"
    "  --format FORMAT    text or json [text]\n"
    "  -o, --output FILE  write there instead of to standard output; FILE is\n"
    "                     whole or as it was\n"
    "  -h, --help         this text\n"
    "\n"
    "Times take a unit (50ms, 1.5s, 200us); a bare number is milliseconds.\n"
    "A damaged trace is judged by what there is of it.\n"
    "\n"
    "Exit status, the worst of all traces: 2 unusable input (before all\n"
    "others), wrong usage, or the verdict could not be written; 1 a finding\n"
    "at error level; 3 nothing was traced (no loop was seen); 0 clean.\n"
    "\n"
    "Examples:\n"
    "  loopscope check server.json\n"
    "  loopscope check --fail 100ms --rule task-failed=error server.json\n"
    "  loopscope check --format json -o verdict.json traces/*.json\n";

const struct ls_command ls_check_command = {
    .name = "check",
    .summary = "a verdict with an exit status, for CI",
    .help = help,
    .run = run,
};
