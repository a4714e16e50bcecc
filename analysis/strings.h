#ifndef LS_ANALYSIS_STRINGS_H
#define LS_ANALYSIS_STRINGS_H
/* SPDX-License-Identifier: MIT */
/*
 * strings.h - each different string of a trace once, by a 32-bit index.
 *
 * Not for strings that change or go away.
 *
 *     struct ls_strings *strings = ls_strings_new();
 *     ls_string turn = ls_strings_add(strings, "turn", 4);
 *     puts(ls_strings_get(strings, turn));
 *     ls_strings_free(strings);
 *
 * Units: bytes.
 * Ownership: bytes are copied; a borrowed string is valid until the next add.
 * Errors: ls_strings_add returns 0 (the empty string) and sets `failed` when
 *     there is no memory or there are 4 GiB of text.
 * Threads: one writer; a table that nobody adds to may be read by any.
 */
#include "trace.h"

struct ls_strings {
    char *bytes;      /* each string ends in NUL */
    uint32_t *starts; /* of each string in bytes; one more than there are */
    uint32_t *table;  /* hash table of indices; 0: free; NULL: frozen */
    uint32_t *hashes; /* of each string */
    size_t n_bytes, cap_bytes;
    uint32_t n, cap;
    uint32_t mask; /* of the table */
    bool failed;
};

struct ls_strings *ls_strings_new(void);

ls_string ls_strings_add(struct ls_strings *strings, const char *text,
                         size_t n);

/* "" for 0 and for anything out of range. */
const char *ls_strings_get(const struct ls_strings *strings, ls_string string);

/* Nothing will be added any more: give back what only adding needs. */
void ls_strings_freeze(struct ls_strings *strings);

void ls_strings_free(struct ls_strings *strings);

#endif
