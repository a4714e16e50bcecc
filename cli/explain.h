#ifndef LS_CLI_EXPLAIN_H
#define LS_CLI_EXPLAIN_H
/* SPDX-License-Identifier: MIT */
/*
 * explain.h - findings as a person reads them: what, how long, why, where,
 * who had to wait, what to do.
 *
 *     ls_explain_all(&story, &text, &style, 5);
 *
 * Units: milliseconds since the trace's first event.
 * Ownership: borrows what it is given.
 * Errors: as in text.h.
 * Threads: any.
 */
#include "story.h"

void ls_explain(const struct ls_story *story, const struct ls_finding *finding,
                struct ls_text *text, const struct ls_style *style);

/* Of those that count, at most LIMIT findings in full and a line that counts
 * the rest. */
void ls_explain_all(const struct ls_story *story, struct ls_text *text,
                    const struct ls_style *style, size_t limit);

#endif
