/* SPDX-License-Identifier: MIT */
/*
 * Open addressing over indices; a string's hash is kept, so that growing and
 * most misses touch no text.
 */
#include "strings.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_TABLE = 1024, FIRST_BYTES = 16 * 1024 };

static uint64_t load64(const char *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof(v));
    return v;
}

static uint64_t mix(uint64_t h)
{
    h *= 0x9e3779b97f4a7c15u;
    return h ^ (h >> 32);
}

static uint32_t hash_of(const char *text, size_t n)
{
    uint64_t h = 0x51ed270b9f3c2f1du ^ n, tail = 0;
    for (; n >= 8; n -= 8, text += 8)
        h = mix(h ^ load64(text));
    if (n)
        memcpy(&tail, text, n);
    h = mix(h ^ tail);
    return (uint32_t)(h ^ (h >> 29));
}

static bool start(struct ls_strings *s)
{
    s->cap = FIRST_TABLE / 2;
    s->mask = FIRST_TABLE - 1;
    s->cap_bytes = FIRST_BYTES;
    s->bytes = malloc(s->cap_bytes);
    s->starts = malloc((s->cap + 1) * sizeof(*s->starts));
    s->hashes = malloc(s->cap * sizeof(*s->hashes));
    s->table = calloc(FIRST_TABLE, sizeof(*s->table));
    if (!s->bytes || !s->starts || !s->hashes || !s->table)
        return false;
    s->bytes[0] = '\0'; /* string 0 is "" and is never in the table */
    s->starts[0] = 0;
    s->starts[1] = 1;
    s->hashes[0] = 0;
    s->n_bytes = 1;
    s->n = 1;
    return true;
}

struct ls_strings *ls_strings_new(void)
{
    struct ls_strings *s = calloc(1, sizeof(*s));
    if (s && !start(s)) {
        ls_strings_free(s);
        return NULL;
    }
    return s;
}

static void put(struct ls_strings *s, uint32_t hash, uint32_t index)
{
    uint32_t at = hash & s->mask;
    while (s->table[at])
        at = (at + 1) & s->mask;
    s->table[at] = index;
}

static bool grow_table(struct ls_strings *s)
{
    uint32_t cap = s->cap * 2;
    uint32_t *starts = realloc(s->starts, (cap + 1ul) * sizeof(*starts));
    if (starts)
        s->starts = starts;
    uint32_t *hashes = realloc(s->hashes, cap * sizeof(*hashes));
    if (hashes)
        s->hashes = hashes;
    uint32_t *table = calloc(cap * 2ul, sizeof(*table));
    if (!starts || !hashes || !table || cap > UINT32_MAX / 4) {
        free(table);
        return false;
    }
    free(s->table);
    s->table = table;
    s->mask = cap * 2 - 1;
    s->cap = cap;
    for (uint32_t i = 1; i < s->n; i++)
        put(s, s->hashes[i], i);
    return true;
}

static bool grow_bytes(struct ls_strings *s, size_t n)
{
    size_t need = s->n_bytes + n + 1, cap = s->cap_bytes;
    if (need > UINT32_MAX)
        return false;
    while (cap < need)
        cap *= 2;
    char *bytes = realloc(s->bytes, cap);
    if (!bytes)
        return false;
    s->bytes = bytes;
    s->cap_bytes = cap;
    return true;
}

static ls_string append(struct ls_strings *s, const char *text, size_t n,
                        uint32_t hash)
{
    if ((s->n == s->cap && !grow_table(s)) ||
        (n >= s->cap_bytes - s->n_bytes && !grow_bytes(s, n))) {
        s->failed = true;
        return 0;
    }
    memcpy(s->bytes + s->n_bytes, text, n);
    s->bytes[s->n_bytes + n] = '\0';
    s->n_bytes += n + 1;
    s->hashes[s->n] = hash;
    put(s, hash, s->n);
    s->starts[s->n + 1] = (uint32_t)s->n_bytes;
    return s->n++;
}

static bool same(const struct ls_strings *s, uint32_t i, const char *text,
                 size_t n)
{
    uint32_t from = s->starts[i];
    return s->starts[i + 1] - from == n + 1 &&
           memcmp(s->bytes + from, text, n) == 0;
}

ls_string ls_strings_add(struct ls_strings *s, const char *text, size_t n)
{
    if (n == 0)
        return 0;
    uint32_t hash = hash_of(text, n);
    uint32_t at = hash & s->mask;
    for (; s->table[at]; at = (at + 1) & s->mask) {
        uint32_t i = s->table[at];
        if (s->hashes[i] == hash && same(s, i, text, n))
            return i;
    }
    return append(s, text, n, hash);
}

const char *ls_strings_get(const struct ls_strings *s, ls_string string)
{
    return s && string < s->n ? s->bytes + s->starts[string] : "";
}

void ls_strings_freeze(struct ls_strings *s)
{
    free(s->table);
    free(s->hashes);
    s->table = NULL;
    s->hashes = NULL;
}

void ls_strings_free(struct ls_strings *s)
{
    if (!s)
        return;
    ls_strings_freeze(s);
    free(s->bytes);
    free(s->starts);
    free(s);
}
