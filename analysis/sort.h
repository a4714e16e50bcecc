#ifndef LS_ANALYSIS_SORT_H
#define LS_ANALYSIS_SORT_H
/* SPDX-License-Identifier: MIT */
/*
 * sort.h - sort things by their time and keep the order of equal ones; and
 * bare numbers.
 *
 * The time is an int64 and the first field. Costs nothing when they are in
 * order. Not for other keys.
 *
 *     if (!ls_sort_by_time(marks, n_marks, sizeof(*marks))) no memory;
 *     ls_sort_numbers(lengths_ns, n);
 *
 * Units: bytes for the size.
 * Ownership: the caller's array, sorted in place.
 * Errors: false when there is no memory; the order is then as it was.
 * Threads: any.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool ls_sort_by_time(void *items, size_t n, size_t size);

/* Millions of them in linear time; without memory for that, in its own. */
void ls_sort_numbers(int64_t *numbers, size_t n);

#endif
