#ifndef LS_CLI_COLLECTOR_H
#define LS_CLI_COLLECTOR_H
/* SPDX-License-Identifier: MIT */
/*
 * collector.h - find loopscope-collector and become it.
 *
 *     ls_collector_become((const char *[]){"doctor", NULL});
 *     return 125;                            // one line has been said
 *
 * Units: none. Ownership: arguments are borrowed.
 * Errors: returns only if it could not be executed, after one line on standard
 *     error that says where it was looked for.
 * Threads: one.
 */

/* ARGUMENTS: those behind the program's name, ending with NULL. */
void ls_collector_become(const char *const *arguments);

#endif
