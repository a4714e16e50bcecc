/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *ls_text_reserve(struct ls_text *text, size_t n)
{
    if (text->capacity - text->n >= n)
        return text->bytes + text->n;
    size_t capacity = text->capacity ? text->capacity : 256;
    while (capacity - text->n < n)
        capacity *= 2;
    char *bytes = realloc(text->bytes, capacity);
    if (!bytes) {
        text->failed = true;
        return NULL;
    }
    text->bytes = bytes;
    text->capacity = capacity;
    return bytes + text->n;
}

void ls_text_add_bytes(struct ls_text *text, const char *bytes, size_t n)
{
    char *to = ls_text_reserve(text, n);
    if (!to)
        return;
    memcpy(to, bytes, n);
    text->n += n;
}

void ls_text_add(struct ls_text *text, const char *piece)
{
    ls_text_add_bytes(text, piece, strlen(piece));
}

/* Digits of VALUE, at least MIN of them, before END; where they begin. */
static char *digits(char *end, uint64_t value, int min)
{
    do {
        *--end = (char)('0' + value % 10);
        value /= 10;
        min--;
    } while (value > 0 || min > 0);
    return end;
}

void ls_text_add_int(struct ls_text *text, int64_t value)
{
    char room[24], *end = room + sizeof room;
    uint64_t size = value < 0 ? -(uint64_t)value : (uint64_t)value;
    char *begin = digits(end, size, 1);
    if (value < 0)
        *--begin = '-';
    ls_text_add_bytes(text, begin, (size_t)(end - begin));
}

void ls_text_add_hex(struct ls_text *text, uint64_t value)
{
    char room[24];
    int n =
        snprintf(room, sizeof room, "\"0x%llx\"", (unsigned long long)value);
    ls_text_add_bytes(text, room, (size_t)n);
}

void ls_text_add_time(struct ls_text *text, int64_t ns)
{
    char room[32], *end = room + sizeof room;
    uint64_t size = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;
    char *begin = digits(end, size % 1000, 3);
    *--begin = '.';
    begin = digits(begin, size / 1000, 1);
    if (ns < 0)
        *--begin = '-';
    ls_text_add_bytes(text, begin, (size_t)(end - begin));
}

void ls_text_add_double(struct ls_text *text, double value)
{
    char room[40];
    int n = snprintf(room, sizeof room, "%.15g", value);
    if (strtod(room, NULL) != value)
        n = snprintf(room, sizeof room, "%.17g", value);
    ls_text_add_bytes(text, room, (size_t)n);
}

/* How many bytes of valid UTF-8 one character takes at S (RFC 3629), or 0. */
static size_t utf8_length(const unsigned char *s, size_t n)
{
    size_t length = s[0] < 0x80   ? 1
                    : s[0] < 0xc2 ? 0
                    : s[0] < 0xe0 ? 2
                    : s[0] < 0xf0 ? 3
                    : s[0] < 0xf5 ? 4
                                  : 0;
    if (length == 0 || length > n)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
        (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
        return 0;
    return length;
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

static void add_escaped(struct ls_text *text, unsigned char c)
{
    char room[8];
    switch (c) {
    case '"':
        ls_text_add(text, "\\\"");
        break;
    case '\\':
        ls_text_add(text, "\\\\");
        break;
    case '\n':
        ls_text_add(text, "\\n");
        break;
    case '\t':
        ls_text_add(text, "\\t");
        break;
    default:
        snprintf(room, sizeof room, "\\u%04x", c);
        ls_text_add(text, room);
    }
}

void ls_text_add_string_n(struct ls_text *text, const char *string, size_t n)
{
    const unsigned char *s = (const unsigned char *)string;
    ls_text_add(text, "\"");
    for (size_t i = 0; i < n;) {
        size_t plain = 0;
        while (i + plain < n && is_plain(s[i + plain]))
            plain++;
        ls_text_add_bytes(text, string + i, plain);
        i += plain;
        if (i == n)
            break;
        size_t length = utf8_length(s + i, n - i);
        if (length == 0)
            ls_text_add(text, "\xef\xbf\xbd");
        else if (length == 1)
            add_escaped(text, s[i]);
        else
            ls_text_add_bytes(text, string + i, length);
        i += length ? length : 1;
    }
    ls_text_add(text, "\"");
}

void ls_text_add_string(struct ls_text *text, const char *string)
{
    ls_text_add_string_n(text, string, strlen(string));
}

void ls_text_destroy(struct ls_text *text)
{
    free(text->bytes);
    *text = (struct ls_text){0};
}
