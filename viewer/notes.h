#ifndef LS_VIEWER_NOTES_H
#define LS_VIEWER_NOTES_H
/* SPDX-License-Identifier: MIT */
/*
 * notes.h - what a user wrote down about moments of a trace, kept in a file
 * beside it: "http.json.notes".
 *
 * The file begins with a line that says what it is, then a line for each note:
 * nanoseconds, a tab, the text. It is only ever added to; a later line stands
 * for an earlier one of the same time, an empty one takes it away. A file of
 * that name that begins otherwise is somebody else's and stays as it is.
 *
 *     struct ls_notes notes = {0};
 *     ls_notes_read(&notes, "http.json", why);
 *     ls_notes_write(&notes, at_ns, "here it began", why);
 *     ls_notes_destroy(&notes);
 *
 * Units: nanoseconds as in the trace.
 * Ownership: the notes own their texts.
 * Errors: false, with a sentence in WHY.
 * Threads: one at a time.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LS_NOTES_WHY 400
#define LS_NOTE_BYTES 256

struct ls_note {
    int64_t at_ns;
    char text[LS_NOTE_BYTES];
};

struct ls_notes {
    char *path;            /* of their file; NULL: of no trace */
    struct ls_note *items; /* by time, each time once */
    uint32_t n;
};

/* The notes of a trace; none if there is no file. */
bool ls_notes_read(struct ls_notes *notes, const char *trace_path,
                   char why[LS_NOTES_WHY]);
/* Adds, changes or (with "") takes away the note of a time, here and in the
 * file. */
bool ls_notes_write(struct ls_notes *notes, int64_t at_ns, const char *text,
                    char why[LS_NOTES_WHY]);
void ls_notes_destroy(struct ls_notes *notes);

#endif
