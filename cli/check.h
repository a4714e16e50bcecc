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
#include "text.h"

/* Whether check's option NAME takes VALUE. */
bool ls_check_try(const char *name, const char *value, struct ls_text *error);

#endif
