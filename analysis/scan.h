#ifndef LS_ANALYSIS_SCAN_H
#define LS_ANALYSIS_SCAN_H
/* SPDX-License-Identifier: MIT */
/*
 * scan.h - find where a JSON object or array ends, without reading it.
 *
 * Follows strings and brackets only; whether it is JSON, cJSON says. Notices
 * when an event was broken off and the next has begun inside it, so that one
 * bad line costs one event and not the rest of the file.
 *
 *     switch (ls_scan(at, end, &found)) {
 *     case LS_SCAN_WHOLE: parse(at, found.n); break;
 *     case LS_SCAN_SHORT: read more, and scan again ...
 *
 * Units: bytes.
 * Ownership: none.
 * Errors: enum ls_scan_status.
 * Threads: any.
 */
#include <stdbool.h>
#include <stddef.h>

/* Nested more deeply than this is left out. */
enum { LS_SCAN_MAX_DEPTH = 100 };

enum ls_scan_status {
    LS_SCAN_WHOLE,  /* n bytes, brackets included */
    LS_SCAN_SHORT,  /* END comes first */
    LS_SCAN_BROKEN, /* something is wrong: go on after n bytes */
    LS_SCAN_DEEP    /* whole, n bytes, but nested too deeply */
};

struct ls_scan {
    size_t n;
    bool in_string;  /* SHORT: END is inside a string */
    const char *why; /* BROKEN: one line */
};

/* AT is at a brace or a bracket. */
enum ls_scan_status ls_scan(const char *at, const char *end,
                            struct ls_scan *found);

#endif
