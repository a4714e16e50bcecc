#ifndef LS_CLI_OPTION_H
#define LS_CLI_OPTION_H
/* SPDX-License-Identifier: MIT */
/*
 * option.h - reads a command line by a table.
 *
 *     static const struct ls_option options[] = {
 *         {.name = "output", .letter = 'o', .value = "FILE", .set = set_out},
 *         {.name = NULL},
 *     };
 *     switch (ls_options_parse(options, &line, &settings, &error)) ...
 *
 * Takes `--name VALUE`, `--name=VALUE`, `-n VALUE`, `-nVALUE`; `--` ends the
 * options; operands may stand between them. `--help` and `-h` are always
 * there.
 *
 * Units: none.
 * Ownership: values and operands are borrowed from the command line; operands
 *     are moved to its front.
 * Errors: ERROR becomes one line, without a line end.
 * Threads: any.
 */
#include "text.h"

/* Take VALUE (NULL for a flag) into SETTINGS; false after saying in ERROR what
 * VALUE should have been ("wants a time such as 50ms"). */
typedef bool (*ls_option_set)(void *settings, const char *value,
                              struct ls_text *error);

/* How an option stands in a configuration file (config.h). */
enum ls_option_config {
    LS_CONFIG_NOT,    /* it does not */
    LS_CONFIG_VALUE,  /* "fail": "50ms" */
    LS_CONFIG_FILE,   /* the same; relative to the configuration's folder */
    LS_CONFIG_MEMBERS /* "rule": {"stall": "off"} is --rule stall=off */
};

struct ls_option {
    const char *name;  /* without dashes; NULL ends the table */
    char letter;       /* or 0 */
    const char *value; /* what it is called in messages; NULL: a flag */
    ls_option_set set;
    enum ls_option_config config;
};

struct ls_line {
    int n; /* in: all arguments; out: the operands */
    char **items;
    bool until_operand; /* what follows the first operand is one, too */
};

enum ls_parsed { LS_PARSED, LS_PARSED_HELP, LS_PARSED_WRONG };

enum ls_parsed ls_options_parse(const struct ls_option *table,
                                struct ls_line *line, void *settings,
                                struct ls_text *error);

#endif
