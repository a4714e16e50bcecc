#ifndef EXAMPLES_IMAGE_H
#define EXAMPLES_IMAGE_H
/* SPDX-License-Identifier: MIT */
/*
 * image.h - work that needs the CPU and nothing else.
 *
 *     image_sharpen(1);            // a second of it, wherever it is called
 *
 * Units: seconds of the example's time, and at least EXAMPLE_STALL_MIN_NS of
 * the CPU's. Ownership: none. Errors: none. Threads: any.
 */
void image_sharpen(double seconds);

#endif
