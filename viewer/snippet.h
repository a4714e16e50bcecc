#ifndef LS_VIEWER_SNIPPET_H
#define LS_VIEWER_SNIPPET_H
/* SPDX-License-Identifier: MIT */
/*
 * snippet.h - the lines of a program around the one that stalled.
 *
 * The path is what the trace says, so anything can be there: only regular
 * files are read, and not far. Not for whole files.
 *
 *     struct ls_snippet snippet = {0};
 *     ls_snippet_read(&snippet, "/src/a.c", 31);
 *     for (int i = 0; i < snippet.n; i++) ... snippet.lines[i]
 *
 * Units: lines counted from 1; bytes.
 * Ownership: everything is in the struct.
 * Errors: n is 0 when there is nothing to show.
 * Threads: one at a time.
 */
#include <stdint.h>

#define LS_SNIPPET_LINES 5
#define LS_SNIPPET_BYTES 200

struct ls_snippet {
    uint32_t first; /* the number of lines[0] */
    int n;
    char lines[LS_SNIPPET_LINES][LS_SNIPPET_BYTES]; /* tabs as blanks */
};

/* LINE of PATH with its neighbours. */
void ls_snippet_read(struct ls_snippet *snippet, const char *path,
                     uint32_t line);

#endif
