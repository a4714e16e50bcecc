/* SPDX-License-Identifier: MIT */
#include "scan.h"

#include <stdint.h>
#include <string.h>

struct scanner {
    const char *at, *end;
    size_t depth, deepest;
    uint64_t objects[2]; /* a bit for each level: an object, not an array */
    char last;           /* the last byte that is no space */
    const char *why;
};

static bool is_object(const struct scanner *s)
{
    size_t level = s->depth - 1;
    return s->depth && s->depth <= LS_SCAN_MAX_DEPTH &&
           s->objects[level / 64] >> (level % 64) & 1;
}

static void enter(struct scanner *s, bool object)
{
    size_t level = s->depth++;
    if (s->depth > s->deepest)
        s->deepest = s->depth;
    if (level >= LS_SCAN_MAX_DEPTH)
        return;
    uint64_t bit = UINT64_C(1) << (level % 64);
    s->objects[level / 64] =
        object ? s->objects[level / 64] | bit : s->objects[level / 64] & ~bit;
}

/* From after the opening quote to after the closing one. Null: not here. */
static const char *skip_string(struct scanner *s, const char *p)
{
    for (; p < s->end; p++) {
        if (*p == '"')
            return p + 1;
        if (*p == '\n') {
            s->why = "a string that does not end";
            return NULL;
        }
        if (*p == '\\')
            p++;
    }
    return NULL;
}

/* Whether an event begins at P, in a place where none can: the one around it
 * was broken off. In an object a value follows a colon. In an array anything
 * may be, but a line of our own writer begins in one way only. */
static bool is_next_event(const struct scanner *s, const char *first)
{
    static const char ours[] = "\n,{\"ph\":\"";
    const char *p = s->at;
    if (s->depth && is_object(s) && s->last != ':')
        return true;
    return s->depth && p - first >= 2 && s->end - p >= 7 &&
           memcmp(p - 2, ours, sizeof(ours) - 1) == 0;
}

static enum ls_scan_status broken(struct scanner *s, const char *first,
                                  const char *why, struct ls_scan *found)
{
    found->n = (size_t)(s->at - first);
    found->why = why;
    return LS_SCAN_BROKEN;
}

/* After a bracket that does not fit: the next line, or the next event of this
 * one. */
static void resync(struct scanner *s)
{
    while (s->at < s->end && *s->at != '\n' &&
           !(s->end - s->at >= 3 && memcmp(s->at, "},{", 3) == 0))
        s->at++;
    if (s->at < s->end && *s->at == '}')
        s->at++;
}

enum ls_scan_status ls_scan(const char *at, const char *end,
                            struct ls_scan *found)
{
    struct scanner scanner = {.at = at, .end = end}, *s = &scanner;
    *found = (struct ls_scan){0};
    for (; s->at < end; s->at++) {
        char c = *s->at;
        switch (c) {
        case ' ':
        case '\t':
        case '\r':
        case '\n':
            continue;
        case '"': {
            const char *after = skip_string(s, s->at + 1);
            if (!after && s->why) {
                resync(s);
                return broken(s, at, s->why, found);
            }
            found->in_string = !after;
            if (!after)
                return LS_SCAN_SHORT;
            s->at = after - 1;
            break;
        }
        case '{':
            if (is_next_event(s, at))
                return broken(s, at, "an event that does not end", found);
            enter(s, true);
            break;
        case '[':
            enter(s, false);
            break;
        case '}':
        case ']':
            if (s->depth <= LS_SCAN_MAX_DEPTH && is_object(s) != (c == '}')) {
                resync(s);
                return broken(s, at, "a bracket that does not fit", found);
            }
            if (--s->depth == 0) {
                found->n = (size_t)(s->at + 1 - at);
                return s->deepest > LS_SCAN_MAX_DEPTH ? LS_SCAN_DEEP
                                                      : LS_SCAN_WHOLE;
            }
            break;
        default:
            break;
        }
        s->last = c;
    }
    return LS_SCAN_SHORT;
}
