#ifndef LS_ANALYSIS_IDS_H
#define LS_ANALYSIS_IDS_H
/* SPDX-License-Identifier: MIT */
/*
 * ids.h - from a 64-bit id to an index.
 *
 * For tasks, threads and stacks alike; not for strings (strings.h). Nothing
 * can be taken out.
 *
 *     struct ls_ids *ids = ls_ids_new();
 *     *ls_ids_put(ids, 0x2a) = 7;
 *     uint32_t index = ls_ids_find(ids, 0x2a);
 *     ls_ids_free(ids);
 *
 * Units: none.
 * Ownership: the table owns nothing but itself.
 * Errors: NULL when there is no memory.
 * Threads: one writer; a table that nobody writes may be read by any.
 */
#include <stdint.h>

struct ls_ids;

struct ls_ids *ls_ids_new(void);

/* The place of ID's index, valid until the next put. LS_NONE if it is new;
 * the caller then sets it. */
uint32_t *ls_ids_put(struct ls_ids *ids, uint64_t id);

/* The index of ID, or LS_NONE. */
uint32_t ls_ids_find(const struct ls_ids *ids, uint64_t id);

void ls_ids_free(struct ls_ids *ids);

#endif
