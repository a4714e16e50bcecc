#ifndef LS_CLI_INHERIT_H
#define LS_CLI_INHERIT_H
/* SPDX-License-Identifier: MIT */
/*
 * inherit.h - what a program that this one starts or becomes is to inherit:
 * standard descriptors and signals as they were, not as this one wants them.
 *
 *     ls_inherit_begin();      // first thing in main()
 *     ...
 *     ls_inherit_restore();    // in front of exec
 *
 * Units, Ownership, Errors: none.
 * Threads: one.
 */

/* Open what is closed of the standard descriptors, so that a file that is
 * opened never lands on one and messages are written into it; ignore SIGPIPE
 * (a reader that leaves is an error of write()) and SIGXFSZ. */
void ls_inherit_begin(void);

/* As before that. */
void ls_inherit_restore(void);

#endif
