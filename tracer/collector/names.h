#ifndef LS_COLLECTOR_NAMES_H
#define LS_COLLECTOR_NAMES_H
/* SPDX-License-Identifier: MIT */
/*
 * names.h - the program's names as JSON strings, made once each.
 *
 * Units: none.
 * Ownership: strings are the table's.
 * Errors: a name that is not there, or no memory: "?".
 * Threads: one; beside threads that add names.
 */
#include <stddef.h>
#include <stdint.h>

#include "tracer/record/shared.h"

/* A JSON string with its quotes. */
struct ls_json {
    const char *text;
    size_t n;
};

/* For string literals that are JSON already: LS_JSON("\"turn\""). */
#define LS_JSON(literal) ((struct ls_json){literal, sizeof literal - 1})

struct ls_names {
    struct ls_shared *shared;
    struct ls_json known[LS_N_NAMES]; /* text NULL: not made yet */
};

struct ls_json ls_names_get(struct ls_names *names, uint32_t id);

void ls_names_destroy(struct ls_names *names);

#endif
