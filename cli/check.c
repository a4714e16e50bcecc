/* SPDX-License-Identifier: MIT */
/* `loopscope check`: a verdict on traces, with an exit status for CI. */
#include "check.h"
#include "command.h"
#include "config.h"
#include "duration.h"
#include "file.h"
#include "gate.h"
#include "github.h"
#include "input.h"
#include "inspection.h"
#include "json.h"
#include "junit.h"
#include "nearest.h"
#include "output.h"
#include "plain.h"
#include "sarif.h"
#include "terminal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WIDTH 80
#define CONFIG ".loopscope.json"

/* Every way to render a check. */
static const struct {
    const char *name;
    void (*render)(const struct ls_gate *gate, const struct ls_style *style,
                   struct ls_text *text);
} formats[] = {
    {"text", ls_plain_render},    {"json", ls_json_render},
    {"junit", ls_junit_render},   {"sarif", ls_sarif_render},
    {"github", ls_github_render},
};
#define N_FORMATS (sizeof(formats) / sizeof(*formats))
#define FORMATS "text, json, junit, sarif or github"

struct settings {
    struct ls_inspection inspection;
    size_t format;      /* in the table */
    const char *output; /* NULL: standard output */
    const char *config; /* NULL: not given */
};

static bool set_warn(void *settings, const char *value, struct ls_text *error)
{
    struct settings *s = settings;
    return ls_duration_take(value, &s->inspection.options.judge.warn_ns, error);
}

static bool set_fail(void *settings, const char *value, struct ls_text *error)
{
    struct settings *s = settings;
    return ls_duration_take(value, &s->inspection.options.judge.fail_ns, error);
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
    ((struct settings *)settings)->inspection.options.judge.severity[rule] =
        severity;
    return true;
}

static bool set_budget(void *settings, const char *value, struct ls_text *error)
{
    return ls_budgets_set(
        &((struct settings *)settings)->inspection.options.budgets, value,
        error);
}

static bool set_format(void *settings, const char *value, struct ls_text *error)
{
    for (size_t i = 0; i < N_FORMATS; i++) {
        if (!strcmp(formats[i].name, value)) {
            ((struct settings *)settings)->format = i;
            return true;
        }
    }
    ls_text_add(error, "wants " FORMATS);
    return false;
}

static bool take_file(const char **file, const char *value,
                      struct ls_text *error)
{
    if (!value[0])
        ls_text_add(error, "wants a file");
    *file = value;
    return value[0];
}

static bool set_output(void *settings, const char *value, struct ls_text *error)
{
    return take_file(&((struct settings *)settings)->output, value, error);
}

static bool set_suppressions(void *settings, const char *value,
                             struct ls_text *error)
{
    return take_file(
        &((struct settings *)settings)->inspection.options.suppressions, value,
        error);
}

static bool set_baseline(void *settings, const char *value,
                         struct ls_text *error)
{
    return take_file(
        &((struct settings *)settings)->inspection.options.baseline, value,
        error);
}

static bool set_write_baseline(void *settings, const char *value,
                               struct ls_text *error)
{
    return take_file(
        &((struct settings *)settings)->inspection.options.write_baseline,
        value, error);
}

static bool set_config(void *settings, const char *value, struct ls_text *error)
{
    return take_file(&((struct settings *)settings)->config, value, error);
}

