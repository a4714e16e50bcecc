#ifndef LS_VIEWER_FOLLOW_H
#define LS_VIEWER_FOLLOW_H
/* SPDX-License-Identifier: MIT */
/*
 * follow.h - has a file grown since it was read?
 *
 * It is read again as a whole, so the longer that takes the more seldom it is
 * done: a quarter of the time at most.
 *
 *     ls_follow_begin(&follow, "a.json", now_ms);   it begins to be read
 *     ls_follow_end(&follow, now_ms);               it has been read
 *     if (ls_follow_grown(&follow, now_ms)) read it again
 *
 * Units: milliseconds of any clock that goes on.
 * Ownership: everything is in the struct.
 * Errors: a file that cannot be looked at has not grown.
 * Threads: one at a time.
 */
#include <stdbool.h>
#include <stdint.h>

struct ls_follow {
    char path[4096];
    int64_t size, mtime_ns; /* when it began to be read */
    uint64_t began_ms, next_ms;
};

void ls_follow_begin(struct ls_follow *follow, const char *path,
                     uint64_t now_ms);
void ls_follow_end(struct ls_follow *follow, uint64_t now_ms);
bool ls_follow_grown(const struct ls_follow *follow, uint64_t now_ms);

#endif
