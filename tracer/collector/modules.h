#ifndef LS_COLLECTOR_MODULES_H
#define LS_COLLECTOR_MODULES_H
/* SPDX-License-Identifier: MIT */
/*
 * modules.h - the files that are mapped into a process, for libdw.
 *
 * Its maps are read when it appears; the files are opened at the first use,
 * as the process sees them (its root, and what was deleted since), and can be
 * closed to be opened again. Never goes to the network. Code that was made at
 * run time is in no module, wherever it lies. Not for what is in them
 * (symbols.h).
 *
 * Units: addresses of the process.
 * Ownership: what libdw gives is valid until ls_modules_rest().
 * Errors: NULL where nothing is known.
 * Threads: one at a time; slow (file input and output).
 */
#include <elfutils/libdwfl.h>
#include <stdbool.h>
#include <stdint.h>

#include "maps.h"

struct ls_modules {
    int pid;
    bool foreign_root;   /* its files are not where ours are */
    struct ls_maps maps; /* as last read */
    Dwfl *dwfl;          /* NULL: at rest */
    bool looked;         /* at the maps, since ls_modules_begin() */
};

/* Look at the process's maps now. */
void ls_modules_init(struct ls_modules *modules, int pid);

/* Look again, at a process that may be gone when there is work. True: there are
 * others now. */
bool ls_modules_look(struct ls_modules *modules);

/* Before a piece of work, in which maps are read again once if need be. False:
 * no memory. */
bool ls_modules_begin(struct ls_modules *modules);

/* The module of the code at an address, of those that are known. It reaches
 * from the file's first mapping to its last: ls_maps_origin() says where in it
 * the code is. */
Dwfl_Module *ls_modules_find(const struct ls_modules *modules,
                             uint64_t address);

/* The same, by new maps if need be. True in *CHANGED (or NULL): then others may
 * be elsewhere. */
Dwfl_Module *ls_modules_at(struct ls_modules *modules, uint64_t address,
                           bool *changed);

/* Whether the process made the code at this address while it ran. */
bool ls_modules_is_made(const struct ls_modules *modules, uint64_t address);

/* Close all files. */
void ls_modules_rest(struct ls_modules *modules);

void ls_modules_destroy(struct ls_modules *modules);

#endif
