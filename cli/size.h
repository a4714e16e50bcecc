#ifndef LS_CLI_SIZE_H
#define LS_CLI_SIZE_H
/* SPDX-License-Identifier: MIT */
/*
 * size.h - numbers of bytes as people write them.
 *
 * Units: bytes; K, M and G are 1024 and its powers.
 * Ownership: none.
 * Errors: false for what is no size.
 * Threads: any.
 */
#include <stdbool.h>
#include <stdint.h>

/* "500M", "2G", "65536": digits and at most one letter. */
bool ls_size_parse(const char *text, uint64_t *n_bytes);

#endif
