#ifndef LS_CLI_CHANGES_H
#define LS_CLI_CHANGES_H
/* SPDX-License-Identifier: MIT */
/*
 * changes.h - what is different between two traces, as a person and as a
 * program reads it: `loopscope diff`.
 *
 *     struct ls_changes changes = {&judged[0], &judged[1], diff};
 *     ls_changes_render(&changes, &style, &text);
 *     exit(ls_verdict_exit(ls_changes_verdict(&changes)));
 *
 * Units: milliseconds in text, keys that end in `_ns` are nanoseconds.
 * Ownership: borrows what it is given.
 * Errors: as in text.h.
 * Threads: any.
 */
#include "style.h"
#include "verdict.h"

#include "analysis/diff.h"

struct ls_changes {
    const struct ls_judged *was, *is;
    const struct ls_diff *diff; /* NULL: one of the two is unusable */
};

/* FAIL for what is new or worse, at error level; of nothing, there is nothing
 * to compare. */
enum ls_verdict ls_changes_verdict(const struct ls_changes *changes);

/* Nothing where one of the two is unusable: standard error has said that. */
void ls_changes_render(const struct ls_changes *changes,
                       const struct ls_style *style, struct ls_text *text);

void ls_changes_render_json(const struct ls_changes *changes,
                            const struct ls_style *style, struct ls_text *text);

/* "new", "worse", "same", "better", "gone"; of times "slower", "faster". */
const char *ls_changes_finding_name(enum ls_diff_change change);
const char *ls_changes_time_name(enum ls_diff_change change);

#endif
