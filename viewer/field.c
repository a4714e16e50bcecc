/* SPDX-License-Identifier: MIT */
#include "viewer/field.h"

#include <string.h>

void ls_field_set(struct ls_field *field, const char *text)
{
    *field = (struct ls_field){0};
    ls_field_put(field, text);
}

static bool is_inside(const struct ls_field *field, size_t at)
{
    return ((unsigned char)field->text[at] & 0xc0) == 0x80;
}

void ls_field_put(struct ls_field *field, const char *text)
{
    size_t n = strlen(text);
    if (field->n + n >= sizeof(field->text))
        return;
    char *at = field->text + field->cursor;
    memmove(at + n, at, field->n - field->cursor + 1);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)text[i] >= ' ' && text[i] != 0x7f)
            at[kept++] = text[i];
    memmove(at + kept, at + n, field->n - field->cursor + 1);
    field->n += kept;
    field->cursor += kept;
}

static size_t before(const struct ls_field *field, size_t at)
{
    while (at > 0 && is_inside(field, --at)) {
    }
    return at;
}

static size_t after(const struct ls_field *field, size_t at)
{
    if (at < field->n)
        at++;
    while (at < field->n && is_inside(field, at))
        at++;
    return at;
}

static void cut(struct ls_field *field, size_t from, size_t to)
{
    memmove(field->text + from, field->text + to, field->n - to + 1);
    field->n -= to - from;
    field->cursor = from;
}

bool ls_field_key(struct ls_field *field, struct ls_key key)
{
    if (key.mods & LS_MOD_CTRL) {
        if (key.code != 'u')
            return false;
        cut(field, 0, field->n);
        return true;
    }
    switch (key.code) {
    case LS_KEY_BACKSPACE:
        cut(field, before(field, field->cursor), field->cursor);
        return true;
    case LS_KEY_DELETE:
        cut(field, field->cursor, after(field, field->cursor));
        return true;
    case LS_KEY_LEFT:
        field->cursor = before(field, field->cursor);
        return true;
    case LS_KEY_RIGHT:
        field->cursor = after(field, field->cursor);
        return true;
    case LS_KEY_HOME:
        field->cursor = 0;
        return true;
    case LS_KEY_END:
        field->cursor = field->n;
        return true;
    default:
        return false;
    }
}
