/* SPDX-License-Identifier: MIT */
#include "viewer/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_PX 32768

bool ls_place_path(char *path, size_t n_path)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    int n = -1;
    /* The specification: a relative path is to be ignored. */
    if (state && state[0] == '/')
        n = snprintf(path, n_path, "%s/loopscope/window", state);
    else if (home && home[0] == '/')
        n = snprintf(path, n_path, "%s/.local/state/loopscope/window", home);
    return n > 0 && (size_t)n < n_path;
}

static bool is_sane(const struct ls_place *p)
{
    return p->w >= 64 && p->w <= MOST_PX && p->h >= 64 && p->h <= MOST_PX &&
           p->x >= -MOST_PX && p->x <= MOST_PX && p->y >= -MOST_PX &&
           p->y <= MOST_PX;
}

bool ls_place_parse(struct ls_place *place, const char *text)
{
    struct ls_place p = {0};
    int maximized = 0;
    if (sscanf(text, "loopscope window 1 %9d %9d %9d %9d %1d %15[a-z]", &p.x,
               &p.y, &p.w, &p.h, &maximized, p.theme) < 5 ||
        !is_sane(&p))
        return false;
    p.maximized = maximized != 0;
    *place = p;
    return true;
}

bool ls_place_read(struct ls_place *place)
{
    char path[4096], text[256];
    if (!ls_place_path(path, sizeof(path)))
        return false;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t n = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;
    if (fd >= 0)
        close(fd);
    if (n <= 0)
        return false;
    text[n] = 0;
    return ls_place_parse(place, text);
}

/* The folders of PATH that are not there yet. */
static void make_folders(char *path)
{
    for (char *p = path + 1; *p; p++) {
        if (*p != '/')
            continue;
        *p = 0;
        mkdir(path, 0700);
        *p = '/';
    }
}

/* As a new file that takes the old one's name: never half of it. */
bool ls_place_write(const struct ls_place *place)
{
    char path[4096], fresh[4096 + 32];
    if (!ls_place_path(path, sizeof(path)) || !is_sane(place))
        return false;
    make_folders(path);
    snprintf(fresh, sizeof(fresh), "%s.%ld", path, (long)getpid());
    int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    char text[160];
    int n = snprintf(
        text, sizeof(text), "loopscope window 1 %d %d %d %d %d %s\n", place->x,
        place->y, place->w, place->h, place->maximized, place->theme);
    bool good = write(fd, text, (size_t)n) == n;
    good = close(fd) == 0 && good && rename(fresh, path) == 0;
    if (!good)
        unlink(fresh);
    return good;
}
