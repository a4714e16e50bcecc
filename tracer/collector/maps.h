#ifndef LS_COLLECTOR_MAPS_H
#define LS_COLLECTOR_MAPS_H
/* SPDX-License-Identifier: MIT */
/*
 * maps.h - what is mapped where in a process: /proc/PID/maps.
 *
 * Says which addresses are of a file, and where the same code stands in the
 * file's own place. Not for what is in the files (modules.h).
 *
 *     bool changed;
 *     if (ls_maps_read(&maps, pid, &changed))
 *         mapping = ls_maps_at(&maps, address);
 *
 * Units: addresses of the process; offsets in the file.
 * Ownership: the maps own their text, into which mappings point.
 * Errors: read returns false and leaves the maps as they were.
 * Threads: one.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ls_mapping {
    uint64_t begin, end, offset;
    const char *node; /* device and inode, as they are written */
    const char *path; /* to the end of the line */
    uint32_t n_node, n_path;
    bool executable;
};

struct ls_maps {
    char *text; /* as the kernel wrote it, or NULL */
    struct ls_mapping *all;
    size_t n;
};

/* Read them anew. True in *CHANGED: they are not as before. */
bool ls_maps_read(struct ls_maps *maps, int pid, bool *changed);

/* The same, of TEXT, which is theirs from then on. */
bool ls_maps_take(struct ls_maps *maps, char *text);

/* The mapping around ADDRESS, or NULL. */
const struct ls_mapping *ls_maps_at(const struct ls_maps *maps,
                                    uint64_t address);

/* Whether there is a file of some disk behind it: not for what was made at run
 * time, though that may have a name ([anon:v8], /memfd:doublemapper). */
bool ls_mapping_is_file(const struct ls_mapping *mapping);

/* ADDRESS, or where that same byte of the file is in its first whole copy: V8
 * maps a part of its program once more, near the code that it makes. */
uint64_t ls_maps_origin(const struct ls_maps *maps, uint64_t address);

void ls_maps_destroy(struct ls_maps *maps);

#endif
