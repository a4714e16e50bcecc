#ifndef LS_RECORD_MEMORY_H
#define LS_RECORD_MEMORY_H
/* SPDX-License-Identifier: MIT */
/*
 * memory.h - reading the program's own memory where it may not be there.
 *
 * For the stack beyond what is known to exist, and for what a call's arguments
 * point to. A copy by the kernel: it cannot fault.
 *
 *     size_t n = ls_memory_read(text, sizeof text, (uintptr_t)path);
 *
 * Units: bytes.
 * Ownership: the caller's buffer.
 * Errors: less than asked for, up to the first page that is not there; 0 also
 *     where the kernel refuses.
 * Threads: any.
 */
#include <stddef.h>
#include <stdint.h>

/* At most 64 KiB. */
size_t ls_memory_read(void *to, size_t n, uint64_t at);

#endif
