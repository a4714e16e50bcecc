#ifndef LS_ANALYSIS_STRICT_H
#define LS_ANALYSIS_STRICT_H
/* SPDX-License-Identifier: MIT */
/*
 * strict.h - whether what cJSON took is JSON to everybody.
 *
 * cJSON takes some things that RFC 8259 does not allow: control characters in
 * strings and between values, numbers such as 01 or 1. Not a parser: the text
 * is one that cJSON has parsed.
 *
 *     if (ls_strict_is_json(text, n)) copy it as it is;
 *
 * Units: bytes.
 * Ownership, Errors: none.
 * Threads: any.
 */
#include <stdbool.h>
#include <stddef.h>

bool ls_strict_is_json(const char *text, size_t n);

#endif
