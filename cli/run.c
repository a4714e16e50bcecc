/* SPDX-License-Identifier: MIT */
/*
 * `loopscope run`: checks the options, then becomes loopscope-collector, which
 * is the program's parent.
 */
#include "collector.h"
#include "command.h"
#include "duration.h"
#include "size.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define DEFAULT_THRESHOLD_NS 10000000
#define DEFAULT_MAX_BYTES (UINT64_C(1) << 30)

/* As env, nohup and timeout have it: a status that is not the program's. */
enum { EXIT_OURS = 125 };

struct settings {
    const char *trace;
    int64_t threshold_ns;
    uint64_t max_bytes;
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

static const struct ls_option options[] = {
    {.name = "output", .letter = 'o', .value = "TRACE", .set = set_output},
    {.name = "threshold", .value = "a time such as 10ms", .set = set_threshold},
    {.name = "max-size", .value = "a size such as 500M", .set = set_max_size},
    {.name = NULL},
};

static int become(const struct settings *settings, char **program, int n)
{
    char threshold[32], max_bytes[32];
    const char **arguments = calloc((size_t)n + 5, sizeof *arguments);
    if (!arguments)
        return EXIT_OURS;
    snprintf(threshold, sizeof threshold, "%" PRId64, settings->threshold_ns);
    snprintf(max_bytes, sizeof max_bytes, "%" PRIu64, settings->max_bytes);
    arguments[0] = "run";
    arguments[1] = settings->trace;
    arguments[2] = threshold;
    arguments[3] = max_bytes;
    for (int i = 0; i < n; i++)
        arguments[4 + i] = program[i];
    ls_collector_become(arguments);
    free(arguments);
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
    "and the program was not run.\n"
    "\n"
    "Examples:\n"
    "  loopscope run -- redis-server --port 7777\n"
    "  loopscope run -o server.json.gz node server.js\n"
    "  loopscope run --threshold 50ms -- python3 -m my_service\n";

const struct ls_command ls_run_command = {
    .name = "run",
    .summary = "run a program and trace its event loops",
    .help = help,
    .run = run,
};
