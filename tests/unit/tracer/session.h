#ifndef LS_TEST_SESSION_H
#define LS_TEST_SESSION_H
/* SPDX-License-Identifier: MIT */
/*
 * session.h - a session without a collector process: the tests of the
 * recording side link this in place of record/session.c.
 *
 *     struct ls_shared *shared = test_session_open(4);
 *     ...record...
 *     test_session_close();
 *
 * Units: chunks of the arena; a millisecond is 1,000,000 ticks.
 * Ownership: the memory is this file's, with a page behind it that nobody may
 *     touch.
 * Errors: assertions.
 * Threads: open and close while no other thread records.
 */
#include <stdbool.h>
#include <stddef.h>

#include "tracer/record/shared.h"

/* Memory with N_CHUNKS empty chunks and the calling process in slot 0; the
 * clock is CLOCK_MONOTONIC. */
struct ls_shared *test_session_open(uint32_t n_chunks);

/* The same memory, a new session: another epoch and number. */
void test_session_renew(void);

/* As another thread's ls_close() leaves it in the middle of a record: no
 * memory any more, but the epoch was already read. */
void test_session_hide(bool hide);

/* The slot of the calling process; 0 unless this is said. */
void test_session_use_slot(int32_t slot);

/* Chunks that nobody has. */
uint32_t test_session_n_free(void);

void test_session_close(void);

#endif
