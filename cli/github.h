#ifndef LS_CLI_GITHUB_H
#define LS_CLI_GITHUB_H
/* SPDX-License-Identifier: MIT */
/*
 * github.h - a check as GitHub's workflow commands, which it shows beside the
 * lines of a change: `check --format github`.
 *
 *     ::error file=src/app.c,line=31,title=blocking-call::sleep() blocked ...
 *
 * Of a message `%` and line ends are escaped, of a property `:` and `,` too
 * (actions/toolkit, packages/core/src/command.ts). Any other control character
 * becomes `?`.
 *
 * Units: none.
 * Ownership: borrows what it is given.
 * Errors: as in text.h.
 * Threads: any.
 */
#include "gate.h"
#include "style.h"

/* STYLE: for its folder only. */
void ls_github_render(const struct ls_gate *gate, const struct ls_style *style,
                      struct ls_text *text);

#endif
