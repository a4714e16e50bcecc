#ifndef LS_COLLECTOR_PROVISION_H
#define LS_COLLECTOR_PROVISION_H
/* SPDX-License-Identifier: MIT */
/*
 * provision.h - empty chunks for the rings, ahead of need.
 *
 * A thread that makes pages of the arena real while others of the collector
 * are at work: the traced program takes chunks faster than records can be
 * written, and must find them there. Not for giving read chunks back
 * (cursor.h).
 *
 *     provision = ls_provision_start(shared);
 *     ...
 *     ls_provision_stop(provision);
 *
 * Units: chunks of LS_CHUNK_BYTES.
 * Ownership: the shared memory is the caller's, and outlives the provision.
 * Errors: NULL without memory or thread. Where the machine has no pages, the
 *     kernel decides, as with any other memory.
 * Threads: start and stop from one.
 */
#include "tracer/record/shared.h"

struct ls_provision;

/* Returns when the first chunks are there. */
struct ls_provision *ls_provision_start(struct ls_shared *shared);

void ls_provision_stop(struct ls_provision *provision);

#endif
