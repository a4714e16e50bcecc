/* SPDX-License-Identifier: MIT */
/*
 * Optimal string alignment distance (Levenshtein's, plus swaps of neighbours),
 * three rows of its table at a time.
 */
#include "nearest.h"

#include <limits.h>
#include <stddef.h>
#include <string.h>

#define MAX_NAME 48

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Only the first MAX_NAME characters count. */
static int edits(const char *a, const char *b)
{
    int rows[3][MAX_NAME + 1];
    int n_a = (int)strnlen(a, MAX_NAME), n_b = (int)strnlen(b, MAX_NAME);
    for (int j = 0; j <= n_b; j++)
        rows[0][j] = j;
    for (int i = 1; i <= n_a; i++) {
        int *row = rows[i % 3];
        const int *above = rows[(i + 2) % 3], *above2 = rows[(i + 1) % 3];
        row[0] = i;
        for (int j = 1; j <= n_b; j++) {
            int change = a[i - 1] != b[j - 1];
            row[j] =
                least(above[j - 1] + change, least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], above2[j - 2] + 1);
        }
    }
    return rows[n_a % 3][n_b];
}

struct ls_nearest ls_nearest_to(const char *wanted)
{
    return (struct ls_nearest){wanted, NULL, INT_MAX};
}

void ls_nearest_try(struct ls_nearest *nearest, const char *name)
{
    int distance = edits(nearest->wanted, name);
    if (distance < nearest->distance) {
        nearest->distance = distance;
        nearest->name = name;
    }
}
