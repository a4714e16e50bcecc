#ifndef LS_CLI_STORY_H
#define LS_CLI_STORY_H
/* SPDX-License-Identifier: MIT */
/*
 * story.h - a trace in a few sentences: what it is of, whether its loop
 * stalled, and how far the trace itself is to be trusted.
 *
 *     ls_story_header(&story, &text, &style);
 *     ls_story_verdict(&story, &text, &style);
 *     ls_story_health(&story, &text, &style);
 *
 * Units: as in analysis.
 * Ownership: borrows all that is in the story.
 * Errors: as in text.h.
 * Threads: any.
 */
#include "names.h"
#include "style.h"

#include "analysis/finding.h"

struct ls_story {
    const struct ls_trace *trace;
    const struct ls_names *names;
    const struct ls_findings *findings;
    const char *path; /* of the file; names a trace without a program */
};

/* "gather: 2002 ms, 1 loop, 4 tasks, 42 events" */
void ls_story_header(const struct ls_story *story, struct ls_text *text,
                     const struct ls_style *style);

/* "The loop stalled once: sleep() blocked it for 2000 ms in bad_example,
 * bad_example.c:31. 1 task waited." */
void ls_story_verdict(const struct ls_story *story, struct ls_text *text,
                      const struct ls_style *style);

/* A line for each reason to doubt the trace; nothing if there is none. */
void ls_story_health(const struct ls_story *story, struct ls_text *text,
                     const struct ls_style *style);

/* "1 task", "2 tasks" */
void ls_story_add_count(struct ls_text *text, uint64_t n, const char *what);

#endif
