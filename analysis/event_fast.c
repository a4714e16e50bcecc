/* SPDX-License-Identifier: MIT */
/*
 * The parser for lines of our own writer (traces/FORMAT.md): keys in its
 * order, no white space, good UTF-8 without escapes, numbers that are exact
 * in a double. Anything else is refused, at the latest at the bytes after the
 * end, which are no JSON. So no check here asks whether there is more.
 */
#include "event.h"

#include "utf8.h"

#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum {
    MAX_DIGITS = 15,      /* a double holds these exactly */
    MAX_TIME_DIGITS = 12, /* of microseconds: 11 days */
    MAX_HEX_DIGITS = 16
};

/* Where the next byte is; NULL after a refusal. */
struct cursor {
    const char *at;
    const char *end;
};

static uint64_t load64(const char *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof(v));
    return v;
}

#if defined(__SSE2__)
/* How many of the 16 bytes at P can stand in a plain string before the first
 * that cannot: a quote, a backslash, a control character, anything beyond
 * ASCII (as signed bytes, those are below the space too). */
static unsigned plain_bytes(const char *p)
{
    __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
    __m128i special =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')),
                                  _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'))),
                     _mm_cmplt_epi8(v, _mm_set1_epi8(' ')));
    unsigned bits = (unsigned)_mm_movemask_epi8(special);
    return (unsigned)__builtin_ctz(bits | 1u << 16);
}

enum { AT_A_TIME = 16 };
#else
/* The bytes of V that cannot stand in a plain string: a quote, a backslash,
 * a control character, anything beyond ASCII. Exact for the lowest of them. */
static uint64_t special_bytes(uint64_t v)
{
    const uint64_t ones = 0x0101010101010101u, high = ones * 0x80;
    uint64_t quote = v ^ ones * '"', slash = v ^ ones * '\\';
    return ((quote - ones) | (slash - ones) | (v - ones * 0x20) | v) & high;
}

static unsigned plain_bytes(const char *p)
{
    uint64_t special = special_bytes(load64(p));
    unsigned n = 0;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    n = special ? (unsigned)__builtin_ctzll(special) / 8 : 8;
#else
    while (n < 8 && (!special || !special_bytes((unsigned char)p[n])))
        n++;
#endif
    return n;
}

enum { AT_A_TIME = 8 };
#endif

/* The closing quote of a string that goes on at P; NULL: it has an escape or a
 * control character, or does not end. */
static const char *find_quote(const struct cursor *c, const char *p)
{
    while (p < c->end && *p != '"' && *p != '\\' && (unsigned char)*p >= ' ')
        p++;
    return p < c->end && *p == '"' ? p : NULL;
}

/* The string whose first byte is at the cursor, up to its closing quote. */
static bool take_text(struct cursor *c, struct ls_text *text)
{
    const char *p = c->at;
    unsigned n;
    while ((n = plain_bytes(p)) == AT_A_TIME)
        if ((p += AT_A_TIME) >= c->end)
            return false;
    p += n;
    if ((unsigned char)*p >= 0x80 &&
        (!(p = find_quote(c, p)) ||
         !ls_utf8_is_valid(c->at, (size_t)(p - c->at))))
        return false;
    if (*p != '"')
        return false;
    *text = (struct ls_text){c->at, (size_t)(p - c->at)};
    c->at = p + 1;
    return true;
}

/* The bytes of a literal, if they are next. */
#define TAKE(c, word)                                                          \
    (memcmp((c)->at, word, sizeof(word) - 1) == 0                              \
         ? ((c)->at += sizeof(word) - 1, true)                                 \
         : false)

static bool is_digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

/* The value of the digits before the first byte at P that is none, at most 8,
 * and how many they are. */
