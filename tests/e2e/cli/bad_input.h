#ifndef LS_TESTS_E2E_CLI_BAD_INPUT_H
#define LS_TESTS_E2E_CLI_BAD_INPUT_H
/* SPDX-License-Identifier: MIT */
/*
 * bad_input.h - makes the files that no command may choke on.
 *
 * Units: none.
 * Ownership: files in the current folder.
 * Errors: assertions.
 * Threads: one.
 */

/* There is no trace in these: missing.json (not made), folder/, empty.json,
 * random.json, other.json (JSON, but no trace). NULL ends the list. */
extern const char *const unusable_inputs[];

/* There is one in these, up to something: NULL ends the list. */
extern const char *const damaged_inputs[];

void bad_input_make(void);

#endif
