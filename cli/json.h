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

#include <cJSON.h>

/* STYLE: for its folder only. */
void ls_json_render(const struct ls_gate *gate, const struct ls_style *style,
                    struct ls_text *text);

/* What is known of a finding, into OBJECT; without its place in a baseline. */
struct ls_build;
void ls_json_put_finding(struct ls_build *build, cJSON *object,
                         const struct ls_judged *judged,
                         const struct ls_finding *finding);

#endif
