/* SPDX-License-Identifier: MIT */
#include "build.h"

#include "analysis/utf8.h"

#include <stdlib.h>
#include <string.h>

cJSON *ls_build_put(struct ls_build *build, cJSON *object, const char *key,
                    cJSON *item)
{
    if (item && object && cJSON_AddItemToObject(object, key, item))
        return item;
    cJSON_Delete(item);
    build->failed = true;
    return NULL;
}

cJSON *ls_build_append(struct ls_build *build, cJSON *array, cJSON *item)
{
    if (item && array && cJSON_AddItemToArray(array, item))
        return item;
    cJSON_Delete(item);
    build->failed = true;
    return NULL;
}

void ls_build_number(struct ls_build *build, cJSON *object, const char *key,
                     int64_t value)
{
    ls_build_put(build, object, key, cJSON_CreateNumber((double)value));
}

void ls_build_text(struct ls_build *build, cJSON *object, const char *key,
                   const char *value)
{
    if (value && value[0])
        ls_build_put(build, object, key, cJSON_CreateString(value));
}

void ls_build_path(struct ls_build *build, cJSON *object, const char *key,
                   const char *path)
{
    const char *shown = ls_style_path(build->style, path);
    size_t n = strlen(shown);
    char *clean = malloc(3 * n + 1);
    if (!clean) {
        build->failed = true;
        return;
    }
    clean[ls_utf8_clean(shown, n, clean)] = '\0';
    ls_build_text(build, object, key, clean);
    free(clean);
}

void ls_build_print(struct ls_build *build, cJSON *root, struct ls_text *text)
{
    char *printed = build->failed ? NULL : cJSON_Print(root);
    if (printed) {
        ls_text_add(text, printed);
        ls_text_add_char(text, '\n', 1);
    } else {
        text->failed = true;
    }
    cJSON_free(printed);
    cJSON_Delete(root);
}
