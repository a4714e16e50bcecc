#ifndef LS_CLI_PROCESSES_H
#define LS_CLI_PROCESSES_H
/* SPDX-License-Identifier: MIT */
/*
 * processes.h - which programs a trace is of, and what of them was not seen.
 *
 *     ls_processes_render(&story, &text, &style);
 *     ls_processes_add_poller(&story, &line);
 *     ls_synopsis_render(&story, &text, &style);
 *
 * Units: none.
 * Ownership: borrows all that is in the story.
 * Errors: as in text.h.
 * Threads: any.
 */
#include "story.h"

/*
 * With several processes: a line for each that has a loop, and one for all
 * others. "server (100), sh -> server: 1 loop, 4 turns; was killed"
 */
void ls_processes_render(const struct ls_story *story, struct ls_text *text,
                         const struct ls_style *style);

/* " curl (110) polled 3 times, which is not yet a loop." or nothing. */
void ls_processes_add_pollers(const struct ls_story *story,
                              struct ls_text *line);

/* What was seen, and what was not and why; nothing if the trace does not tell
 * of anything that was not. */
void ls_synopsis_render(const struct ls_story *story, struct ls_text *text,
                        const struct ls_style *style);

#endif
