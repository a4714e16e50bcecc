#ifndef LS_CLI_CONFIG_H
#define LS_CLI_CONFIG_H
/* SPDX-License-Identifier: MIT */
/*
 * config.h - options from a file: `.loopscope.json`.
 *
 *     {
 *       "fail": "100ms",
 *       "rule": {"task-failed": "error", "descheduled": "off"},
 *       "budget": {"p99-turn": "20ms"},
 *       "suppressions": "ci/accepted.txt"
 *     }
 *
 *     struct ls_config config = {0};
 *     ls_config_apply(&config, text, "ci/", options, &settings, &error);
 *     ...
 *     ls_config_destroy(&config);       // the settings borrowed from it
 *
 * A key is the name of an option that has a `config` in its table; an object
 * is an option that is given once for each member, as MEMBER=VALUE.
 *
 * Units: none; numbers are as on the command line: milliseconds.
 * Ownership: values that settings keep are the config's.
 * Errors: false; ERROR says where: "rule.stal: wants ...", "line 3, ...".
 * Threads: one.
 */
#include "option.h"

struct ls_config {
    char **values; /* what options were given */
    size_t n;
};

/* FOLDER, "" or with a slash at its end, is what relative files are below. */
bool ls_config_apply(struct ls_config *config, const char *text,
                     const char *folder, const struct ls_option *options,
                     void *settings, struct ls_text *error);

void ls_config_destroy(struct ls_config *config);

#endif
