#ifndef LS_RECORD_ERROR_H
#define LS_RECORD_ERROR_H
/* SPDX-License-Identifier: MIT */
/*
 * error.h - the story behind an error code.
 *
 * Not for the codes and their strings: loopscope.h.
 *
 * Units: none. Ownership: the text is copied. Errors: none.
 * Threads: each has its own story.
 */
#include <stddef.h>

/* Set this thread's story and return ERROR. */
int ls_error_set(int error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
