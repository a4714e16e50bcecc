/* SPDX-License-Identifier: MIT */
#include "viewer/browser.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool ends_with(const char *name, const char *end)
{
    size_t n = strlen(name), k = strlen(end);
    return n > k && strcmp(name + n - k, end) == 0;
}

/* Fills ENTRY; false: it is nothing to open. */
static bool look(const char *folder, const char *name, struct ls_entry *entry)
{
    char path[LS_BROWSER_PATH + 300];
    struct stat about;
    if ((name[0] == '.' && strcmp(name, "..") != 0) ||
        strlen(name) >= sizeof(entry->name))
        return false;
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    if (stat(path, &about) != 0)
        return false;
    snprintf(entry->name, sizeof(entry->name), "%s", name);
    entry->is_folder = S_ISDIR(about.st_mode);
    entry->size = about.st_size;
    return entry->is_folder ||
           (S_ISREG(about.st_mode) &&
            (ends_with(name, ".json") || ends_with(name, ".json.gz")));
}

static int by_kind_and_name(const void *a, const void *b)
{
    const struct ls_entry *x = a, *y = b;
    if (x->is_folder != y->is_folder)
        return x->is_folder ? -1 : 1;
    bool up = strcmp(x->name, "..") == 0, other = strcmp(y->name, "..") == 0;
    if (up != other)
        return up ? -1 : 1;
    return strcmp(x->name, y->name);
}

static bool read_entries(DIR *dir, const char *folder, struct ls_browser *found)
{
    uint32_t room = 0;
    struct dirent *d;
    while ((d = readdir(dir)) != NULL) {
        if (found->n == room) {
            room = room ? room * 2 : 64;
            struct ls_entry *items =
                realloc(found->items, room * sizeof(*items));
            if (!items)
                return false;
            found->items = items;
        }
        found->n += look(folder, d->d_name, &found->items[found->n]);
    }
    return true;
}

bool ls_browser_read(struct ls_browser *browser, const char *folder,
                     char why[LS_BROWSER_WHY])
{
    struct ls_browser found = {.items = NULL};
    char *whole = realpath(folder, NULL);
    DIR *dir = whole ? opendir(whole) : NULL;
    bool good = dir && strlen(whole) < sizeof(found.folder) &&
                read_entries(dir, whole, &found);
    if (!good)
        snprintf(why, LS_BROWSER_WHY, "%.300s: %s", folder,
                 dir ? "cannot be listed" : strerror(errno));
    if (dir)
        closedir(dir);
    if (good) {
        snprintf(found.folder, sizeof(found.folder), "%s", whole);
        qsort(found.items, found.n, sizeof(*found.items), by_kind_and_name);
        ls_browser_destroy(browser);
        *browser = found;
    } else {
        free(found.items);
    }
    free(whole);
    return good;
}

bool ls_browser_path(const struct ls_browser *browser, uint32_t i,
                     char path[LS_BROWSER_PATH])
{
    bool root = strcmp(browser->folder, "/") == 0;
    int n = snprintf(path, LS_BROWSER_PATH, "%s/%s",
                     root ? "" : browser->folder, browser->items[i].name);
    return n > 0 && n < LS_BROWSER_PATH;
}

void ls_browser_destroy(struct ls_browser *browser)
{
    free(browser->items);
    *browser = (struct ls_browser){.items = NULL};
}
