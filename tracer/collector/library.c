/* SPDX-License-Identifier: MIT */
#include "library.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* By its SONAME: a program that is linked with it has one copy. */
#define LIBRARY "libloopscope.so.0"

/* Below the collector's folder. */
static const char *const beside[] = {
    "", "../lib/", "../" LS_LIBDIR "/", "../../lib/", "../../" LS_LIBDIR "/",
};

static bool is_there(const char *path)
{
    return access(path, R_OK) == 0;
}

/* ---- a path without spaces ----------------------------------------------- */

/* A link to the library, in a folder of this user's alone, until we exit. */
static char link_folder[64], link_path[128];

static void remove_link(void)
{
    unlink(link_path);
    rmdir(link_folder);
}

static bool make_link(const char *to)
{
    snprintf(link_folder, sizeof link_folder, "/tmp/loopscope-XXXXXX");
    if (!mkdtemp(link_folder))
        return false;
    snprintf(link_path, sizeof link_path, "%s/" LIBRARY, link_folder);
    if (symlink(to, link_path) < 0 || atexit(remove_link) != 0) {
        remove_link();
        return false;
    }
    return true;
}

/* LD_PRELOAD is split at spaces and colons, and knows no quotes. */
static bool make_preloadable(char *path, size_t n_path)
{
    if (path[strcspn(path, ": ")] == '\0')
        return true;
    if (link_path[0] || make_link(path)) {
        snprintf(path, n_path, "%s", link_path);
        return true;
    }
    dprintf(STDERR_FILENO,
            "loopscope: %s: a library cannot be preloaded from a path with a "
            "space or a colon, and no link to it could be made in /tmp: %s; "
            "name a link to it in LOOPSCOPE_LIBRARY\n",
            path, strerror(errno));
    return false;
}

/* ---- where it is --------------------------------------------------------- */

static bool find_said(const char *said, char *path, size_t n_path)
{
    char *real = realpath(said, NULL);
    if (!real) {
        dprintf(STDERR_FILENO,
                "loopscope: LOOPSCOPE_LIBRARY=%s: %s; unset it, or name "
                "the library " LIBRARY "\n",
                said, strerror(errno));
        return false;
    }
    /* Not the real path: a link may be there for want of a better name. */
    snprintf(path, n_path, "%s", said[0] == '/' ? said : real);
    free(real);
    return make_preloadable(path, n_path);
}

bool ls_library_find(char *path, size_t n_path)
{
    char own[4096];
    const char *said = getenv("LOOPSCOPE_LIBRARY");
    if (said && *said)
        return find_said(said, path, n_path);
    ssize_t n = readlink("/proc/self/exe", own, sizeof own - 1);
    own[n > 0 ? n : 0] = '\0';
    char *slash = strrchr(own, '/');
    if (slash)
        slash[1] = '\0';
    for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++) {
        snprintf(path, n_path, "%s%s" LIBRARY, own, beside[i]);
        char *real = is_there(path) ? realpath(path, NULL) : NULL;
        if (!real)
            continue;
        /* Shorter, for everybody who reads the environment. */
        snprintf(path, n_path, "%s", real);
        free(real);
        return make_preloadable(path, n_path);
    }
    dprintf(STDERR_FILENO,
            "loopscope: no " LIBRARY " in %s, %s../lib, %s../%s; install it or "
            "name it in LOOPSCOPE_LIBRARY\n",
            own, own, own, LS_LIBDIR);
    return false;
}
