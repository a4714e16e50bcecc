/* SPDX-License-Identifier: MIT */
/*
 * `loopscope doctor`: becomes loopscope-collector, which tries what tracing
 * does.
 */
#include "collector.h"
#include "command.h"

static const struct ls_option options[] = {{.name = NULL}};

static int run(const struct ls_command *self, struct ls_line line)
{
    int status;
    if (!ls_command_parse(self, options, &line, NULL, &status))
        return status;
    if (line.n > 0)
        return ls_command_misused(self, "takes no argument");
    ls_collector_become((const char *[]){"doctor", NULL});
    return LS_EXIT_TROUBLE;
}

static const char help[] =
    "Usage: loopscope doctor\n"
    "\n"
    "Says what this machine permits, by trying each thing that tracing does\n"
    "with a small process of its own; what is lost without it; and what to do\n"
    "about it. Try it as the user who is going to trace, and in the same\n"
    "container.\n"
    "\n"
    "Options:\n"
    "  -h, --help  this text\n"
    "\n"
    "Exit status: 0 programs can be traced, perhaps with less to be seen;\n"
    "1 they cannot; 2 wrong usage, or there is no loopscope-collector.\n"
    "\n"
    "Examples:\n"
    "  loopscope doctor\n"
    "  docker run --cap-add SYS_PTRACE IMAGE loopscope doctor\n";

const struct ls_command ls_doctor_command = {
    .name = "doctor",
    .summary = "what this machine permits, and what to do about it",
    .help = help,
    .run = run,
};
