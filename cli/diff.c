/* SPDX-License-Identifier: MIT */
/* `loopscope diff`: what newly blocks, what got worse, what became slower. */
#include "changes.h"
#include "command.h"
#include "duration.h"
#include "input.h"
#include "inspection.h"
#include "output.h"
#include "terminal.h"

#include <string.h>
#include <unistd.h>

#define WIDTH 80

static const struct {
    const char *name;
    void (*render)(const struct ls_changes *changes,
                   const struct ls_style *style, struct ls_text *text);
} formats[] = {
    {"text", ls_changes_render},
    {"json", ls_changes_render_json},
};
#define N_FORMATS (sizeof(formats) / sizeof(*formats))

struct settings {
    struct ls_inspection inspection;
    size_t format;      /* in the table */
    const char *output; /* NULL: standard output */
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

static bool set_format(void *settings, const char *value, struct ls_text *error)
{
    for (size_t i = 0; i < N_FORMATS; i++) {
        if (!strcmp(formats[i].name, value)) {
            ((struct settings *)settings)->format = i;
            return true;
        }
    }
    ls_text_add(error, "wants text or json");
    return false;
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
    {.name = "format", .value = "text or json", .set = set_format},
    {.name = "output", .letter = 'o', .value = "FILE", .set = set_output},
    {.name = NULL},
};

static void say_troubles(const struct ls_inspection *in)
{
    for (size_t i = 0; i < in->n; i++) {
        if (in->judged[i].findings)
            ls_input_say_trouble(in->judged[i].path, in->judged[i].trace);
        else
            ls_output_say("%s: %s", in->judged[i].path,
                          ls_text_get(&in->judged[i].why));
    }
}

static bool deliver(const struct settings *s, const struct ls_changes *changes)
{
    struct ls_terminal terminal;
    ls_terminal_init(&terminal, STDOUT_FILENO,
                     s->output ? LS_COLOR_NEVER : LS_COLOR_AUTO);
    if (terminal.style.width > WIDTH)
        terminal.style.width = WIDTH;
    struct ls_text text = {0};
    formats[s->format].render(changes, &terminal.style, &text);
    const bool good =
        s->output ? ls_output_file(s->output, &text) : ls_output_text(&text);
    ls_text_destroy(&text);
    return good;
}

/* True also where one is unusable: that is a verdict. */
static bool compare(const struct ls_judged judged[2], struct ls_diff **diff)
{
    *diff = NULL;
    if (!judged[0].findings || !judged[1].findings)
        return true;
    *diff =
        ls_diff_make(&(struct ls_side){judged[0].trace, judged[0].findings},
                     &(struct ls_side){judged[1].trace, judged[1].findings});
    if (!*diff)
        ls_output_say("out of memory; the traces were not compared");
    return *diff;
}

static int conclude(const struct settings *s)
{
    const struct ls_judged *judged = s->inspection.judged;
    struct ls_diff *diff;
    int status = LS_EXIT_TROUBLE;
    say_troubles(&s->inspection);
    if (compare(judged, &diff)) {
        const struct ls_changes changes = {&judged[0], &judged[1], diff};
        if (deliver(s, &changes))
            status = ls_verdict_exit(ls_changes_verdict(&changes));
    }
    ls_diff_free(diff);
    return status;
}

static int run(const struct ls_command *self, struct ls_line line)
{
    struct settings s = {0};
    struct ls_judge_options *judge = &s.inspection.options.judge;
    int status;
    ls_judge_defaults(judge);
    if (!ls_command_parse(self, options, &line, &s, &status))
        return status;
    if (line.n != 2)
        return ls_command_misused(self, "wants two traces, not %d", line.n);
    if (judge->warn_ns > judge->fail_ns)
        judge->warn_ns = judge->fail_ns;
    status = LS_EXIT_TROUBLE;
    if (ls_inspection_judge(&s.inspection, line.items, 2))
        status = conclude(&s);
    ls_inspection_destroy(&s.inspection);
    return status;
}

static const char help[] =
    "Usage: loopscope diff [OPTION...] OLD NEW\n"
    "\n"
    "Compares two traces: findings that are new, worse, better or gone, and\n"
    "the times of turns, tasks and calls side by side.\n"
    "\n"
    "Options:\n"
    "  --warn TIME        own time of a turn or call that is a warning [10ms]\n"
    "  --fail TIME        own time that is an error [50ms]; --warn is never\n"
    "                     above it\n"
    "  --format FORMAT    text or json [text]\n"
    "  -o, --output FILE  write there instead of to standard output\n"
    "  -h, --help         this text\n"
    "\n"
    "Findings are known by rule, call, callback and function, so that another\n"
    "build or a moved line does not make them new. Worse is: more than twice\n"
    "as long and 10 ms more, or a higher level and a quarter more; better is\n"
    "the reverse. Times are marked as slower or faster only where the change\n"
    "is larger than they vary: a rank test (Mann-Whitney, p < 0.01) tells old\n"
    "and new apart, and the medians are farther apart than half of the times\n"
    "lie from theirs (the greater MAD). With fewer than six times on each "
    "side\n"
    "nothing is marked. What the machine did (descheduled) is left out.\n"
    "\n"
    "Exit status: 1 a finding at error level is new or worse; 0 none is; 2 a\n"
    "trace is unusable, or wrong usage; 3 no loop was seen in one of them.\n"
    "Slower times fail nothing: to limit them, see check --budget.\n"
    "\n"
    "Examples:\n"
    "  loopscope diff yesterday.json today.json\n"
    "  loopscope diff --fail 100ms main.json.gz branch.json.gz\n"
    "  loopscope diff --format json -o changes.json old.json new.json\n";

const struct ls_command ls_diff_command = {
    .name = "diff",
    .summary = "what newly blocks or became slower",
    .help = help,
    .run = run,
};
