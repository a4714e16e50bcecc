#ifndef LS_COLLECTOR_KIND_H
#define LS_COLLECTOR_KIND_H
/* SPDX-License-Identifier: MIT */
/*
 * kind.h - what is known of each kind of libuv's operations.
 *
 * Names as the trace says them, and a few properties. Not for operations
 * themselves (operation.h).
 *
 *     event.name = ls_kind_name(LS_OPERATION_timer);       "timer"
 *     phase = ls_kind_phase(LS_OPERATION_write, "ECANCELED");  closing
 *
 * Units: none.
 * Ownership: texts are static; names have their quotes.
 * Errors: none; a kind is below LS_N_OPERATIONS.
 * Threads: any.
 */
#include <stdbool.h>

#include "names.h"
#include "tracer/record/asked.h"

struct ls_json ls_kind_name(enum ls_operation_kind kind);

/* The phase of the loop in which its callback comes. What a stream had left to
 * do when it was closed comes with its close: STATUS is ECANCELED then. */
const char *ls_kind_phase(enum ls_operation_kind kind, const char *status);

/* Whether it goes on after a callback, and there is one of a handle at a time.
 */
bool ls_kind_is_of_handle(enum ls_operation_kind kind);

/* Whether it is called in every turn, for whatever there is to do: no task. */
bool ls_kind_is_in_every_turn(enum ls_operation_kind kind);

/* Whether a chain that begins with it goes on until its handle is closed:
 * streams and sockets. */
bool ls_kind_lasts(enum ls_operation_kind kind);

/* What a chain that begins with it is called. */
struct ls_json ls_kind_of_chain(enum ls_operation_kind kind,
                                enum ls_variant variant);

/* What libuv calls the error that a record's name carries, or NULL: none. */
const char *ls_kind_error(uint32_t name_of_record);

#endif
