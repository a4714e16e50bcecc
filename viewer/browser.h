#ifndef LS_VIEWER_BROWSER_H
#define LS_VIEWER_BROWSER_H
/* SPDX-License-Identifier: MIT */
/*
 * browser.h - the traces in a folder, and the folders in it.
 *
 * Only names that end like a trace's (.json, .json.gz). Not for opening them.
 *
 *     struct ls_browser browser = {0};
 *     ls_browser_read(&browser, "/home/you/traces", why);
 *     for (uint32_t i = 0; i < browser.n; i++) puts(browser.items[i].name);
 *     ls_browser_destroy(&browser);
 *
 * Units: bytes.
 * Ownership: the browser's; read again in place.
 * Errors: false, with a sentence in WHY; the list is as it was.
 * Threads: one at a time.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LS_BROWSER_WHY 400
#define LS_BROWSER_PATH 4096

struct ls_entry {
    char name[256];
    bool is_folder;
    int64_t size; /* of a file */
};

struct ls_browser {
    char folder[LS_BROWSER_PATH]; /* absolute */
    struct ls_entry *items;       /* "..", folders, files: each by name */
    uint32_t n;
};

/* Hidden ones (".x") are left out. */
bool ls_browser_read(struct ls_browser *browser, const char *folder,
                     char why[LS_BROWSER_WHY]);
/* The path of an entry; false if it is too long. */
bool ls_browser_path(const struct ls_browser *browser, uint32_t i,
                     char path[LS_BROWSER_PATH]);
void ls_browser_destroy(struct ls_browser *browser);

#endif
