/* SPDX-License-Identifier: MIT */
/*
 * line.c - the text of one event, byte by byte.
 *
 * cJSON takes numbers that JSON does not have (01, 1., +1), raw control
 * characters and broken UTF-8; and what it returns no longer says in which
 * order the keys stood and how a number was written. So the text is looked at
 * here, before cJSON looks at it.
 */
#include "format.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char *const key_order[] = {"ph",   "ts",  "pid", "tid", "id",
                                        "name", "cat", "s",   "args"};
#define N_KEYS (sizeof(key_order) / sizeof(*key_order))

/* How many bytes the UTF-8 character at P has; 0 if it is none. */
static size_t utf8_length(const unsigned char *p, size_t n)
{
    static const struct {
        unsigned char mask, lead;
        uint32_t least;
    } forms[] = {{0x80, 0x00, 0},
                 {0xe0, 0xc0, 0x80},
                 {0xf0, 0xe0, 0x800},
                 {0xf8, 0xf0, 0x10000}};

    for (size_t form = 0; form < 4; form++) {
        if ((p[0] & forms[form].mask) != forms[form].lead)
            continue;
        if (n < form + 1)
            return 0;
        uint32_t code = p[0] & (unsigned char)~forms[form].mask;
        for (size_t i = 1; i <= form; i++) {
            if ((p[i] & 0xc0) != 0x80)
                return 0;
            code = code << 6 | (p[i] & 0x3f);
        }
        bool surrogate = code >= 0xd800 && code <= 0xdfff;
        return code >= forms[form].least && code <= 0x10ffff && !surrogate
                   ? form + 1
                   : 0;
    }
    return 0;
}

/* The string that begins at TEXT[AT]; returns the place after it. */
static size_t string_end(struct format_check *check, const char *text, size_t n,
                         size_t at)
{
    const unsigned char *p = (const unsigned char *)text;

    for (at++; at < n && p[at] != '"';) {
        if (p[at] < 0x20)
            format_complain(check, "a raw control character, 0x%02x", p[at]);
        size_t length = utf8_length(p + at, n - at);
        if (length == 0) {
            format_complain(check, "not UTF-8 at byte %zu of the line", at);
            length = 1;
        }
        at += p[at] == '\\' ? 2 : length;
    }
    return at + 1;
}

static size_t digits_end(const char *text, size_t n, size_t at)
{
    while (at < n && isdigit((unsigned char)text[at]))
        at++;
    return at;
}

/* JSON's grammar for numbers. Returns the place after it, or AT. */
static size_t number_end(const char *text, size_t n, size_t at)
{
    size_t begin = at, digits;

    at += at < n && text[at] == '-';
    digits = at;
    at = digits_end(text, n, at);
    if (at == digits || (text[digits] == '0' && at > digits + 1))
        return begin;
    if (at < n && text[at] == '.') {
        digits = ++at;
        at = digits_end(text, n, at);
        if (at == digits)
            return begin;
    }
    if (at < n && (text[at] == 'e' || text[at] == 'E')) {
        at++;
        at += at < n && (text[at] == '+' || text[at] == '-');
        digits = at;
        at = digits_end(text, n, at);
        if (at == digits)
            return begin;
    }
    return at;
}

/* true, false or null at TEXT[AT]; returns the place after it, or AT. */
static size_t word_end(const char *text, size_t n, size_t at)
{
    static const char *const words[] = {"true", "false", "null"};

    for (size_t i = 0; i < 3; i++) {
        size_t length = strlen(words[i]);
        if (n - at >= length && memcmp(text + at, words[i], length) == 0)
            return at + length;
    }
    return at;
}

/* Everything that has a text of its own: strings, numbers, white space. How
 * they stand together is left to cJSON. */
