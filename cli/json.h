#ifndef LS_CLI_JSON_H
#define LS_CLI_JSON_H
/* SPDX-License-Identifier: MIT */
/*
 * json.h - verdict and findings for programs: `check --format json`.
 *
 *     ls_json_render(&gate, &style, &text);
 *
 * {"version":1,"verdict":...,"summary":{...},"findings":[...]}. What is not
 * known is absent, never guessed.
 *
 * Units: keys that end in `_ns` are nanoseconds.
 * Ownership: borrows what it is given.
 * Errors: as in text.h.
 * Threads: any.
 */
#include "gate.h"
#include "style.h"

/* STYLE: for its folder only. */
void ls_json_render(const struct ls_gate *gate, const struct ls_style *style,
                    struct ls_text *text);

#endif
