#ifndef LS_CLI_SYNTAX_H
#define LS_CLI_SYNTAX_H
/* SPDX-License-Identifier: MIT */
/*
 * syntax.h - JSON that people write, with the place of what is wrong in it.
 *
 *     cJSON *root = ls_syntax_parse(text, &error);
 *     if (!root)
 *         puts(ls_text_get(&error));   // "line 3, column 7: this is no JSON"
 *
 * Units: lines and columns (bytes) from 1.
 * Ownership: the tree is the caller's, to be freed with cJSON_Delete().
 * Errors: NULL, and ERROR says where.
 * Threads: one.
 */
#include "text.h"

#include <cJSON.h>

/* Only an object, and nothing after it. */
cJSON *ls_syntax_parse(const char *text, struct ls_text *error);

#endif
