#ifndef LS_ANALYSIS_RECOVER_H
#define LS_ANALYSIS_RECOVER_H
/* SPDX-License-Identifier: MIT */
/*
 * recover.h - make a cut-off trace whole, as a new file.
 *
 * Keeps every complete event to the byte, drops what is broken, closes what
 * is open at the last time seen, ends the array. Not a converter: an object
 * form keeps its form.
 *
 *     struct ls_recover_result how;
 *     ls_trace_recover("cut.json", "cut.recovered.json", &how);
 *
 * Units: bytes and lines of the unpacked input.
 * Ownership: the output is created new (O_EXCL) and removed on failure; the
 *     input is only read.
 * Errors: enum ls_recover_status; RESULT has the sentence.
 * Threads: any.
 */
#include <stdint.h>

enum ls_recover_status {
    LS_RECOVER_OK = 0,
    LS_RECOVER_UNREADABLE = -1, /* the input */
    LS_RECOVER_NO_TRACE = -2,
    LS_RECOVER_EXISTS = -3, /* the output; nothing was overwritten */
    LS_RECOVER_UNWRITABLE = -4
};

struct ls_recover_result {
    uint64_t n_kept;    /* events */
    uint64_t n_dropped; /* broken or cut lines */
    uint64_t n_closed;  /* ends that were added */
    char text[256];     /* one line for a person, without the path */
};

enum ls_recover_status ls_trace_recover(const char *input, const char *output,
                                        struct ls_recover_result *result);

#endif
