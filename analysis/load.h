#ifndef LS_ANALYSIS_LOAD_H
#define LS_ANALYSIS_LOAD_H
/* SPDX-License-Identifier: MIT */
/*
 * load.h - read a trace file into a struct ls_trace.
 *
 * Takes what loopscope wrote (the fast path) and any Chrome trace in array or
 * object form (by cJSON), plain or gzip. Not for writing, and it prints
 * nothing.
 *
 *     struct ls_load_options options = {.progress = show, .arg = bar};
 *     switch (ls_trace_load(path, &options, &trace, &how)) ...
 *
 * Units: bytes of the unpacked file; times as in trace.h.
 * Ownership: *TRACE is the caller's, to be freed with ls_trace_free(); it
 *     does not need the file any more.
 * Errors: enum ls_load_status; RESULT has the sentence for a person.
 * Threads: any; loads share nothing.
 */
#include "trace.h"

enum ls_load_status {
    LS_LOAD_OK = 0,          /* perhaps with troubles: see trace->health */
    LS_LOAD_UNREADABLE = -1, /* missing, a directory, no permission */
    LS_LOAD_NO_TRACE = -2,   /* empty, or no event in it */
    LS_LOAD_NO_MEMORY = -3,
    LS_LOAD_CANCELLED = -4
};

struct ls_load_result {
    uint64_t line, byte; /* of the trouble, 0 if it has no place */
    char text[256];      /* one line without the path: "is a directory" */
};

struct ls_load_options {
    /* Called some times a second; false cancels. TOTAL is 0 if unknown. */
    bool (*progress)(void *arg, uint64_t done_bytes, uint64_t total_bytes);
    void *arg;
    bool only_slow_path; /* read every line with cJSON: for tests */
};

/* Load PATH. OPTIONS may be NULL. */
enum ls_load_status ls_trace_load(const char *path,
                                  const struct ls_load_options *options,
                                  struct ls_trace **trace,
                                  struct ls_load_result *result);

/* The same from memory (for tests and fuzzing). TEXT need not end in NUL. */
enum ls_load_status ls_trace_parse(const char *text, size_t n_bytes,
                                   const struct ls_load_options *options,
                                   struct ls_trace **trace,
                                   struct ls_load_result *result);

/*
 * The first trouble of a loaded trace as one line without the path, with line
 * and byte ("cut off at line 120, byte 14033: inside a string; loaded up to
 * there"); "" if there was none.
 */
const char *ls_trace_trouble(const struct ls_trace *trace, char *text,
                             size_t n_text);

#endif
