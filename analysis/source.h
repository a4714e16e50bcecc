#ifndef LS_ANALYSIS_SOURCE_H
#define LS_ANALYSIS_SOURCE_H
/* SPDX-License-Identifier: MIT */
/*
 * source.h - the bytes of a trace, unpacked, through a window that moves.
 *
 * Regular files, plain or gzip (told by their first bytes), and memory. A
 * file is read, not mapped: one that is truncated meanwhile just ends. Not for
 * seeking, apart from starting again.
 *
 *     struct ls_source source;
 *     if (ls_source_open(&source, path, text, sizeof(text)))
 *         while (ls_source_more(&source, done))  // bytes before done are over
 *             done = use(source.bytes, source.n);
 *     ls_source_close(&source);
 *
 * Units: bytes of the unpacked file.
 * Ownership: the window is the source's.
 * Errors: open returns false with a sentence; reading that fails ends the
 *     source, with the reason in `broken`.
 * Threads: one.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gzFile_s;

/* So many NUL bytes follow the window's last. */
enum { LS_SOURCE_PADDING = 64 };

struct ls_source {
    char *bytes;        /* the window */
    size_t n;           /* bytes in it */
    uint64_t base;      /* the place in the file of its first byte */
    bool ended;         /* nothing comes after it */
    const char *broken; /* why it ended too early, or NULL */
    bool no_memory;
    uint64_t total; /* of the file, 0 if unknown (gzip) */
    bool is_locked; /* somebody holds an exclusive lock on the file */
    bool is_gzip;

    size_t cap;
    int fd;
    struct gzFile_s *gzip;
    const char *memory;
    size_t n_memory, memory_at;
};

/* On failure a sentence without the path is in TEXT. */
bool ls_source_open(struct ls_source *source, const char *path, char *text,
                    size_t n_text);

bool ls_source_open_memory(struct ls_source *source, const char *memory,
                           size_t n);

/* Drop the first DONE bytes of the window and read on: as much as fits, the
 * window growing if it is full. False: nothing more has come. */
bool ls_source_more(struct ls_source *source, size_t done);

/* Start again from the first byte. */
bool ls_source_rewind(struct ls_source *source);

void ls_source_close(struct ls_source *source);

#endif
