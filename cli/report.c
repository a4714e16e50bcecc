/* SPDX-License-Identifier: MIT */
/* `loopscope report`: the story of a trace in a terminal. */
#include "command.h"
#include "diagram.h"
#include "explain.h"
#include "figures.h"
#include "input.h"
#include "output.h"
#include "processes.h"
#include "terminal.h"
#include "timeline.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_TASKS 40
#define MAX_FINDINGS 20
#define HEAD_LINES 30
#define TAIL_LINES 10

struct settings {
    int width; /* 0: the terminal's */
    enum ls_color color;
};

static bool set_width(void *settings, const char *value, struct ls_text *error)
{
    char *end;
    long width = strtol(value, &end, 10);
    if (end == value || *end || width < LS_STYLE_MIN_WIDTH || width > 1000) {
        ls_text_addf(error, "wants columns, %d to 1000", LS_STYLE_MIN_WIDTH);
        return false;
    }
    ((struct settings *)settings)->width = (int)width;
    return true;
}

static bool set_color(void *settings, const char *value, struct ls_text *error)
{
    static const char *const names[] = {[LS_COLOR_AUTO] = "auto",
                                        [LS_COLOR_ALWAYS] = "always",
                                        [LS_COLOR_NEVER] = "never"};
    for (int i = 0; i < 3; i++) {
        if (!strcmp(value, names[i])) {
            ((struct settings *)settings)->color = (enum ls_color)i;
            return true;
        }
    }
    ls_text_add(error, "wants always, never or auto");
    return false;
}

static const struct ls_option options[] = {
    {.name = "width", .value = "COLUMNS", .set = set_width},
    {.name = "color", .value = "always, never or auto", .set = set_color},
    {.name = NULL},
};

static void add_title(struct ls_text *text, const struct ls_style *style,
                      const char *title)
{
    ls_text_add(text, "\n");
    ls_style_ink(text, style, LS_INK_STRONG);
    ls_text_addf(text, "%s\n", title);
    ls_style_ink(text, style, LS_INK_PLAIN);
}

/* An empty line before a part, unless it turns out to have nothing to say. */
static size_t begin_part(struct ls_text *text)
{
    ls_text_add(text, "\n");
    return text->n;
}

static void end_part(struct ls_text *text, size_t begin)
{
    if (text->n == begin)
        ls_text_cut(text, begin - 1);
}

static void add_pictures(const struct ls_story *story,
                         const struct ls_judge_options *judge,
                         struct ls_text *text, const struct ls_style *style)
{
    const struct ls_diagram diagram = {
        .trace = story->trace,
        .names = story->names,
        .findings = story->findings,
        .warn_ns = judge->warn_ns,
        .max_rows = MAX_TASKS,
    };
    const struct ls_timeline timeline = {
        .trace = story->trace,
        .names = story->names,
        .warn_ns = judge->warn_ns,
        .late_ns = judge->fail_ns,
        .head_lines = HEAD_LINES,
        .tail_lines = TAIL_LINES,
    };
    size_t begin = begin_part(text);
    ls_diagram_render(&diagram, text, style);
    end_part(text, begin);
    begin = begin_part(text);
    ls_timeline_render(&timeline, text, style);
    end_part(text, begin);
}

static void add_statistics(const struct ls_story *story, int64_t budget_ns,
                           struct ls_text *text, const struct ls_style *style)
{
    struct ls_statistics *statistics =
        ls_statistics_make(story->trace, budget_ns);
    if (!statistics) {
        text->failed = true;
        return;
    }
    if (statistics->n_loops || statistics->n_tasks || statistics->n_callbacks) {
        add_title(text, style, "STATISTICS:");
        ls_figures_render(story->names, statistics, budget_ns, text, style);
    }
    ls_statistics_free(statistics);
}

static void tell(const struct ls_story *story,
                 const struct ls_judge_options *judge, struct ls_text *text,
                 const struct ls_style *style)
{
    ls_story_header(story, text, style);
    ls_processes_render(story, text, style);
    ls_text_add(text, "\n");
    ls_story_verdict(story, text, style);
    ls_story_health(story, text, style);
    add_pictures(story, judge, text, style);
    if (story->findings->n) {
        add_title(text, style, "FINDINGS:");
        ls_explain_all(story, text, style, MAX_FINDINGS);
    }
    add_statistics(story, judge->fail_ns, text, style);
    size_t begin = begin_part(text);
    ls_synopsis_render(story, text, style);
    end_part(text, begin);
}

static bool report(const char *path, const struct ls_trace *trace,
                   const struct ls_style *style)
{
    struct ls_judge_options judge;
    ls_judge_defaults(&judge);
    struct ls_findings *findings = ls_findings_judge(trace, &judge);
    struct ls_names names;
    ls_names_init(&names, trace);
    const struct ls_story story = {trace, &names, findings, path};
    struct ls_text text = {0};
    if (findings)
        tell(&story, &judge, &text, style);
    else
        text.failed = true;
    bool good = ls_output_text(&text);
    ls_text_destroy(&text);
    ls_names_destroy(&names);
    ls_findings_free(findings);
    return good;
}

static int run(const struct ls_command *self, struct ls_line line)
{
    struct settings settings = {0};
    int status;
    if (!ls_command_parse_trace(self, options, &line, &settings, &status))
        return status;

    struct ls_text why = {0};
    struct ls_trace *trace = ls_input_load(line.items[0], &why);
    status = LS_EXIT_TROUBLE;
    if (trace) {
        struct ls_terminal terminal;
        ls_terminal_init(&terminal, STDOUT_FILENO, settings.color);
        if (settings.width)
            terminal.style.width = settings.width;
        ls_input_say_trouble(line.items[0], trace);
        if (report(line.items[0], trace, &terminal.style))
            status = LS_EXIT_OK;
    } else {
        ls_output_say("%s: %s", line.items[0], ls_text_get(&why));
    }
    ls_text_destroy(&why);
    ls_trace_free(trace);
    return status;
}

static const char help[] =
    "Usage: loopscope report [--width COLUMNS] [--color WHEN] TRACE\n"
    "\n"
    "Tells the story of a trace: whether the loop stalled and where, a\n"
    "diagram of the tasks over time, the timeline, the findings with advice,\n"
    "and how long tasks, callbacks and turns took.\n"
    "\n"
    "Options:\n"
    "  --width COLUMNS  how wide lines may be, 20 to 1000; otherwise the\n"
    "                   terminal's width, else $COLUMNS, else 80\n"
    "  --color WHEN     always, never or auto (on a terminal, unless NO_COLOR\n"
    "                   is set); auto unless said\n"
    "  -h, --help       this text\n"
    "\n"
    "TRACE is a file that loopscope wrote, or any Chrome trace (JSON), plain\n"
    "or compressed with gzip. A damaged trace is told as far as it is good;\n"
    "one line on standard error names the first trouble.\n"
    "Times count from the trace's first event. Where the locale is not UTF-8\n"
    "the text is plain ASCII.\n"
    "\n"
    "Exit status: 0 the story was told; 2 wrong usage, unusable input, or the\n"
    "text could not be written.\n"
    "\n"
    "Examples:\n"
    "  loopscope report server.json\n"
    "  loopscope report --width 120 --color always server.json.gz | less -R\n";

const struct ls_command ls_report_command = {
    .name = "report",
    .summary = "the story in a terminal: diagram, timeline, findings",
    .help = help,
    .run = run,
};
