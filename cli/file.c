/* SPDX-License-Identifier: MIT */
#include "file.h"

#include "analysis/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *fill(FILE *file, struct ls_text *text)
{
    char buffer[8192];
    size_t n;
    errno = 0;
    while ((n = fread(buffer, 1, sizeof(buffer), file)) > 0) {
        ls_text_add_bytes(text, buffer, n);
        if (text->n > LS_FILE_MOST)
            return "is larger than 16 MiB";
    }
    if (ferror(file))
        return strerror(errno);
    if (text->failed)
        return "no memory to read it";
    return ls_utf8_is_valid(ls_text_get(text), text->n) ? NULL
                                                        : "is no UTF-8 text";
}

bool ls_file_read(const char *path, struct ls_text *text, struct ls_text *error)
{
    FILE *file = fopen(path, "re");
    const char *why = file ? fill(file, text) : strerror(errno);
    if (file)
        fclose(file);
    if (why)
        ls_text_add(error, why);
    return !why;
}
