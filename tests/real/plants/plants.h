#ifndef LS_REAL_PLANTS_H
#define LS_REAL_PLANTS_H
/* SPDX-License-Identifier: MIT */
/*
 * plants.h - stalls on purpose, each of which writes down its own truth.
 *
 * What every planted program in C shares (libevent, libev, redis by a module).
 * Not traced, not linked with loopscope: ordinary code that blocks.
 *
 *     PLANT_TRUTH=FILE   one line of JSON for each plant is appended to it
 *     PLANT_FIFO=FILE    somebody opens it for writing, and writes after a
 * while PLANT_PORT=N       somebody accepts on 127.0.0.1, and answers after a
 * while PLANT_LOCK=FILE    a file to lock
 *
 *     if (plant_run("sleeping") != 0) ...
 *
 * Units: milliseconds in the table, nanoseconds in the file.
 * Ownership: none. Errors: -1 for a kind that does not exist or did not work.
 * Threads: the calling one stalls; `lock` starts another that holds the lock.
 */

/* The names, NULL at the end: computing, sleeping, file, socket, lock, flock,
 * child, raw, jit. */
const char *plant_name(int i);

/* Stall the calling thread in that way. */
int plant_run(const char *name);

#endif
