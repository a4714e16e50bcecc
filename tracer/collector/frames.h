#ifndef LS_COLLECTOR_FRAMES_H
#define LS_COLLECTOR_FRAMES_H
/* SPDX-License-Identifier: MIT */
/*
 * frames.h - one address as JSON: function, file, line, module.
 *
 * One frame, and one more for each function that was inlined there. Not for
 * finding modules (modules.h) or callers (symbols.h).
 *
 * Units: addresses of the traced process.
 * Ownership: the text is appended to the caller's.
 * Errors: what is not known is left out.
 * Threads: one at a time; slow.
 */
#include "modules.h"
#include "text.h"

/* PC is in the middle of an instruction or at its begin: a return address
 * minus one. MODULE may be NULL. A comma goes first unless TEXT ends in [. */
void ls_frames_add(Dwfl_Module *module, uint64_t pc, struct ls_text *text);

/* A frame of code that the process made while it ran, with the NAME that it
 * gave it (perfmap.h), or NULL. */
void ls_frames_add_made(const char *name, struct ls_text *text);

/* A function's name as a JSON string, as a person reads it: of C++ and Rust
 * without parameters. */
void ls_frames_add_function(struct ls_text *text, const char *name);

#endif
