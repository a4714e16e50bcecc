#ifndef LS_CLI_INPUT_H
#define LS_CLI_INPUT_H
/* SPDX-License-Identifier: MIT */
/*
 * input.h - load a trace for a command: with progress on a terminal if it
 * takes long, and with what went wrong as a sentence.
 *
 *     struct ls_text why = {0};
 *     struct ls_trace *trace = ls_input_load(path, &why);
 *     if (!trace)
 *         ls_output_say("%s: %s", path, ls_text_get(&why));
 *
 * Units: none.
 * Ownership: the trace is the caller's, to be freed with ls_trace_free().
 * Errors: NULL, and WHY says what is wrong and what to do.
 * Threads: one.
 */
#include "text.h"

#include "analysis/load.h"

struct ls_trace *ls_input_load(const char *path, struct ls_text *why);

/* One line on standard error if the trace was damaged or is not finished. */
void ls_input_say_trouble(const char *path, const struct ls_trace *trace);

#endif
