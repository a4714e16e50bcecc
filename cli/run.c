/* SPDX-License-Identifier: MIT */
/*
 * `loopscope run`: checks the options, then becomes loopscope-collector, which
 * is the program's parent.
 */
#include "check.h"
#include "collector.h"
#include "command.h"
#include "duration.h"
#include "size.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_THRESHOLD_NS 10000000
#define DEFAULT_MAX_BYTES (UINT64_C(1) << 30)

/* As env, nohup and timeout have it: a status that is not the program's. */
enum { EXIT_OURS = 125 };

/* Of check, rules may be given again and again. */
enum { MOST_CHECK = 128 };

struct settings {
    const char *trace;
    int64_t threshold_ns;
    uint64_t max_bytes;
    int64_t inject_ns; /* 0: no */
    bool check;
    const char *check_arguments[MOST_CHECK];
    int n_check;
};

static bool set_output(void *settings, const char *value, struct ls_text *error)
{
    if (!value[0])
        ls_text_add(error, "wants a file");
    ((struct settings *)settings)->trace = value;
    return value[0];
}

static bool set_threshold(void *settings, const char *value,
                          struct ls_text *error)
{
    int64_t *ns = &((struct settings *)settings)->threshold_ns;
    if (ls_duration_parse(value, ns) && *ns > 0)
        return true;
    ls_text_add(error, "wants a time such as 10ms or 1.5s");
    return false;
}

static bool set_max_size(void *settings, const char *value,
                         struct ls_text *error)
{
    uint64_t *n = &((struct settings *)settings)->max_bytes;
    if (ls_size_parse(value, n) && *n > 0)
        return true;
    ls_text_add(error, "wants a size such as 500M or 2G");
    return false;
}

/* Who plants a stall wants to see it found. */
static bool set_inject(void *settings, const char *value, struct ls_text *error)
{
    ((struct settings *)settings)->check = true;
    return ls_duration_take(value, &((struct settings *)settings)->inject_ns,
                            error);
}

static bool set_check(void *settings, const char *value, struct ls_text *error)
{
    ((struct settings *)settings)->check = true;
    return true;
}

/* An option of check, which gets it afterwards. */
static bool pass(void *settings, const char *name, const char *value,
                 struct ls_text *error)
{
    struct settings *s = settings;
    if (!ls_check_try(name, value, error))
        return false;
    if (s->n_check + 2 > MOST_CHECK) {
        ls_text_add(error, "may be given 64 times");
        return false;
    }
    s->check_arguments[s->n_check++] = name;
    s->check_arguments[s->n_check++] = value;
    return true;
}

static bool set_warn(void *settings, const char *value, struct ls_text *error)
{
    return pass(settings, "warn", value, error);
}

static bool set_fail(void *settings, const char *value, struct ls_text *error)
{
    return pass(settings, "fail", value, error);
}

static bool set_rule(void *settings, const char *value, struct ls_text *error)
{
    return pass(settings, "rule", value, error);
}

static bool set_format(void *settings, const char *value, struct ls_text *error)
{
    return pass(settings, "format", value, error);
}

static bool set_budget(void *settings, const char *value, struct ls_text *error)
{
    return pass(settings, "budget", value, error);
}

static bool set_suppressions(void *settings, const char *value,
                             struct ls_text *error)
{
    return pass(settings, "suppressions", value, error);
}

static bool set_baseline(void *settings, const char *value,
                         struct ls_text *error)
{
    return pass(settings, "baseline", value, error);
}

static bool set_write_baseline(void *settings, const char *value,
                               struct ls_text *error)
{
    return pass(settings, "write-baseline", value, error);
}

static bool set_config(void *settings, const char *value, struct ls_text *error)
{
    return pass(settings, "config", value, error);
}

static const struct ls_option options[] = {
    {.name = "output", .letter = 'o', .value = "TRACE", .set = set_output},
    {.name = "threshold", .value = "a time such as 10ms", .set = set_threshold},
    {.name = "max-size", .value = "a size such as 500M", .set = set_max_size},
    {.name = "inject", .value = "a time such as 60ms", .set = set_inject},
    {.name = "check", .set = set_check},
    {.name = "warn", .value = "a time such as 10ms", .set = set_warn},
    {.name = "fail", .value = "a time such as 50ms", .set = set_fail},
    {.name = "rule", .value = "NAME=LEVEL", .set = set_rule},
    {.name = "budget", .value = "MEASURE=VALUE", .set = set_budget},
    {.name = "suppressions", .value = "FILE", .set = set_suppressions},
    {.name = "baseline", .value = "FILE", .set = set_baseline},
    {.name = "write-baseline", .value = "FILE", .set = set_write_baseline},
    {.name = "config", .value = "FILE", .set = set_config},
    {.name = "format", .value = "a format of check's", .set = set_format},
    {.name = NULL},
};

/* The arguments of `loopscope-collector run`: see its run.h. */
struct arguments {
    const char *items[MOST_CHECK + 16];
    struct ls_text texts[MOST_CHECK + 16]; /* what items point into */
    size_t n;
};

