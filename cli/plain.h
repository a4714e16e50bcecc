#ifndef LS_CLI_PLAIN_H
#define LS_CLI_PLAIN_H
/* SPDX-License-Identifier: MIT */
/*
 * plain.h - a check as a person reads it: `check --format text`. The verdict
 * first, at most five findings in full, the rest counted.
 *
 *     ls_plain_render(&gate, &style, &text);
 *
 * Units: as in explain.h.
 * Ownership: borrows what it is given.
 * Errors: as in text.h.
 * Threads: any.
 */
#include "gate.h"
#include "style.h"

void ls_plain_render(const struct ls_gate *gate, const struct ls_style *style,
                     struct ls_text *text);

#endif
