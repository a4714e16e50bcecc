#ifndef LS_COLLECTOR_WRITER_H
#define LS_COLLECTOR_WRITER_H
/* SPDX-License-Identifier: MIT */
/*
 * writer.h - the trace file: one event a line, comma first, whole at any time.
 *
 * Not for what is in a line (emit.h).
 *
 *     struct ls_text *line = ls_writer_begin(writer);
 *     ls_text_add(line, "{...}");
 *     ls_writer_end(writer);
 *
 * Units: bytes.
 * Ownership: the writer holds the file's lock until it is closed.
 * Errors: the first is kept in `error` and `text`; what comes after it is
 *     dropped and counted. A file that cannot take more is cut after its last
 *     whole event and ended there.
 * Threads: one.
 */
#include <stdint.h>

#include "text.h"

struct ls_writer {
    int fd;
    void *gz; /* gzFile, or NULL: plain */
    struct ls_text buffer;
    uint64_t n_events;
    uint64_t n_unwritten; /* events after an error */
    uint64_t n_bytes;     /* of the plain file */
    uint64_t n_file;      /* the file's, compressed or not, when last flushed */
    size_t begun;         /* where the event being written begins */
    int64_t flushed_ns;   /* CLOCK_MONOTONIC of the last gzip flush */
    int error;            /* enum ls_error */
    char text[256];       /* about the error */
};

/* Create PATH (mode 0600, no symbolic link, a regular file) and lock it.
 * Returns 0 or enum ls_error, with `text`. */
int ls_writer_open(struct ls_writer *writer, const char *path);

/* Begin an event; its text goes to what is returned. */
struct ls_text *ls_writer_begin(struct ls_writer *writer);
void ls_writer_end(struct ls_writer *writer);

/* Instead of the end: it is not to be written. */
void ls_writer_drop(struct ls_writer *writer);

/* How large the file is, with what waits to be written. Of a compressed one,
 * without that, and as of the last flush. */
uint64_t ls_writer_size(const struct ls_writer *writer);

/* Let readers see what is there. */
void ls_writer_flush(struct ls_writer *writer);

/* End the array, unlock, close. */
void ls_writer_close(struct ls_writer *writer);

#endif
