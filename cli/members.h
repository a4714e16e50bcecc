#ifndef LS_CLI_MEMBERS_H
#define LS_CLI_MEMBERS_H
/* SPDX-License-Identifier: MIT */
/*
 * members.h - the processes of a trace that are judged, each by itself: those
 * that ran a loop, or have a finding. A test suite is a trace of many.
 *
 *     struct ls_members members = {0};
 *     ls_members_take(&members, trace, findings);
 *     for (size_t i = 0; i < members.n; i++)
 *         ls_members_label(&members, i, &text);      // "test_server --quick"
 *     ls_members_destroy(&members);
 *
 * What starts the tests (ctest, make, ninja...) may run a loop too. It is not
 * what is to be judged: a member, but a driver.
 *
 * Units: none.
 * Ownership: borrows trace and findings.
 * Errors: without memory it has no members and `failed`.
 * Threads: one.
 */
#include "text.h"

#include "analysis/finding.h"

struct ls_member {
    uint32_t process;
    bool is_driver;
    bool has_arguments; /* its name alone is another's too */
    uint32_t number;    /* of those with the same name and arguments, from 1;
                           0: there is none */
    size_t n_errors, n_warnings, n_notes; /* that count */
};

struct ls_members {
    const struct ls_trace *trace;
    struct ls_member *items; /* in the trace's order of processes */
    size_t n;
    size_t n_without; /* processes that are none: nothing to judge */
    bool failed;
};

/* Anew, from what FINDINGS says now. */
void ls_members_take(struct ls_members *members, const struct ls_trace *trace,
                     const struct ls_findings *findings);
void ls_members_destroy(struct ls_members *members);

/* A name that is the same in the next run: the program's, with its arguments
 * and a number only where they are needed to tell it apart. */
void ls_members_label(const struct ls_members *members, size_t i,
                      struct ls_text *text);

/* Whether a process is known to start tests, and has started one here. */
bool ls_members_is_driver(const struct ls_trace *trace, uint32_t process);

#endif