static bool check_tokens(struct format_check *check, const char *text, size_t n)
{
    for (size_t at = 0; at < n;) {
        size_t end = at + 1;
        if (text[at] == '"')
            end = string_end(check, text, n, at);
        else if (text[at] == '-' || isdigit((unsigned char)text[at]))
            end = number_end(text, n, at);
        else if (islower((unsigned char)text[at]))
            end = word_end(text, n, at);
        else if (!strchr("{}[]:,", text[at]))
            end = at;
        if (end == at) {
            bool white = text[at] == ' ' || text[at] == '\t';
            format_complain(check, "%s at byte %zu of the line: '%.12s'",
                            white ? "white space" : "no JSON", at, text + at);
            return false;
        }
        at = end;
    }
    return true;
}

static bool take_ts(struct format_check *check, const char *value, size_t n,
                    struct format_event *event)
{
    size_t whole = digits_end(value, n, 0);
    size_t end = whole < n ? digits_end(value, n, whole + 1) : whole;

    if (whole == 0 || whole > 12 || end != n || n - whole != 4 ||
        value[whole] != '.') {
        format_complain(check, "ts %.*s has not exactly three decimals", (int)n,
                        value);
        return false;
    }
    event->ns =
        strtoll(value, NULL, 10) * 1000 + strtoll(value + whole + 1, NULL, 10);
    return true;
}

static bool take_id(struct format_check *check, const char *key,
                    const char *value, size_t n, int64_t *id)
{
    if (digits_end(value, n, 0) != n || n > 18 || *value == '0') {
        format_complain(check, "%s %.*s is no integer of at least 1", key,
                        (int)n, value);
        return false;
    }
    *id = strtoll(value, NULL, 10);
    return true;
}

/* The place after the value at TEXT[AT]: at its comma or closing brace. */
static size_t value_end(struct format_check *check, const char *text, size_t n,
                        size_t at)
{
    int depth = 0;

    while (at < n && (depth > 0 || (text[at] != ',' && text[at] != '}'))) {
        if (text[at] == '"') {
            at = string_end(check, text, n, at);
            continue;
        }
        depth += text[at] == '{' || text[at] == '[';
        depth -= text[at] == '}' || text[at] == ']';
        at++;
    }
    return at;
}

/* The index of the key at TEXT, or N_KEYS. */
static size_t key_find(const char *text, size_t n)
{
    size_t i = 0;

    while (i < N_KEYS &&
           (strlen(key_order[i]) != n || memcmp(key_order[i], text, n) != 0))
        i++;
    return i;
}

static bool take_key(struct format_check *check, size_t key, const char *value,
                     size_t n, struct format_event *event)
{
    switch (key) {
    case 0:
        event->ph = n == 3 ? value[1] : '\0';
        return true;
    case 1:
        return take_ts(check, value, n, event);
    case 2:
        return take_id(check, "pid", value, n, &event->pid);
    case 3:
        return take_id(check, "tid", value, n, &event->tid);
    default:
        return true;
    }
}

/* The event's own keys: known, in order, none twice. */
static bool check_keys(struct format_check *check, struct format_event *event)
{
    const char *text = event->text;
    size_t n = event->n, at = 1;
    int last = -1;

    while (at < n && text[at] == '"') {
        size_t end = string_end(check, text, n, at);
        int key = (int)key_find(text + at + 1, end - at - 2);
        if (key == N_KEYS) {
            format_complain(check, "no such key: %.*s", (int)(end - at),
                            text + at);
            return false;
        }
        if (key <= last)
            format_complain(check, "key %s stands after %s", key_order[key],
                            key_order[last]);
        last = key;
        size_t value = end + 1;
        at = value_end(check, text, n, value);
        if (at <= value || at >= n) {
            format_complain(check, "key %s has no value", key_order[key]);
            return false;
        }
        if (!take_key(check, (size_t)key, text + value, at - value, event))
            return false;
        at++;
    }
    return true;
}

bool format_line(struct format_check *check, const char *text, size_t n,
                 struct format_event *event)
{
    if (n < 2 || text[0] != '{' || text[n - 1] != '}') {
        format_complain(check, "the line is not one whole event");
        return false;
    }
    event->text = text;
    event->n = n;
    event->ns = -1;
    event->pid = event->tid = 0;
    event->ph = '\0';
    return check_tokens(check, text, n) && check_keys(check, event);
}