static unsigned eight_digits(const char *p, uint64_t *value)
{
    unsigned n = 0;
    uint64_t v = 0;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    const uint64_t ones = 0x0101010101010101u;
    v = load64(p) ^ ones * '0'; /* 0 to 9, where there is a digit */
    uint64_t others = ((v + ones * 0x76) | v) & ones * 0x80;
    n = others ? (unsigned)__builtin_ctzll(others) / 8 : 8;
    /* Right-aligned, zeros before; then pairs, fours and all eight together. */
    v = n ? v << (64 - 8 * n) : 0;
    v = v * 10 + (v >> 8);
    v = ((v & 0x000000ff000000ff) * 0x000f424000000064 +
         (v >> 16 & 0x000000ff000000ff) * 0x0000271000000001) >>
        32;
#else
    while (n < 8 && is_digit(p[n]))
        v = v * 10 + (uint64_t)(p[n++] - '0');
#endif
    *value = v;
    return n;
}

/* Digits up to the first byte that is none; at least one, at most MAX, which
 * is below 16. */
static bool take_digits(struct cursor *c, int max, uint64_t *value)
{
    static const uint64_t scale[] = {1,      10,      100,      1000,     10000,
                                     100000, 1000000, 10000000, 100000000};
    unsigned n = eight_digits(c->at, value), more = 0;
    if (n == 8) {
        uint64_t low;
        more = eight_digits(c->at + 8, &low);
        *value = *value * scale[more] + low;
    }
    c->at += n + more;
    return n >= 1 && (int)(n + more) <= max;
}

static bool take_integer(struct cursor *c, int64_t *value)
{
    bool negative = *c->at == '-';
    uint64_t v;
    c->at += negative;
    if (!take_digits(c, MAX_DIGITS, &v))
        return false;
    *value = negative ? -(int64_t)v : (int64_t)v;
    return true;
}

/* Microseconds with at most three decimals, as nanoseconds. */
static bool take_time(struct cursor *c, int64_t *ns)
{
    static const int64_t scale[] = {1000, 100, 10, 1};
    uint64_t whole, part = 0;
    int n = 0;
    if (!take_digits(c, MAX_TIME_DIGITS, &whole))
        return false;
    if (*c->at == '.') {
        const char *from = ++c->at;
        if (!take_digits(c, 3, &part))
            return false;
        n = (int)(c->at - from);
    }
    *ns = (int64_t)whole * 1000 + (int64_t)part * scale[n];
    return true;
}

/* A decimal of at most 15 digits: both parts are exact, so is the quotient's
 * rounding. */
static bool take_number(struct cursor *c, double *value)
{
    static const double scale[] = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6, 1e7,
                                   1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14};
    bool negative = *c->at == '-';
    uint64_t whole, part = 0;
    c->at += negative;
    const char *from = c->at;
    if (!take_digits(c, MAX_DIGITS, &whole))
        return false;
    int n = 0, room = MAX_DIGITS - (int)(c->at - from);
    if (*c->at == '.') {
        from = ++c->at;
        if (!take_digits(c, room, &part))
            return false;
        n = (int)(c->at - from);
    }
    for (int i = 0; i < n; i++)
        whole *= 10;
    double v = (double)(whole + part) / scale[n];
    *value = negative ? -v : v;
    return true;
}

/* "0x2a": the value of a hexadecimal digit, or 16. */
static unsigned hex_value(char c)
{
    if (is_digit(c))
        return (unsigned)(c - '0');
    unsigned letter = (unsigned char)(c | 0x20) - 'a';
    return letter < 6 ? letter + 10 : 16;
}

static bool take_id(struct cursor *c, uint64_t *id)
{
    if (!TAKE(c, "\"0x"))
        return false;
    const char *from = c->at;
    uint64_t v = 0;
    unsigned digit;
    while ((digit = hex_value(*c->at)) < 16) {
        v = v << 4 | digit;
        c->at++;
    }
    long n = c->at - from;
    *id = v;
    return n >= 1 && n <= MAX_HEX_DIGITS && TAKE(c, "\"");
}

