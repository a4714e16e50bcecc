/* SPDX-License-Identifier: MIT */
#include "source.h"

#include <string.h>

/* The length of PATH without its last component. */
static size_t parent(const char *path, size_t n)
{
    while (n > 0 && path[n - 1] != '/')
        n--;
    return n > 0 ? n - 1 : 0;
}

/* Its components go to PATH, of which N bytes are there; how many are then, or
 * LS_SOURCE_PATH if they do not fit. */
static size_t add(char *path, size_t n, const char *name)
{
    while (*name) {
        const size_t length = strcspn(name, "/");
        if (length == 2 && !strncmp(name, "..", 2)) {
            n = parent(path, n);
        } else if (length > 0 && !(length == 1 && name[0] == '.')) {
            if (n + 1 + length >= LS_SOURCE_PATH)
                return LS_SOURCE_PATH;
            path[n] = '/';
            memcpy(path + n + 1, name, length);
            n += 1 + length;
        }
        name += length + (name[length] == '/');
    }
    return n;
}

const char *ls_source_path(const char *folder, const char *file,
                           char path[LS_SOURCE_PATH])
{
    if (file[0] == '/' || !folder || folder[0] != '/')
        return file;
    size_t n = add(path, 0, folder);
    if (n < LS_SOURCE_PATH)
        n = add(path, n, file);
    if (n >= LS_SOURCE_PATH)
        return file;
    path[n] = '\0';
    return path;
}
