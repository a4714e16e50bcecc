#ifndef LS_CLI_BASELINE_H
#define LS_CLI_BASELINE_H
/* SPDX-License-Identifier: MIT */
/*
 * baseline.h - findings that are accepted because they were there before:
 * `check --baseline FILE`, `--write-baseline FILE`.
 *
 *     struct ls_baseline baseline = {0};
 *     if (!ls_baseline_parse(&baseline, text, &error)) ...
 *     ls_baseline_apply(&baseline, findings);        // known, worse or new
 *     ls_baseline_add(&baseline, trace, findings);   // accept what is there
 *     ls_baseline_render(&baseline, &text);
 *     ls_baseline_destroy(&baseline);
 *
 * An entry is known by rule and fingerprint, which is made of function names
 * alone: it survives another build, moved lines and random addresses. A
 * finding is worse than its entry if it took more than twice as long and at
 * least 10 ms more; or if it is of a higher level and took a quarter more (or
 * is nothing that takes time), so that 49 and 51 ms on both sides of --fail
 * are the same. Notes fail nothing and are not kept.
 *
 * The file is JSON, an entry a line, sorted by rule and fingerprint, times in
 * whole milliseconds: for version control.
 *
 * Units: nanoseconds of own time; `own_ms` in the file.
 * Ownership: copies what it keeps.
 * Errors: false, and ERROR says what and where ("line 3, column 7: ...").
 * Threads: one.
 */
#include "text.h"

#include "analysis/finding.h"

struct ls_baseline_entry {
    enum ls_rule rule;
    enum ls_severity severity;
    int64_t own_ns;
    char fingerprint[17];
    char *call, *function; /* for readers of the file; "" if not known */
};

struct ls_baseline {
    struct ls_baseline_entry *items; /* sorted */
    size_t n;
};

bool ls_baseline_parse(struct ls_baseline *baseline, const char *text,
                       struct ls_text *error);

/* Sets standings but of what is suppressed, and settles the findings. */
void ls_baseline_apply(const struct ls_baseline *baseline,
                       struct ls_findings *findings);

/* Of what is there already the longer time and the higher level are kept.
 * False without memory. */
bool ls_baseline_add(struct ls_baseline *baseline, const struct ls_trace *trace,
                     const struct ls_findings *findings);

void ls_baseline_render(const struct ls_baseline *baseline,
                        struct ls_text *text);

void ls_baseline_destroy(struct ls_baseline *baseline);

#endif
