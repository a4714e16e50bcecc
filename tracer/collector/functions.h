#ifndef LS_COLLECTOR_FUNCTIONS_H
#define LS_COLLECTOR_FUNCTIONS_H
/* SPDX-License-Identifier: MIT */
/*
 * functions.h - the names of functions by their address, at once.
 *
 * From symbol tables alone, so that the thread that drains may ask: a
 * callback's name is in its line. Not for lines of source or stacks
 * (symbols.h).
 *
 *     ls_functions_look(functions, slot, generation, pid);
 *     struct ls_json name = ls_functions_name(functions, slot, address);
 *
 * Units: addresses of the traced process.
 * Ownership: names are the table's, until another image is in the slot.
 * Errors: "module+0x1f" where there is no symbol, "0x1f" without a module.
 * Threads: one.
 */
#include "names.h"

struct ls_functions;

struct ls_functions *ls_functions_new(void);
void ls_functions_free(struct ls_functions *functions);

/* Another image is in this slot: look at its maps now, while it lives. */
void ls_functions_look(struct ls_functions *functions, uint32_t slot,
                       uint32_t generation, int pid);

/* The name of the function at ADDRESS, as a JSON string. */
struct ls_json ls_functions_name(struct ls_functions *functions, uint32_t slot,
                                 uint64_t address);

#endif
