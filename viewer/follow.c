/* SPDX-License-Identifier: MIT */
#include "viewer/follow.h"

#include <stdio.h>
#include <sys/stat.h>

#define LEAST_MS 500 /* between two looks that read it */
#define PART 4

static bool look(const char *path, int64_t *size, int64_t *mtime_ns)
{
    struct stat about;
    if (stat(path, &about) != 0)
        return false;
    *size = about.st_size;
    *mtime_ns =
        (int64_t)about.st_mtim.tv_sec * 1000000000 + about.st_mtim.tv_nsec;
    return true;
}

void ls_follow_begin(struct ls_follow *follow, const char *path,
                     uint64_t now_ms)
{
    snprintf(follow->path, sizeof(follow->path), "%s", path);
    follow->began_ms = now_ms;
    if (!look(path, &follow->size, &follow->mtime_ns))
        follow->size = follow->mtime_ns = -1;
}

void ls_follow_end(struct ls_follow *follow, uint64_t now_ms)
{
    uint64_t pause_ms = (now_ms - follow->began_ms) * (PART - 1);
    follow->next_ms = now_ms + (pause_ms > LEAST_MS ? pause_ms : LEAST_MS);
}

bool ls_follow_grown(const struct ls_follow *follow, uint64_t now_ms)
{
    int64_t size, mtime_ns;
    return now_ms >= follow->next_ms && look(follow->path, &size, &mtime_ns) &&
           (size != follow->size || mtime_ns != follow->mtime_ns);
}
