#ifndef LS_PRELOAD_NUMBERS_H
#define LS_PRELOAD_NUMBERS_H
/* SPDX-License-Identifier: MIT */
/*
 * numbers.h - what hooks see of descriptors' numbers: new ones, and whether
 * they block.
 *
 * The hooks tell it here; what comes of it is in record/nonblocking.h. Not for
 * what a descriptor is (record/call.c asks the kernel).
 *
 *     int fd = LS_REAL(socket)(domain, type, protocol);
 *     return ls_numbers_new(fd, type & SOCK_NONBLOCK);
 *
 * Units: descriptors; negative ones are none.
 * Ownership: none.
 * Errors: none; errno is left alone. What is not sure is not known.
 * Threads: any.
 */
#include <stdbool.h>
#include <stdint.h>

/* FD was made just now, of a kind that O_NONBLOCK matters to. Returns FD. */
int ls_numbers_new(int fd, bool nonblocking);

/* FD has O_NONBLOCK from now on; it may be of any kind. */
void ls_numbers_unblocked(int fd);

/* Before and after fcntl(). */
void ls_numbers_before_fcntl(int fd, int command, intptr_t argument);
void ls_numbers_after_fcntl(int fd, int command, intptr_t argument, int result);

#endif
