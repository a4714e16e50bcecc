#ifndef LS_VIEWER_PNG_H
#define LS_VIEWER_PNG_H
/* SPDX-License-Identifier: MIT */
/*
 * png.h - write a picture as a PNG file: 8 bits, RGB, as in the PNG
 * specification (W3C, third edition). Not for reading.
 *
 *     if (ls_png_write(file, pixels, 1280, 720) != 0) perror(...)
 *
 * Units: pixels are 0x..RRGGBB, row by row from the top, without gaps.
 * Ownership: FILE stays the caller's. Errors: -1 with errno. Threads: any.
 */
#include <stdint.h>
#include <stdio.h>

int ls_png_write(FILE *file, const uint32_t *pixels, uint32_t width,
                 uint32_t height);

#endif
