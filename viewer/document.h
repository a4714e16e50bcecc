#ifndef LS_VIEWER_DOCUMENT_H
#define LS_VIEWER_DOCUMENT_H
/* SPDX-License-Identifier: MIT */
/*
 * document.h - an opened trace and everything that follows from it alone.
 *
 * Made in the loading thread, handed over whole, never changed. Not for what
 * the user does with it (view.h).
 *
 *     struct ls_document *document;
 *     char why[LS_DOCUMENT_WHY];
 *     if (ls_document_open("a.json", NULL, &document, why) != LS_LOAD_OK)
 *         puts(why);
 *     ls_document_free(document);
 *
 * Units: nanoseconds.
 * Ownership: the document owns all of its parts.
 * Errors: enum ls_load_status, with a sentence in WHY.
 * Threads: constant once made.
 */
#include "analysis/finding.h"
#include "analysis/load.h"
#include "analysis/statistics.h"
#include "viewer/crowd.h"

#define LS_DOCUMENT_WHY 256

struct ls_document {
    char *path;
    const char *name; /* the path's last part */
    struct ls_trace *trace;
    struct ls_judge_options judged; /* the thresholds */
    struct ls_findings *findings;
    struct ls_statistics *statistics;
    struct ls_index *index;
    struct ls_crowds *crowds;
    bool stalled;      /* the verdict is bad news */
    char verdict[512]; /* in words */
    char trouble[256]; /* the file's first, "" if none */
};

enum ls_load_status ls_document_open(const char *path,
                                     const struct ls_load_options *options,
                                     struct ls_document **document,
                                     char why[LS_DOCUMENT_WHY]);

/* The same from a trace at hand, which is taken over (on failure too). NULL
 * without memory. */
struct ls_document *ls_document_make(const char *path, struct ls_trace *trace);

void ls_document_free(struct ls_document *document);

#endif
