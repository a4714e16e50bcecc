#ifndef LS_CLI_BUILD_H
#define LS_CLI_BUILD_H
/* SPDX-License-Identifier: MIT */
/*
 * build.h - builds a tree of cJSON and prints it. Where memory runs out in the
 * middle a piece would be missing, so every addition is checked and a failure
 * remembered.
 *
 *     struct ls_build build = {.style = &style};
 *     cJSON *root = cJSON_CreateObject();
 *     ls_build_text(&build, root, "rule", "stall");
 *     ls_build_print(&build, root, &text);
 *
 * Units: none.
 * Ownership: an added item is the tree's, also where adding failed.
 * Errors: remembered in `failed`; then nothing is printed, and the text fails.
 * Threads: one build, one thread.
 */
#include "style.h"

#include <cJSON.h>
#include <stdint.h>

struct ls_build {
    const struct ls_style *style; /* for its folder */
    bool failed;
};

/* ITEM, or NULL where it could not be added (or was NULL). */
cJSON *ls_build_put(struct ls_build *build, cJSON *object, const char *key,
                    cJSON *item);
cJSON *ls_build_append(struct ls_build *build, cJSON *array, cJSON *item);

void ls_build_number(struct ls_build *build, cJSON *object, const char *key,
                     int64_t value);

/* Nothing where VALUE is NULL or "". */
void ls_build_text(struct ls_build *build, cJSON *object, const char *key,
                   const char *value);

/* A file name, which may be any bytes, as UTF-8, relative to the folder. */
void ls_build_path(struct ls_build *build, cJSON *object, const char *key,
                   const char *path);

/* Print ROOT and a line end, and free it. */
void ls_build_print(struct ls_build *build, cJSON *root, struct ls_text *text);

#endif
