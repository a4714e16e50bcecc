#ifndef LS_CLI_FILE_H
#define LS_CLI_FILE_H
/* SPDX-License-Identifier: MIT */
/*
 * file.h - reads a small text file whole: configuration, suppressions,
 * baseline. Not for traces (input.h).
 *
 *     struct ls_text text = {0}, error = {0};
 *     if (!ls_file_read("accepted.txt", &text, &error))
 *         ls_output_say("accepted.txt: %s", ls_text_get(&error));
 *
 * Units: bytes; at most LS_FILE_MOST.
 * Ownership: the texts are the caller's.
 * Errors: false, and ERROR says why.
 * Threads: any.
 */
#include "text.h"

#define LS_FILE_MOST (16 << 20)

bool ls_file_read(const char *path, struct ls_text *text,
                  struct ls_text *error);

#endif
