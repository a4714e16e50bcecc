#ifndef LS_COLLECTOR_PYTHON_H
#define LS_COLLECTOR_PYTHON_H
/* SPDX-License-Identifier: MIT */
/*
 * python.h - what a thread of CPython 3.11 runs, read from outside.
 *
 * The interpreter's own frames, out of its memory: nothing of it is called,
 * stopped or written. Where things stand in it is of one version, so it is
 * asked for its version first, and every object is asked for its type. Not for
 * C frames (symbols.h).
 *
 *     ls_python_look(&python, pid);
 *     if (ls_python_stack(&python, tid, &frames)) ...
 *
 * Units: addresses of the traced process.
 * Ownership: the text is appended to the caller's.
 * Errors: false where there is no such interpreter, or what was read makes no
 *     sense, or has changed meanwhile.
 * Threads: one at a time; some 5 system calls a frame.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text.h"

struct ls_python {
    int pid;
    uint64_t runtime;              /* _PyRuntime; 0: it is no such program */
    uint64_t code_type, text_type; /* PyCode_Type, PyUnicode_Type */
};

/* Find the interpreter among the files that are mapped now. */
void ls_python_look(struct ls_python *python, int pid);

/* The frames of the thread TID, innermost first, as JSON. Those that one call
 * of the interpreter's evaluation function runs are divided by commas, the next
 * call's go on a new line. */
bool ls_python_stack(const struct ls_python *python, int tid,
                     struct ls_text *frames);

/* The line of the instruction at UNIT (of 2 bytes) by a code object's table of
 * lines (CPython, Objects/locations.md), which begins at FIRST; 0: none. */
int ls_python_line(const unsigned char *table, size_t n, int first, int unit);

#endif
