#ifndef LS_VIEWER_PATTERN_H
#define LS_VIEWER_PATTERN_H
/* SPDX-License-Identifier: MIT */
/*
 * pattern.h - a regular expression that a user typed, kept within bounds.
 *
 * POSIX extended; a pattern without a capital letter ignores case. Refused is
 * what makes matching slow without bounds: references back and large counts.
 * Of a text only the first kilobyte is looked at.
 *
 *     struct ls_pattern p;
 *     char why[LS_PATTERN_WHY];
 *     if (!ls_pattern_compile(&p, "^GET .*[0-9]$", why)) puts(why);
 *     if (ls_pattern_matches(&p, "GET /a/1")) ...
 *     ls_pattern_destroy(&p);
 *
 * Units: bytes.
 * Ownership: destroy what was compiled.
 * Errors: false, with a sentence in WHY.
 * Threads: one at a time.
 */
#include <regex.h>
#include <stdbool.h>

#define LS_PATTERN_WHY 120

struct ls_pattern {
    bool has; /* else everything matches */
    regex_t regex;
};

/* "" is a pattern that everything matches. */
bool ls_pattern_compile(struct ls_pattern *pattern, const char *text,
                        char why[LS_PATTERN_WHY]);
bool ls_pattern_matches(const struct ls_pattern *pattern, const char *text);
void ls_pattern_destroy(struct ls_pattern *pattern);

#endif
