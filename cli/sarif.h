#ifndef LS_CLI_SARIF_H
#define LS_CLI_SARIF_H
/* SPDX-License-Identifier: MIT */
/*
 * sarif.h - a check as SARIF 2.1.0 (the OASIS standard), which code scanning
 * sites show: `check --format sarif`.
 *
 *     ls_sarif_render(&gate, &style, &text);
 *
 * One run. Files below the current folder are relative to the base SRCROOT;
 * stacks are `stacks`; the fingerprint is a partial one; what is accepted has
 * `suppressions` or a `baselineState`. Unusable traces and budgets that are
 * passed are notifications of the invocation.
 *
 * Units: own times in `properties` are nanoseconds.
 * Ownership: borrows what it is given.
 * Errors: as in text.h.
 * Threads: any.
 */
#include "gate.h"
#include "style.h"

/* STYLE: for its folder only. */
void ls_sarif_render(const struct ls_gate *gate, const struct ls_style *style,
                     struct ls_text *text);

#endif
