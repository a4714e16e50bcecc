#ifndef LS_CLI_COMMAND_H
#define LS_CLI_COMMAND_H
/* SPDX-License-Identifier: MIT */
/*
 * command.h - what a subcommand is: a row in main.c's table, and a file of its
 * own that defines it.
 *
 *     static int run(const struct ls_command *self, struct ls_line line);
 *     const struct ls_command ls_rules_command = {
 *         .name = "rules", .summary = "...", .help = "...", .run = run};
 *
 * Units: none.
 * Ownership: commands are constant.
 * Errors: run returns the process's exit status, after one line on standard
 *     error if something went wrong.
 * Threads: one.
 */
#include "option.h"

enum ls_exit {
    LS_EXIT_OK = 0,
    LS_EXIT_TROUBLE = 2, /* a wrong command line, unusable input, or output
                            that could not be written */
    LS_EXIT_NOT_FOUND = 127
};

struct ls_command {
    const char *name;
    const char *summary; /* one line, for the list of commands */
    const char *help;
    /* LINE: the arguments after the command's name. */
    int (*run)(const struct ls_command *self, struct ls_line line);
};

extern const struct ls_command ls_check_command;
extern const struct ls_command ls_diff_command;
extern const struct ls_command ls_doctor_command;
extern const struct ls_command ls_recover_command;
extern const struct ls_command ls_report_command;
extern const struct ls_command ls_rules_command;
extern const struct ls_command ls_run_command;
extern const struct ls_command ls_view_command;

/*
 * Parse LINE by OPTIONS. False: there is nothing more to do, and *STATUS is
 * what to exit with (help was shown, or the mistake was named).
 */
bool ls_command_parse(const struct ls_command *self,
                      const struct ls_option *options, struct ls_line *line,
                      void *settings, int *status);

/* As ls_command_parse(), for commands that want one trace and nothing else. */
bool ls_command_parse_trace(const struct ls_command *self,
                            const struct ls_option *options,
                            struct ls_line *line, void *settings, int *status);

/* Names a mistake in the command line; returns LS_EXIT_TROUBLE. */
int ls_command_misused(const struct ls_command *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