static bool take_ids(struct cursor *c, struct ls_id_list *ids,
                     union ls_arg_value *value)
{
    uint64_t id;
    ids->n = 0;
    if (!TAKE(c, "["))
        return false;
    do {
        if (ids->n == LS_ON_MAX || !take_id(c, &id) || !ls_id_list_add(ids, id))
            return false;
    } while (TAKE(c, ","));
    value->ids.at = ids->at;
    value->ids.n = ids->n;
    return TAKE(c, "]");
}

static bool take_value(struct cursor *c, enum ls_arg_type type,
                       struct ls_id_list *ids, union ls_arg_value *value)
{
    switch (type) {
    case LS_ARG_IS_TEXT:
        return TAKE(c, "\"") && take_text(c, &value->text);
    case LS_ARG_IS_INTEGER:
        return take_integer(c, &value->integer);
    case LS_ARG_IS_TIME:
        return take_time(c, &value->integer);
    case LS_ARG_IS_ID:
        return take_id(c, &value->id);
    case LS_ARG_IS_IDS:
        return take_ids(c, ids, value);
    case LS_ARG_IS_TRUE:
        value->integer = 1;
        return TAKE(c, "true");
    case LS_ARG_IS_NUMBER:
        return take_number(c, &value->number);
    }
    return false;
}

/* The members of args, up to and with the closing brace. */
static bool take_args(struct cursor *c, struct ls_id_list *ids,
                      struct ls_event *event)
{
    if (TAKE(c, "}"))
        return true;
    do {
        struct ls_text key;
        if (!TAKE(c, "\"") || !take_text(c, &key) || !TAKE(c, ":") || !key.n)
            return false;
        enum ls_arg arg = ls_arg_find(key.at, key.n);
        if (arg == LS_ARGS || ls_event_has(event, arg) ||
            !take_value(c, ls_arg_infos[arg].type, ids, &event->arg[arg]))
            return false;
        event->has |= LS_ARG_BIT(arg);
    } while (TAKE(c, ","));
    return TAKE(c, "}");
}

static bool is_known_ph(char ph)
{
    switch (ph) {
    case 'B':
    case 'E':
    case 'b':
    case 'e':
    case 'n':
    case 'i':
    case 'C':
        return true;
    }
    return false;
}

static bool take_head(struct cursor *c, struct ls_event *event)
{
    if (!TAKE(c, "{\"ph\":\"") || !is_known_ph(*c->at))
        return false;
    event->ph = *c->at++;
    return TAKE(c, "\",\"ts\":") && take_time(c, &event->ts_ns) &&
           TAKE(c, ",\"pid\":") && take_integer(c, &event->pid) &&
           TAKE(c, ",\"tid\":") && take_integer(c, &event->tid);
}

const char *ls_event_parse_fast(const char *at, const char *end,
                                struct ls_id_list *ids, struct ls_event *event)
{
    struct cursor cursor = {at, end}, *c = &cursor;
    struct ls_text scope;
    event->has = 0;
    event->json = NULL;
    event->dur_ns = 0;
    event->id = 0;
    event->cat = (struct ls_text){"", 0};
    /* The longest literal fits before END and the bytes after it. */
    if (end - at < 64 || !take_head(c, event))
        return NULL;
    event->has_id = TAKE(c, ",\"id\":");
    if (event->has_id && !take_id(c, &event->id))
        return NULL;
    if (!TAKE(c, ",\"name\":\"") || !take_text(c, &event->name))
        return NULL;
    if (TAKE(c, ",\"cat\":\"") && !take_text(c, &event->cat))
        return NULL;
    if (TAKE(c, ",\"s\":\"") && !take_text(c, &scope))
        return NULL;
    if (TAKE(c, ",\"args\":{") && !take_args(c, ids, event))
        return NULL;
    /* Of any other counter, all numbers in args are rows (model.c). */
    if (event->ph == 'C' && event->has != LS_ARG_BIT(LS_ARG_VALUE))
        return NULL;
    return TAKE(c, "}") && c->at <= end ? c->at : NULL;
}
