/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for N more bytes and the NUL. */
static bool reserve(struct ls_text *text, size_t n)
{
    if (text->failed)
        return false;
    if (text->n + n + 1 <= text->size)
        return true;
    size_t size = text->size ? text->size : 256;
    while (size < text->n + n + 1)
        size *= 2;
    char *data = realloc(text->data, size);
    if (!data) {
        text->failed = true;
        return false;
    }
    text->data = data;
    text->size = size;
    return true;
}

void ls_text_add_bytes(struct ls_text *text, const char *bytes, size_t n)
{
    if (!n || !reserve(text, n))
        return;
    memcpy(text->data + text->n, bytes, n);
    text->n += n;
    text->data[text->n] = '\0';
}

void ls_text_add(struct ls_text *text, const char *string)
{
    ls_text_add_bytes(text, string, strlen(string));
}

void ls_text_add_char(struct ls_text *text, char c, size_t n_times)
{
    if (!n_times || !reserve(text, n_times))
        return;
    memset(text->data + text->n, c, n_times);
    text->n += n_times;
    text->data[text->n] = '\0';
}

void ls_text_addv(struct ls_text *text, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (n <= 0 || !reserve(text, (size_t)n))
        return;
    vsnprintf(text->data + text->n, (size_t)n + 1, format, args);
    text->n += (size_t)n;
}

void ls_text_addf(struct ls_text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    ls_text_addv(text, format, args);
    va_end(args);
}

const char *ls_text_get(const struct ls_text *text)
{
    return text->data ? text->data : "";
}

void ls_text_cut(struct ls_text *text, size_t n)
{
    if (n >= text->n)
        return;
    text->n = n;
    text->data[n] = '\0';
}

void ls_text_clear(struct ls_text *text)
{
    ls_text_cut(text, 0);
}

void ls_text_destroy(struct ls_text *text)
{
    free(text->data);
    *text = (struct ls_text){0};
}
