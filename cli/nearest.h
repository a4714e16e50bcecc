#ifndef LS_CLI_NEAREST_H
#define LS_CLI_NEAREST_H
/* SPDX-License-Identifier: MIT */
/*
 * nearest.h - the known name that a mistyped one was most likely meant to be.
 *
 *     struct ls_nearest nearest = ls_nearest_to("reprot");
 *     ls_nearest_try(&nearest, "report");
 *     ls_nearest_try(&nearest, "rules");
 *     puts(nearest.name);                          // "report"
 *
 * Units: edits: a character added, dropped, changed, or two swapped.
 * Ownership: names are borrowed.
 * Errors: none.
 * Threads: any.
 */

struct ls_nearest {
    const char *wanted;
    const char *name; /* the nearest so far; NULL: none was tried */
    int distance;
};

struct ls_nearest ls_nearest_to(const char *wanted);
void ls_nearest_try(struct ls_nearest *nearest, const char *name);

#endif
