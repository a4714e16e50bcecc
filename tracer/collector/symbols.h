#ifndef LS_COLLECTOR_SYMBOLS_H
#define LS_COLLECTOR_SYMBOLS_H
/* SPDX-License-Identifier: MIT */
/*
 * symbols.h - from addresses and copied stacks to functions and lines.
 *
 * One process's modules by libdw, kept open, because the first use of a module
 * costs tens of milliseconds. Works after the process is dead, from the last
 * look at its maps. Not for deciding which stacks to take.
 *
 *     struct ls_symbols *symbols = ls_symbols_new(pid);
 *     ls_symbols_unwind(symbols, &stack, &frames);
 *
 * Units: addresses of the traced process.
 * Ownership: the text is appended to the caller's.
 * Errors: what is not known is left out; a frame has at least its module and
 *     offset, or nothing.
 * Threads: one at a time; slow (file input and output).
 */
#include "sample.h"
#include "text.h"
#include "tracer/record/shared.h"

struct ls_symbols;

/* Look at the process's maps now. NULL without memory. */
struct ls_symbols *ls_symbols_new(int pid);
void ls_symbols_free(struct ls_symbols *symbols);

/* Look at them again. */
void ls_symbols_look(struct ls_symbols *symbols);

/* Close all files until they are needed again. */
void ls_symbols_rest(struct ls_symbols *symbols);

/* Whether the process has named more of the code that it made than was read. */
bool ls_symbols_lack_names(const struct ls_symbols *symbols);

/* The place of one call, as a JSON array of frames. PC is a return address. */
void ls_symbols_place(struct ls_symbols *symbols, uint64_t pc,
                      struct ls_text *frames);

/* A stack that was copied while its thread stood still. */
struct ls_stack_copy {
    enum ls_stack_kind kind;
    uint64_t call_pc; /* of a CALL: frames above it are our own; and those in */
    uint64_t hooks_begin, hooks_end; /* this range: they are left out */
    struct ls_registers registers;
    const unsigned char *bytes; /* from registers.sp upwards */
    size_t n_bytes;
    const char *python; /* what CPython ran there (python.h), or NULL */
};

/* Unwind it, as a JSON array of frames, innermost first. */
void ls_symbols_unwind(struct ls_symbols *symbols,
                       const struct ls_stack_copy *stack,
                       struct ls_text *frames);

#endif
