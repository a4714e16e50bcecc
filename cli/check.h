#ifndef LS_CLI_CHECK_H
#define LS_CLI_CHECK_H
/* SPDX-License-Identifier: MIT */
/*
 * check.h - for commands that have a check follow them.
 *
 * Units, Ownership: none.
 * Errors: false, and ERROR says what the value should have been.
 * Threads: any.
 */
#include "option.h"

/* Whether check's option NAME takes VALUE. */
bool ls_check_try(const char *name, const char *value, struct ls_text *error);

/* Whether check could begin with these options, by the files that they and the
 * configuration name; false after one line on standard error. */
bool ls_check_is_ready(struct ls_line line);

#endif
