#ifndef LS_CLI_OUTPUT_H
#define LS_CLI_OUTPUT_H
/* SPDX-License-Identifier: MIT */
/*
 * output.h - where rendered text goes: standard output, a file, or one line on
 * standard error. Everything is written at once, and its success is known.
 *
 *     if (!ls_output_text(&text))
 *         return LS_EXIT_TROUBLE;           // one line has been said
 *
 * Units: bytes.
 * Ownership: nothing is kept.
 * Errors: false, after one line on standard error.
 * Threads: one.
 */
#include "text.h"

/* To standard output. */
bool ls_output_text(const struct ls_text *text);

/* To a new file beside PATH that then takes its place, so that PATH is either
 * as it was or whole. What is no regular file (a pipe, a device) is written
 * directly. */
bool ls_output_file(const char *path, const struct ls_text *text);

/* "loopscope: " and the message as one clean line on standard error. */
void ls_output_say(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

#endif
