/* SPDX-License-Identifier: MIT */
#include "syntax.h"

#include <string.h>

static void add_place(const char *text, const char *end, struct ls_text *error)
{
    int line = 1, column = 1;
    for (; text < end; text++) {
        column = *text == '\n' ? 1 : column + 1;
        line += *text == '\n';
    }
    ls_text_addf(error, "line %d, column %d: ", line, column);
}

/* cJSON's place is one too far where a key should begin, as after a comma too
 * many: then what is in front of END cannot begin one. */
static const char *correct(const char *text, const char *end)
{
    if (end - text < 2 || strchr(" \t\r\n{[,:\"0123456789", end[-1]))
        return end;
    const char *before = end - 2;
    while (before > text && strchr(" \t\r\n", *before))
        before--;
    return *before == ',' || *before == '{' ? end - 1 : end;
}

cJSON *ls_syntax_parse(const char *text, struct ls_text *error)
{
    const char *end = text;
    cJSON *root = cJSON_ParseWithOpts(text, &end, true);
    if (root && cJSON_IsObject(root))
        return root;
    if (!root) {
        end = correct(text, end);
        add_place(text, end, error);
        ls_text_add(error, *end ? "this is no JSON" : "the JSON ends too soon");
    } else {
        ls_text_add(error, "is no JSON object");
    }
    cJSON_Delete(root);
    return NULL;
}
