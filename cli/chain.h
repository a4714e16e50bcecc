#ifndef LS_CLI_CHAIN_H
#define LS_CLI_CHAIN_H
/* SPDX-License-Identifier: MIT */
/*
 * chain.h - the other tasks of a finding about tasks, as lines of text: the
 * ring that they wait in, those that wait behind one, those awaited in a row.
 *
 *     ls_chain_render(&story, finding, 2, &text, &style);
 *
 * Units: none.
 * Ownership: none.
 * Errors: the text's.
 * Threads: any.
 */
#include "story.h"

/* INDENT spaces before each line. Nothing where there are no other tasks. */
void ls_chain_render(const struct ls_story *story,
                     const struct ls_finding *finding, int indent,
                     struct ls_text *text, const struct ls_style *style);

#endif