static void add(struct arguments *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add(struct arguments *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    ls_text_addv(&a->texts[a->n], format, args);
    va_end(args);
    a->items[a->n] = ls_text_get(&a->texts[a->n]);
    a->n++;
}

/* What is to follow the program: this one again, to check the trace. False:
 * its files are no good, which is better known before a long run. */
static bool add_check(struct arguments *a, const struct settings *s)
{
    char own[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", own, sizeof own - 1);
    own[n > 0 ? n : 0] = '\0';
    add(a, "%d", s->n_check / 2 + 4);
    add(a, "%s", own);
    add(a, "check");
    char *line[MOST_CHECK];
    int n_options = 0;
    for (int i = 0; i < s->n_check; i += 2) {
        add(a, "--%s=%s", s->check_arguments[i], s->check_arguments[i + 1]);
        line[n_options++] = a->texts[a->n - 1].data;
    }
    add(a, "--");
    add(a, "%s", s->trace);
    return ls_check_is_ready((struct ls_line){.n = n_options, .items = line});
}

static int become(const struct settings *settings, char **program, int n)
{
    static struct arguments a;
    add(&a, "run");
    add(&a, "%s", settings->trace);
    add(&a, "%" PRId64, settings->threshold_ns);
    add(&a, "%" PRIu64, settings->max_bytes);
    add(&a, "%" PRId64, settings->inject_ns);
    bool ready = true;
    if (settings->check)
        ready = add_check(&a, settings);
    else
        add(&a, "0");
    const char **all = ready ? calloc(a.n + (size_t)n + 1, sizeof *all) : NULL;
    if (all) {
        memcpy(all, a.items, a.n * sizeof *all);
        memcpy(all + a.n, program, (size_t)n * sizeof *all);
        ls_collector_become(all);
    }
    free(all);
    for (size_t i = 0; i < a.n; i++)
        ls_text_destroy(&a.texts[i]);
    return EXIT_OURS;
}

static int run(const struct ls_command *self, struct ls_line line)
{
    struct settings settings = {.trace = "loopscope.json",
                                .threshold_ns = DEFAULT_THRESHOLD_NS,
                                .max_bytes = DEFAULT_MAX_BYTES};
    int status;
    line.until_operand = true;
    if (!ls_command_parse(self, options, &line, &settings, &status))
        return status == LS_EXIT_OK ? LS_EXIT_OK : EXIT_OURS;
    if (line.n < 1) {
        ls_command_misused(self, "wants a program");
        return EXIT_OURS;
    }
    if (settings.n_check > 0 && !settings.check) {
        ls_command_misused(self, "--%s is for --check",
                           settings.check_arguments[0]);
        return EXIT_OURS;
    }
    return become(&settings, line.items, line.n);
}

static const char help[] =
    "Usage: loopscope run [OPTION...] [--] PROGRAM [ARG...]\n"
    "\n"
    "Runs a program as it is and writes a trace of its event loops, and of\n"
    "those of all programs that it starts.\n"
    "\n"
    "Options:\n"
    "  -o, --output TRACE  [loopscope.json]; compressed if it ends in .gz\n"
    "  --threshold TIME    own time of a turn from which stacks are taken\n"
    "                      [10ms]\n"
    "  --max-size SIZE     from there on only stalls are written [1G]\n"
    "  --check             judge the trace afterwards; the verdict goes to\n"
    "                      standard error\n"
    "  --inject TIME       plant a stall of that length in the first loop, "
    "and\n"
    "                      --check that it is found\n"
    "  --warn, --fail, --rule, --budget, --suppressions, --baseline,\n"
    "  --write-baseline, --config, --format\n"
    "                      of that check: see loopscope check --help\n"
    "  -h, --help          this text\n"
    "\n"
    "Times take a unit (50ms, 1.5s, 200us); a bare number is milliseconds.\n"
    "Sizes take K, M or G; a bare number is bytes.\n"
    "\n"
    "The program behaves as it does without: its output, its input, its\n"
    "terminal, its signals. loopscope waits until all processes that it left\n"
    "have ended, too; once the program itself has, Ctrl-C stops the tracing.\n"
    "\n"
    "Exit status: the program's; 128 + N if signal N ended it; 127 there is\n"
    "no such program; 126 it cannot be executed; 125 loopscope's own failure,\n"
    "and the program was not run. With --check, of a program that ends with\n"
    "0: that of the check (1 a finding at error level, 3 nothing traced). "
    "Each\n"
    "process that ran a loop is judged by itself; what only starts tests\n"
    "(ctest, make, ninja, cmake, meson) is not.\n"
    "\n"
    "Examples:\n"
    "  loopscope run -- redis-server --port 7777\n"
    "  loopscope run -o server.json.gz node server.js\n"
    "  loopscope run --threshold 50ms -- python3 -m my_service\n"
    "  loopscope run --check --fail 100ms -- ./test_server\n"
    "  loopscope run --check -- ctest -j4\n"
    "  loopscope run --inject 60ms --baseline accepted.json -- ./test_server\n";

const struct ls_command ls_run_command = {
    .name = "run",
    .summary = "run a program and trace its event loops",
    .help = help,
    .run = run,
};
