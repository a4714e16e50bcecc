/* SPDX-License-Identifier: MIT */
/*
 * Things: a merge sort of (time, place) pairs, then one copy of the items.
 * Numbers: byte by byte from the lowest, but for those bytes that all have in
 * common; durations rarely differ in more than four.
 */
#include "sort.h"

#include <stdlib.h>
#include <string.h>

struct key {
    int64_t at_ns;
    size_t place;
};

static int64_t time_of(const char *items, size_t i, size_t size)
{
    int64_t at_ns;
    memcpy(&at_ns, items + i * size, sizeof(at_ns));
    return at_ns;
}

static bool is_sorted(const char *items, size_t n, size_t size)
{
    for (size_t i = 1; i < n; i++)
        if (time_of(items, i, size) < time_of(items, i - 1, size))
            return false;
    return true;
}

/* The runs [a, b) and [b, c) of FROM to TO; equal ones from the left first. */
static void merge(const struct key *from, struct key *to, size_t a, size_t b,
                  size_t c)
{
    size_t left = a, right = b;
    for (size_t i = a; i < c; i++) {
        bool take_left =
            left < b && (right == c || from[left].at_ns <= from[right].at_ns);
        to[i] = from[take_left ? left++ : right++];
    }
}

/* Sorts with the help of SPARE; returns the array where the result is. */
static struct key *sort_keys(struct key *keys, struct key *spare, size_t n)
{
    for (size_t run = 1; run < n; run *= 2) {
        for (size_t a = 0; a < n; a += 2 * run) {
            size_t b = a + run < n ? a + run : n;
            size_t c = b + run < n ? b + run : n;
            merge(keys, spare, a, b, c);
        }
        struct key *sorted = spare;
        spare = keys;
        keys = sorted;
    }
    return keys;
}

bool ls_sort_by_time(void *items, size_t n, size_t size)
{
    if (is_sorted(items, n, size))
        return true;
    struct key *keys = malloc(n * sizeof(*keys));
    struct key *spare = malloc(n * sizeof(*spare));
    char *copy = malloc(n * size);
    bool good = keys && spare && copy;
    if (good) {
        for (size_t i = 0; i < n; i++)
            keys[i] = (struct key){time_of(items, i, size), i};
        const struct key *sorted = sort_keys(keys, spare, n);
        memcpy(copy, items, n * size);
        for (size_t i = 0; i < n; i++)
            memcpy((char *)items + i * size, copy + sorted[i].place * size,
                   size);
    }
    free(keys);
    free(spare);
    free(copy);
    return good;
}

enum { FEW = 64 };

static int compare(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* The byte at SHIFT, in an order in which negative numbers come first. */
static unsigned byte_of(int64_t number, unsigned shift)
{
    return ((uint64_t)number ^ UINT64_C(1) << 63) >> shift & 0xff;
}

/* FROM to TO by one byte; equal ones stay in order. */
static void sort_by_byte(const int64_t *from, int64_t *to, size_t n,
                         unsigned shift)
{
    size_t place[256] = {0}, sum = 0;
    for (size_t i = 0; i < n; i++)
        place[byte_of(from[i], shift)]++;
    for (int b = 0; b < 256; b++) {
        size_t count = place[b];
        place[b] = sum;
        sum += count;
    }
    for (size_t i = 0; i < n; i++)
        to[place[byte_of(from[i], shift)]++] = from[i];
}

void ls_sort_numbers(int64_t *numbers, size_t n)
{
    int64_t *spare = n > FEW ? malloc(n * sizeof(*spare)) : NULL;
    int64_t *at = numbers, *other = spare;
    uint64_t differ = 0;
    if (!spare) {
        if (n > 1)
            qsort(numbers, n, sizeof(*numbers), compare);
        return;
    }
    for (size_t i = 1; i < n; i++)
        differ |= (uint64_t)numbers[i] ^ (uint64_t)numbers[0];
    for (unsigned shift = 0; shift < 64; shift += 8) {
        if (!(differ >> shift & 0xff))
            continue;
        sort_by_byte(at, other, n, shift);
        int64_t *sorted = other;
        other = at;
        at = sorted;
    }
    if (at != numbers)
        memcpy(numbers, at, n * sizeof(*numbers));
    free(spare);
}
