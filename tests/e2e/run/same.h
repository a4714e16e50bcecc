#ifndef TESTS_E2E_RUN_SAME_H
#define TESTS_E2E_RUN_SAME_H
/* SPDX-License-Identifier: MIT */
/*
 * same.h - a line for the shell behaves with loopscope as without.
 *
 *     assert_same("$RUN sh -c 'exit 7'");
 *
 * Units, Ownership: none.
 * Errors: the running test fails.
 * Threads: tests have one.
 */
#define RUN_IT LS_COMMAND " run -o t.json --"

/* Output and status, when $RUN in it is nothing and when it is ours. */
void assert_same(const char *line);

#endif
