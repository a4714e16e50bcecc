#ifndef LS_COLLECTOR_BOUNDS_H
#define LS_COLLECTOR_BOUNDS_H
/* SPDX-License-Identifier: MIT */
/*
 * bounds.h - the first line of a trace, and the last.
 *
 *     ls_bounds_begin(collector, &start);
 *     ...
 *     ls_bounds_end(collector);
 *
 * Units: as in traces/FORMAT.md.
 * Ownership: none.
 * Errors: the writer's.
 * Threads: the one that drains.
 */
#include <time.h>

struct ls_collector;

/* What was recorded, since START (CLOCK_REALTIME). */
void ls_bounds_begin(struct ls_collector *collector,
                     const struct timespec *start);

/* What came of it: counts, and how processes ended. */
void ls_bounds_end(struct ls_collector *collector);

#endif
