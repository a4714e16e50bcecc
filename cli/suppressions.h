#ifndef LS_CLI_SUPPRESSIONS_H
#define LS_CLI_SUPPRESSIONS_H
/* SPDX-License-Identifier: MIT */
/*
 * suppressions.h - findings that are accepted by what they are:
 * `check --suppressions FILE`.
 *
 *     # one a line; this is a comment
 *     function:load_config        the call, or the function of its line
 *     function:db_*               `*`, `?` and `[...]` as a shell has them
 *     stack-contains:legacy/      in a function, file or module of the stack
 *     rule:task-failed
 *     process:helper-*            the program that it is in
 *
 *     struct ls_suppressions s = {0};
 *     if (!ls_suppressions_parse(&s, text, &error)) ...  // "3: unknown kind.."
 *     ls_suppressions_apply(&s, trace, findings);
 *     ls_suppressions_destroy(&s);
 *
 * Units: lines are counted from 1.
 * Ownership: copies what it keeps.
 * Errors: false, and ERROR begins with the line: "3: ...".
 * Threads: one.
 */
#include "text.h"

#include "analysis/finding.h"

enum ls_suppression_kind {
    LS_SUPPRESS_FUNCTION,
    LS_SUPPRESS_STACK,
    LS_SUPPRESS_RULE,
    LS_SUPPRESS_PROCESS
};

struct ls_suppression {
    enum ls_suppression_kind kind;
    char *text;          /* the line, without spaces around it */
    const char *pattern; /* in text, behind the colon */
    int line;
    size_t n_used; /* findings that it matched */
};

struct ls_suppressions {
    struct ls_suppression *items;
    size_t n;
};

bool ls_suppressions_parse(struct ls_suppressions *suppressions,
                           const char *text, struct ls_text *error);

/* Sets standings and settles the findings. Every one that matches counts as
 * used. */
void ls_suppressions_apply(struct ls_suppressions *suppressions,
                           const struct ls_trace *trace,
                           struct ls_findings *findings);

/* How many matched nothing. */
size_t ls_suppressions_unused(const struct ls_suppressions *suppressions);

void ls_suppressions_destroy(struct ls_suppressions *suppressions);

#endif
