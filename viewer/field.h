#ifndef LS_VIEWER_FIELD_H
#define LS_VIEWER_FIELD_H
/* SPDX-License-Identifier: MIT */
/*
 * field.h - a line of text that is being typed.
 *
 *     struct ls_field field;
 *     ls_field_set(&field, "");
 *     ls_field_put(&field, "gather");
 *     if (ls_field_key(&field, key)) the cursor or the text has changed
 *
 * Units: bytes; the cursor is always between code points.
 * Ownership: everything is in the struct.
 * Errors: what has no room is not put in.
 * Threads: one at a time.
 */
#include "viewer/actions.h"

#include <stdbool.h>

#define LS_FIELD_BYTES 256

struct ls_field {
    char text[LS_FIELD_BYTES]; /* NUL-terminated UTF-8 */
    size_t n, cursor;
};

void ls_field_set(struct ls_field *field, const char *text);
/* TEXT at the cursor, without control characters. */
void ls_field_put(struct ls_field *field, const char *text);
/* Backspace, Delete, Left, Right, Home, End, Ctrl+U. False: means nothing. */
bool ls_field_key(struct ls_field *field, struct ls_key key);

#endif