static const struct ls_option options[] = {
    {"warn", 0, "a time such as 10ms", set_warn, LS_CONFIG_VALUE},
    {"fail", 0, "a time such as 50ms", set_fail, LS_CONFIG_VALUE},
    {"rule", 0, "NAME=LEVEL", set_rule, LS_CONFIG_MEMBERS},
    {"budget", 0, "MEASURE=VALUE", set_budget, LS_CONFIG_MEMBERS},
    {"suppressions", 0, "FILE", set_suppressions, LS_CONFIG_FILE},
    {"baseline", 0, "FILE", set_baseline, LS_CONFIG_FILE},
    {"write-baseline", 0, "FILE", set_write_baseline, LS_CONFIG_NOT},
    {"config", 0, "FILE", set_config, LS_CONFIG_NOT},
    {"format", 0, FORMATS, set_format, LS_CONFIG_VALUE},
    {"output", 'o', "FILE", set_output, LS_CONFIG_NOT},
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

/* ---- the check ---- */

static bool deliver(const struct settings *settings, const struct ls_gate *gate)
{
    struct ls_terminal terminal;
    ls_terminal_init(&terminal, STDOUT_FILENO,
                     settings->output ? LS_COLOR_NEVER : LS_COLOR_AUTO);
    if (terminal.style.width > WIDTH)
        terminal.style.width = WIDTH;
    struct ls_text text = {0};
    formats[settings->format].render(gate, &terminal.style, &text);
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

static int conclude(const struct settings *s)
{
    const struct ls_inspection *in = &s->inspection;
    struct ls_gate gate = {
        .judged = in->judged,
        .n = in->n,
        .suppressions = in->options.suppressions ? &in->suppressions : NULL,
        .has_baseline = in->options.baseline || in->options.write_baseline,
        .has_said_unusable = !s->output,
        .version = LS_CLI_VERSION,
    };
    bool good = ls_inspection_measure(in, &gate.budgets);
    good = deliver(s, &gate) && good;
    return good ? ls_verdict_exit(ls_gate_verdict(&gate)) : LS_EXIT_TROUBLE;
}

static int judge_all(struct settings *s, const struct ls_line *line)
{
    struct ls_inspection *in = &s->inspection;
    if (!ls_inspection_open(in) ||
        !ls_inspection_judge(in, line->items, (size_t)line->n))
        return LS_EXIT_TROUBLE;
    say_troubles(in->judged, in->n);
    const bool good = ls_inspection_write(in);
    const int status = conclude(s);
    return good ? status : LS_EXIT_TROUBLE;
}

static int check(struct settings *s, const struct ls_line *line)
{
    const int status = judge_all(s, line);
    ls_inspection_destroy(&s->inspection);
    return status;
}

/* ---- settings ---- */

/* A copy of the line, since parsing moves its operands: for a first look. */
static bool find_config(const struct ls_command *self,
                        const struct ls_line *line, const char **file,
                        int *status)
{
    struct settings scratch = {0};
    struct ls_line copy = *line;
    copy.items = calloc((size_t)line->n + 1, sizeof(*copy.items));
    if (!copy.items) {
        ls_output_say("out of memory; nothing was checked");
        *status = LS_EXIT_TROUBLE;
        return false;
    }
    memcpy(copy.items, line->items, (size_t)line->n * sizeof(*copy.items));
    const bool good = ls_command_parse(self, options, &copy, &scratch, status);
    free(copy.items);
    *file = scratch.config;
    return good;
}

/* FILE is what --config said; else the one of the current folder, if there is
 * one. */
static bool configure(struct ls_config *config, const char *file,
                      struct settings *settings)
{
    if (!file && access(CONFIG, F_OK))
        return true;
    file = file ? file : CONFIG;
    struct ls_text text = {0}, error = {0}, folder = {0};
    const char *slash = strrchr(file, '/');
    ls_text_add_bytes(&folder, file, slash ? (size_t)(slash + 1 - file) : 0);
    const bool good =
        (ls_file_read(file, &text, &error) &&
         ls_config_apply(config, ls_text_get(&text), ls_text_get(&folder),
                         options, settings, &error)) ||
        ls_inspection_refuse(file, &error);
    ls_text_destroy(&text);
    ls_text_destroy(&error);
    ls_text_destroy(&folder);
    return good;
}

/* Settings of the configuration and then of the line, which keeps its operands.
 * False: *STATUS is what to exit with. */
static bool prepare(const struct ls_command *self, struct ls_line *line,
                    struct ls_config *config, struct settings *settings,
                    int *status)
{
    const char *file;
    struct ls_judge_options *judge = &settings->inspection.options.judge;
    ls_judge_defaults(judge);
    if (!find_config(self, line, &file, status))
        return false;
    *status = LS_EXIT_TROUBLE;
    if (!configure(config, file, settings) ||
        !ls_command_parse(self, options, line, settings, status))
        return false;
    if (judge->warn_ns > judge->fail_ns)
        judge->warn_ns = judge->fail_ns;
    return true;
}

static int run(const struct ls_command *self, struct ls_line line)
{
    struct settings settings = {0};
    struct ls_config config = {0};
    int status;
    if (prepare(self, &line, &config, &settings, &status))
        status = line.n ? check(&settings, &line)
                        : ls_command_misused(self, "wants a trace");
    ls_config_destroy(&config);
    return status;
}

bool ls_check_is_ready(struct ls_line line)
{
    struct settings settings = {0};
    struct ls_config config = {0};
    int status;
    const bool good =
        prepare(&ls_check_command, &line, &config, &settings, &status) &&
        ls_inspection_open(&settings.inspection);
    ls_inspection_destroy(&settings.inspection);
    ls_config_destroy(&config);
    return good;
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
    "  --budget MEASURE=VALUE\n"
    "                     a limit for a whole trace; may be given again:\n"
    "                     max-turn, p99-turn    own time of a turn\n"
    "                     total-blocking        own time beyond --fail, of\n"
    "                                           all turns together\n"
    "                     utilisation           own time per time (80%)\n"
    "                     Of a trace its worst loop counts; several traces\n"
    "                     are taken for runs of one program: the median\n"
    "  --suppressions FILE\n"
    "                     findings to accept, one a line: function:NAME (the\n"
    "                     call or the function of its line; * and ? as in a\n"
    "                     shell), stack-contains:TEXT, rule:NAME,\n"
    "                     process:NAME; # comments\n"
    "  --baseline FILE    accept what is in it, unless it got worse: more "
    "than\n"
    "                     twice as long (and 10 ms more), or a higher level\n"
    "                     and a quarter more\n"
    "  --write-baseline FILE\n"
    "                     accept all that is found now; with --baseline, what\n"
    "                     that has stays in it\n"
    "  --config FILE      options from a file [" CONFIG "]\n"
    "  --format FORMAT    " FORMATS " [text]\n"
    "  -o, --output FILE  write there instead of to standard output; FILE is\n"
    "                     whole or as it was\n"
    "  -h, --help         this text\n"
    "\n"
    "Times take a unit (50ms, 1.5s, 200us); a bare number is milliseconds.\n"
    "A damaged trace is judged by what there is of it. What is accepted is\n"
    "counted and fails nothing. " CONFIG " has options as keys: warn,\n"
    "fail, format, suppressions, baseline, and the objects rule and budget;\n"
    "the command line is stronger.\n"
    "\n"
    "Exit status, the worst of all traces: 2 unusable input (before all\n"
    "others), wrong usage, or something could not be written; 1 a finding at\n"
    "error level, or a budget that is passed; 3 nothing was traced (no loop\n"
    "was seen); 0 clean.\n"
    "\n"
    "Examples:\n"
    "  loopscope check server.json\n"
    "  loopscope check --fail 100ms --rule task-failed=error server.json\n"
    "  loopscope check --write-baseline accepted.json server.json\n"
    "  loopscope check --baseline accepted.json --format github server.json\n"
    "  loopscope check --budget p99-turn=20ms run1.json run2.json run3.json\n"
    "  loopscope check --format junit -o verdict.xml traces/*.json\n";

const struct ls_command ls_check_command = {
    .name = "check",
    .summary = "a verdict with an exit status, for CI",
    .help = help,
    .run = run,
};
