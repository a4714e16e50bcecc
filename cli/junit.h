#ifndef LS_CLI_JUNIT_H
#define LS_CLI_JUNIT_H
/* SPDX-License-Identifier: MIT */
/*
 * junit.h - a check as JUnit's XML, in the form that Jenkins and Surefire
 * read: `check --format junit`.
 *
 *     ls_junit_render(&gate, &style, &text);
 *
 * A suite for each trace; in it a test for each finding at error level, which
 * fails, and one for each rule that has none, which passes and tells of its
 * warnings. What is accepted is a skipped test. Names hold rule, function and
 * fingerprint, no times, so that a test keeps its history.
 *
 * Units: `time` is seconds.
 * Ownership: borrows what it is given.
 * Errors: as in text.h.
 * Threads: any.
 */
#include "gate.h"
#include "style.h"

/* STYLE: for its folder and width. */
void ls_junit_render(const struct ls_gate *gate, const struct ls_style *style,
                     struct ls_text *text);

#endif
