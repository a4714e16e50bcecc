#ifndef LS_VIEWER_EXPLAIN_H
#define LS_VIEWER_EXPLAIN_H
/* SPDX-License-Identifier: MIT */
/*
 * explain.h - what was found, in the words of the picture.
 *
 * Not for the findings' own messages: those are analysis'.
 *
 *     char text[512];
 *     bool stalled = ls_explain_verdict(trace, findings, text, sizeof(text));
 *
 * Units: bytes of the buffers, which are always NUL-terminated.
 * Ownership: the caller's buffers. Errors: none; long text is cut.
 * Threads: any.
 */
#include "analysis/finding.h"

/* Is it about something that stalled a loop? */
bool ls_explain_is_stall(const struct ls_finding *finding);

/* The first finding that is; LS_NONE if none. */
uint32_t ls_explain_worst(const struct ls_findings *findings);

/* "Stalled once. Worst: sleep() blocked the loop for 2.00 s in bad_example,
 * bad_example.c:31. 1 task waited." True if something stalled. */
bool ls_explain_verdict(const struct ls_trace *trace,
                        const struct ls_findings *findings, char *text,
                        size_t n_text);

/* "bad_example.c:31", "" if not known. */
void ls_explain_place(const struct ls_trace *trace, uint32_t frame, char *text,
                      size_t n_text);

/* "brew Masala", for a task without a label its kind. */
void ls_explain_task(const struct ls_trace *trace, uint32_t task, char *text,
                     size_t n_text);

/* "running", "blocked in read, /run/config", with its share of the time. */
void ls_explain_sample(const struct ls_trace *trace,
                       const struct ls_sample *sample, char *text,
                       size_t n_text);

/* What an await awaits: "sleep", "gather of 3", "task brew Masala". */
void ls_explain_await(const struct ls_trace *trace,
                      const struct ls_stretch *stretch, char *text,
                      size_t n_text);

#endif
