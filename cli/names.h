#ifndef LS_CLI_NAMES_H
#define LS_CLI_NAMES_H
/* SPDX-License-Identifier: MIT */
/*
 * names.h - what a report calls a task, a thread, a loop: the shortest name
 * that is not taken twice.
 *
 *     struct ls_names names;
 *     ls_names_init(&names, trace);
 *     ls_names_task(&names, 3, &text);   // "Masala", "brew", or "brew #7"
 *     ls_names_destroy(&names);
 *
 * Units: none.
 * Ownership: borrows the trace; names are copied, and are not cleaned yet
 *     (label.h does that).
 * Errors: without memory every task gets its number.
 * Threads: one, for init; then any.
 */
#include "text.h"

#include "analysis/trace.h"

struct ls_names {
    const struct ls_trace *trace;
    uint32_t *n_uses; /* by string: how many tasks would be called so */
    uint32_t n_strings;
};

void ls_names_init(struct ls_names *names, const struct ls_trace *trace);
void ls_names_destroy(struct ls_names *names);

/* Its label, else its kind. */
ls_string ls_names_short(const struct ls_task *task);

/* What the program said, its beginning if it said very much. */
void ls_names_said(const struct ls_names *names, ls_string said,
                   struct ls_text *text);

/* Label, else kind; with the task's number if others are called the same. */
void ls_names_task(const struct ls_names *names, uint32_t task,
                   struct ls_text *text);

/* Kind and label, for where a task is named first: "brew Masala". */
void ls_names_task_in_full(const struct ls_names *names, uint32_t task,
                           struct ls_text *text);

/* "loop"; with several of them "loop NAME", the process's where it has none of
 * its own. */
void ls_names_loop(const struct ls_names *names, uint32_t loop,
                   struct ls_text *text);

/* Its name, with the pid if another process has that name; else the pid. */
void ls_names_process(const struct ls_names *names, uint32_t process,
                      struct ls_text *text);

/* "sleep()"; "futex (system call)"; what --inject planted is told as that. */
void ls_names_call(const struct ls_names *names, ls_string call,
                   bool is_syscall, struct ls_text *text);

/* Its name, else "thread TID". */
void ls_names_thread(const struct ls_names *names, uint32_t thread,
                     struct ls_text *text);

#endif
