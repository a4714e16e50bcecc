/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *ls_text_grow(struct ls_text *text, size_t n)
{
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

/* ---- numbers ------------------------------------------------------------ */

static const char pairs[] =
    "00010203040506070809101112131415161718192021222324"
    "25262728293031323334353637383940414243444546474849"
    "50515253545556575859606162636465666768697071727374"
    "75767778798081828384858687888990919293949596979899";

/* The digits of VALUE: their number from its logarithm to base 2, which is a
 * little too small or right (Warren, Hacker's Delight, 11-4). */
static unsigned count_digits(uint64_t value)
{
    static const uint64_t powers[] = {
        0,
        UINT64_C(10),
        UINT64_C(100),
        UINT64_C(1000),
        UINT64_C(10000),
        UINT64_C(100000),
        UINT64_C(1000000),
        UINT64_C(10000000),
        UINT64_C(100000000),
        UINT64_C(1000000000),
        UINT64_C(10000000000),
        UINT64_C(100000000000),
        UINT64_C(1000000000000),
        UINT64_C(10000000000000),
        UINT64_C(100000000000000),
        UINT64_C(1000000000000000),
        UINT64_C(10000000000000000),
        UINT64_C(100000000000000000),
        UINT64_C(1000000000000000000),
        UINT64_C(10000000000000000000),
    };
    unsigned n_bits = 64 - (unsigned)__builtin_clzll(value | 1);
    unsigned n = n_bits * 1233 >> 12;
    return n + (value >= powers[n]);
}

/* The digits of VALUE, so that they end before END. */
static void put_digits(char *end, uint64_t value)
{
    while (value >= 100) {
        end -= 2;
        memcpy(end, pairs + 2 * (value % 100), 2);
        value /= 100;
    }
    if (value >= 10)
        memcpy(end - 2, pairs + 2 * value, 2);
    else
        end[-1] = (char)('0' + value);
}

/* A sign, if there is one, and digits; returns their end. */
static char *put_number(char *to, bool negative, uint64_t size)
{
    *to = '-';
    to += negative + count_digits(size);
    put_digits(to, size);
    return to;
}

static uint64_t size_of(int64_t value)
{
    return value < 0 ? -(uint64_t)value : (uint64_t)value;
}

char *ls_text_put_int(char *to, int64_t value)
{
    return put_number(to, value < 0, size_of(value));
}

char *ls_text_put_hex(char *to, uint64_t value)
{
    unsigned n = (67 - (unsigned)__builtin_clzll(value | 1)) / 4;
    to = ls_text_put(to, "\"0x", 3);
    for (unsigned i = 0; i < n; i++)
        to[i] = "0123456789abcdef"[value >> 4 * (n - 1 - i) & 15];
    to[n] = '"';
    return to + n + 1;
}

char *ls_text_put_time(char *to, int64_t ns)
{
    uint64_t size = size_of(ns);
    uint64_t rest = size % 1000;
    to = put_number(to, ns < 0, size / 1000);
    *to++ = '.';
    *to++ = (char)('0' + rest / 100);
    return ls_text_put(to, pairs + 2 * (rest % 100), 2);
}

void ls_text_add_int(struct ls_text *text, int64_t value)
{
    char *to = ls_text_reserve(text, LS_TEXT_NUMBER);
    if (to)
        text->n += (size_t)(ls_text_put_int(to, value) - to);
}

void ls_text_add_time(struct ls_text *text, int64_t ns)
{
    char *to = ls_text_reserve(text, LS_TEXT_NUMBER);
    if (to)
        text->n += (size_t)(ls_text_put_time(to, ns) - to);
}

void ls_text_add_hex(struct ls_text *text, uint64_t value)
{
    char *to = ls_text_reserve(text, LS_TEXT_NUMBER);
    if (to)
        text->n += (size_t)(ls_text_put_hex(to, value) - to);
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
